"""The ground of a street: lanes, lines, kerbs and what lies beyond; where it is painted, and its colours. Compiled."""

from typing import NamedTuple

import numpy as np

from engine.datasets.drives.streets.blocks import Floats
from engine.datasets.drives.streets.casting import Vector, inlined
from engine.datasets.drives.streets.noise import cloudy, scattered, smooth, step

GRASS, PAVED = 0.0, 1.0
_KERB = 0.18
_DASH, _GAP = 3.0, 3.5  # metres of the middle line, painted and bare
_STRIPE = 0.5  # metres of a zebra crossing's bars, and between them
_LIGHTER = np.array((0.56, 0.55, 0.52))


class Road(NamedTuple):
    """A street along x that bends: the sideways place of a point is y - turn * x - bend * x².

    right and left: the edges of the driving ground; middle: the line between the directions; lane: another dashed
    line, NaN for none; parking (right, left): how wide the strips are, 0 for none; walks (right, left): how wide the
    pavements are; beyond (right, left): GRASS or PAVED; zebra: where a crossing begins, NaN for none; shade: how light
    the asphalt is; tint: the colour of the pavements; which: the seed of the grain."""

    turn: float
    bend: float
    right: float
    left: float
    middle: float
    lane: float
    parking: tuple[float, float]
    walks: tuple[float, float]
    beyond: tuple[float, float]
    zebra: float
    shade: float
    tint: Vector
    which: int

    def place(self, along: float, sideways: float) -> tuple[float, float, float]:
        """Where so many metres ahead and to the left of the lane's middle is, and which way the street runs there."""
        y = sideways + self.turn * along + self.bend * along * along
        return along, y, float(np.arctan(self.turn + 2 * self.bend * along))


ZEBRA = 3.0  # metres long


@inlined
def is_marked(road: Road, x: float, y: float) -> bool:
    """Whether a place on the ground is painted."""
    side = y - road.turn * x - road.bend * x * x
    if side < road.right or side > road.left:
        return False
    if road.zebra <= x <= road.zebra + ZEBRA:
        return bool(np.floor((side - road.right) / _STRIPE) % 2 == 1)
    if road.zebra - 1.6 <= x <= road.zebra - 1.2:
        return bool(road.right + road.parking[0] < side < road.middle)  # where one stops
    if abs(side - road.middle) < 0.09:
        return x % (_DASH + _GAP) < _DASH
    if abs(side - road.lane) < 0.08:
        return (x + 1.5) % (_DASH + _GAP) < _DASH
    for strip, edge in (
        (road.parking[0], road.right + road.parking[0]),
        (road.parking[1], road.left - road.parking[1]),
    ):
        if abs(side - edge) < 0.07:
            return True
        inside = side < edge if edge < road.middle else side > edge
        if strip > 0 and inside and x % 5.6 < 0.13:
            return True
    return False


@inlined
def ground_colour(road: Road, x: float, y: float, blur: float, lighter: Floats) -> Vector:
    """How much light of each colour the ground reflects; blur: metres that one pixel holds."""
    side = y - road.turn * x - road.bend * x * x
    grain = 0.86 + 0.28 * cloudy(x * 0.35, y * 0.9, road.which)
    fine = 0.0 if blur > 0.3 else (smooth(x * 9, y * 9, road.which + 9) - 0.5) * (1 - blur / 0.3)
    if road.right <= side <= road.left:
        track = abs(abs(side) - 0.8)  # where wheels have run
        level = road.shade * grain * (1 + 0.35 * fine) * (1.0 - 0.13 * (1 - step(0.28, 0.3, track)))
        if scattered(int(np.floor(x / 7)), int(np.floor(side / 3)), road.which) > 0.93:
            level *= 0.72  # mended
        if is_marked(road, x, y):
            worn = 0.72 + 0.28 * smooth(x * 3, y * 3, road.which + 5)
            return worn * lighter[0], worn * lighter[1], worn * lighter[2]
        return level, level * 1.01, level * 1.04
    near = side > road.left
    out = side - road.left if near else road.right - side
    width = road.walks[1] if near else road.walks[0]
    if out < _KERB:
        return 0.34, 0.34, 0.33
    if out > width and (road.beyond[1] if near else road.beyond[0]) == GRASS:
        level = 0.6 + 0.7 * cloudy(x * 0.8, y * 0.8, road.which + 3) + 0.6 * fine
        return 0.075 * level, 0.125 * level, 0.035 * level
    level = grain * (1 + 0.35 * fine)
    joint = min(abs(x / 0.8 - np.round(x / 0.8)), abs(out / 0.8 - np.round(out / 0.8))) * 0.8
    level *= 1 - 0.3 * max(0.0, 1 - blur / 0.15) * (1 - step(0.03, 0.03, joint))
    return road.tint[0] * level, road.tint[1] * level, road.tint[2] * level


@inlined
def ground_echo(road: Road, x: float, y: float) -> float:
    """How much of a laser's light the ground sends back."""
    if is_marked(road, x, y):
        return 0.72
    side = y - road.turn * x - road.bend * x * x
    if road.right <= side <= road.left:
        return 0.13
    near = side > road.left
    out = side - road.left if near else road.right - side
    width = road.walks[1] if near else road.walks[0]
    grass = (road.beyond[1] if near else road.beyond[0]) == GRASS
    return 0.42 if out > width and grass else 0.27


def paint_of_marks() -> Floats:
    """The colour of lines on the ground."""
    return _LIGHTER
