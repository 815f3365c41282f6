"""Backward pass of a linear layer under a maximum, compiled by numba: only points that were the largest take part."""

from typing import Any

import numpy as np
import torch
from numba import njit
from numpy.typing import NDArray
from torch import Tensor

from engine.points.kernels import in_threads

_BLOCK = 4  # patches at a time: they stay in the cache while every channel passes over them

Floats = NDArray[np.float32]
Indices = NDArray[np.int64]


def backward(
    gradient: Tensor, where: Tensor, patches: Tensor, weight: Tensor
) -> tuple[Tensor, Tensor]:
    """gradient and where (P, D): of each patch's peaks, and which of its points they are; patches (P, k, C), weight
    (D, C) -> gradients of both."""
    arrays: tuple[Any, ...] = tuple(
        each.detach().contiguous().numpy() for each in (gradient, where, patches, weight)
    )
    to_patches, shares = np.zeros_like(arrays[2]), []

    def work(part: slice) -> None:
        share = np.zeros_like(arrays[3])  # each thread its own
        shares.append((part.start, share))
        _follow(
            arrays[0][part], arrays[1][part], arrays[2][part], arrays[3], to_patches[part], share
        )

    in_threads(work, len(patches))
    in_order = [share for _, share in sorted(shares, key=lambda entry: entry[0])]
    return torch.from_numpy(to_patches), torch.from_numpy(sum(in_order[1:], in_order[0]))


@njit(cache=True, nogil=True)
def _follow(
    gradient: Floats, where: Indices, patches: Floats, weight: Floats, back: Floats, share: Floats
) -> None:
    for first in range(0, len(patches), _BLOCK):
        last = min(len(patches), first + _BLOCK)
        for channel in range(len(weight)):
            for patch in range(first, last):
                pull = gradient[patch, channel]
                if pull != 0:
                    row = where[patch, channel]
                    _add(share[channel], pull, patches[patch, row])
                    _add(back[patch, row], pull, weight[channel])


@njit(cache=True, nogil=True)
def _add(to: Floats, times: float, what: Floats) -> None:
    for i in range(len(to)):
        to[i] += times * what[i]
