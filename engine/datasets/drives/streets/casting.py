"""Rays from an eye to the nearest of many blocks, compiled: a block is only asked about the rays that can meet it."""

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numba import njit
from numpy.typing import NDArray

from engine.datasets.drives.streets.blocks import BALL, CUBE, RING, TUBE, Blocks, Floats

NOTHING, GROUND = -2, -1
_SHADOWS = 60.0  # metres ahead, beyond which no shadow is seen
_RIM = 0.8  # of a ring's radius, inside which it is open
_FARTHEST = 250.0  # the ground's end
_CORNERS = np.array([(x, y, z) for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)], np.float64)

Ints = NDArray[np.int64]
Vector = tuple[float, float, float]
Function = TypeVar("Function", bound=Callable[..., Any])
_HOW: dict[str, Any] = {"cache": True, "nogil": True, "error_model": "numpy"}


def compiled(function: Function) -> Function:
    """Made into machine code when it is first called, and kept for later."""
    made: Function = njit(**_HOW)(function)
    return made


def inlined(function: Function) -> Function:
    """The same, put into whatever calls it: to hand over all arrays of a street costs more than most of these do."""
    made: Function = njit(**_HOW, forceinline=True)(function)
    return made


class Seen(NamedTuple):
    """What each ray (R, C) meets first: how many times its own length away, inf for nothing, and which block, or GROUND
    or NOTHING; whole (owners,): how many rays would meet each owner if it stood alone."""

    far: Floats
    block: Ints
    whole: Ints


def look(eye: Floats, rays: Floats, blocks: Blocks, rects: Ints, ground: float) -> Seen:
    """From one place (3,) along rays (R, C, 3); rects (P, 4): first and last row and column, the last not included,
    that each block can be met in."""
    owners = int(blocks.owner.max(initial=-1)) + 1
    far = np.full(rays.shape[:2], np.inf)
    seen = Seen(far, np.full(rays.shape[:2], NOTHING, np.int64), np.zeros(owners, np.int64))
    _cast(eye, rays, blocks, rects, ground, seen)
    return seen


def corners(blocks: Blocks) -> Floats:
    """(P, 8, 3): the corners of the boxes around the blocks, in the laser's axes."""
    return np.asarray(blocks.centre[:, None] + _CORNERS @ blocks.axes.transpose(0, 2, 1))


@compiled
def _cast(
    eye: Floats, rays: Floats, blocks: Blocks, rects: Ints, ground: float, seen: Seen
) -> None:
    """Fill in what is seen: the ground first, then block by block whatever is nearer."""
    far, block, whole = seen.far, seen.block, seen.whole
    for row in range(rays.shape[0]):
        for column in range(rays.shape[1]):
            down = rays[row, column, 2]
            if down < 0:
                away = (ground - eye[2]) / down
                if away < _FARTHEST:
                    far[row, column] = away
                    block[row, column] = GROUND
    stamp = np.full(rays.shape[:2], -1, np.int64)
    for p in range(len(blocks.shape)):
        start = local_point(blocks, p, eye[0], eye[1], eye[2])
        owner = blocks.owner[p]
        for row in range(rects[p, 0], rects[p, 1]):
            for column in range(rects[p, 2], rects[p, 3]):
                ray = rays[row, column]
                away = meet(blocks, p, start, local_way(blocks, p, ray[0], ray[1], ray[2]))
                if away < np.inf:
                    if stamp[row, column] != owner:
                        stamp[row, column] = owner
                        whole[owner] += 1
                    if away < far[row, column]:
                        far[row, column] = away
                        block[row, column] = p


@inlined
def local_point(blocks: Blocks, p: int, x: float, y: float, z: float) -> Vector:
    """A place in a block's own axes."""
    centre = blocks.centre[p]
    return local_way(blocks, p, x - centre[0], y - centre[1], z - centre[2])


@inlined
def local_way(blocks: Blocks, p: int, x: float, y: float, z: float) -> Vector:
    """A direction in a block's own axes."""
    m = blocks.inverse[p]
    return (
        m[0, 0] * x + m[0, 1] * y + m[0, 2] * z,
        m[1, 0] * x + m[1, 1] * y + m[1, 2] * z,
        m[2, 0] * x + m[2, 1] * y + m[2, 2] * z,
    )


@inlined
def meet(blocks: Blocks, p: int, start: Vector, way: Vector) -> float:
    """How many times its length a ray goes until it enters a block; inf if it never does or begins in it."""
    shape = blocks.shape[p]
    if shape == CUBE:
        return _meet_cube(blocks.taper[p], start, way)
    if shape == BALL:
        return _meet_ball(start, way)
    if shape == TUBE:
        return _meet_tube(start, way)
    return _meet_ring(start, way)


@inlined
def plane(taper: Floats, face: int) -> tuple[float, float, float, float]:
    """One of a cube's six sides in its own axes: its normal and how far along that it lies."""
    if face == 0:
        return 1.0, 0.0, taper[0] / 2, 1 - taper[0] / 2
    if face == 1:
        return -1.0, 0.0, taper[1] / 2, 1 - taper[1] / 2
    if face == 2:
        return 0.0, 1.0, taper[2] / 2, 1 - taper[2] / 2
    if face == 3:
        return 0.0, -1.0, taper[2] / 2, 1 - taper[2] / 2
    if face == 4:
        return 0.0, 0.0, 1.0, 1.0
    return 0.0, 0.0, -1.0, 1.0


@inlined
def _meet_cube(taper: Floats, start: Vector, way: Vector) -> float:
    enter, leave = 0.0, np.inf
    for face in range(6):
        a, b, c, reach = plane(taper, face)
        along = a * way[0] + b * way[1] + c * way[2]
        left = reach - (a * start[0] + b * start[1] + c * start[2])
        if along > 0:
            leave = min(leave, left / along)
        elif along < 0:
            enter = max(enter, left / along)
        elif left < 0:
            return np.inf
        if enter > leave:
            return np.inf
    return enter if enter > 0 else np.inf


@inlined
def _meet_ball(start: Vector, way: Vector) -> float:
    a = way[0] * way[0] + way[1] * way[1] + way[2] * way[2]
    b = start[0] * way[0] + start[1] * way[1] + start[2] * way[2]
    c = start[0] * start[0] + start[1] * start[1] + start[2] * start[2] - 1
    inner = b * b - a * c
    if inner < 0 or c < 0:
        return np.inf
    away = (-b - np.sqrt(inner)) / a
    return away if away > 0 else np.inf


@inlined
def _meet_tube(start: Vector, way: Vector) -> float:
    a = way[0] * way[0] + way[1] * way[1]
    b = start[0] * way[0] + start[1] * way[1]
    c = start[0] * start[0] + start[1] * start[1] - 1
    enter, leave = 0.0, np.inf
    if a > 0:
        inner = b * b - a * c
        if inner < 0:
            return np.inf
        root = np.sqrt(inner)
        enter, leave = (-b - root) / a, (-b + root) / a
    elif c > 0:
        return np.inf
    if way[2] != 0:
        one, other = (-1 - start[2]) / way[2], (1 - start[2]) / way[2]
        enter, leave = max(enter, min(one, other)), min(leave, max(one, other))
    elif abs(start[2]) > 1:
        return np.inf
    return enter if 0 < enter <= leave else np.inf


@inlined
def _meet_ring(start: Vector, way: Vector) -> float:
    if way[2] == 0:
        return np.inf
    away = -start[2] / way[2]
    x, y = start[0] + away * way[0], start[1] + away * way[1]
    square = x * x + y * y
    return away if away > 0 and _RIM * _RIM <= square <= 1 else np.inf


@inlined
def facing(blocks: Blocks, p: int, at: Vector, way: Vector) -> tuple[int, Vector]:
    """Which side of a block a ray met at a place in the block's axes (0 to 5, of a tube 4 its ends, else 2), and which
    way that side looks, in the laser's axes, length 1."""
    shape, face = blocks.shape[p], 2
    a, b, c = at[0], at[1], at[2]
    if shape == CUBE:
        nearest = -np.inf
        for side in range(6):
            x, y, z, reach = plane(blocks.taper[p], side)
            off = x * at[0] + y * at[1] + z * at[2] - reach
            if off > nearest and x * way[0] + y * way[1] + z * way[2] < 0:
                nearest, face = off, side
        a, b, c, _ = plane(blocks.taper[p], face)
    elif shape == RING or (shape == TUBE and abs(c) > 1 - 1e-9):
        face = 4
        a, b, c = 0.0, 0.0, -1.0 if way[2] > 0 else 1.0
    elif shape == TUBE:
        c = 0.0
    m = blocks.inverse[p]
    x = m[0, 0] * a + m[1, 0] * b + m[2, 0] * c
    y = m[0, 1] * a + m[1, 1] * b + m[2, 1] * c
    z = m[0, 2] * a + m[1, 2] * b + m[2, 2] * c
    long = np.sqrt(x * x + y * y + z * z)
    return face, (x / long, y / long, z / long)


@inlined
def shaded(blocks: Blocks, bounds: Floats, at: Vector, sun: Vector, own: int) -> bool:
    """Whether anything stands between a place and the sun; bounds (owners, 6): the ball around each owner's blocks, and
    its first and last block."""
    for owner in range(len(bounds)):
        x, y, z = bounds[owner, 0] - at[0], bounds[owner, 1] - at[1], bounds[owner, 2] - at[2]
        along = x * sun[0] + y * sun[1] + z * sun[2]
        reach = bounds[owner, 3]
        if along < -reach or x * x + y * y + z * z - along * along > reach * reach:
            continue
        for p in range(int(bounds[owner, 4]), int(bounds[owner, 5])):
            if p == own:
                continue
            start = local_point(blocks, p, at[0], at[1], at[2])
            if meet(blocks, p, start, local_way(blocks, p, sun[0], sun[1], sun[2])) < np.inf:
                return True
    return False


def around_owners(blocks: Blocks) -> Floats:
    """(owners, 6): centre and radius of a ball around the blocks of each owner, its first block and one past its last;
    of those whose shadows fall where one looks."""
    ends = np.flatnonzero(np.diff(blocks.owner, prepend=-1, append=len(blocks.owner)))
    if len(ends) < 2:
        return np.zeros((0, 6))
    places = corners(blocks)
    low = np.minimum.reduceat(places.min(axis=1), ends[:-1])
    high = np.maximum.reduceat(places.max(axis=1), ends[:-1])
    middle = (low + high) / 2
    reach = np.linalg.norm(high - low, axis=1) / 2
    bounds = np.column_stack([middle, reach, ends[:-1], ends[1:]])
    return np.ascontiguousarray(bounds[middle[:, 0] < _SHADOWS])
