"""How well points are named: a table of classes, intersection over union of each, and their mean. numpy only.

As ScanNet's official script counts: points whose true class is not told do not count at all; a prediction that is no
class counts against the true class, but against no other. The mean is over the classes that occur among the counted
points, true or predicted: one that is neither there nor claimed says nothing.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.words import say

NOT_TOLD = -1

Table = NDArray[np.int64]
Shares = NDArray[np.float64]


@dataclass(frozen=True)
class Segmentation:
    """iou and recall (C,): of each class, NaN where it does not occur (recall: is not there); mean_iou: over the
    `counted` classes; accuracy: share of all counted points named right; mean_recall: over the classes that are there;
    counted (C,): which classes the mean is over; points: how many counted. NaN where there is nothing to say."""

    iou: Shares
    recall: Shares
    mean_iou: float
    accuracy: float
    mean_recall: float
    counted: NDArray[np.bool_]
    points: int


def mean_iou(
    prediction: ArrayLike, label: ArrayLike, classes: int, ignore: int = NOT_TOLD
) -> float:
    """The mean IoU over the classes that are true or predicted somewhere, of arrays of one shape; NaN without any."""
    return figures(confusion(prediction, label, classes, ignore)).mean_iou


def confusion(
    prediction: ArrayLike, label: ArrayLike, classes: int, ignore: int = NOT_TOLD
) -> Table:
    """Counts by (true, predicted): C rows, and C + 1 columns of which the last is “no class”. Those of several scenes
    may be added up. Points whose label is `ignore` or no class are left out; `ignore` is no class either.

    Raises ValueError unless both have one shape.
    """
    predicted, true = (np.asarray(values).astype(np.int64) for values in (prediction, label))
    if predicted.shape != true.shape:
        raise ValueError(
            say(
                "Shapes {predicted} and {true} must be the same.",
                predicted=predicted.shape,
                true=true.shape,
            )
        )
    kept = _is_class(true, classes, ignore)
    predicted, true = predicted[kept], true[kept]
    named = np.where(_is_class(predicted, classes, ignore), predicted, classes)
    cells = np.bincount(true * (classes + 1) + named, minlength=classes * (classes + 1))
    return cells.reshape(classes, classes + 1).astype(np.int64)


def figures(table: Table) -> Segmentation:
    """All figures of a table of `confusion`."""
    hits, there = np.diagonal(table).astype(np.float64), table.sum(axis=1)
    either = there + table[:, :-1].sum(axis=0) - hits
    points = int(there.sum())
    iou, recall = _share(hits, either), _share(hits, there)
    return Segmentation(
        iou=iou,
        recall=recall,
        mean_iou=mean_told(iou),
        accuracy=float(hits.sum() / points) if points else float("nan"),
        mean_recall=mean_told(recall),
        counted=either > 0,
        points=points,
    )


def mean_told(shares: Shares) -> float:
    """The mean of those that are not NaN; NaN where all are."""
    told = shares[np.isfinite(shares)]
    return float(told.mean()) if len(told) else float("nan")


def _is_class(values: NDArray[np.int64], classes: int, ignore: int) -> NDArray[np.bool_]:
    inside: NDArray[np.bool_] = (values >= 0) & (values < classes) & (values != ignore)
    return inside


def _share(part: Shares, whole: NDArray[np.int64] | Shares) -> Shares:
    return np.where(whole > 0, part / np.maximum(whole, 1), np.nan)
