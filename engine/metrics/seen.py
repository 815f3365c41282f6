"""What is found or true in one picture, in whatever form it comes, and what flat boxes share; numpy.

Boxes (K, 4) are left, top, right, bottom in pixels, 0 the picture's left or top edge.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.words import say

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
_KEYS = ("boxes", "labels", "scores", "depths", "ignored", "iscrowd")


@dataclass(frozen=True)
class Seen:
    """One picture. boxes (K, 4); labels (K,); scores (K,), None for true ones; depths (K,) metres, NaN not valid;
    ignored (J, 4): in which nothing found counts, of whatever kind; iscrowd (K,): true ones of which the same is so
    for their own kind."""

    boxes: ArrayLike
    labels: ArrayLike
    scores: ArrayLike | None = None
    depths: ArrayLike | None = None
    ignored: ArrayLike = ()
    iscrowd: ArrayLike | None = None

    def __len__(self) -> int:
        return len(flat(self.boxes))


Picture = Seen | Mapping[str, Any] | Iterable[tuple[Any, ...]] | Any
Pictures = Sequence[Picture] | Mapping[Any, Picture]


def flat(boxes: ArrayLike) -> Floats:
    """(K, 4) float64; nothing becomes (0, 4)."""
    array = np.asarray(boxes, dtype=np.float64)
    if not array.size:
        return np.empty((0, 4))
    if array.ndim != 2 or array.shape[1] != 4:
        raise ValueError(say("Boxes in a picture are (K, 4), not {array}.", array=array.shape))
    return array


def areas(boxes: ArrayLike) -> Floats:
    """(K, 4) -> (K,): square pixels, 0 where a box is turned inside out."""
    array = flat(boxes)
    sides: Floats = np.maximum(array[:, 2:] - array[:, :2], 0)
    return np.asarray(sides.prod(axis=1))


def overlaps(first: ArrayLike, second: ArrayLike) -> Floats:
    """(D, 4) and (K, 4) -> (D, K): intersection over union; 0 for boxes that are no numbers or have no size."""
    a, b = flat(first), flat(second)
    low = np.maximum(a[:, None, :2], b[None, :, :2])
    shared = np.maximum(np.minimum(a[:, None, 2:], b[None, :, 2:]) - low, 0).prod(axis=2)
    union = areas(a)[:, None] + areas(b)[None] - shared
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.nan_to_num(shared / union, posinf=0))


def seen(picture: Picture) -> Seen:
    """Any form as Seen: one already, a mapping or an object with its fields, or a list of (label, box, score) or of
    (label, box)."""
    if isinstance(picture, Seen):
        return picture
    if isinstance(picture, Mapping):
        return Seen(**{key: picture[key] for key in _KEYS if picture.get(key) is not None})
    if hasattr(picture, "boxes"):
        told = {key: getattr(picture, key, None) for key in _KEYS}
        return Seen(**{key: value for key, value in told.items() if value is not None})
    rows = [tuple(row) for row in picture]
    scores = [row[2] for row in rows] if rows and len(rows[0]) > 2 else None
    return Seen([row[1] for row in rows], [row[0] for row in rows], scores)


def pairs(detections: Pictures, truths: Pictures) -> list[tuple[Seen, Seen]]:
    """Found and true, picture by picture (sequences of one length) or by name (mappings). Detections whose box or
    score is no number are left out. Raises ValueError unless both are of the same pictures."""
    if isinstance(detections, Mapping) and isinstance(truths, Mapping):
        names = list(dict.fromkeys([*truths, *detections]))
        both = [(detections.get(name, ()), truths.get(name, ())) for name in names]
    elif (
        isinstance(detections, Mapping)
        or isinstance(truths, Mapping)
        or len(detections) != len(truths)
    ):
        raise ValueError(
            say("Detections and truths must be of the same pictures, in the same order or by name.")
        )
    else:
        both = list(zip(detections, truths, strict=True))
    return [(_told(seen(found)), seen(true)) for found, true in both]


def labels_of(picture: Seen) -> Indices:
    """(K,) int64."""
    return np.asarray(picture.labels, np.int64).ravel()


def scores_of(picture: Seen) -> Floats:
    """(K,), 1 where none are told."""
    if picture.scores is None:
        return np.ones(len(picture))
    return np.asarray(picture.scores, np.float64).ravel()


def depths_of(picture: Seen) -> Floats:
    """(K,) metres, NaN where not told."""
    if picture.depths is None:
        return np.full(len(picture), np.nan)
    return np.asarray(picture.depths, np.float64).ravel()


def _told(picture: Seen) -> Seen:
    kept = np.isfinite(flat(picture.boxes)).all(axis=1) & np.isfinite(scores_of(picture))
    return Seen(
        flat(picture.boxes)[kept],
        labels_of(picture)[kept],
        scores_of(picture)[kept],
        depths_of(picture)[kept],
    )
