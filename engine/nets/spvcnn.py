"""SPVCNN: names every point of a laser's sweep by a U-net of sparse voxels, beside which each point goes its own way.

Tang, Liu, Zhao, Lin, Lin, Wang, Han: Searching Efficient 3D Architectures with Sparse Point-Voxel Convolution (ECCV
2020), layer by layer: at width 1 and 19 classes it has 21.78 M parameters, at width 0.5 5.45 M. The features of a point
are its last ones before they are named (z3), which is what a camera is taught to foretell.
"""

from typing import Any, cast

import torch
from pydantic import Field
from torch import Tensor, nn

from engine import registry
from engine.nets.output import Output
from engine.nets.sparse import Down, Grid, Places, Submanifold, Up
from engine.ranks.share import Share, share_of
from engine.registry import register
from engine.words import say

INPUTS = 4  # x, y, z in metres and intensity
_WIDTHS = (32, 32, 64, 128, 256, 256, 128, 96, 96)  # stem, four stages down, four up


class SpvcnnSettings(registry.Settings):
    """How wide, and how fine its voxels are."""

    width: float = Field(
        0.25,
        ge=0.125,
        le=4,
        multiple_of=0.125,
        title=say("Width"),
        description=say(
            "1: as published, 21.8 M parameters; 0.25 learns on a computer without a graphics card."
        ),
    )
    voxel: float = Field(
        0.2,
        ge=0.01,
        le=5,
        title=say("Voxel in metres"),
        description=say("Published: 0.05."),
        json_schema_extra={"term": say("voxel size")},
    )
    dropout: float = Field(
        0.3, ge=0, lt=1, title=say("Dropout"), description=say("Of voxels on the way up.")
    )

    @property
    def widths(self) -> tuple[int, ...]:
        """Channels of the stem, the four stages down and the four up."""
        return tuple(int(self.width * width) for width in _WIDTHS)


class _Norm(nn.BatchNorm1d):
    """One row alone has no spread: it is measured by what was learnt so far."""

    def forward(self, values: Tensor) -> Tensor:
        if self.training and len(values) < 2:
            return nn.functional.batch_norm(
                values, self.running_mean, self.running_var, self.weight, self.bias, eps=self.eps
            )
        return super().forward(values)


class _Block(nn.Module):
    """A convolution, norm and ReLU."""

    def __init__(self, convolution: nn.Module, width: int) -> None:
        super().__init__()
        self.convolution, self.norm = convolution, _Norm(width)

    def forward(self, features: Tensor, grid: Grid) -> Tensor:
        return cast(Tensor, self.norm(self.convolution(features, grid)).relu())


class _Residual(nn.Module):
    """Two convolutions beside a straight way."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.first = _Block(Submanifold(inputs, outputs), outputs)
        self.second, self.norm = Submanifold(outputs, outputs), _Norm(outputs)
        self.straight: nn.Module = nn.Identity()
        if inputs != outputs:
            self.straight = nn.Sequential(nn.Linear(inputs, outputs, bias=False), _Norm(outputs))

    def forward(self, features: Tensor, grid: Grid) -> Tensor:
        inner = self.norm(self.second(self.first(features, grid), grid))
        return cast(Tensor, inner + self.straight(features)).relu()


class _Stage(nn.Module):
    """To voxels twice as large, then two residual blocks."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.down = _Block(Down(inputs, inputs), inputs)
        self.blocks = nn.ModuleList([_Residual(inputs, outputs), _Residual(outputs, outputs)])

    def forward(self, features: Tensor, grid: Grid) -> Tensor:
        """Features on a grid -> on `grid.coarser`."""
        features = self.down(features, grid)
        for block in self.blocks:
            features = block(features, grid.coarser[0])
        return features


class _Rise(nn.Module):
    """Back to voxels half as large, beside what was known of them on the way down, then two residual blocks."""

    def __init__(self, inputs: int, skipped: int, outputs: int) -> None:
        super().__init__()
        self.up = _Block(Up(inputs, outputs), outputs)
        both = outputs + skipped
        self.blocks = nn.ModuleList([_Residual(both, outputs), _Residual(outputs, outputs)])

    def forward(self, features: Tensor, skipped: Tensor, grid: Grid) -> Tensor:
        """Features on `grid.coarser` -> on the grid."""
        features = torch.cat([self.up(features, grid), skipped], dim=1)
        for block in self.blocks:
            features = block(features, grid)
        return features


def _own_way(inputs: int, outputs: int) -> nn.Sequential:
    return nn.Sequential(nn.Linear(inputs, outputs), _Norm(outputs), nn.ReLU())


@register(
    "laser_net",
    "spvcnn",
    say("Points of a street, with voxels"),
    say("Names what a laser hit by voxels around it and by each point itself (SPVCNN)."),
)
class Spvcnn(nn.Module):
    """forward(points (M, 4), cloud (M,)) -> logits (M, answers) and features (M, feature_dim). Computes in float32
    whatever the precision of a run, as sums over voxels lose too much in less."""

    Settings: Any = SpvcnnSettings

    def __init__(self, settings: SpvcnnSettings, answers: int = 19) -> None:
        super().__init__()
        w = settings.widths
        self.voxel, self.feature_dim = settings.voxel, w[8]
        self.stem = nn.ModuleList(
            [_Block(Submanifold(INPUTS, w[0]), w[0]), _Block(Submanifold(w[0], w[0]), w[0])]
        )
        self.stages = nn.ModuleList([_Stage(w[i], w[i + 1]) for i in range(4)])
        self.rises = nn.ModuleList([_Rise(w[i + 4], w[3 - i], w[i + 5]) for i in range(4)])
        self.own_ways = nn.ModuleList(
            [_own_way(w[0], w[4]), _own_way(w[4], w[6]), _own_way(w[6], w[8])]
        )
        self.dropout = nn.Dropout(settings.dropout)
        self.logits = nn.Linear(w[8], answers)

    def forward(self, points: Tensor, cloud: Tensor) -> Output:
        """points (M, 4): x, y, z in metres and intensity; cloud (M,) int64: which sweep each is of. Sweeps do not see
        each other (in training their norms do)."""
        with torch.autocast(points.device.type, enabled=False):
            features = self._features(points.to(self.logits.weight.dtype), cloud)
            return Output(self.logits(features), features)

    def share(self, points: Tensor, cloud: Tensor) -> tuple[tuple[Tensor, Tensor], Share]:
        """The sweeps of this process, where several share a batch."""
        share = share_of(int(cloud.max()) + 1, ragged=True)
        own = (cloud >= share.first) & (cloud < share.last)
        return (points[own], cloud[own] - share.first), share

    def _features(self, points: Tensor, cloud: Tensor) -> Tensor:
        places = Places(points[:, :3] / self.voxel, cloud)
        grids = [places.grid]
        for _ in self.stages:
            grids.append(grids[-1].coarser[0])

        voxels = places.mean(points, grids[0])
        for block in self.stem:
            voxels = block(voxels, grids[0])
        own = places.look(voxels, grids[0])
        levels = [places.mean(own, grids[0])]
        for stage, grid in zip(self.stages, grids, strict=False):
            levels.append(stage(levels[-1], grid))

        own = places.look(levels[4], grids[4]) + self.own_ways[0](own)
        low = self.rises[0](self.dropout(places.mean(own, grids[4])), levels[3], grids[3])
        low = self.rises[1](low, levels[2], grids[2])
        own = places.look(low, grids[2]) + self.own_ways[1](own)
        high = self.rises[2](self.dropout(places.mean(own, grids[2])), levels[1], grids[1])
        high = self.rises[3](high, voxels, grids[0])
        return cast(Tensor, places.look(high, grids[0]) + self.own_ways[2](own))
