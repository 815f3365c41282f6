"""What looks at the picture first, as large as the picture when it comes out.

The paper's is one convolution and two blocks of ResNet at full size: a pixel sees 23 pixels around it, and does not
know where in the picture it is. From so little no teacher's features can be foretold (built-in streets, 120 batches, a
random embedding of what the laser hit: R² .30; .40 with the pixel's place), so here it also looks around.
"""

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from engine.nets.classroom.layers import BasicBlock, layer
from engine.nets.classroom.settings import ClassroomSettings

_MEAN, _DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)  # ImageNet's, as published
_PLACE = 2  # how far down and how far right, -1 to 1 (CoordConv; Liu et al., 2018)


class Trunk(nn.Module):
    """Pictures (B, 3, H, W) of 0..1 -> (B, wide, H, W)."""

    mean: Tensor
    deviation: Tensor

    def __init__(self, settings: ClassroomSettings) -> None:
        super().__init__()
        own, batch = settings, settings.batch_norm
        for name, values in (("mean", _MEAN), ("deviation", _DEVIATION)):
            self.register_buffer(name, torch.tensor(values)[:, None, None], persistent=False)
        self.looks_around = bool(own.around)
        if self.looks_around:
            self.layers = nn.Sequential(layer(3 + _PLACE, own.width, batch, size=7))
            self.around: nn.Module = Around((own.width, *own.around), own.wide, batch)
            return
        self.layers = nn.Sequential(
            layer(3, own.width, batch, size=7),
            BasicBlock(own.width, own.width, batch),
            BasicBlock(own.width, own.width, batch),
            BasicBlock(own.width, own.wide, batch),
            BasicBlock(own.wide, own.wide, batch),
        )

    def forward(self, images: Tensor) -> Tensor:
        """As the class says."""
        seen = (images - self.mean) / self.deviation
        if not self.looks_around:
            alone: Tensor = self.layers(seen)
            return alone
        found: Tensor = self.around(self.layers(torch.cat([seen, _places(seen)], dim=1)))
        return found


class Around(nn.Module):
    """Ever smaller, and back (U-Net; Ronneberger et al., 2015): (B, first, H, W) -> (B, outer, H, W)."""

    def __init__(self, widths: tuple[int, ...], outer: int, batch: bool) -> None:
        super().__init__()
        self.down = nn.ModuleList(
            BasicBlock(inner, wider, batch, stride=2) for inner, wider in pairwise(widths)
        )
        self.deepest = BasicBlock(widths[-1], widths[-1], batch)
        self.narrow = nn.ModuleList(nn.Conv2d(wider, inner, 1) for inner, wider in pairwise(widths))
        self.merge = nn.ModuleList(layer(width, width, batch) for width in widths[1:-1])
        self.last = layer(widths[0], outer, batch)

    def forward(self, x: Tensor) -> Tensor:
        """As the class says."""
        kept = [x]
        for block in self.down:
            kept.append(block(kept[-1]))
        found: Tensor = self.deepest(kept[-1])
        merges = [self.last, *self.merge]
        for place in reversed(range(len(self.narrow))):
            grown = F.interpolate(
                self.narrow[place](found),
                kept[place].shape[2:],
                mode="bilinear",
                align_corners=False,
            )
            found = merges[place](grown + kept[place])
        return found


def reach_of(settings: ClassroomSettings) -> int:
    """Pixels along each axis that one pixel of the trunk's last layer sees."""
    if not settings.around:
        return 7 + 8 * 2
    sees, step = 7 + 2, 1  # the first and the last convolution
    for _ in settings.around:
        sees, step = sees + 2 * step + 4 * step, 2 * step
    # The deepest block, and one convolution at every size on the way back.
    return sees + 4 * step + sum(2 << level for level in range(1, len(settings.around)))


def _places(images: Tensor) -> Tensor:
    batch, _, height, width = images.shape
    rows, columns = (
        torch.linspace(-1, 1, count, dtype=images.dtype, device=images.device)
        for count in (height, width)
    )
    place = torch.stack(torch.meshgrid(rows, columns, indexing="ij"))
    return place.expand(batch, -1, -1, -1)
