"""How good boxes are: average precision by VoteNet's convention, as ScanNet and SUN RGB-D numbers are reported; numpy.

Every detection of a class, the surest first, is a hit where its best true box of that class in its scene overlaps by
strictly more than the threshold and no surer detection has had that box; there is no second-best. The area under the
envelope of precision over recall is the average precision (the integral, not eleven points).

Two faults of the published evaluation are not repeated. 1: computing in several processes, it takes results by the
number of a class among all true classes from a list of only those that were predicted, so once a class was never
predicted the others get each other's figures or an IndexError; here a class without detections has 0 and no other is
touched. 2: it sorts by score with an unstable sort, so equal scores give figures that change with numpy; here the
earlier scene and row goes first. Its mean also takes in classes that were only predicted, each as 0: kept beside ours
as `official_mean`.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.metrics.box_overlap import Floats, as_boxes, iou_table
from engine.metrics.coco import coco as coco  # of flat boxes, beside those of solid ones
from engine.words import say

Indices = NDArray[np.int64]
THRESHOLDS = (0.25, 0.5)


@dataclass(frozen=True)
class Boxes:
    """Of one scene. boxes (K, 7); labels (K,); scores (K,), or None for true ones."""

    boxes: ArrayLike
    labels: ArrayLike
    scores: ArrayLike | None = None

    def __len__(self) -> int:
        return len(as_boxes(self.boxes))


Scene = Boxes | Iterable[tuple[Any, ...]]
Scenes = Sequence[Scene] | Mapping[Any, Scene]


@dataclass(frozen=True)
class ClassFigures:
    """Of one class: average precision (NaN without truth and detections), the recall in the end (NaN without truth),
    counts, and the curve in order of score."""

    precision: float
    recall: float
    truths: int
    detections: int
    hits: int
    recalls: Floats = field(compare=False, repr=False)
    precisions: Floats = field(compare=False, repr=False)


@dataclass(frozen=True)
class BoxFigures:
    """At one threshold. classes: by label, those with truth or detections; mean and recall: over classes with truth;
    official_mean and official_recall: over all of `classes`, as published code reports them. NaN where none are."""

    threshold: float
    classes: dict[int, ClassFigures]
    mean: float
    recall: float
    official_mean: float
    official_recall: float


def average_precision_3d(detections: Scenes, truths: Scenes, iou: float = 0.25) -> BoxFigures:
    """Scene by scene (sequences of one length) or by name (mappings); a scene is Boxes, or a list of
    (label, box, score) and of (label, box), box (6,) or (7,). Raises ValueError unless both are of the same scenes."""
    return box_figures(detections, truths, (iou,))[iou]


def box_figures(
    detections: Scenes, truths: Scenes, thresholds: Sequence[float] = THRESHOLDS
) -> dict[float, BoxFigures]:
    """The same at several thresholds, by threshold."""
    pairs = list(_paired(detections, truths))
    classes = {label: _overlaps(pairs, label) for label in _labels(pairs)}
    return {
        threshold: _figures(threshold, {label: own.at(threshold) for label, own in classes.items()})
        for threshold in thresholds
    }


def balanced_cut(
    detections: Scenes, truths: Scenes, threshold: float = THRESHOLDS[0], steps: int = 100
) -> float | None:
    """The least score, in steps of 1 / steps, at which too many and too few balance best (F1 over all scenes and
    classes); None where nothing is found at any."""
    pairs = list(_paired(detections, truths))
    each = [_overlaps(pairs, label) for label in _labels(pairs)]
    if not each:
        return None
    scores = np.concatenate([own.scores for own in each])
    hits = np.concatenate([own.hit(threshold) for own in each])
    sure = scores[None] >= (np.arange(steps + 1) / steps)[:, None]
    count = sure.sum(axis=1) + sum(own.count for own in each)
    balance = 2 * (sure & hits).sum(axis=1) / np.maximum(count, 1)
    # Of equal ones the middle: at either end of the stretch one box more or less changes it.
    best = np.flatnonzero(balance >= balance.max() - 1e-12)
    return float(best[len(best) // 2] / steps) if balance.max() > 0 else None


@dataclass(frozen=True)
class _Overlaps:
    """Of one class, surest detection first: score (D,), overlap (D,) with the best true box, and which of all that is
    (D,)."""

    scores: Floats
    overlap: Floats
    truth: Indices
    count: int

    def hit(self, threshold: float) -> NDArray[np.bool_]:
        """(D,): which find a true box that none surer has found."""
        near = np.flatnonzero(self.overlap > threshold)
        _, first = np.unique(self.truth[near], return_index=True)
        hit = np.zeros(len(self.overlap), dtype=bool)
        hit[near[first]] = True
        return hit

    def at(self, threshold: float) -> ClassFigures:
        """What they come to at one threshold."""
        hit = self.hit(threshold)
        hits = np.cumsum(hit)
        recalls = hits / self.count if self.count else np.zeros(len(hit))
        precisions = hits / np.arange(1, len(hit) + 1)
        return ClassFigures(
            precision=_area(recalls, precisions) if self.count or len(hit) else float("nan"),
            recall=float(hit.sum() / self.count) if self.count else float("nan"),
            truths=self.count,
            detections=len(hit),
            hits=int(hit.sum()),
            recalls=recalls,
            precisions=precisions,
        )


def _labels(pairs: list[tuple[Boxes, Boxes]]) -> list[int]:
    return sorted({int(label) for pair in pairs for own in pair for label in np.ravel(own.labels)})


def _overlaps(pairs: list[tuple[Boxes, Boxes]], label: int) -> _Overlaps:
    scores, overlaps, owners, count = [], [], [], 0
    for detected, true in pairs:
        boxes, own_scores = _of_label(detected, label)
        others, _ = _of_label(true, label)
        best, overlap = np.zeros(len(boxes), np.int64), np.full(len(boxes), -np.inf)
        if len(others) and len(boxes):
            table = iou_table(boxes, others)
            best, overlap = table.argmax(axis=1), table.max(axis=1)
        scores.append(own_scores)
        overlaps.append(overlap)
        owners.append(best + count)
        count += len(others)
    every = np.concatenate(scores)
    order = np.argsort(-every, kind="stable")
    widest, owner = np.concatenate(overlaps)[order], np.concatenate(owners)[order]
    return _Overlaps(every[order], widest, owner, count)


def _area(recalls: Floats, precisions: Floats) -> float:
    """Under the envelope: at each recall the best precision from there on."""
    envelope = np.maximum.accumulate(precisions[::-1])[::-1]
    return float((np.diff(recalls, prepend=0.0) * envelope).sum())


def _figures(threshold: float, classes: dict[int, ClassFigures]) -> BoxFigures:
    with_truth = [own for own in classes.values() if own.truths]
    return BoxFigures(
        threshold=threshold,
        classes=classes,
        mean=_mean([own.precision for own in with_truth]),
        recall=_mean([own.recall for own in with_truth]),
        official_mean=_mean([own.precision for own in classes.values()]),
        official_recall=_mean([own.recall if own.truths else 0.0 for own in classes.values()]),
    )


def _mean(values: list[float]) -> float:
    return float(np.mean(values)) if values else float("nan")


def _of_label(boxes: Boxes, label: int) -> tuple[Floats, Floats]:
    chosen = np.asarray(boxes.labels, np.int64).ravel() == label
    scores = np.zeros(len(chosen)) if boxes.scores is None else np.asarray(boxes.scores, np.float64)
    return as_boxes(boxes.boxes)[chosen], scores.ravel()[chosen]


def _paired(detections: Scenes, truths: Scenes) -> Iterable[tuple[Boxes, Boxes]]:
    if isinstance(detections, Mapping) and isinstance(truths, Mapping):
        names: list[Hashable] = list(dict.fromkeys([*truths, *detections]))
        return [(_boxes(detections.get(name, ())), _boxes(truths.get(name, ()))) for name in names]
    if (
        isinstance(detections, Mapping)
        or isinstance(truths, Mapping)
        or len(detections) != len(truths)
    ):
        raise ValueError(
            say("Detections and truths must be of the same scenes, in the same order or by name.")
        )
    return [(_boxes(a), _boxes(b)) for a, b in zip(detections, truths, strict=True)]


def _boxes(scene: Scene) -> Boxes:
    """Any form of a scene as Boxes."""
    if isinstance(scene, Boxes):
        return scene
    rows = [tuple(row) for row in scene]
    boxes = np.concatenate([as_boxes([row[1]]) for row in rows]) if rows else as_boxes([])
    scores = np.array([row[2] for row in rows]) if rows and len(rows[0]) > 2 else None
    return Boxes(boxes, np.array([row[0] for row in rows], np.int64), scores)
