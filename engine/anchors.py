"""Anchors: boxes of a few sizes laid all over a picture, from which found boxes are counted; numpy only.

A box that no anchor overlaps by half is hardly ever found, so sizes are taken from the boxes there are, and how many of
those can be reached is told before training.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Sizes = tuple[tuple[float, ...], ...]
RATIOS = (0.5, 1.0, 2.0)
_ROUNDS = 100
_SMALLEST = 2.0  # pixels
_APART = 1.05  # no anchor is less than so many times the next smaller


def choose_anchors(boxes: ArrayLike, levels: int = 3, each: int = 2) -> Sizes:
    """Boxes (K, 4) left, top, right, bottom in pixels -> `each` anchor sizes for each level, ascending: the middles of
    groups of the boxes' sqrt(area) (k-means of its logarithm, from quantiles). ValueError without any box."""
    sizes = _sizes(boxes)
    if not len(sizes):
        raise ValueError("There are no boxes to choose anchors from.")
    logs, count = np.log(np.maximum(sizes, _SMALLEST)), levels * each
    middles = np.quantile(logs, (np.arange(count) + 0.5) / count)
    for _ in range(_ROUNDS):
        nearest = np.abs(logs[:, None] - middles).argmin(axis=1)
        moved = np.array(
            [
                logs[nearest == at].mean() if (nearest == at).any() else middles[at]
                for at in range(count)
            ]
        )
        if np.allclose(moved, middles):
            break
        middles = moved
    chosen = np.exp(np.sort(middles))
    for at in range(1, count):
        chosen[at] = max(chosen[at], chosen[at - 1] * _APART)
    rounded = np.round(chosen, 1).tolist()
    return tuple(tuple(rounded[level * each : (level + 1) * each]) for level in range(levels))


def shapes(sizes: Sequence[float], ratios: Sequence[float] = RATIOS) -> Floats:
    """Widths and heights (R · S, 2) of anchors of these sizes, sqrt(area) in pixels, and ratios height / width; all
    sizes of the first ratio first, as torchvision lays them."""
    root = np.sqrt(np.asarray(ratios, np.float64))[:, None]
    across = np.asarray(sizes, np.float64) / root
    down = np.asarray(sizes, np.float64) * root
    return np.stack([across.ravel(), down.ravel()], axis=1)


def best_overlaps(
    boxes: ArrayLike,
    sizes: Sequence[Sequence[float]],
    strides: Sequence[int],
    picture: tuple[int, int],
    ratios: Sequence[float] = RATIOS,
    offset: float = 0.5,
) -> Floats:
    """Of each box (K, 4) the largest intersection over union with any anchor, placed at (i + offset) · stride in a
    picture (height, width). Of one shape the anchor with the nearest middle overlaps most, so no other is looked at."""
    given = np.asarray(boxes, np.float64).reshape(-1, 4)
    low, high = given[:, None, :2], given[:, None, 2:]
    best = np.zeros(len(given))
    for level, stride in zip(sizes, strides, strict=True):
        last = np.ceil(np.array([picture[1], picture[0]]) / stride) - 1
        cells = np.clip(np.round((given[:, :2] + given[:, 2:]) / 2 / stride - offset), 0, last)
        middles, half = ((cells + offset) * stride)[:, None], shapes(level, ratios) / 2
        sides = np.minimum(high, middles + half) - np.maximum(low, middles - half)
        shared = np.maximum(sides, 0).prod(axis=2)
        union = (high - low).prod(axis=2) + (4 * half.prod(axis=1)) - shared
        best = np.maximum(best, (shared / union).max(axis=1, initial=0))
    return best


def _sizes(boxes: ArrayLike) -> Floats:
    given = np.asarray(boxes, np.float64).reshape(-1, 4)
    sides = np.maximum(given[:, 2:] - given[:, :2], 0)
    sizes: Floats = np.sqrt(sides.prod(axis=1))
    return sizes[sizes > 0]
