"""Anchors: boxes of a few sizes laid all over a picture, from which found boxes are counted; numpy only.

A box that no anchor overlaps by half is hardly ever found, so sizes are taken from the boxes there are, and how many of
those can be reached is told before training.
"""

from collections.abc import Sequence
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.words import say

Floats = NDArray[np.float64]
Sizes = tuple[tuple[float, ...], ...]
RATIOS = (0.5, 1.0, 2.0)
HALF = 0.5  # an anchor that overlaps by so much can be drawn to a box
_SMALLEST = 2.0  # pixels
_STEPS = 4  # strides: larger boxes are of the next level
_CANDIDATES = 12
_MOST = 4000  # boxes of a level that are tried


def choose_anchors(
    boxes: ArrayLike,
    strides: Sequence[int],
    picture: tuple[int, int],
    each: int = 2,
    ratios: Sequence[float] = RATIOS,
) -> Sizes:
    """Boxes (K, 4) left, top, right, bottom in pixels -> `each` anchor sizes for every level, ascending: those with
    which most boxes of the level's own sizes are reached where its anchors stand, and of these the nearest.

    A level's own are boxes of sqrt(area) up to four strides, the last one's all above. ValueError without any box.
    """
    given = np.asarray(boxes, np.float64).reshape(-1, 4)
    sides = np.sqrt(np.maximum(given[:, 2:] - given[:, :2], 0).prod(axis=1))
    if not (sides > 0).any():
        raise ValueError(say("There are no boxes to choose anchors from."))
    edges = [_SMALLEST, *(_STEPS * stride for stride in strides[:-1]), np.inf]
    largest = max(float(sides.max()), 2 * edges[-2])
    chosen = []
    for level, stride in enumerate(strides):
        low, high = edges[level], min(edges[level + 1], largest)
        own = given[(sides > low) & (sides <= high)][:_MOST]
        candidates = np.geomspace(low, high, _CANDIDATES + 2)[1:-1]
        chosen.append(_reaching(own, candidates, stride, picture, each, ratios))
    return tuple(chosen)


def _reaching(
    boxes: Floats,
    candidates: Floats,
    stride: int,
    picture: tuple[int, int],
    each: int,
    ratios: Sequence[float],
) -> tuple[float, ...]:
    """The best `each` of some sizes for boxes (K, 4) of one level."""
    one = [best_overlaps(boxes, [[size]], [stride], picture, ratios) for size in candidates]
    ways = list(combinations(range(len(candidates)), each))
    best = np.stack([np.max([one[place] for place in way], axis=0) for way in ways])  # (ways, K)
    merits = (best >= HALF).mean(axis=1) + best.mean(axis=1) / 10 if len(boxes) else _spread(ways)
    return tuple(np.round(candidates[list(ways[int(np.argmax(merits))])], 1).tolist())


def _spread(ways: Sequence[tuple[int, ...]]) -> Floats:
    """Where a level has no boxes its sizes lie far apart."""
    return np.array([np.prod(np.diff([-1, *way, ways[-1][-1] + 1])) for way in ways], np.float64)


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
    best = np.zeros(len(given))
    for level, stride in zip(sizes, strides, strict=True):
        own = overlaps_on_level(given, shapes(level, ratios), stride, picture, offset)
        best = np.maximum(best, own)
    return best


def overlaps_on_level(
    boxes: Floats, sides: Floats, stride: int, picture: tuple[int, int], offset: float = 0.5
) -> Floats:
    """(K,): the same of boxes (K, 4) and one level’s anchors of sides (A, 2), width and height; 0 without any."""
    low, high = boxes[:, None, :2], boxes[:, None, 2:]
    last = np.ceil(np.array([picture[1], picture[0]]) / stride) - 1
    cells = np.clip(np.round((boxes[:, :2] + boxes[:, 2:]) / 2 / stride - offset), 0, last)
    middles, half = ((cells + offset) * stride)[:, None], sides / 2
    shared = np.maximum(np.minimum(high, middles + half) - np.maximum(low, middles - half), 0)
    both = shared.prod(axis=2)
    union = np.maximum(high - low, 0).prod(axis=2) + sides.prod(axis=1) - both
    return np.asarray((both / union).max(axis=1, initial=0))
