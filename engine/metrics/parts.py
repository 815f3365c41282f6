"""How well the parts of shapes are named, as ShapeNetPart's benchmark counts. numpy only.

A shape's IoU is the mean over all parts its category can have; a part that is neither there nor predicted counts 1.
Instance mean IoU is the mean over shapes, category mean IoU the mean over categories of their shapes' mean.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.metrics.segmentation import mean_told
from engine.words import say

CATEGORIES = (
    "Airplane", "Bag", "Cap", "Car", "Chair", "Earphone", "Guitar", "Knife", "Lamp", "Laptop", "Motorbike", "Mug",
    "Pistol", "Rocket", "Skateboard", "Table",
)  # fmt: skip
_LAST = np.cumsum((4, 2, 2, 4, 4, 3, 3, 2, 4, 2, 6, 2, 3, 3, 3, 3)).tolist()

PartsOf = tuple[tuple[int, ...], ...]
Shares = NDArray[np.float64]

PARTS_OF: PartsOf = tuple(tuple(range(*ends)) for ends in pairwise((0, *_LAST)))
"""ShapeNetPart's 50 parts by category, in the order of CATEGORIES."""


class PartIoU(NamedTuple):
    """Means 0..1, NaN without shapes. instance: over shapes; category: over the categories that have shapes."""

    instance: float
    category: float


def part_iou(
    predictions: Sequence[ArrayLike] | NDArray[Any],
    labels: Sequence[ArrayLike] | NDArray[Any],
    categories: ArrayLike,
    parts_of: PartsOf = PARTS_OF,
) -> PartIoU:
    """Both means of `shape_ious`."""
    ious = shape_ious(predictions, labels, categories, parts_of)
    of_each = category_ious(ious, categories, len(parts_of))
    return PartIoU(mean_told(ious), mean_told(of_each))


def shape_ious(
    predictions: Sequence[ArrayLike] | NDArray[Any],
    labels: Sequence[ArrayLike] | NDArray[Any],
    categories: ArrayLike,
    parts_of: PartsOf = PARTS_OF,
) -> Shares:
    """(S,): the IoU of each shape. Of S shapes, which need not have as many points: labels (N,), predictions (N,) or
    scores of all parts (N, P), of which the best of the category's own parts is taken; categories (S,), each an index
    into parts_of, or a name of CATEGORIES. Points whose label is below 0 are left out; NaN where none is left.

    Raises ValueError where the three do not fit together.
    """
    kinds = _numbers(categories)
    if not len(predictions) == len(labels) == len(kinds):
        raise ValueError(
            say(
                "{predictions} predictions, {labels} labels, {kinds} categories.",
                predictions=len(predictions),
                labels=len(labels),
                kinds=len(kinds),
            )
        )
    if len(kinds) and not 0 <= kinds.min() <= kinds.max() < len(parts_of):
        raise ValueError(say("Categories must lie in 0..{parts_of}.", parts_of=len(parts_of) - 1))
    each = zip(predictions, labels, kinds, strict=True)
    return np.array([_shape_iou(np.asarray(p), np.asarray(t), parts_of[k]) for p, t, k in each])


def category_ious(ious: Shares, categories: ArrayLike, count: int = len(CATEGORIES)) -> Shares:
    """(S,) -> (count,): the mean over each category's shapes; NaN where it has none."""
    kinds = _numbers(categories)
    return np.array([mean_told(ious[kinds == kind]) for kind in range(count)])


def within_category(scores: NDArray[Any], parts: tuple[int, ...]) -> NDArray[np.int64]:
    """(N, P) -> (N,): the best of these parts for each point."""
    own = np.array(parts)
    return np.asarray(own[scores[:, own].argmax(axis=1)], np.int64)


def _numbers(categories: ArrayLike) -> NDArray[np.int64]:
    kinds = np.asarray(categories)
    if kinds.dtype.kind == "U":
        return np.array([CATEGORIES.index(name) for name in kinds.tolist()], np.int64)
    return kinds.astype(np.int64)


def _shape_iou(predicted: NDArray[Any], true: NDArray[Any], parts: tuple[int, ...]) -> float:
    if predicted.ndim == true.ndim + 1:
        predicted = within_category(predicted, parts)
    if predicted.shape != true.shape:
        raise ValueError(
            say(
                "Shapes {predicted} and {true} must be the same.",
                predicted=predicted.shape,
                true=true.shape,
            )
        )
    told = true >= 0
    if not told.any():
        return float("nan")
    predicted, true = predicted[told], true[told]
    return float(np.mean([_iou(predicted == part, true == part) for part in parts]))


def _iou(predicted: NDArray[np.bool_], true: NDArray[np.bool_]) -> float:
    either = int((predicted | true).sum())
    return int((predicted & true).sum()) / either if either else 1.0
