"""The points in a ball: the first of them in the cloud's order, whoever is nearest (PointNet++'s ball query)."""

import numpy as np
import torch
from torch import Tensor

from engine.errors import ConfigError
from engine.points.compiled import for_these
from engine.points.distances import refuse_unless_clouds, squared_distances
from engine.words import say

_CELLS = 2**18  # distances at a time, which stay in the cache


def within(points: Tensor, centres: Tensor, radius: float, count: int) -> Tensor:
    """(B, N, 3) and (B, G, 3) -> (B, G, count) int64: the first `count` points nearer to each centre than `radius`.

    Where there are fewer, the first of them fills the rest; where there is none, point 0 does. Raises ConfigError for
    an empty cloud, a count below 1 or a radius that is not above 0.
    """
    refuse_unless_clouds(points, centres)
    if count < 1 or not radius > 0 or not points.shape[1]:
        raise ConfigError(
            say(
                "{count} points within {radius} cannot be found in clouds of {points}. Choose at least "
                "one point and a radius above 0.",
                count=count,
                radius=radius,
                points=points.shape[1],
            )
        )
    square = float(np.float32(radius) ** 2)  # the same in both forms
    compiled = for_these(points, centres)
    if compiled is not None:
        found: Tensor = compiled.within(points, centres, square, count)
        return found
    return _in_torch(points, centres, square, count)


def _in_torch(points: Tensor, centres: Tensor, square: float, count: int) -> Tensor:
    step = max(1, _CELLS // points.shape[1])
    with torch.no_grad():
        rows = [
            torch.cat(
                [
                    _first(squared_distances(cloud[None], part[:, None]) < square, count)
                    for part in parts
                ]
            )
            for cloud, parts in zip(points, (one.split(step) for one in centres), strict=True)
        ]
    return torch.stack(rows)


def _first(inside: Tensor, count: int) -> Tensor:
    """(G, N) -> (G, count): the lowest indices that are true, then the first of them again."""
    size = inside.shape[1]
    index = torch.arange(size, device=inside.device)
    ordered = torch.where(inside, index, size).sort(dim=1).values[:, :count]
    if count > size:
        ordered = torch.nn.functional.pad(ordered, (0, count - size), value=size)
    first = ordered[:, :1] % size  # none inside: point 0
    return torch.where(ordered < size, ordered, first)
