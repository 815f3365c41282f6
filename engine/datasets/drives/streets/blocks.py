"""What a street is built of: cubes, tubes, balls and rings, each turned, stretched and painted."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import cos, hypot, sin, sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Triple = tuple[float, float, float]
Row = tuple[float, ...]

CUBE, TUBE, BALL, RING = range(4)
PLAIN, GLASS, CABIN, FACADE, LEAVES, LAMP, BOARD, WHEEL, SLATS, STRIPE, ROOF = range(11)
_WIDTH = 26  # numbers of a row: shape, centre 3, axes 9, taper 3, colour 3, second 3, texture, echo, mark, gloss


@dataclass(frozen=True)
class Paint:
    """How a block looks to a camera and to a laser. colour and second: red, green, blue 0..255; texture: one of the
    constants above; echo: how much of the laser's light comes back, 0..1; gloss: how much of the sky it mirrors."""

    colour: Triple
    texture: int = PLAIN
    echo: float = 0.35
    second: Triple = (0.0, 0.0, 0.0)
    gloss: float = 0.0
    mark: float = 0.0

    def but(self, **changes: float) -> "Paint":
        """The same with other values."""
        return replace(self, **changes)  # type: ignore[arg-type]


class Blocks(NamedTuple):
    """P blocks in the laser's axes, as arrays that compiled code can read. A point p is in the block's own axes, in
    which it fills -1..1, at `inverse` · (p - `centre`); half: its half size in metres along each of its axes;
    owner (P,): of which of the things and pieces of scenery it is."""

    shape: NDArray[np.int64]
    centre: Floats
    axes: Floats
    inverse: Floats
    half: Floats
    taper: Floats
    colour: Floats
    second: Floats
    texture: NDArray[np.int64]
    echo: Floats
    mark: Floats
    gloss: Floats
    owner: NDArray[np.int64]


def box(
    centre: Triple, size: Triple, paint: Paint, taper: Triple = (0, 0, 0), lean: float = 0.0
) -> Row:
    """A cube of this full size. taper: how much its front, its back and both its sides come in towards the top, in half
    sizes; lean: radians about y, by which its top comes forward."""
    a, b, c = (part / 2 for part in size)
    across, up = cos(lean), sin(lean)
    axes = (a * across, 0.0, c * up, 0.0, b, 0.0, -a * up, 0.0, c * across)
    return _row(CUBE, centre, axes, paint, taper)


def diamond(centre: Triple, side: float, thick: float, paint: Paint) -> Row:
    """A square plate that stands on a corner and looks along x."""
    half = side / 2 / sqrt(2)
    axes = (thick / 2, 0.0, 0.0, 0.0, half, -half, 0.0, half, half)
    return _row(CUBE, centre, axes, paint)


def tube(start: Triple, end: Triple, radius: float, paint: Paint, flat: float = 1.0) -> Row:
    """A cylinder from one point to another; flat: its thickness along x as a share of that along the other axis."""
    return _round(TUBE, start, end, radius, paint, flat)


def ring(centre: Triple, radius: float, paint: Paint) -> Row:
    """The rim of a wheel that stands along x, without thickness."""
    x, y, z = centre
    return _round(RING, (x, y - 0.02, z), (x, y + 0.02, z), radius, paint)


def ball(centre: Triple, size: Triple, paint: Paint) -> Row:
    """An ellipsoid of this full size."""
    a, b, c = (part / 2 for part in size)
    return _row(BALL, centre, (a, 0.0, 0.0, 0.0, b, 0.0, 0.0, 0.0, c), paint)


def placed(
    pieces: Sequence[Sequence[Row]], places: Sequence[tuple[float, float, float]], ground: float
) -> Blocks:
    """The blocks of several pieces, each at its place (x, y, heading) on the ground at the height `ground`."""
    rows = np.array([row for piece in pieces for row in piece], np.float64).reshape(-1, _WIDTH)
    owner = np.repeat(np.arange(len(pieces)), [len(piece) for piece in pieces])
    x, y, heading = np.reshape(places, (-1, 3))[owner].T
    turn = np.zeros((len(rows), 3, 3))
    turn[:, 0, 0] = turn[:, 1, 1] = np.cos(heading)
    turn[:, 1, 0] = np.sin(heading)
    turn[:, 0, 1] = -turn[:, 1, 0]
    turn[:, 2, 2] = 1
    axes = turn @ rows[:, 4:13].reshape(-1, 3, 3)
    centre = (turn @ rows[:, 1:4, None])[..., 0] + np.column_stack([x, y, np.full(len(x), ground)])
    return Blocks(
        shape=rows[:, 0].astype(np.int64),
        centre=centre,
        axes=axes,
        inverse=np.ascontiguousarray(np.linalg.inv(axes)),
        half=np.linalg.norm(axes, axis=1),
        taper=rows[:, 13:16].copy(),
        colour=linear(rows[:, 16:19]),
        second=linear(rows[:, 19:22]),
        texture=rows[:, 22].astype(np.int64),
        echo=rows[:, 23].copy(),
        mark=rows[:, 24].copy(),
        gloss=rows[:, 25].copy(),
        owner=owner,
    )


def solids(
    pieces: Sequence[Sequence[Row]], places: Sequence[tuple[float, float, float]], ground: float
) -> Floats:
    """(pieces, 7): the smallest upright box of its own heading around each piece at its place (x, y, heading): centre,
    full size, heading."""
    rows = np.array([row for piece in pieces for row in piece], np.float64).reshape(-1, _WIDTH)
    first = np.cumsum([0, *map(len, pieces)])[:-1]
    reach = _reach(rows[:, :1], rows[:, 4:13].reshape(-1, 3, 3))
    low = np.minimum.reduceat(rows[:, 1:4] - reach, first)
    high = np.maximum.reduceat(rows[:, 1:4] + reach, first)
    middle, (x, y, heading) = (low + high) / 2, np.reshape(places, (-1, 3)).T
    cos, sin = np.cos(heading), np.sin(heading)
    centre = (
        x + cos * middle[:, 0] - sin * middle[:, 1],
        y + sin * middle[:, 0] + cos * middle[:, 1],
    )
    return np.column_stack([*centre, ground + middle[:, 2], high - low, np.arctan2(sin, cos)])


def _reach(shape: Floats, axes: Floats) -> Floats:
    """(P, 3): how far blocks of these shapes and axes reach along x, y and z from their centres."""
    flat = np.abs(axes)
    cube = flat.sum(axis=2)
    ball = np.sqrt((axes**2).sum(axis=2))
    round_one = np.hypot(flat[..., 0], flat[..., 1]) + flat[..., 2]
    return np.where(shape == CUBE, cube, np.where(shape == BALL, ball, round_one))


def linear(colour: Floats) -> Floats:
    """Colours as screens count them, 0..255 -> amounts of light, 0..1."""
    return np.asarray((np.asarray(colour, np.float64) / 255) ** 2.2)


def _row(
    shape: int, centre: Triple, axes: Row, paint: Paint, taper: Triple = (0.0, 0.0, 0.0)
) -> Row:
    look = (*paint.colour, *paint.second, paint.texture, paint.echo, paint.mark, paint.gloss)
    return (shape, *centre, *axes, *taper, *look)


def _round(
    shape: int, start: Triple, end: Triple, radius: float, paint: Paint, flat: float = 1.0
) -> Row:
    """The third axis from start to end, the first as near to x as can be, or along z where they run along x."""
    (ax, ay, az), (bx, by, bz) = start, end
    x, y, z = bx - ax, by - ay, bz - az
    long = sqrt(x * x + y * y + z * z)
    level = hypot(y, z)
    if level < 1e-6 * long:
        first, second = (0.0, 0.0, radius * flat), (0.0, radius, 0.0)
    else:
        second = (0.0, radius * z / level, -radius * y / level)
        ahead = (level / long, -x * y / level / long, -x * z / level / long)
        first = (radius * flat * ahead[0], radius * flat * ahead[1], radius * flat * ahead[2])
    axes = (first[0], second[0], x / 2, first[1], second[1], y / 2, first[2], second[2], z / 2)
    return _row(shape, ((ax + bx) / 2, (ay + by) / 2, (az + bz) / 2), axes, paint)
