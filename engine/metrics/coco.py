"""Average precision in pictures by COCO's own evaluation, through pycocotools, which is imported only when asked for
and says nothing on stdout.

Of ten overlaps from .5 to .95 the mean, at 101 recalls; the hundred surest of each picture and kind count.
"""

import io
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.metrics.seen import Floats, Pictures, Seen, areas, flat, labels_of, pairs, scores_of

_ALL, _MOST = 0, 2  # of COCO's area ranges and of its numbers of detections: every size, a hundred


class Coco(NamedTuple):
    """COCO's twelve numbers in its order: average precision over all overlaps, at .5, at .75, of small (below 32²),
    medium and large (above 96² square pixels) things; average recall with 1, 10 and 100 detections a picture, and of
    small, medium and large things. As COCO has it, -1 where there is nothing of that size."""

    ap: float
    ap50: float
    ap75: float
    ap_small: float
    ap_medium: float
    ap_large: float
    ar1: float
    ar10: float
    ar100: float
    ar_small: float
    ar_medium: float
    ar_large: float


@dataclass(frozen=True)
class ThingFigures:
    """Of one kind: average precision over all overlaps and at .5, average recall with a hundred detections, NaN
    without truth; truths: how many there are, ignored ones not counted."""

    ap: float
    ap50: float
    recall: float
    truths: int


def coco(detections: Pictures, truths: Pictures) -> Coco:
    """Picture by picture (sequences of one length) or by name (mappings); a picture is Seen, or a mapping or an object
    with boxes (K, 4): left, top, right, bottom, labels (K,) and, if found, scores (K,); truths may have ignored (J, 4)
    and iscrowd (K,). Raises ValueError unless both are of the same pictures."""
    return coco_things(detections, truths)[0]


def coco_things(detections: Pictures, truths: Pictures) -> tuple[Coco, dict[int, ThingFigures]]:
    """The same, and the figures of each label that is true or found somewhere."""
    both = pairs(detections, truths)
    labels = sorted({int(label) for pair in both for own in pair for label in labels_of(own)})
    evaluation = _evaluated(both, labels)
    things = {label: _thing(evaluation, place) for place, label in enumerate(labels)}
    counts = [int(_counted(true, label).sum()) for label in labels for _, true in both]
    of_label = np.reshape(counts, (len(labels), len(both))).sum(axis=1)
    return Coco(*map(float, evaluation.stats)), {
        label: ThingFigures(*things[label], int(count))
        for label, count in zip(labels, of_label, strict=True)
    }


def _evaluated(both: list[tuple[Seen, Seen]], labels: list[int]) -> Any:
    from pycocotools.cocoeval import COCOeval

    with redirect_stdout(io.StringIO()):
        true = _index(
            (row for n, (_, own) in enumerate(both) for row in _true(own, n, labels)), both, labels
        )
        found = _index(
            (row for n, (own, _) in enumerate(both) for row in _rows(own, n)), both, labels
        )
        evaluation = COCOeval(true, found, "bbox")
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
    return evaluation


def _index(rows: Iterator[dict[str, Any]], both: list[tuple[Seen, Seen]], labels: list[int]) -> Any:
    """Rows as COCO's own index, numbered from 1: to the evaluation a match with number 0 is none."""
    from pycocotools.coco import COCO

    index = COCO()
    index.dataset = {
        "images": [{"id": number} for number in range(len(both))],
        "categories": [{"id": label} for label in labels],
        "annotations": [row | {"id": number} for number, row in enumerate(rows, 1)],
    }
    index.createIndex()
    return index


def _true(picture: Seen, number: int, labels: list[int]) -> Iterator[dict[str, Any]]:
    crowd = _crowd(picture)
    for row, alone in zip(_rows(picture, number), crowd, strict=True):
        yield row | {"iscrowd": int(alone)}
    for label in labels:
        ignored = flat(picture.ignored)
        for row in _rows(Seen(ignored, np.full(len(ignored), label)), number):
            yield row | {"iscrowd": 1}


def _rows(picture: Seen, number: int) -> Iterator[dict[str, Any]]:
    boxes, sizes = flat(picture.boxes), areas(picture.boxes)
    sides = np.maximum(boxes[:, 2:] - boxes[:, :2], 0)
    corners = np.column_stack([boxes[:, :2], sides]).tolist()
    for corner, size, label, score in zip(
        corners,
        sizes.tolist(),
        labels_of(picture).tolist(),
        scores_of(picture).tolist(),
        strict=True,
    ):
        yield {
            "image_id": number,
            "category_id": label,
            "bbox": corner,
            "area": size,
            "score": score,
            "iscrowd": 0,
        }


def _thing(evaluation: Any, place: int) -> tuple[float, float, float]:
    precision: Floats = evaluation.eval["precision"][:, :, place, _ALL, _MOST]
    recall: Floats = evaluation.eval["recall"][:, place, _ALL, _MOST]
    return _mean(precision), _mean(precision[0]), _mean(recall)


def _mean(values: Floats) -> float:
    told = values[values > -1]
    return float(told.mean()) if told.size else float("nan")


def _counted(picture: Seen, label: int) -> NDArray[np.bool_]:
    return np.asarray((labels_of(picture) == label) & ~_crowd(picture))


def _crowd(picture: Seen) -> NDArray[np.bool_]:
    if picture.iscrowd is None:
        return np.zeros(len(picture), dtype=bool)
    return np.asarray(picture.iscrowd, dtype=bool).ravel()
