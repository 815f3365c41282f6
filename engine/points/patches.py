"""A cloud as overlapping patches: centres far apart, and the points nearest to each (Point-MAE's grouping)."""

from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from engine.errors import ConfigError
from engine.points.farthest import farthest_points
from engine.points.neighbours import nearest
from engine.words import say


@dataclass(frozen=True)
class Patches:
    """points (B, G, k, 3), each less its centre and not scaled, nearest first; centres (B, G, 3);
    members (B, G, k) and chosen (B, G): which points of the cloud they are, the centres in order of sampling."""

    points: Tensor
    centres: Tensor
    members: Tensor
    chosen: Tensor

    def coverage(self, size: int) -> Tensor:
        """(B,): the share of a cloud's `size` points that lie in a patch at least."""
        met = torch.zeros(len(self.members), size, device=self.members.device)
        return met.scatter_(1, self.members.flatten(1), 1.0).mean(dim=1)


def patches(
    points: Tensor, count: int, size: int, mode: Literal["plain", "pointnet2"] = "plain"
) -> Patches:
    """(B, N, 3) to `count` patches of `size` points; raises ConfigError when a cloud has too few points for it."""
    there = points.shape[1]
    if there < max(count, size):
        raise ConfigError(
            say(
                "Clouds of {there} points cannot be looked at in {count} patches of {size}. Nothing was "
                "changed. Take more points of each cloud, or fewer and smaller patches (net.patches, "
                "net.patch_size).",
                there=there,
                count=count,
                size=size,
            )
        )
    chosen = farthest_points(points, count, mode=mode)
    centres = _rows(points, chosen)
    members = nearest(points, centres, size)
    around = _rows(points, members.flatten(1)).view(len(points), count, size, 3)
    return Patches(around - centres[:, :, None], centres, members, chosen)


def _rows(points: Tensor, index: Tensor) -> Tensor:
    """(B, N, 3) and (B, M) -> (B, M, 3)."""
    return points.gather(1, index[:, :, None].expand(-1, -1, 3))
