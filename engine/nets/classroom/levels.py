"""How channels become the levels a detector looks at.

“pyramid”: side by side, fused at half the size, then ever smaller: a cell of the last level sees most of a picture.
“paper”: the channels themselves are the levels, none smaller than the picture, so a cell sees about 33 pixels.
"""

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from engine.nets.classroom.layers import BasicBlock, initialise, layer
from engine.nets.classroom.settings import GROUPS, ClassroomSettings
from engine.nets.classroom.trunk import REACH

_IN_CHANNELS = 3 * 2  # of a teacher's channel: three convolutions of 3 x 3


def _network(inner: list[int], outer: int, pooled: bool) -> nn.Module:
    from torchvision.ops.feature_pyramid_network import FeaturePyramidNetwork, LastLevelMaxPool

    network: nn.Module = FeaturePyramidNetwork(inner, outer, LastLevelMaxPool() if pooled else None)
    return network


class Pyramid(nn.Module):
    """Channels, each (B, F, H, W) -> levels “0”, “1”, … at a quarter, an eighth and a sixteenth, and before them at a
    half where asked for."""

    def __init__(self, settings: ClassroomSettings) -> None:
        super().__init__()
        own, batch = settings, settings.batch_norm
        half, *widths = own.pyramid
        self.fuse = layer(len(GROUPS) * own.features, half, batch, stride=2)
        self.blocks = nn.ModuleList()
        for inner, outer in zip((half, *widths[:-1]), widths, strict=True):
            self.blocks.append(BasicBlock(inner, outer, batch, stride=2))
        for part in (self.fuse, self.blocks):
            part.apply(initialise)
        self.halves = own.finest == 2
        self.network = _network([half] * self.halves + list(widths), own.levels, pooled=False)

    def bottom_up(self, channels: Mapping[str, Tensor]) -> list[Tensor]:
        """Each level before it hears of the smaller ones."""
        x = self.fuse(torch.cat([channels[group] for group in GROUPS], dim=1))
        found = [x] if self.halves else []
        for block in self.blocks:
            x = block(x)
            found.append(x)
        return found

    def forward(self, channels: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """As the class says."""
        found = self.bottom_up(channels)
        levels: dict[str, Tensor] = self.network(
            OrderedDict((str(index), level) for index, level in enumerate(found))
        )
        return levels

    def first_weights(self) -> Tensor:
        """(outer, 3 F, 3, 3): of the first layer that sees the channels, in their order."""
        weights: Tensor = self.fuse[0].weight  # type: ignore[assignment]
        return weights

    @property
    def reach(self) -> tuple[int, ...]:
        """Pixels along each axis that a cell of each level sees, not counting what smaller levels tell it."""
        sees, step = REACH + _IN_CHANNELS + 2, 2
        found = [sees + 2 * step] if self.halves else []
        for _ in self.blocks:
            sees, step = sees + 2 * step + 4 * step, 2 * step
            found.append(sees + 2 * step)  # a level's own convolution
        return tuple(found)


class PaperLevels(nn.Module):
    """Channels -> levels “0” (free), “1” (laser), “2” (outlines) and “pool”, every second pixel of the last; what each
    hears of the next is added to it."""

    def __init__(self, settings: ClassroomSettings) -> None:
        super().__init__()
        self.network = _network([settings.features] * len(GROUPS), settings.levels, pooled=True)

    def forward(self, channels: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """As the class says."""
        levels: dict[str, Tensor] = self.network(
            OrderedDict((str(index), channels[group]) for index, group in enumerate(GROUPS))
        )
        return levels

    def first_weights(self) -> Tensor:
        """(outer, 3 F, 3, 3): of level 0, which alone hears of every channel and alone is read by the box head: its
        convolution with the 1 x 1 before it folded in."""
        network: Any = self.network
        conv = network.layer_blocks[0][0].weight
        folded = [
            torch.einsum("ockl,cf->ofkl", conv, inner[0].weight[:, :, 0, 0])
            for inner in network.inner_blocks
        ]
        return torch.cat(folded, dim=1)

    @property
    def reach(self) -> tuple[int, ...]:
        """Pixels along each axis that a cell of each level sees."""
        free, taught = REACH + 2, REACH + _IN_CHANNELS
        return tuple(sees + 2 for sees in (free, taught, taught, taught))


def levels_of(settings: ClassroomSettings) -> Pyramid | PaperLevels:
    """As the settings say."""
    return PaperLevels(settings) if settings.paper else Pyramid(settings)
