"""Between points and voxels: a voxel has the mean of its points, a point what lies around it, blended trilinearly.

As point-voxel nets do it (Tang et al., Searching Efficient 3D Architectures with Sparse Point-Voxel Convolution, ECCV
2020): of the eight voxels around a point those that hold nothing count for nothing, and the others' shares are brought
to sum up to 1 again, over that sum plus 1e-8.
"""

from dataclasses import dataclass
from itertools import product
from typing import Any, Self

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable
from torch.nn import functional as F  # noqa: N812

from engine.nets.sparse.grid import FARTHEST, Grid, keys_of, voxels_of

_EPSILON = 1e-8


@dataclass(frozen=True)
class _Bags:
    """Weighted sums: row r adds up weights · sources from starts[r] to starts[r + 1]."""

    sources: Tensor
    starts: Tensor
    weights: Tensor

    @classmethod
    def of(cls, rows: Tensor, sources: Tensor, weights: Tensor, count: int) -> Self:
        """The sums of `count` rows from single shares (E,), in whatever order they come."""
        order = torch.argsort(rows, stable=True)
        each = torch.bincount(rows, minlength=count)
        starts = torch.cat([each.new_zeros(1), each.cumsum(0)])
        return cls(sources[order], starts, weights[order])

    def summed(self, values: Tensor) -> Tensor:
        """(S, C) -> (R, C)."""
        weights = self.weights.to(values.dtype)
        if values.device.type == "mps":  # not every version of torch has bags there
            rows = torch.repeat_interleave(self.starts.diff())
            out = values.new_zeros(len(self.starts) - 1, values.shape[1])
            return out.index_add_(0, rows, values[self.sources] * weights[:, None])
        if not len(self.sources):
            return values.new_zeros(len(self.starts) - 1, values.shape[1])
        return F.embedding_bag(
            self.sources, values, self.starts, mode="sum", per_sample_weights=weights,
            include_last_offset=True,
        )  # fmt: skip


class _Blended(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, values: Tensor, there: _Bags, back: _Bags) -> Tensor:  # type: ignore[override]
        ctx.back = back
        return there.summed(values)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> Any:  # type: ignore[override]
        return ctx.back.summed(gradient.contiguous()), None, None


class Blend:
    """Rows that are weighted sums of others: of shares (E,) each, into which of `count` rows, from which of `many`
    sources, with which weight. Each sum is taken in one order, forward and backward, so it is the same again."""

    def __init__(
        self, rows: Tensor, sources: Tensor, weights: Tensor, shape: tuple[int, int]
    ) -> None:
        count, many = shape
        self._there = _Bags.of(rows, sources, weights, count)
        self._back = _Bags.of(sources, rows, weights, many)

    def __call__(self, values: Tensor) -> Tensor:
        """(many, C) -> (count, C)."""
        out: Tensor = _Blended.apply(values, self._there, self._back)  # type: ignore[no-untyped-call]
        return out


class Places:
    """Points in space and the voxels they lie in. places (N, 3): measured in the smallest voxels, in any float type;
    cloud (N,) int64: which cloud each is of. Those farther out than a grid reaches are moved to its edge. What leads to
    a grid and back is worked out once for each stride."""

    def __init__(self, places: Tensor, cloud: Tensor) -> None:
        self.places, self.cloud = places.detach().clamp(-FARTHEST, FARTHEST), cloud
        self._voxels = voxels_of(self.places, cloud)
        self.grid, self._own = Grid.around(self._voxels)
        self._means: dict[int, Blend] = {}
        self._looks: dict[int, Blend] = {}

    def __len__(self) -> int:
        return len(self.places)

    def mean(self, values: Tensor, grid: Grid) -> Tensor:
        """(N, C) -> (V, C): of the points in each voxel of a grid that came of this one."""
        if grid.stride not in self._means:
            self._means[grid.stride] = self._mean_into(grid)
        return self._means[grid.stride](values)

    def look(self, features: Tensor, grid: Grid) -> Tensor:
        """(V, C) -> (N, C): trilinear between the eight voxels of a grid around each point."""
        if grid.stride not in self._looks:
            self._looks[grid.stride] = self._look_at(grid)
        return self._looks[grid.stride](features)

    def _mean_into(self, grid: Grid) -> Blend:
        cloud, axes = self._voxels[:, :1], self._voxels[:, 1:]
        coarse = torch.cat([cloud, axes.div(grid.stride, rounding_mode="floor")], dim=1)
        own = self._own if grid.stride == 1 else grid.find(keys_of(coarse))
        count = torch.bincount(own, minlength=len(grid))
        rows = torch.arange(len(self), device=own.device)
        share = 1 / count[own].to(self.places.dtype)
        return Blend(own, rows, share, (len(grid), len(self)))

    def _look_at(self, grid: Grid) -> Blend:
        scaled = self.places / grid.stride
        low = scaled.floor()
        part, base = scaled - low, voxels_of(low, self.cloud)
        found, shares = [], []
        for corner in product((0, 1), repeat=3):
            step = base.new_tensor([0, *corner])
            found.append(grid.find(keys_of(base + step)))
            upper = step[1:].bool()
            shares.append(torch.where(upper, part, 1 - part).prod(dim=1))
        voxel, share = torch.stack(found, dim=1), torch.stack(shares, dim=1)
        there = voxel >= 0
        share = torch.where(there, share, 0)
        share = share / (share.sum(dim=1, keepdim=True) + _EPSILON)
        rows = torch.arange(len(self), device=voxel.device)[:, None].expand_as(voxel)
        return Blend(rows[there], voxel[there], share[there], (len(self), len(grid)))
