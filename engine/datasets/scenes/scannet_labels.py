"""What ScanNet's points can be of: twenty of NYU's forty classes, and words of its annotators (Dai et al. 2017)."""

import csv
import io
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.datasets.scenes.raw import UNKNOWN
from engine.formats.bounded import Damage, content
from engine.formats.refusal import refusing
from engine.scenes import NOT_TOLD
from engine.words import say

NYU = {
    1: "wall",
    2: "floor",
    3: "cabinet",
    4: "bed",
    5: "chair",
    6: "sofa",
    7: "table",
    8: "door",
    9: "window",
    10: "bookshelf",
    11: "picture",
    12: "counter",
    14: "desk",
    16: "curtain",
    24: "refrigerator",
    28: "shower curtain",
    33: "toilet",
    34: "sink",
    36: "bathtub",
    39: "other furniture",
}
CLASSES = tuple(NYU.values())
THINGS = CLASSES[2:]
_MOST_NYU = 40
# Words of the annotators whose class is beyond doubt, for scans without the table of all of them.
_ALIKE = {
    "otherfurniture": "other furniture",
    "couch": "sofa",
    "office chair": "chair",
    "armchair": "chair",
    "coffee table": "table",
    "end table": "table",
    "dining table": "table",
    "doorframe": "door",
    "kitchen cabinet": "cabinet",
    "kitchen cabinets": "cabinet",
    "kitchen counter": "counter",
    "curtains": "curtain",
}
_COLUMNS = ("raw_category", "nyu40id")


def classes_of(ids: NDArray[np.integer]) -> NDArray[np.int64]:
    """NYU's numbers as indices of CLASSES; of the other twenty NOT_TOLD, of what is no number of NYU's UNKNOWN."""
    table = np.full(_MOST_NYU + 2, NOT_TOLD)
    table[list(NYU)] = np.arange(len(NYU))
    table[-1] = UNKNOWN
    outside = (ids < 0) | (ids > _MOST_NYU)
    return np.asarray(table[np.where(outside, _MOST_NYU + 1, ids)])


def things_of(ids: NDArray[np.integer]) -> NDArray[np.int64]:
    """NYU's numbers as indices of THINGS; below 0 for all others."""
    classes = classes_of(ids)
    first = len(CLASSES) - len(THINGS)
    return np.where(classes < first, np.minimum(classes, NOT_TOLD), classes - first)


def word_numbers(path: Path | None) -> dict[str, int]:
    """NYU's number of every word of the annotators; from their table where there is one.

    Raises FormatError when there is a table and it cannot be used.
    """
    numbers = {name: number for number, name in NYU.items()}
    words = numbers | {word: numbers[name] for word, name in _ALIKE.items()}
    if path is None:
        return words
    with refusing(path, say("table of labels")):
        text = io.StringIO(content(path).decode("utf-8", "replace"), newline="")
        rows = csv.DictReader(text, delimiter="\t")
        if not set(_COLUMNS) <= set(rows.fieldnames or ()):
            raise Damage(say("it has no columns raw_category and nyu40id"))
        told = {row["raw_category"]: row["nyu40id"] for row in rows}
        return words | {
            word.strip(): int(number)
            for word, number in told.items()
            if word and number and number.isdecimal() and len(number) < 4
        }
