"""Farthest points and nearest neighbours of float32 clouds on the CPU, compiled by numba when they are first needed.

Coordinates come axis by axis, so that the compiler computes many distances at once. Every distance is made of the same
float32 operations in the same order as in the torch forms: both find the very same points. Distances are compared by
their bits, which sort as they do (none is negative but the one -1): extremes of floats would be found one by one.
"""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import torch
from numba import njit
from numpy.typing import NDArray
from torch import Tensor

_BLOCK = 256  # points whose largest distance is known before one of them is looked at
_NEAR_BLOCK = 128  # the same for the smallest
_COMPILED = {"cache": True, "nogil": True}

Floats = NDArray[np.float32]
Indices = NDArray[np.int64]
Bits = NDArray[np.int32]
Point = tuple[float, float, float]


def farthest(points: Tensor, barred: Tensor | None, count: int, start: int) -> Tensor:
    """(B, N, 3) -> (B, count) int64; points marked in `barred` (B, N) are chosen only when all others are."""
    axes = _axes(points)
    closest = np.full((len(axes), axes.shape[2]), np.inf, np.float32)
    if barred is not None:
        closest[barred.numpy()] = -1
    chosen = np.empty((len(axes), count), np.int64)
    bits = closest.view(np.int32)

    def work(part: slice) -> None:
        _farthest(axes[part], closest[part], bits[part], start, chosen[part])

    _in_threads(work, len(axes))
    return torch.from_numpy(chosen)


def nearest(points: Tensor, centres: Tensor, k: int) -> Tensor:
    """(B, N, 3) and (B, G, 3) -> (B, G, k) int64."""
    axes, middles = _axes(points), _axes(centres)
    found = np.empty((len(axes), middles.shape[2], k), np.int64)
    _in_threads(lambda part: _nearest(axes[part], middles[part], found[part]), len(axes))
    return torch.from_numpy(found)


def _axes(points: Tensor) -> Floats:
    """(B, N, 3) -> (B, 3, N), contiguous."""
    axes: Floats = points.detach().transpose(1, 2).contiguous().numpy()
    return axes


def _in_threads(work: Any, clouds: int) -> None:
    """Share the clouds among as many threads as torch may use."""
    threads = min(torch.get_num_threads(), clouds)
    if threads <= 1:
        work(slice(0, clouds))
        return
    edges = [clouds * number // threads for number in range(threads + 1)]
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(work, map(slice, edges[:-1], edges[1:])))


@njit(**_COMPILED)
def _farthest(axes: Floats, closest: Floats, bits: Bits, start: int, chosen: Indices) -> None:
    size = axes.shape[2]
    peaks = np.empty((size + _BLOCK - 1) // _BLOCK, np.int32)
    for cloud in range(len(axes)):
        x, y, z, near = axes[cloud, 0], axes[cloud, 1], axes[cloud, 2], closest[cloud]
        newest = start
        for position in range(chosen.shape[1]):
            chosen[cloud, position] = newest
            middle = x[newest], y[newest], z[newest]
            for block in range(len(peaks)):
                first = block * _BLOCK
                last = min(size, first + _BLOCK)
                _approach(x[first:last], y[first:last], z[first:last], middle, near[first:last])
                peaks[block] = _largest(bits[cloud, first:last])
            newest = _first_peak(bits[cloud], peaks)


@njit(**_COMPILED)
def _approach(x: Floats, y: Floats, z: Floats, middle: Point, near: Floats) -> None:
    """Lower the squared distances of a block to those from a point where it is nearer."""
    for i in range(len(near)):
        a, b, c = x[i] - middle[0], y[i] - middle[1], z[i] - middle[2]
        square = a * a + b * b + c * c
        near[i] = square if square < near[i] else near[i]


@njit(**_COMPILED)
def _largest(bits: Bits) -> int:
    best: int = bits[0]
    for i in range(len(bits)):
        best = max(best, bits[i])
    return best


@njit(**_COMPILED)
def _first_peak(bits: Bits, peaks: Bits) -> int:
    """The lowest index with the largest value."""
    block = 0
    for other in range(1, len(peaks)):
        if peaks[other] > peaks[block]:
            block = other
    first = block * _BLOCK
    while bits[first] != peaks[block]:
        first += 1
    return first


@njit(**_COMPILED)
def _nearest(axes: Floats, middles: Floats, found: Indices) -> None:
    size, k = axes.shape[2], found.shape[2]
    squares = np.empty(_NEAR_BLOCK, np.float32)
    bits = squares.view(np.int32)
    for cloud in range(len(axes)):
        x, y, z = axes[cloud, 0], axes[cloud, 1], axes[cloud, 2]
        for centre in range(middles.shape[2]):
            middle = middles[cloud, 0, centre], middles[cloud, 1, centre], middles[cloud, 2, centre]
            keys, kept = found[cloud, centre], 0
            for first in range(0, size, _NEAR_BLOCK):
                last = min(size, first + _NEAR_BLOCK)
                _distances(x[first:last], y[first:last], z[first:last], middle, squares)
                block = bits[: last - first]
                if kept < k or _smallest(block) < keys[k - 1] >> 32:
                    kept = _insert(block, first, keys, kept)
            for place in range(k):
                keys[place] &= 0xFFFFFFFF


@njit(**_COMPILED)
def _distances(x: Floats, y: Floats, z: Floats, middle: Point, squares: Floats) -> None:
    for i in range(len(x)):
        a, b, c = x[i] - middle[0], y[i] - middle[1], z[i] - middle[2]
        squares[i] = a * a + b * b + c * c


@njit(**_COMPILED)
def _smallest(bits: Bits) -> int:
    best: int = bits[0]
    for i in range(len(bits)):
        best = min(best, bits[i])
    return best


@njit(**_COMPILED)
def _insert(bits: Bits, first: int, keys: Indices, kept: int) -> int:
    """Put the points of a block that are near enough where they belong; how many are kept now.

    A key is a distance's bits with the index below them, so keys sort by distance, then by index.
    """
    k = len(keys)
    for i in range(len(bits)):
        key = (np.int64(bits[i]) << 32) | (first + i)
        if kept == k and key >= keys[k - 1]:
            continue
        place = kept if kept < k else k - 1
        while place > 0 and keys[place - 1] > key:
            keys[place] = keys[place - 1]
            place -= 1
        keys[place] = key
        kept = min(k, kept + 1)
    return kept


def within(points: Tensor, centres: Tensor, square: float, count: int) -> Tensor:
    """(B, N, 3) and (B, G, 3) -> (B, G, count) int64; `square`: of the radius, in float32."""
    axes, middles = _axes(points), _axes(centres)
    found = np.empty((len(axes), middles.shape[2], count), np.int64)
    limit = np.float32(square)

    def work(part: slice) -> None:
        _within(axes[part], middles[part], limit, found[part])

    _in_threads(work, len(axes))
    return torch.from_numpy(found)


@njit(**_COMPILED)
def _within(axes: Floats, middles: Floats, limit: float, found: Indices) -> None:
    size, count = axes.shape[2], found.shape[2]
    squares = np.empty(_NEAR_BLOCK, np.float32)
    for cloud in range(len(axes)):
        x, y, z = axes[cloud, 0], axes[cloud, 1], axes[cloud, 2]
        for centre in range(middles.shape[2]):
            middle = middles[cloud, 0, centre], middles[cloud, 1, centre], middles[cloud, 2, centre]
            members, kept, first = found[cloud, centre], 0, 0
            while first < size and kept < count:
                last = min(size, first + _NEAR_BLOCK)
                _distances(x[first:last], y[first:last], z[first:last], middle, squares)
                kept = _collect(squares[: last - first], limit, first, members, kept)
                first = last
            members[kept:] = members[0] if kept else 0


@njit(**_COMPILED)
def _collect(squares: Floats, limit: float, first: int, members: Indices, kept: int) -> int:
    """Add the points of a block that are near enough, until there are as many as asked for."""
    for i in range(len(squares)):
        if squares[i] < limit and kept < len(members):
            members[kept] = first + i
            kept += 1
    return kept
