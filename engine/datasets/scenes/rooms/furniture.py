"""What stands in a room: built-in shapes in their real size, and which of them go together."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.datasets.shapes import KINDS
from engine.datasets.shapes.catalogue import Dice
from engine.datasets.shapes.mesh import Mesh

Floats = NDArray[np.float64]
RGB = tuple[int, int, int]

_WOOD: tuple[RGB, ...] = (
    (160, 110, 65),
    (190, 150, 100),
    (110, 75, 50),
    (225, 220, 210),
    (70, 60, 55),
)
_CLOTH: tuple[RGB, ...] = (
    (120, 130, 150),
    (150, 70, 60),
    (90, 110, 80),
    (200, 190, 170),
    (60, 70, 100),
)
_PORCELAIN: tuple[RGB, ...] = ((240, 240, 238), (228, 232, 235), (235, 228, 215))
_LACQUER: tuple[RGB, ...] = ((30, 28, 28), (90, 45, 30), (235, 230, 225))
_GREEN: tuple[RGB, ...] = ((70, 120, 60), (95, 140, 80), (60, 100, 75))
_METAL: tuple[RGB, ...] = ((180, 180, 185), (215, 205, 170), (60, 60, 65))

COLOURS: dict[str, tuple[RGB, ...]] = {
    "bathtub": _PORCELAIN,
    "bed": _CLOTH,
    "bench": _WOOD,
    "bookshelf": _WOOD,
    "chair": _WOOD + _CLOTH,
    "desk": _WOOD,
    "dresser": _WOOD,
    "lamp": _METAL,
    "night_stand": _WOOD,
    "piano": _LACQUER,
    "plant": _GREEN,
    "sofa": _CLOTH,
    "stool": _WOOD + _METAL,
    "table": _WOOD,
    "toilet": _PORCELAIN,
    "tv_stand": _WOOD,
    "wardrobe": _WOOD,
}
THINGS = tuple(COLOURS)
# Those that stand in the room as they like; all others have their backs to a wall.
FREE = ("chair", "lamp", "plant", "stool", "table")
SEATED_AT = ("table", "desk")
_FLOOR_LAMP = 1.0  # metres: lower ones stand on tables


@dataclass(frozen=True)
class Sort:
    """A sort of room: what it always has where there is place for it, and what it may have besides."""

    always: tuple[str, ...]
    perhaps: tuple[str, ...]


SORTS = (
    Sort(
        ("bed", "night_stand"),
        (
            *("night_stand", "wardrobe", "wardrobe", "dresser", "desk", "chair"),
            *("bookshelf", "lamp", "plant", "bench", "tv_stand"),
        ),
    ),
    Sort(
        ("sofa", "table"),
        ("sofa", "tv_stand", "bookshelf", "lamp", "plant", "piano", "chair", "dresser", "stool", "tv_stand"),
    ),
    Sort(
        ("table", "chair", "chair"),
        ("chair", "chair", "chair", "dresser", "plant", "lamp", "bench", "stool", "piano"),
    ),
    Sort(
        ("desk", "chair"),
        ("desk", "chair", "chair", "bookshelf", "lamp", "plant", "wardrobe", "table", "stool"),
    ),
    Sort(("toilet", "bathtub"), ("stool", "dresser", "night_stand", "plant", "bench", "lamp")),
)  # fmt: skip


@dataclass(frozen=True)
class Piece:
    """One piece of furniture: its mesh faces x and stands at the origin; size (3,) along its own axes."""

    kind: str
    mesh: Mesh
    size: Floats

    def placed(self, place: Floats) -> Mesh:
        """Where it stands, by its footprint (5,)."""
        return self.mesh.turn("z", np.degrees(place[4])).move(place[0], place[1])


def build(kind: str, dice: Dice) -> Piece:
    """A piece of a kind, of a size that it has in rooms."""
    mesh = _real(kind, dice)
    while kind == "lamp" and np.ptp(mesh.vertices[:, 2]) < _FLOOR_LAMP:
        mesh = _real(kind, dice)
    return Piece(kind, mesh, np.ptp(mesh.vertices, axis=0))


def _real(kind: str, dice: Dice) -> Mesh:
    return KINDS[kind](dice).scale(*dice.uniform(0.92, 1.08, 3)).turn("z", 90).standing()


def wishes(dice: Dice, count: int) -> list[str]:
    """The kinds that a room shall have, first what it must."""
    sort = dice.one_of(*SORTS)
    more = [dice.one_of(*sort.perhaps) for _ in range(max(count - len(sort.always), 0))]
    return [*sort.always, *more][:count]
