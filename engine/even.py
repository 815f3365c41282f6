"""An order of points of which every beginning is spread evenly through space: its length is the level of detail."""

import numpy as np
from numpy.typing import NDArray

LEVELS = 10  # halvings of the box around the points
_SPREAD = np.array([int(f"{number:b}", 8) for number in range(1 << LEVELS)])  # two bits apart

Indices = NDArray[np.int64]


def even_order(points: NDArray[np.floating], rng: np.random.Generator) -> Indices:
    """(N,): the numbers of the points (N, 3), in such an order.

    Cells halve from level to level. Each level adds a point drawn by chance for every cell that has none yet, in an
    order drawn by chance: every beginning has a point in each cell of the last whole level, and no two in one cell of
    the next.
    """
    rank = rng.permutation(len(points))
    code = _cells(points)
    by_code = np.argsort(code)
    code, rank = code[by_code], rank[by_code]
    level = np.full(len(points), LEVELS + 1, np.uint8)  # by rank
    for depth in range(LEVELS, -1, -1):
        cell = code >> 3 * (LEVELS - depth)
        starts = np.flatnonzero(np.diff(cell, prepend=-1))
        level[np.minimum.reduceat(rank, starts)] = depth
    by_rank = np.empty_like(rank)
    by_rank[rank] = by_code
    order: Indices = by_rank[np.argsort(level, kind="stable")]
    return order


def _cells(points: NDArray[np.floating]) -> Indices:
    """Morton codes: the bits of the three places take turns, so that a shift gives the cell around."""
    low = points.min(axis=0)
    side = max(float((points.max(axis=0) - low).max()), 1e-30)
    place = ((points - low) * ((1 << LEVELS) / side)).astype(np.int64).clip(0, (1 << LEVELS) - 1)
    x, y, z = (_SPREAD[place[:, axis]] for axis in range(3))
    return np.asarray(x << 2 | y << 1 | z, np.int64)
