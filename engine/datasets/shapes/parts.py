"""The parts shapes are made of. All are lofts: rings of points, joined ring to ring and closed at the ends."""

from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.datasets.shapes.mesh import Mesh

Array = NDArray[np.float64]
Triple = tuple[float, float, float]


def loft(rings: ArrayLike, closed: bool = False) -> Mesh:
    """Skin over rings (R, K, 3), each counter-clockwise seen from the next one.

    The ends are closed with a fan around their middle; a closed loft joins the last ring to the first.
    """
    points = np.asarray(rings, np.float64)
    count, size = points.shape[:2]
    vertices = points.reshape(-1, 3)
    if not closed:
        vertices = np.concatenate([vertices, points[:1].mean(axis=1), points[-1:].mean(axis=1)])
    return Mesh(vertices, _skin(count, size, closed))


@lru_cache(maxsize=512)
def _skin(count: int, size: int, closed: bool) -> NDArray[np.int64]:
    """Triangles of a loft of `count` rings of `size` points; without `closed` two middles follow."""
    grid = np.arange(count * size).reshape(count, size)
    after = np.roll(grid, -1, axis=1)
    low, high = (grid, np.roll(grid, -1, axis=0)) if closed else (grid[:-1], grid[1:])
    low_after, high_after = (
        (after, np.roll(after, -1, axis=0)) if closed else (after[:-1], after[1:])
    )
    faces = [
        np.stack([low, low_after, high_after], axis=-1).reshape(-1, 3),
        np.stack([low, high_after, high], axis=-1).reshape(-1, 3),
    ]
    if not closed:
        bottom, top = (np.full(size, count * size + end) for end in (0, 1))
        faces.append(np.stack([bottom, after[0], grid[0]], axis=-1))
        faces.append(np.stack([top, grid[-1], after[-1]], axis=-1))
    skin = np.concatenate(faces)
    skin.flags.writeable = False  # every loft of this size shares it
    return skin


def squircle(width: float, depth: float, power: float = 2.0, sides: int = 20) -> Array:
    """Outline (sides, 2): an ellipse at power 2, nearer to a rectangle the higher the power."""
    angle = (np.arange(sides) + 0.5) * 2 * np.pi / sides
    wave = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    bent: Array = np.sign(wave) * np.abs(wave) ** (2 / power)
    return bent * (width / 2, depth / 2)


def rectangle(width: float, depth: float, corner: float = 0.0) -> Array:
    """Outline (4, 2), or (8, 2) with the corners cut off."""
    x, y, c = width / 2, depth / 2, min(corner, 0.49 * width, 0.49 * depth)
    if c <= 0:
        return np.array([(x, -y), (x, y), (-x, y), (-x, -y)])
    right = [(x - c, -y), (x, c - y), (x, y - c), (x - c, y)]
    return np.array([*right, *((-a, -b) for a, b in right)])


def level(outline: ArrayLike, height: float = 0.0) -> Array:
    """An outline (K, 2) as a ring (K, 3) at a height."""
    flat = np.asarray(outline, np.float64)
    return np.column_stack([flat, np.full(len(flat), height)])


def prism(outline: ArrayLike, height: float, at: Triple = (0, 0, 0), taper: float = 1.0) -> Mesh:
    """An outline drawn upwards from `at`; `taper` scales its top."""
    flat = np.asarray(outline, np.float64)
    return loft([level(flat), level(flat * taper, height)]).move(*at)


def box(size: Triple, at: Triple = (0, 0, 0), taper: float = 1.0, bevel: float = 0.0) -> Mesh:
    """A box with the middle of its floor at `at`; `taper` scales its top, `bevel` softens its edges."""
    width, depth, height = size
    if bevel <= 0:
        return prism(rectangle(width, depth), height, at, taper)
    b = min(bevel, 0.45 * min(size))
    small = rectangle(width - 2 * b, depth - 2 * b, b / 2)
    full = rectangle(width, depth, b)
    heights = ((small, 0, 1.0), (full, b, 1.0), (full, height - b, taper), (small, height, taper))
    return loft([level(outline * share, z) for outline, z, share in heights]).move(*at)


def cylinder(
    radius: float, height: float, at: Triple = (0, 0, 0), taper: float = 1.0, sides: int = 18
) -> Mesh:
    """An upright cylinder, or a cone cut off, standing at `at`."""
    return prism(squircle(2 * radius, 2 * radius, sides=sides), height, at, taper)


def lathe(
    profile: ArrayLike, at: Triple = (0, 0, 0), closed: bool = False, sides: int = 24
) -> Mesh:
    """A profile (P, 2) of radius and height, turned around the z axis; runs upwards on the outside."""
    radius, height = np.asarray(profile, np.float64).T
    circle = squircle(2, 2, sides=sides)
    rings = np.empty((len(radius), sides, 3))
    rings[..., :2] = np.maximum(radius, 0)[:, None, None] * circle
    rings[..., 2] = height[:, None]
    return loft(rings, closed).move(*at)


def hollow(profile: ArrayLike, wall: float, at: Triple = (0, 0, 0)) -> Mesh:
    """A vessel: an outer profile (P, 2) from floor to rim, and the same again inside."""
    outer = np.asarray(profile, np.float64)
    inner = np.column_stack([np.maximum(outer[:, 0] - wall, 0), np.maximum(outer[:, 1], wall)])
    return lathe(np.concatenate([outer, inner[::-1]]), at)


def ellipsoid(size: Triple, at: Triple = (0, 0, 0)) -> Mesh:
    """An ellipsoid of this width, depth and height with its middle at `at`."""
    angle = np.linspace(-np.pi / 2, np.pi / 2, 9)
    ball = lathe(np.column_stack([np.cos(angle), np.sin(angle)]), sides=16)
    return ball.scale(*(extent / 2 for extent in size)).move(*at)


def sweep(
    path: ArrayLike, outline: ArrayLike, scale: ArrayLike = 1.0, across: Triple | None = None
) -> Mesh:
    """An outline (K, 2) carried along a path (P, 3), scaled on its way.

    The first axis of the outline lies along `across`, which is square to the path's plane unless given.
    """
    points, flat = np.asarray(path, np.float64), np.asarray(outline, np.float64)
    along = _unit(np.gradient(points, axis=0))
    if across is None:
        side = np.linalg.svd(points - points.mean(axis=0))[2][-1]
    else:
        side = np.asarray(across, np.float64)
    second = _unit(np.cross(along, side))
    first = np.cross(second, along)
    size = np.broadcast_to(np.asarray(scale, np.float64), len(points))[:, None, None]
    rings = first[:, None] * flat[:, 0, None] + second[:, None] * flat[:, 1, None]
    return loft(points[:, None] + size * rings)


def tube(path: ArrayLike, radius: ArrayLike, sides: int = 8) -> Mesh:
    """A round pipe along a path (P, 3); one radius, or one for every point."""
    return sweep(path, squircle(2, 2, sides=sides), radius)


def rod(start: Triple, end: Triple, radius: float, taper: float = 1.0) -> Mesh:
    """A straight round rod; `taper` scales its end."""
    across = _crosswise(start, end)
    return sweep([start, end], squircle(2, 2, sides=10), (radius, radius * taper), across)


def bar(start: Triple, end: Triple, width: float, taper: float = 1.0) -> Mesh:
    """A straight bar of square section; `taper` scales its end."""
    across = _crosswise(start, end)
    return sweep([start, end], rectangle(width, width), (1, taper), across)


def wall(path: ArrayLike, thickness: float, height: float, z: float = 0.0) -> Mesh:
    """An upright sheet over a plan (P, 2), starting at height z: a curtain, a curved back."""
    outline = rectangle(height, thickness)
    return sweep(level(path, z + height / 2), outline, across=(0, 0, 1))


def hull(sections: ArrayLike, power: float = 2.0) -> Mesh:
    """A body along y through sections (S, 4) of y, width, floor and roof: a fuselage, a car."""
    y, width, floor, roof = np.asarray(sections, np.float64).T[..., None]
    shape = squircle(2, 2, power)
    rings = np.empty((len(y), len(shape), 3))
    rings[..., 0] = width / 2 * shape[:, 1]
    rings[..., 1] = y
    rings[..., 2] = (floor + roof) / 2 + (roof - floor) / 2 * shape[:, 0]
    return loft(rings)


def smooth(points: ArrayLike, count: int = 20) -> Array:
    """A curve (count, D) through some points (Catmull and Rom 1974)."""
    given = np.asarray(points, np.float64)
    ends = (2 * given[:1] - given[1:2], given, 2 * given[-1:] - given[-2:-1])
    padded = np.concatenate(ends)
    place = np.linspace(0, len(given) - 1, count)
    first = np.minimum(place.astype(int), len(given) - 2)
    t = (place - first)[:, None]
    a, b, c, d = (padded[first + step] for step in range(4))
    bend = (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * (b - c) + d - a) * t**3
    curve: Array = b + bend / 2
    return curve


def arc(radius: float, start: float, end: float, count: int = 12) -> Array:
    """Points (count, 2) of a circle from one angle to another, in degrees."""
    angle = np.radians(np.linspace(start, end, count))
    circle: Array = np.column_stack([np.cos(angle), np.sin(angle)])
    return radius * circle


def _unit(vectors: Array) -> Array:
    scaled: Array = vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-12)
    return scaled


def _crosswise(start: Triple, end: Triple) -> Triple:
    """The x axis, or y for what runs along x: square legs then stand square."""
    direction = np.abs(np.subtract(end, start))
    return (0, 1, 0) if direction[0] > 0.7 * direction.max() else (1, 0, 0)
