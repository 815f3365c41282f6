"""What every classifier returns."""

from dataclasses import dataclass, field

import torch
from torch import Tensor


@dataclass(frozen=True)
class Output:
    """logits (B, C); features (B, F), penultimate; transforms: learnt alignment matrices, each (B, k, k);
    reconstruction: the loss of hidden patches, where the net hides some; places (B, P, C): features of single points or
    patches, just before the net sums them up, where it is told to give them (`gives_places`)."""

    logits: Tensor
    features: Tensor
    transforms: list[Tensor] = field(default_factory=list)
    reconstruction: Tensor | None = None
    places: Tensor | None = None

    def first(self, count: int) -> "Output":
        """The answers on the first so many clouds."""
        matrices = [matrix[:count] for matrix in self.transforms]
        places = None if self.places is None else self.places[:count]
        return Output(self.logits[:count], self.features[:count], matrices, places=places)

    def full(self) -> "Output":
        """The same in float32, or finer."""
        matrices = [_full(matrix) for matrix in self.transforms]
        places = None if self.places is None else _full(self.places)
        return Output(_full(self.logits), _full(self.features), matrices, places=places)


def _full(values: Tensor) -> Tensor:
    return values.to(torch.promote_types(values.dtype, torch.float32))
