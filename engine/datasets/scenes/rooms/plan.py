"""The empty room: a rectangle or an L, its walls, and where doors and windows are in them. Metres, z up."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.datasets.shapes.mesh import Mesh, join

Floats = NDArray[np.float64]
Dice = np.random.Generator
_DOOR = (0.9, 0.0, 2.05, 0.05)  # width, from and to what height, how deep in the wall
_WINDOW_DEPTH = 0.1
_CORNER = 0.15  # no opening nearer to a corner
_CLEAR = 0.8  # what is kept free in front of a door


@dataclass(frozen=True)
class Opening:
    """A door or window in a wall: where it begins and ends along it, its floor and roof, how deep it lies."""

    name: str
    wall: int
    start: float
    end: float
    low: float
    high: float
    depth: float


@dataclass(frozen=True)
class Plan:
    """corners (C, 2) counter-clockwise; wall i runs from corner i to the next; the floor is made of rectangles
    (R, 4) of low x, low y, high x, high y; missing: the rectangle that makes an L of it, or None."""

    corners: Floats
    height: float
    floor: Floats
    missing: Floats | None
    openings: tuple[Opening, ...] = ()

    @property
    def half(self) -> Floats:
        """Half its width and depth; its middle is the origin."""
        return np.asarray(np.abs(self.corners).max(axis=0))

    @property
    def along(self) -> Floats:
        """(C, 2): each wall from its start to its end."""
        return np.asarray(np.roll(self.corners, -1, axis=0) - self.corners)

    @property
    def inward(self) -> Floats:
        """(C, 2): the unit vectors from each wall into the room."""
        along = self.along
        lengths = np.linalg.norm(along, axis=1, keepdims=True)
        return np.asarray(np.stack([-along[:, 1], along[:, 0]], axis=1) / lengths)

    def kept_free(self) -> Floats:
        """(K, 5): where nothing may stand: what is missing, and in front of the doors, as footprints."""
        free = [] if self.missing is None else [self.missing]
        for opening in self.openings:
            if opening.name == "door":
                ends = self.at(opening.wall, np.array((opening.start, opening.end)))
                inner = ends + _CLEAR * self.inward[opening.wall]
                both = np.concatenate([ends, inner])
                free.append(np.concatenate([both.min(axis=0), both.max(axis=0)]))
        rows = np.reshape(free, (-1, 4))
        middle, size = (rows[:, :2] + rows[:, 2:]) / 2, rows[:, 2:] - rows[:, :2]
        return np.column_stack([middle, size, np.zeros(len(rows))])

    def at(self, wall: int, distance: Floats) -> Floats:
        """(K,) metres along a wall -> (K, 2) places on it."""
        along = self.along[wall]
        return np.asarray(self.corners[wall] + distance[:, None] * along / np.linalg.norm(along))

    def shell(self, ceiling: bool) -> list[Mesh]:
        """The floor, each wall, and the ceiling if asked for, seen from within."""
        floor = join(_quad(*((x, y, 0.0) for x, y in _around(row))) for row in self.floor)
        walls = [
            _quad((*end, 0.0), (*start, 0.0), (*start, self.height), (*end, self.height))
            for start, end in zip(self.corners, np.roll(self.corners, -1, axis=0), strict=True)
        ]
        above = [floor.mirror("z").move(z=self.height)] if ceiling else []
        return [floor, *walls, *above]


def draw_plan(dice: Dice, l_shaped: bool, scale: float) -> Plan:
    """A room of some metres; `scale` stretches it."""
    half = np.array((dice.uniform(1.8, 3.4), dice.uniform(1.6, 2.8))) * scale
    height = dice.uniform(2.4, 3.0)
    if not l_shaped:
        floor = np.concatenate([-half, half])[None]
        return _opened(Plan(_around(floor[0]), height, floor, None), dice)
    cut = half * dice.uniform(0.5, 0.9, 2)
    (a, b), (m, n) = half, half - cut
    corners = np.array([(-a, -b), (a, -b), (a, n), (m, n), (m, b), (-a, b)])
    floor = np.array([(-a, -b, a, n), (-a, n, m, b)])
    signs = dice.choice((-1.0, 1.0), 2)
    corners = corners * signs
    if signs.prod() < 0:
        corners = corners[::-1]
    floor = np.stack([_mirrored(row, signs) for row in floor])
    missing = _mirrored(np.array((m, n, a, b)), signs)
    return _opened(Plan(corners, height, floor, missing), dice)


def _opened(plan: Plan, dice: Dice) -> Plan:
    """The same with a door or two and up to three windows, at most one opening in a wall."""
    lengths = np.linalg.norm(plan.along, axis=1)
    names = ["door", *["door"] * (dice.random() < 0.3), *["window"] * int(dice.integers(0, 4))]
    openings = []
    for name, wall in zip(names, dice.permutation(len(lengths)), strict=False):
        width, low, high, depth = _DOOR
        if name == "window":
            width, low, high = (
                dice.uniform(0.7, 1.8),
                dice.uniform(0.5, 1.0),
                dice.uniform(1.9, 2.2),
            )
            depth = _WINDOW_DEPTH
        room = lengths[wall] - 2 * _CORNER - width
        if room >= 0:
            start = _CORNER + dice.uniform(0, room)
            openings.append(Opening(name, int(wall), start, start + width, low, high, depth))
    return Plan(plan.corners, plan.height, plan.floor, plan.missing, tuple(openings))


def _around(row: Floats) -> Floats:
    """A rectangle (4,) as its corners (4, 2), counter-clockwise."""
    low_x, low_y, high_x, high_y = row
    return np.array([(low_x, low_y), (high_x, low_y), (high_x, high_y), (low_x, high_y)])


def _mirrored(row: Floats, signs: Floats) -> Floats:
    ends = row.reshape(2, 2) * signs
    return np.concatenate([ends.min(axis=0), ends.max(axis=0)])


def _quad(*corners: tuple[float, ...]) -> Mesh:
    return Mesh(np.array(corners, np.float64), np.array([(0, 1, 2), (0, 2, 3)]))
