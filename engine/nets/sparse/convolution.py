"""The three convolutions of a sparse U-net: among neighbours, to voxels twice as large, and back.

Each place of the kernel is one matrix product; within a place no voxel is written twice, so sums are always taken in
the same order and results are the same again on every device.
"""

import math
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd.function import once_differentiable

from engine.nets.sparse.grid import Grid, Pair


class _Summed(torch.autograd.Function):
    """out[o] += features[i] · weight[k] over the pairs (o, i) of every place k."""

    @staticmethod
    def forward(ctx: Any, features: Tensor, weight: Tensor, pairs: Sequence[Pair], count: int) -> Tensor:  # type: ignore[override]  # fmt: skip
        """features (V, A), weight (K, A, B), K pairs -> (count, B)."""
        ctx.save_for_backward(features, weight)
        ctx.pairs = pairs
        out = features.new_zeros(count, weight.shape[2])
        for (o, i), own in zip(pairs, weight, strict=True):
            if len(o):
                _add(out, _rows(features, i, o), own, (o, i))
        return out

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> Any:  # type: ignore[override]
        """The same sums backwards, and the weights' products."""
        features, weight = ctx.saved_tensors
        of_features = torch.zeros_like(features) if ctx.needs_input_grad[0] else None
        of_weight = torch.zeros_like(weight)
        for place, (o, i) in enumerate(ctx.pairs):
            if len(o):
                pulled, back = _rows(gradient, o, i), weight[place].T
                torch.mm(_rows(features, i, o).T, pulled, out=of_weight[place])
                if of_features is not None:
                    _add(of_features, pulled, back, (i, o))
        return of_features, of_weight, None, None


def _rows(values: Tensor, rows: Tensor, others: Tensor) -> Tensor:
    """Those rows; all of them as they are where each goes with itself."""
    return values if rows is others else values.index_select(0, rows)


def _add(out: Tensor, rows: Tensor, weight: Tensor, pair: Pair) -> None:
    """out[o] += rows · weight, where no row of out is there twice."""
    o, i = pair
    if o is i:
        out.addmm_(rows, weight)
    else:
        out.index_copy_(0, o, torch.addmm(out.index_select(0, o), rows, weight))


def summed(features: Tensor, weight: Tensor, pairs: Sequence[Pair], count: int) -> Tensor:
    """features (V, A), weight (K, A, B), for each of K places its pairs (out, in) -> (count, B)."""
    out: Tensor = _Summed.apply(features, weight, pairs, count)  # type: ignore[no-untyped-call]
    return out


class _Convolution(nn.Module):
    places: int

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(self.places, inputs, outputs))
        # As nn.Conv3d begins, whose bound counts all places of the kernel.
        bound = 1 / math.sqrt(inputs * self.places)
        nn.init.uniform_(self.weight, -bound, bound)


class Submanifold(_Convolution):
    """3 x 3 x 3 without bias: (V, inputs) on a grid -> (V, outputs) on the same."""

    places = 27

    def forward(self, features: Tensor, grid: Grid) -> Tensor:
        """As a dense convolution with a margin of zeros says at the voxels there are."""
        return summed(features, self.weight, grid.near, len(grid))


class Down(_Convolution):
    """2 x 2 x 2 with stride 2, without bias: a grid -> `grid.coarser`."""

    places = 8

    def forward(self, features: Tensor, grid: Grid) -> Tensor:
        """(V, inputs) -> (W, outputs) on the voxels twice as large."""
        coarser, pairs = grid.coarser
        return summed(features, self.weight, pairs, len(coarser))


class Up(_Convolution):
    """The transpose of `Down`, without bias: `grid.coarser` -> the grid."""

    places = 8

    def forward(self, features: Tensor, grid: Grid) -> Tensor:
        """(W, inputs) on the voxels twice as large -> (V, outputs)."""
        back = [(i, o) for o, i in grid.coarser[1]]
        return summed(features, self.weight, back, len(grid))
