"""A whole room for a test: blocks until every point was asked about, answers averaged, and carried to all points.

rows = thinned(len(scene), settings.most, seed)
votes = Votes(len(rows), classes)
for block in cover(scene.points[rows], settings, seed):
    votes.add(block, answers)  # log-probabilities of placed(scene.points[rows], block, scaled)
for some, nearest in nearest_seen(scene.points[rows], scene.points):
    everywhere[some] = votes.mean()[nearest]
"""

from collections.abc import Iterator

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from engine.scene_blocks import (
    EDGE,
    Block,
    BlockSettings,
    Floats,
    Rows,
    drawn,
    floor_middle,
    refuse_empty,
    within,
)

_SHARE = 100_000  # points that are looked for at once
Middle = NDArray[np.float64]


def thinned(count: int, most: int, seed: int) -> Rows:
    """At most so many of `count` points, drawn by seed, in order."""
    if count <= most:
        return np.arange(count)
    return np.sort(np.random.default_rng(seed).choice(count, most, replace=False))


def cover(points: Floats, settings: BlockSettings, seed: int) -> Iterator[Block]:
    """Blocks of points (N, 3) in which each point counts at least once in every pass; the same for the same seed.

    Columns stand side by side, evenly and within the room, overlapping where its size asks for it; every second pass
    has one more each way, so that its borders lie elsewhere. DataError without any point.
    """
    refuse_empty(points)
    for number in range(settings.passes):
        rng = np.random.default_rng([seed, number])
        if settings.cut == "room":
            everything = np.arange(len(points))
            for members in _dealt(everything, settings.points, rng):
                yield Block(members, np.ones(len(members), np.bool_), floor_middle(points))
            continue
        floor = float(points[:, 2].min())
        for middle in _middles(points, settings.side, number % 2):
            region = np.flatnonzero(within(points, middle, settings.side / 2 + settings.margin))
            for members in _dealt(region, settings.points, rng):
                counted = within(points[members], middle, settings.side / 2 + EDGE)
                yield Block(members, counted, np.array([*middle, floor]))


class Votes:
    """Sums up log-probabilities of blocks, point by point."""

    def __init__(self, points: int, classes: int) -> None:
        self._sums = np.zeros((points, classes), np.float64)
        self._times = np.zeros(points, np.int64)

    @property
    def unseen(self) -> int:
        """How many points nothing was said about yet."""
        return int((self._times == 0).sum())

    def add(self, block: Block, log_probabilities: Floats) -> None:
        """(P, C) of a block; only what counts is taken, and of a point that is in it twice the first."""
        rows, first = np.unique(block.members[block.counted], return_index=True)
        self._sums[rows] += log_probabilities[block.counted][first]
        self._times[rows] += 1

    def mean(self) -> Floats:
        """(N, C): the average of what was said; NaN where nothing was."""
        times = np.where(self._times, self._times, np.nan)
        return (self._sums / times[:, None]).astype(np.float32)


def nearest_seen(seen: Floats, points: Floats) -> Iterator[tuple[slice, Rows]]:
    """For all points (N, 3), a share at a time, which of those seen (M, 3) is the nearest."""
    from scipy.spatial import cKDTree  # only here: cutting needs no scipy

    if len(seen) == len(points) and np.array_equal(seen, points):
        yield slice(None), np.arange(len(points))
        return
    tree = cKDTree(seen, balanced_tree=False)
    for first in range(0, len(points), _SHARE):
        some = slice(first, first + _SHARE)
        yield some, tree.query(points[some])[1]


def _dealt(members: Rows, count: int, rng: Generator) -> Iterator[Rows]:
    """All of them in random order, so many at a time; the last is filled up with some that came before."""
    order = rng.permutation(members)
    for first in range(0, len(order), count):
        part = order[first : first + count]
        lacking = count - len(part)
        earlier = order[:first] if first else part
        yield np.concatenate([part, drawn(earlier, lacking, rng)]) if lacking else part


def _middles(points: Floats, side: float, more: int) -> Iterator[Middle]:
    """The middles (2,) of columns that together hold every point; none is empty."""
    low = points[:, :2].min(axis=0).astype(np.float64)
    extent = points[:, :2].max(axis=0) - low
    beyond = np.maximum(extent - side, 0)  # how far the first column's corner can go
    count = np.where(beyond > 0, np.ceil(extent / side) + more, 1)
    step = beyond / np.maximum(count - 1, 1)
    place = np.floor((points[:, :2] - low) / np.where(step, step, np.inf))
    first = np.where(beyond > 0, low, low + (extent - side) / 2)
    for corner in np.unique(np.minimum(place, count - 1), axis=0):
        yield first + corner * step + side / 2
