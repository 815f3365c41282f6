"""What a detector answers, after every layer of its decoder."""

import math
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

THINNEST = 0.1  # metres: a scene is taken for at least so thick, so that nothing is divided by zero


@dataclass(frozen=True)
class Extent:
    """The room a scene fills: low and high (B, 3) in metres."""

    low: Tensor
    high: Tensor

    @property
    def size(self) -> Tensor:
        """(B, 3), at least 0.1 m each."""
        return (self.high - self.low).clamp_min(THINNEST)

    def share(self, places: Tensor) -> Tensor:
        """(B, Q, 3) in metres -> from 0 to 1 across the scene."""
        return (places - self.low[:, None]) / self.size[:, None]


@dataclass(frozen=True)
class Proposals:
    """Of L layers, the last is the answer. logits (L, B, Q, C + 1), the last class is “nothing”; centres and sizes
    (L, B, Q, 3) in metres, sizes full; heading_logits (L, B, Q, A); heading_rests (L, B, Q, A), the rest for each
    direction in half bins (π / A); queries (B, Q, 3), where each was asked from."""

    batch_axes: ClassVar[dict[str, int]] = dict.fromkeys(
        ("logits", "centres", "sizes", "heading_logits", "heading_rests"), 1
    )
    logits: Tensor
    centres: Tensor
    sizes: Tensor
    heading_logits: Tensor
    heading_rests: Tensor
    queries: Tensor
    extent: Extent

    @property
    def headings(self) -> Tensor:
        """(L, B, Q) radians about z from x towards y, in (-π, π]."""
        bins = self.heading_logits.shape[3]
        chosen = self.heading_logits.argmax(dim=3, keepdim=True)
        rest = self.heading_rests.gather(3, chosen) * (math.pi / bins)
        angle = (chosen.to(rest.dtype) * (2 * math.pi / bins) + rest)[..., 0]
        return torch.where(angle > math.pi, angle - 2 * math.pi, angle)

    @property
    def boxes(self) -> Tensor:
        """(L, B, Q, 7): centre, full size, heading."""
        return torch.cat([self.centres, self.sizes, self.headings[..., None]], dim=3)

    @property
    def probabilities(self) -> Tensor:
        """(L, B, Q, C + 1), the last “nothing”; rows sum to 1."""
        return self.logits.softmax(dim=3)
