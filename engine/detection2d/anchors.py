"""Anchors in the middle of each cell, of sizes that are part of the checkpoint."""

from collections.abc import Sequence

import torch
from torch import Tensor
from torchvision.models.detection.anchor_utils import AnchorGenerator
from torchvision.models.detection.image_list import ImageList

from engine.anchors import shapes


class CentredAnchors(AnchorGenerator):  # type: ignore[misc]
    """torchvision's lie at i · stride, with sides rounded to whole pixels; these at (i + 0.5) · stride, as large as
    asked for. sizes (levels, each): pixels, to be set before training."""

    sizes: Tensor

    def __init__(
        self, sizes: Sequence[Sequence[float]], ratios: Sequence[float], strides: Sequence[int]
    ) -> None:
        torch.nn.Module.__init__(self)
        self.register_buffer("sizes", torch.tensor(sizes))
        self.ratios, self.strides = tuple(ratios), tuple(strides)

    def num_anchors_per_location(self) -> list[int]:
        """Of each level."""
        return [self.sizes.shape[1] * len(self.ratios)] * len(self.sizes)

    def forward(self, images: ImageList, levels: list[Tensor]) -> list[Tensor]:
        """Of each picture the same (A, 4), level by level, cell by cell."""
        placed = [
            self._placed(level, stride, sizes)
            for level, stride, sizes in zip(levels, self.strides, self.sizes.tolist(), strict=True)
        ]
        return [torch.cat(placed)] * len(images.image_sizes)

    def _placed(self, level: Tensor, stride: int, sizes: list[float]) -> Tensor:
        half = level.new_tensor(shapes(sizes, self.ratios)) / 2
        own = torch.cat([-half, half], dim=1)  # (R · S, 4)
        y, x = (
            (torch.arange(count, device=level.device) + 0.5) * stride for count in level.shape[2:]
        )
        middles = torch.stack(torch.meshgrid(y, x, indexing="ij")[::-1], dim=-1).flatten(0, 1)
        return (middles.repeat(1, 2)[:, None] + own).flatten(0, 1).to(level.dtype)


def anchors_of(
    sizes: Sequence[Sequence[float]], ratios: Sequence[float], strides: Sequence[int], plain: bool
) -> AnchorGenerator:
    """Those above, or torchvision's own."""
    if not plain:
        return CentredAnchors(sizes, ratios, strides)
    whole = tuple(tuple(level) for level in sizes)
    return AnchorGenerator(whole, (tuple(ratios),) * len(whole))
