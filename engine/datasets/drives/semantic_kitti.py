"""SemanticKITTI's labels: one uint32 for each point of a scan, its class in the low 16 bits (Behley et al., 2019)."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.datasets.drives.kinds import Kinds
from engine.datasets.drives.semantic import class_table
from engine.formats.bounded import Damage, content
from engine.words import say

# Persons and riders under the names that KITTI's boxes have for them, so that they are the same things.
NUMBERS = {
    "car": (10, 252),
    "bicycle": (11,),
    "motorcycle": (15,),
    "truck": (18, 258),
    "other-vehicle": (13, 16, 20, 256, 257, 259),
    "pedestrian": (30, 254),
    "cyclist": (31, 253),
    "motorcyclist": (32, 255),
    "road": (40, 60),
    "parking": (44,),
    "sidewalk": (48,),
    "other-ground": (49,),
    "building": (50,),
    "fence": (51,),
    "vegetation": (70,),
    "trunk": (71,),
    "terrain": (72,),
    "pole": (80,),
    "sign": (81,),
}
WORDS = tuple(NUMBERS)


def labels_at(path: Path, points: int, kinds: Kinds) -> NDArray[np.int64]:
    """The class of each point (points,), -1 for outliers and what has no word. Damage when they are not so many."""
    data = content(path)
    if len(data) != 4 * points:
        raise Damage(
            say("it is not one label for each of the scan’s {points} points", points=points)
        )
    numbers = np.frombuffer(data, "<u4") & 0xFFFF
    return np.asarray(class_table(kinds, WORDS, NUMBERS, 1 << 16)[numbers], np.int64)
