"""From what is known of points, or of things, to maps over the pixels of a picture. numpy only."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.drives import Drive
from engine.projection import Calibration, in_picture
from engine.teaching_maps import FeatureMap

NOBODY = -1
COMMONEST = 5
_MASK = 0.5  # of a soft outline, from which a pixel is painted
_FARTHER, _TIMES = 2.0, 1.5  # metres and share that what is around a filled pixel may differ by

Numbers = NDArray[np.int64]
Floats = NDArray[np.floating]


def nearest_points(
    points: Floats, calibration: Calibration, shape: tuple[int, int], filled: bool = False
) -> Numbers:
    """(N, 3 or more) in the laser's metres -> (H, W): which point each pixel shows, `NOBODY` where none.

    The nearest along the camera's axis wins, of two alike the first; a point's pixel is that in which it lies, floor(u)
    and floor(v). filled: a pixel without a point takes the nearest of the eight around it, unless those lie at
    different depths: more than 2 m, or half as far again, behind each other.
    """
    height, width = shape
    pixels, depth, inside = in_picture(points, calibration, shape)
    rows = np.flatnonzero(inside)
    columns, lines = np.floor(pixels[rows]).astype(np.int64).T
    cells = lines * width + columns
    order = np.lexsort((rows, depth[rows], cells))
    cells, first = np.unique(cells[order], return_index=True)
    shown = np.full(height * width, NOBODY, np.int64)
    shown[cells] = rows[order][first]
    shown = shown.reshape(shape)
    return _filled(shown, depth) if filled else shown


def scattered(values: Floats, shown: Numbers) -> FeatureMap:
    """Values (N, C) of points and the point of every pixel (H, W) -> the map (C, H, W), valid where a point is."""
    valid = shown != NOBODY
    features = np.zeros((values.shape[1], *shown.shape), np.float32)
    features[:, valid] = values[shown[valid]].T
    return FeatureMap(features, valid)


def _filled(shown: Numbers, depth: Floats) -> Numbers:
    """Close the gaps of one pixel between points of one surface."""
    height, width = shown.shape
    around = np.full((8, height, width), NOBODY, np.int64)
    padded = np.pad(shown, 1, constant_values=NOBODY)
    steps = [(row, column) for row in range(3) for column in range(3) if (row, column) != (1, 1)]
    for place, (row, column) in enumerate(steps):
        around[place] = padded[row : row + height, column : column + width]
    far = np.where(around == NOBODY, np.inf, np.append(depth, np.inf)[around])
    near = far.min(axis=0)
    farthest = np.where(np.isinf(far), -np.inf, far).max(axis=0)
    # Of two alike the first point, as where points meet in one pixel.
    chosen = np.where(far == near, around, np.iinfo(np.int64).max).min(axis=0)
    alike = farthest <= np.minimum(near + _FARTHER, near * _TIMES)
    return np.where((shown == NOBODY) & np.isfinite(near) & alike, chosen, shown)


def commonest(drive: Drive, count: int = COMMONEST) -> tuple[int, ...]:
    """The labels of the things that are in most boxes of the frames to learn from, of two alike the first."""
    labels = [frame.labels for frame in drive.frames if frame.train]
    found = np.bincount(
        np.concatenate([*labels, np.zeros(0, np.int16)]), minlength=len(drive.things)
    )
    return tuple(np.argsort(-found, kind="stable")[:count].tolist())


def painted(
    masks: Floats | NDArray[np.bool_], labels: Sequence[int], scores: Floats, kinds: Sequence[int]
) -> FeatureMap:
    """Outlines (I, H, W), 0..1 or bool, of things of some labels -> (len(kinds), H, W), 1 where a thing of that kind is
    shown, valid everywhere.

    The painter's rule: from the lowest score to the highest each paints over what was there, where its outline is at
    least one half; of two scores alike the first stays on top. Things of other kinds paint nothing.
    """
    height, width = masks.shape[1:]
    canvas = np.full((height, width), NOBODY, np.int64)
    numbers = {label: number for number, label in enumerate(kinds)}
    for row in sorted(range(len(masks)), key=lambda row: (scores[row], -row)):
        if labels[row] in numbers:
            canvas[np.asarray(masks[row]) >= _MASK] = numbers[labels[row]]
    return _of_canvas(canvas, len(kinds))


def of_owners(
    owners: NDArray[np.int16], labels: NDArray[np.int16], kinds: Sequence[int]
) -> FeatureMap:
    """True outlines: which thing each pixel (H, W) shows, and the label of each thing -> as `painted`."""
    numbers = [kinds.index(label) if label in kinds else NOBODY for label in labels.tolist()]
    return _of_canvas(np.array([*numbers, NOBODY], np.int64)[owners], len(kinds))


def _of_canvas(canvas: Numbers, kinds: int) -> FeatureMap:
    features = (canvas == np.arange(kinds)[:, None, None]).astype(np.float32)
    return FeatureMap(features, np.ones(canvas.shape, np.bool_))
