"""What every classifier returns."""

from dataclasses import dataclass, field

from torch import Tensor


@dataclass(frozen=True)
class Output:
    """logits (B, C); features (B, F), penultimate; transforms: learnt alignment matrices, each (B, k, k)."""

    logits: Tensor
    features: Tensor
    transforms: list[Tensor] = field(default_factory=list)
