"""Anchors against boxes before anything is learnt: how well the best one fits, what its cell sees, which level a box is
read from; numpy.

Boxes (K, 4) are left, top, right, bottom in pixels. Anchors stand at (i + .5) · stride on every cell of their level.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.anchors import RATIOS, overlaps_on_level
from engine.metrics.seen import Floats, areas, flat


@dataclass(frozen=True)
class Level:
    """One level of a pyramid. stride: pixels from cell to cell; shapes (A, 2): width and height of its anchors; field:
    side in pixels of the square that one cell sees of the picture."""

    stride: int
    shapes: Floats
    field: float


@dataclass(frozen=True)
class Wiring:
    """levels: finest first; pooled: from how many of them boxes are read in the end, counted from the finest; finest:
    a box of twice this side (root of its area) is read from the second level, of four times from the third."""

    levels: tuple[Level, ...]
    pooled: int
    finest: float = 16.0


def level(
    stride: int, sizes: Iterable[float], field: float, ratios: Sequence[float] = RATIOS
) -> Level:
    """With an anchor of each size (root of the area) and ratio (height by width)."""
    shapes = [(size / ratio**0.5, size * ratio**0.5) for size in sizes for ratio in ratios]
    return Level(stride, np.array(shapes, np.float64).reshape(-1, 2), field)


def receptive_field(layers: Iterable[tuple[int, int]]) -> int:
    """Pixels that one cell sees after layers (kernel, stride): 1 + the sum of (kernel - 1) · the stride so far."""
    sees, apart = 1, 1
    for kernel, stride in layers:
        sees, apart = sees + (kernel - 1) * apart, apart * stride
    return sees


def _published() -> Wiring:
    """One size for each channel and the pooled last, all at full resolution; boxes are read from the first."""
    threes = (3, 1)
    trunk = [(7, 1), *[threes] * 8]
    free, mimic = [*trunk, threes], [*trunk, *[threes] * 3]
    reads = [threes, threes]  # the pyramid's convolution and the proposals'
    fields = [receptive_field([*own, *reads]) for own in (free, mimic, mimic)]
    fields.append(receptive_field([*mimic, threes, (1, 2), threes]))
    sizes = zip((1, 1, 1, 2), (32, 64, 128, 256), fields, strict=True)
    return Wiring(tuple(level(stride, [size], field) for stride, size, field in sizes), pooled=1)


PAPER = _published()


def best_overlaps(
    boxes: NDArray[np.floating], levels: Sequence[Level], size: tuple[int, int]
) -> Floats:
    """(K, 4) -> (K, L): intersection over union with the best anchor of each level that stands in a picture of this
    height and width. Exact without trying all cells: the overlap falls along each axis with the distance of centres."""
    found = [overlaps_on_level(flat(boxes), own.shapes, own.stride, size) for own in levels]
    return np.stack(found, axis=1) if found else np.zeros((len(boxes), 0))


def read_levels(boxes: NDArray[np.floating], wiring: Wiring) -> NDArray[np.int64]:
    """(K,): the level each box is read from, floor(log2(side / finest)) within those that are read."""
    side = np.sqrt(np.maximum(areas(boxes), 1e-12))
    wanted = np.floor(np.log2(side / wiring.finest)).astype(np.int64)
    return np.clip(wanted, 0, wiring.pooled - 1)
