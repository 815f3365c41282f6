"""From few centres back to all points: features of the three nearest, weighted by inverse squared distance.

Qi et al., PointNet++ (NeurIPS 2017), equation 2 with squares as published code has them: w = 1 / (d² + 1e-8).
"""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from engine.points.distances import squared_distances
from engine.points.neighbours import nearest

_EPSILON = 1e-8


@dataclass(frozen=True)
class Nearby:
    """index (B, N, k) int64: the centres nearest to each point, nearest first, ties by index;
    weights (B, N, k): how much each counts; a point's sum to 1."""

    index: Tensor
    weights: Tensor


def nearby(points: Tensor, centres: Tensor, k: int = 3) -> Nearby:
    """(B, N, 3) and (B, G, 3) -> the k nearest centres of every point; all of them where there are fewer than k."""
    points, centres = points.detach(), centres.detach()
    index = nearest(centres, points, min(k, centres.shape[1]))
    batch, count, few = index.shape
    there = centres.gather(1, index.view(batch, -1, 1).expand(-1, -1, 3))
    squares = squared_distances(points[:, :, None], there.view(batch, count, few, 3))
    weights = 1 / (squares + _EPSILON)
    return Nearby(index, weights / weights.sum(dim=2, keepdim=True))


def propagate(features: Tensor, near: Nearby) -> Tensor:
    """(B, G, C) -> (B, N, C): the weighted mean of what the nearby centres have. Gradients reach the features alone."""
    return _summed(features, near.index, near.weights.to(features.dtype))


def pick(features: Tensor, near: Nearby, which: int) -> Tensor:
    """(B, G, C) -> (B, N, C): what each point's nearest centre has (`which` 0), or its second (1), or its third."""
    index = near.index[:, :, which : which + 1]
    return _summed(features, index, torch.ones_like(index, dtype=features.dtype))


def _summed(features: Tensor, index: Tensor, weights: Tensor) -> Tensor:
    """(B, G, C), (B, N, k) and (B, N, k) -> (B, N, C)."""
    if features.device.type == "mps":  # not every version of torch has bags there
        return _gathered(features, index, weights)
    return _in_bags(features, index, weights)


def _in_bags(features: Tensor, index: Tensor, weights: Tensor) -> Tensor:
    """One pass over memory; gathering first writes k times as much, and takes ten times as long on a CPU."""
    batch, centres, width = features.shape
    first = torch.arange(batch, device=index.device)[:, None, None] * centres
    bags = (index + first).flatten(0, 1)
    table, shares = features.reshape(-1, width), weights.flatten(0, 1)
    sums = F.embedding_bag(bags, table, per_sample_weights=shares, mode="sum")
    return sums.view(batch, -1, width)


def _gathered(features: Tensor, index: Tensor, weights: Tensor) -> Tensor:
    """The same with nothing but what every device can do."""
    sums = torch.zeros(1, dtype=features.dtype, device=features.device)
    for which, share in zip(index.unbind(2), weights.unbind(2), strict=True):
        rows = features.gather(1, which[:, :, None].expand(-1, -1, features.shape[2]))
        sums = sums + rows * share[:, :, None]
    return sums
