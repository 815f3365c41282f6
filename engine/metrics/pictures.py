"""How good a detector of pictures is: average precision by COCO, how far off its distances are, and how many of the
true boxes its proposals reach; numpy, and pycocotools when asked for average precision."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from engine.metrics.coco import Coco, ThingFigures, coco_things
from engine.metrics.seen import (
    Floats,
    Indices,
    Pictures,
    Seen,
    depths_of,
    flat,
    labels_of,
    overlaps,
    pairs,
    scores_of,
)

OVERLAP = 0.5
_CLOSE = 1.25


@dataclass(frozen=True)
class DepthFigures:
    """Over found boxes with a true one of their kind and a valid true distance. relative, relative_mean: |found -
    true| / true, median and mean; metres: |found - true|, median; close: share with the larger of the two less than
    1.25 times the smaller (delta < 1.25); counted: how many. NaN without any."""

    relative: float
    relative_mean: float
    metres: float
    close: float
    counted: int


_NAN = float("nan")
_NOTHING = DepthFigures(_NAN, _NAN, _NAN, _NAN, 0)


@dataclass(frozen=True)
class PictureFigures:
    """coco: the twelve numbers; things: by label; depth: of what was found."""

    coco: Coco
    things: dict[int, ThingFigures]
    depth: DepthFigures


def picture_figures(detections: Pictures, truths: Pictures) -> PictureFigures:
    """All figures; the forms of pictures are those of `engine.metrics.boxes.coco`, with depths (K,)."""
    numbers, things = coco_things(detections, truths)
    return PictureFigures(numbers, things, depth_figures(detections, truths))


def depth_figures(detections: Pictures, truths: Pictures, overlap: float = OVERLAP) -> DepthFigures:
    """Distances of matched boxes, see `matches`; those not valid on either side (NaN) do not count."""
    found, true = [np.empty(0)], [np.empty(0)]
    for detected, own in pairs(detections, truths):
        rows, columns = matches(detected, own, overlap)
        found.append(depths_of(detected)[rows])
        true.append(depths_of(own)[columns])
    return depth_errors(np.concatenate(found), np.concatenate(true))


def depth_errors(found: ArrayLike, true: ArrayLike) -> DepthFigures:
    """Metres (M,) twice, pair by pair; a true distance that is not above 0 is not valid."""
    said, told = (np.asarray(values, np.float64).ravel() for values in (found, true))
    kept = np.isfinite(said) & np.isfinite(told) & (told > 0)
    said, told = said[kept], told[kept]
    if not len(told):
        return _NOTHING
    off = np.abs(said - told)
    close = np.maximum(said, told) < _CLOSE * np.minimum(said, told)
    return DepthFigures(
        relative=float(np.median(off / told)),
        relative_mean=float((off / told).mean()),
        metres=float(np.median(off)),
        close=float(close.mean()),
        counted=len(told),
    )


def matches(detected: Seen, true: Seen, overlap: float = OVERLAP) -> tuple[Indices, Indices]:
    """Rows of either side (M,) twice: each found box, the surest first, takes the true one of its kind that it overlaps
    most and no surer one has, where that is at least `overlap`."""
    table = overlaps(detected.boxes, true.boxes)
    table[labels_of(detected)[:, None] != labels_of(true)[None]] = -1
    taken: list[tuple[int, int]] = []
    for row in np.argsort(-scores_of(detected), kind="stable"):
        column = int(table[row].argmax()) if table.shape[1] else -1
        if column >= 0 and table[row, column] >= overlap:
            taken.append((int(row), column))
            table[:, column] = -1
    rows, columns = np.array(taken, np.int64).reshape(-1, 2).T
    return rows, columns


def proposal_recall(
    proposals: Sequence[ArrayLike],
    truths: Sequence[ArrayLike],
    overlap: float = OVERLAP,
    most: int | None = None,
) -> float:
    """The share of all true boxes (K, 4) that one of the first `most` proposals (P, 4) of their picture overlaps by at
    least so much, of whatever kind; NaN without truth."""
    best: list[Floats] = [
        overlaps(flat(offered)[:most], own).max(axis=0, initial=0)
        for offered, own in zip(proposals, truths, strict=True)
    ]
    reached = np.concatenate([np.empty(0), *best]) >= overlap
    return float(reached.mean()) if len(reached) else float("nan")
