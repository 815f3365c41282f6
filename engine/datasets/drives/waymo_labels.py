"""Waymo's words: what boxes hold, and the classes of its outlines and of its labelled points."""

from engine.datasets.drives.kinds import Kinds
from engine.datasets.drives.semantic import classes_with

TYPES = {1: "vehicle", 2: "pedestrian", 3: "sign", 4: "cyclist"}
THINGS = tuple(TYPES.values())
WORDS = (
    *THINGS,
    *(
        "road",
        "lane marker",
        "sidewalk",
        "ground",
        "building",
        "vegetation",
        "pole",
        "traffic light",
    ),
    *("object", "sky"),
)
# Its boxes count motorcycles and who rides them as vehicles.
OF_PIXELS = {
    "vehicle": (2, 3, 4, 5, 7, 8, 11),
    "pedestrian": (9,),
    "cyclist": (10,),
    "sign": (17,),
    "traffic light": (18,),
    "building": (19,),
    "road": (20,),
    "lane marker": (21, 22),
    "sidewalk": (23,),
    "vegetation": (24,),
    "sky": (25,),
    "ground": (26,),
    "pole": (15,),
    "object": (6, 12, 13, 14, 16, 27, 28),
}
OF_POINTS = {
    "vehicle": (1, 2, 3, 4, 5, 13),
    "cyclist": (6,),
    "pedestrian": (7,),
    "sign": (8,),
    "traffic light": (9,),
    "pole": (10,),
    "object": (11, 12),
    "building": (14,),
    "vegetation": (15, 16),
    "sidewalk": (17, 22),
    "road": (18,),
    "lane marker": (19,),
    "ground": (20, 21),
}
NUMBERS = 256


def classes_of(kinds: Kinds, labelled: bool) -> tuple[str, ...]:
    """What a point or pixel can be of."""
    return classes_with(kinds, WORDS) if labelled else (*kinds.things, "background")
