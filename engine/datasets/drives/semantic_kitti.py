"""SemanticKITTI's labels: one uint32 for each point of a scan, its class in the low 16 bits (Behley et al., 2019)."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.datasets.drives.kinds import Kinds
from engine.drives import NOT_TOLD
from engine.formats.bounded import Damage, content

WORDS = (
    *(
        "car",
        "bicycle",
        "motorcycle",
        "truck",
        "other-vehicle",
        "person",
        "bicyclist",
        "motorcyclist",
    ),
    *("road", "parking", "sidewalk", "other-ground", "building", "fence", "vegetation", "trunk"),
    *("terrain", "pole", "traffic-sign"),
)
# What KITTI's boxes call the same.
_TYPES = {"person": "Pedestrian", "bicyclist": "Cyclist", "traffic-sign": "sign"}
_NUMBERS = {
    "car": (10, 252), "bicycle": (11,), "motorcycle": (15,), "truck": (18, 258), "person": (30, 254),
    "bicyclist": (31, 253), "motorcyclist": (32, 255), "road": (40, 60), "parking": (44,), "sidewalk": (48,),
    "other-ground": (49,), "building": (50,), "fence": (51,), "vegetation": (70,), "trunk": (71,), "terrain": (72,),
    "pole": (80,), "traffic-sign": (81,), "other-vehicle": (13, 16, 20, 256, 257, 259),
}  # fmt: skip


def classes_with(kinds: Kinds) -> tuple[str, ...]:
    """The things first, then each word that is none of them."""
    return (*kinds.things, *_rest(kinds))


def labels_at(path: Path, points: int, kinds: Kinds) -> NDArray[np.int64]:
    """The class of each point (points,), -1 for outliers and what has no word. Damage when they are not so many."""
    data = content(path)
    if len(data) != 4 * points:
        raise Damage(f"it is not one label for each of the scan’s {points} points")
    numbers = np.frombuffer(data, "<u4") & 0xFFFF
    table = np.full(1 << 16, NOT_TOLD)
    rest = _rest(kinds)
    for word in WORDS:
        row = _thing(word, kinds)
        table[list(_NUMBERS[word])] = len(kinds.things) + rest.index(word) if row < 0 else row
    return np.asarray(table[numbers], np.int64)


def _rest(kinds: Kinds) -> Sequence[str]:
    return [word for word in WORDS if _thing(word, kinds) < 0]


def _thing(word: str, kinds: Kinds) -> int:
    return max(kinds.row(word), kinds.row(_TYPES.get(word, word)))
