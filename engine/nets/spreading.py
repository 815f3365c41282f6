"""Linear layers on what a point has and what its surroundings have, without computing the latter point by point.

A linear layer and a weighted mean may change places: the layer then sees hundreds of centres, not thousands of points.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from engine.points.propagate import Nearby, pick, propagate


class FromCentres(nn.Linear):
    """A linear layer on [a point's own numbers, features of its nearest centres].

    near 1: their mean, weighted by inverse squared distance; more: one beside the other, nearest first.
    """

    def __init__(self, own: int, width: int, outputs: int, near: int = 1) -> None:
        super().__init__(own + near * width, outputs)
        self.own, self.near = own, near

    def forward(  # type: ignore[override]
        self, own: Tensor, features: Tensor, near: Nearby
    ) -> Tensor:
        """(B, N, own) and (B, G, W) -> (B, N, outputs)."""
        weights = self.weight[:, self.own :].chunk(self.near, dim=1)
        result = F.linear(own, self.weight[:, : self.own], self.bias)
        if self.near == 1:
            return result + propagate(F.linear(features, weights[0]), near)
        for which, weight in enumerate(weights):
            result = result + pick(F.linear(features, weight), near, which)
        return result


class WithWhole(nn.Linear):
    """A linear layer on [features of a point, features of its whole cloud], the latter computed once for each cloud."""

    def __init__(self, width: int, whole: int, outputs: int) -> None:
        super().__init__(width + whole, outputs)
        self.width = width

    def forward(self, points: Tensor, whole: Tensor) -> Tensor:  # type: ignore[override]
        """(B, N, C) and (B, D) -> (B, N, outputs)."""
        own = F.linear(points, self.weight[:, : self.width])
        return own + F.linear(whole, self.weight[:, self.width :], self.bias)[:, None]


class PerPoint(nn.Sequential):
    """Layers that see every point of every cloud alike; norms count all of them."""

    def forward(self, points: Tensor) -> Tensor:
        """(B, N, C) -> (B, N, last width)."""
        inside: Tensor = super().forward(points.flatten(0, 1))  # type: ignore[no-untyped-call]
        return inside.view(*points.shape[:2], -1)


def levels(depth: int) -> tuple[int, int, int]:
    """After which three blocks of a transformer features are taken, counted from 1: 4, 8, 12 of 12; the last always."""
    first, second, last = (-(-depth * third // 3) for third in (1, 2, 3))
    return first, second, last


def extremes(tokens: Tensor) -> Tensor:
    """(B, G, C) -> (B, 2 C): the largest and the mean of all tokens."""
    return torch.cat([tokens.amax(dim=1), tokens.mean(dim=1)], dim=1)
