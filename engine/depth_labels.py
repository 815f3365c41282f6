"""How far the thing in a box is said to be, by one of three rules; NaN where a rule finds nothing. numpy only."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from engine.drives import Frame
from engine.projection import project
from engine.upright import inside

Rule = Literal["median", "centre", "paper"]
MORE_THAN = 10  # points that the paper's rule needs
_FEWEST = 3  # points of a heap that is taken for a thing
_MIDDLE = 0.5  # of a box's width and height: what is in there is rarely something else
_GAP, _GAP_SHARE = 1.0, 0.05  # metres, and share of the depth, that divide two heaps

Metres = NDArray[np.float32]
Mask = NDArray[np.bool_]


def depth_labels(frame: Frame, rule: Rule) -> Metres:
    """(K,) metres, NaN where not valid.

    “centre”: along the camera's axis to the middle of the thing, as the frame says. “median”: the median along the
    camera's axis of the thing's own points; where a frame tells no owners those in its solid; where it has no solid the
    largest heap in the middle of its box. “paper” (ClassroomNet): the mean distance from the laser of all points, whose
    ever, that fall into the box, if they are more than 10.
    """
    if rule == "centre":
        return frame.depths.astype(np.float32)
    pixels, depth, seen = project(frame.points, frame.calibration)
    found = np.full(len(frame.boxes), np.nan, np.float32)
    for row, box in enumerate(frame.boxes):
        if rule == "paper":
            found[row] = _paper(frame, _within(pixels, seen, box))
        else:
            found[row] = _median(frame, row, depth, seen, pixels)
    return found


def true_depths(frame: Frame) -> Metres:
    """(K,) metres, what whatever was learnt is judged by: to the middle of the thing, or, where the frame does not say,
    the median of its own points; NaN where it has none either."""
    told = depth_labels(frame, "centre")
    silent = ~np.isfinite(told)
    return np.where(silent, depth_labels(frame, "median"), told) if silent.any() else told


def _paper(frame: Frame, held: Mask) -> float:
    if np.count_nonzero(held) <= MORE_THAN:
        return float("nan")
    return float(np.linalg.norm(frame.points[held, :3], axis=1).mean(dtype=np.float64))


def _median(
    frame: Frame, row: int, depth: NDArray[np.floating], seen: Mask, pixels: NDArray[np.floating]
) -> float:
    solid = frame.solids[row]
    if (frame.owner >= 0).any():
        own = depth[seen & (frame.owner == row)]
    elif np.isfinite(solid).all():
        own = depth[seen & inside(frame.points[:, :3], solid)]
    else:
        own = _heap(depth[_within(pixels, seen, _shrunk(frame.boxes[row]))])
    return float(np.median(own)) if len(own) else float("nan")


def _within(pixels: NDArray[np.floating], seen: Mask, box: Metres) -> Mask:
    """Which points fall into a box, its sides left out."""
    return np.asarray(seen & (pixels > box[:2]).all(axis=1) & (pixels < box[2:]).all(axis=1))


def _shrunk(box: Metres) -> Metres:
    middle, half = (box[:2] + box[2:]) / 2, (box[2:] - box[:2]) / 2 * _MIDDLE
    return np.concatenate([middle - half, middle + half])


def _heap(depth: NDArray[np.floating]) -> NDArray[np.floating]:
    """The largest group of depths without a gap, of two alike the nearer; none where it is too small to be believed."""
    ordered = np.sort(depth)
    gaps = np.diff(ordered) > np.maximum(_GAP, _GAP_SHARE * ordered[:-1])
    heaps = np.split(ordered, np.flatnonzero(gaps) + 1)
    largest = max(heaps, key=len)
    return largest if len(largest) >= _FEWEST else largest[:0]
