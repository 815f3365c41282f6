"""What somebody brings: any mesh or scan as the cloud that a net takes, and a denser one of the same frame."""

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from engine.bring.asking import UPS, Asking
from engine.bring.upright import likely_ups, turned
from engine.errors import FormatError
from engine.even import Indices, even_order
from engine.formats import Shape, read_shape
from engine.formats.refusal import named
from engine.formats.surface import sample_surface
from engine.points import farthest_points
from engine.words import say

_DENSE = 8192  # of a surface: enough to leave a region out and still thin the rest evenly
_MOST = 32_768  # of a scan: more are drawn down to this before they are thinned
_SHOWN = 1_000_000  # of a scan: more are not shown

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Thing:
    """points (N, 3) and dense (M, 3) float32 in one frame: z up, the points centred at their mean with largest radius
    1. ups: every way up, the likeliest first; read: points in the file; mesh: whether it has a surface; size: its box
    in the file's unit, as it stands; whole (S, 3): a scan's points in `even_order`, in the same frame."""

    points: Floats
    dense: Floats
    read: int
    mesh: bool
    up: str
    guessed: bool
    size: tuple[float, float, float]
    dropped: int
    ups: tuple[str, ...] = UPS
    whole: Floats = field(default_factory=lambda: np.empty((0, 3), np.float32))


def read_thing(asking: Asking, count: int) -> Thing:
    """The file of a question as `count` points, farthest first. Raises only FormatError."""
    path = asking.file
    shape, order = _shape(path)
    low, high = shape.vertices.min(axis=0), shape.vertices.max(axis=0)
    spread = float((high - low).max())
    if not spread > 1e-12 * float(np.abs(shape.vertices).max()):
        raise FormatError(
            say("{named} was not read: all its points are in one place.", named=named(path))
        )
    # Survey coordinates lie far from the origin: the offset goes before anything is float32.
    small = Shape((shape.vertices - (low + high) / 2) / spread, shape.faces)
    dense, mesh = _dense(small)
    if not np.ptp(dense, axis=0).any():
        raise FormatError(
            say("{named} was not read: all its points are in one place.", named=named(path))
        )
    ups = likely_ups(dense, path.suffix)
    up = asking.up or ups[0]
    upright = turned(dense, up, asking.quarter).astype(np.float32)
    points = thinned(upright, count)
    middle = points.mean(axis=0, dtype=np.float64)
    radius = float(np.linalg.norm(points - middle, axis=1).max())
    whole = np.empty((0, 3)) if mesh else turned(small.vertices[order], up, asking.quarter)
    size = np.abs(turned((high - low)[None], up, asking.quarter)[0])
    return Thing(
        points=((points - middle) / radius).astype(np.float32),
        dense=((upright - middle) / radius).astype(np.float32),
        read=len(shape.vertices) + shape.dropped,
        mesh=mesh,
        up=up,
        guessed=not asking.up,
        size=(float(size[0]), float(size[1]), float(size[2])),
        dropped=shape.dropped,
        ups=ups,
        whole=((whole - middle) / radius).astype(np.float32),
    )


def thinned(points: Floats, count: int) -> Floats:
    """`count` of the points (M, 3), each the one farthest from all before it; too few are each used equally often."""
    again = count // len(points)
    parts = [points] * again
    if rest := count - again * len(points):
        cloud = torch.from_numpy(np.ascontiguousarray(points, np.float32))[None]
        parts.append(points[farthest_points(cloud, rest)[0].numpy()])
    return np.concatenate(parts)


def _dense(shape: Shape) -> tuple[NDArray[np.floating], bool]:
    """Points of the surface, evenly by area, where there is one; else those of the file."""
    rng = np.random.default_rng(0)  # the same thing always gets the same answer
    if shape.faces is not None and len(shape.faces):
        try:
            return sample_surface(shape.vertices, shape.faces, _DENSE, rng)[0], True
        except FormatError:
            pass  # no triangle has an area: there is no surface, but there are points
    points = shape.vertices
    if len(points) > _MOST:
        points = points[np.sort(rng.choice(len(points), _MOST, replace=False))]
    return points, False


def _shape(path: Path) -> tuple[Shape, Indices]:
    """The file and an even order of its points, not read again while one turns what is in it."""
    try:
        about = path.stat()
        mark = about.st_mtime_ns, about.st_size
    except OSError:
        mark = 0, 0  # reading says what is wrong
    return _read(path, mark)


@lru_cache(maxsize=1)
def _read(path: Path, _mark: tuple[int, int]) -> tuple[Shape, Indices]:
    shape = read_shape(path)
    return shape, _shown(shape)


def _shown(shape: Shape) -> Indices:
    """Which points are shown and in which order; points that stand for a surface are not."""
    if shape.faces is not None and len(shape.faces):
        return np.empty(0, np.int64)
    rng, total = np.random.default_rng(0), len(shape.vertices)
    if total <= _SHOWN:
        return even_order(shape.vertices, rng)
    some = rng.choice(total, _SHOWN, replace=False, shuffle=False)
    return np.asarray(some[even_order(shape.vertices[some], rng)], np.int64)
