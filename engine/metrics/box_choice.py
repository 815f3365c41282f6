"""Which of a detector's answers count: without empty boxes and near-doubles, by VoteNet's convention; numpy.

A box with fewer than five points inside is dropped (if all are, the surest stays); of boxes of one kind that overlap by
more than 0.25 the surest stays; and what is left and surer than 0.05 to be something answers for every kind, with the
chance of that kind times that of being something. Boxes are compared as their enclosing boxes along the axes, as
published; points inside are counted exactly, where the published code asks a triangulation.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.metrics.box_overlap import Floats, along_axes, as_boxes, points_inside
from engine.metrics.boxes import Boxes


@dataclass(frozen=True)
class Answers:
    """All that a detector says of one scene. boxes (Q, 7); chances (Q, C): of each kind, the rest is “nothing”."""

    boxes: ArrayLike
    chances: ArrayLike

    @property
    def something(self) -> Floats:
        """(Q,): the chance that there is anything at all."""
        chance: Floats = np.asarray(self.chances, np.float64).sum(axis=1)
        return chance


@dataclass(frozen=True)
class Choice:
    """How to choose. overlap: above this the less sure goes, 1 keeps all; surer: least chance of being something;
    points: fewest inside, 0 keeps empty boxes."""

    overlap: float = 0.25
    surer: float = 0.05
    points: int = 5


def choose(answers: Answers, points: ArrayLike | None = None, choice: Choice = Choice()) -> Boxes:
    """The detections of one scene, surest box first, each for every kind; points (N, 3), those that the net saw:
    without them no box is looked into."""
    return for_every_kind(chosen(answers, points, choice))


def chosen(answers: Answers, points: ArrayLike | None = None, choice: Choice = Choice()) -> Answers:
    """The answers that count, surest first."""
    boxes, chances = as_boxes(answers.boxes), np.asarray(answers.chances, np.float64)
    something = answers.something
    kept = np.atleast_1d(np.isfinite(np.column_stack([boxes, chances])).all(axis=1))
    if points is not None and choice.points and kept.any():
        kept = _filled(points, boxes, something, kept, choice.points)
    rows = np.flatnonzero(kept)
    rows = rows[
        without_doubles(boxes[rows], something[rows], chances[rows].argmax(axis=1), choice.overlap)
    ]
    rows = rows[something[rows] > choice.surer]
    return Answers(boxes[rows], chances[rows])


def for_every_kind(answers: Answers) -> Boxes:
    """Each box answers for all kinds, as average precision counts them: (Q * C,) detections of (Q,) answers."""
    chances = np.asarray(answers.chances, np.float64)
    count, kinds = chances.shape
    labels, scores = np.tile(np.arange(kinds), count), chances * answers.something[:, None]
    return Boxes(np.repeat(as_boxes(answers.boxes), kinds, axis=0), labels, scores.ravel())


def for_likeliest(answers: Answers) -> Boxes:
    """Each box once, as what it most likely holds, scored by its chance of holding anything."""
    chances = np.asarray(answers.chances, np.float64)
    return Boxes(answers.boxes, chances.argmax(axis=1), answers.something)


def without_doubles(
    boxes: ArrayLike, scores: ArrayLike, labels: ArrayLike, overlap: float = 0.25
) -> NDArray[np.int64]:
    """Which to keep, surest first (non-maximum suppression among boxes of one label); of equal scores the first."""
    (low, high), scores, labels = along_axes(boxes), np.asarray(scores), np.asarray(labels)
    left = np.argsort(-scores, kind="stable")
    kept: list[int] = []
    while len(left):
        best, left = left[0], left[1:]
        kept.append(int(best))
        double = (_iou(low, high, best, left) > overlap) & (labels[left] == labels[best])
        left = left[~double]
    return np.array(kept, dtype=np.int64)


def _iou(low: Floats, high: Floats, one: int, others: NDArray[np.int64]) -> Floats:
    sides = np.minimum(high[one], high[others]) - np.maximum(low[one], low[others])
    shared = np.maximum(sides, 0).prod(axis=1)
    volume = (high - low).prod(axis=1)
    union = volume[one] + volume[others] - shared
    result: Floats = shared / np.maximum(union, 1e-12)
    return result


def _filled(
    points: ArrayLike, boxes: Floats, something: Floats, kept: NDArray[np.bool_], least: int
) -> NDArray[np.bool_]:
    rows = np.flatnonzero(kept)
    filled = np.zeros_like(kept)
    filled[rows] = points_inside(points, boxes[rows]) >= least
    if not filled.any():
        filled[rows[something[rows].argmax()]] = True
    return filled
