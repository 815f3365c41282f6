"""Points gathered in balls around centres far apart, each ball as one token (PointNet++'s set abstraction)."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import torch
from torch import Tensor, nn

from engine.nets.pointnet2 import rows
from engine.points.ball import within
from engine.points.farthest import farthest_points

Sampling = Literal["plain", "pointnet2"]


@dataclass(frozen=True)
class Seen:
    """What an encoder makes of a scene: tokens (B, M, W) and where each is, centres (B, M, 3)."""

    tokens: Tensor
    centres: Tensor


def shared(widths: tuple[int, ...]) -> nn.Sequential:
    """Linear without bias, batch norm, ReLU from each width to the next: one matrix for all points."""
    layers: list[nn.Module] = []
    for inputs, outputs in pairwise(widths):
        layers += [nn.Linear(inputs, outputs, bias=False), nn.BatchNorm1d(outputs), nn.ReLU()]
    return nn.Sequential(*layers)


class BallGrouping(nn.Module):
    """Points (B, N, 3), with features (B, N, C) or without, to `count` tokens; fewer where a scene has fewer points.

    Offsets from the centre are divided by the radius; a ball with fewer points than `size` repeats its first.
    """

    def __init__(
        self,
        inputs: int,
        widths: tuple[int, ...],
        count: int,
        ball: tuple[float, int],
        sampling: Sampling,
    ) -> None:
        super().__init__()
        self.count, self.sampling = count, sampling
        self.radius, self.size = ball
        self.layers = shared((3 + inputs, *widths))
        for layer in self.layers:
            if isinstance(layer, nn.Linear):
                nn.init.kaiming_normal_(layer.weight)

    def forward(self, points: Tensor, features: Tensor | None = None) -> Seen:
        """As the class says; centres in the order of farthest point sampling."""
        count = min(self.count, points.shape[1])
        centres = rows(points, farthest_points(points, count, mode=self.sampling))
        members = within(points, centres, self.radius, self.size).flatten(1)
        shape = (len(points), count, self.size, -1)
        inside = (rows(points, members).view(shape) - centres[:, :, None]) / self.radius
        if features is not None:
            own = rows(features, members).view(shape)
            inside = torch.cat([inside.to(own.dtype), own], dim=3)
        values = self.layers(inside.flatten(0, 2))
        return Seen(values.view(shape).amax(dim=2), centres)
