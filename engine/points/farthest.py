"""Farthest point sampling: each next point is the one farthest from all chosen so far."""

from typing import Literal

import torch
from torch import Tensor

from engine.errors import ConfigError
from engine.points.compiled import for_these
from engine.points.distances import refuse_unless_clouds
from engine.words import say

_NEAR_ORIGIN = 1e-3  # pointnet2 passes over points whose squared norm is at most this


def farthest_points(
    points: Tensor, count: int, start: int = 0, mode: Literal["plain", "pointnet2"] = "plain"
) -> Tensor:
    """(B, N, 3) -> (B, count) int64, `start` first; the lowest index wins ties.

    "pointnet2" passes over points next to the origin, as the CUDA code of PointNet++ does (there they are padding).
    Raises ConfigError when a cloud has not so many points.
    """
    size = points.shape[1]
    refuse_unless_clouds(points)
    if not 1 <= count <= size or not 0 <= start < size:
        raise ConfigError(
            say(
                "{count} points spread out from point {start} cannot be chosen from clouds of {size}. "
                "Choose at most as many as a cloud has.",
                count=count,
                start=start,
                size=size,
            )
        )
    points = points.detach()
    barred = _near_origin(points) if mode == "pointnet2" else None
    compiled = for_these(points)
    if compiled is not None:
        found: Tensor = compiled.farthest(points, barred, count, start)
        return found
    return _in_torch(points, barred, count, start)


def _near_origin(points: Tensor) -> Tensor:
    x, y, z = points.unbind(2)
    return x * x + y * y + z * z <= _NEAR_ORIGIN


def _in_torch(points: Tensor, barred: Tensor | None, count: int, start: int) -> Tensor:
    x, y, z = points.permute(2, 0, 1).contiguous().unbind(0)
    nearest = torch.full_like(x, torch.inf)
    if barred is not None:
        nearest[barred] = -1
    chosen = torch.empty(len(points), count, dtype=torch.int64, device=points.device)
    newest = chosen.new_full((len(points), 1), start)
    for position in range(count):
        chosen[:, position : position + 1] = newest
        # In place: three buffers instead of a dozen is most of the speed.
        distance = (x - x.gather(1, newest)).square_()
        distance.add_((y - y.gather(1, newest)).square_()).add_((z - z.gather(1, newest)).square_())
        torch.minimum(nearest, distance, out=nearest)
        newest = nearest.argmax(dim=1, keepdim=True)
    return chosen
