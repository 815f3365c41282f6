"""Where a frame's laser points fall on its picture: which pixels they hit, how many lie in each box, and how far those
of a thing fall from its box; numpy."""

import numpy as np
from numpy.typing import NDArray

from engine import projection
from engine.drives import Frame
from engine.upright import inside

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]
_NEARLY_ALL = (
    95  # per cent of a thing's points: a few stray returns say nothing about the calibration
)


def in_picture(frame: Frame) -> tuple[Rows, Floats]:
    """Rows (M,) of the points that fall into the picture, and their pixels (M, 2)."""
    points = frame.points.astype(np.float64)
    pixels, _, within = projection.in_picture(points, frame.calibration, frame.image.shape[:2])
    rows = np.flatnonzero(within)
    return rows, pixels[rows]


def pixels_hit(frame: Frame) -> int:
    """How many pixels of the picture have at least one point."""
    _, pixels = in_picture(frame)
    columns, rows = pixels.astype(np.int64).T
    return len(np.unique(rows * frame.image.shape[1] + columns))


def points_in_boxes(frame: Frame) -> Rows:
    """(K,): how many points fall into each box, its edges left out."""
    _, pixels = in_picture(frame)
    within = [((pixels > box[:2]) & (pixels < box[2:])).all(axis=1).sum() for box in frame.boxes]
    return np.array(within, np.int64)


def off_boxes(frame: Frame) -> Floats:
    """(T,): for each thing of which points are told, how many pixels beyond its box 95 % of them reach at most."""
    rows, pixels = in_picture(frame)
    found = []
    for number, box in enumerate(frame.boxes.astype(np.float64)):
        own = pixels[_of_thing(frame, rows, number)]
        if len(own):
            beyond = np.maximum(np.maximum(box[:2] - own, own - box[2:]), 0)
            found.append(float(np.percentile(np.hypot(*beyond.T), _NEARLY_ALL)))
    return np.array(found, np.float64)


def _of_thing(frame: Frame, rows: Rows, number: int) -> NDArray[np.bool_]:
    """Which of these points are of a thing: by owner where owners are told, else inside its solid."""
    if (frame.owner >= 0).any():
        return np.asarray(frame.owner[rows] == number)
    solid = frame.solids[number]
    if not np.isfinite(solid).all():
        return np.zeros(len(rows), dtype=bool)
    return inside(frame.points[rows, :3], solid)
