"""Solids (K, 7) in the laser's axes: what a camera sees of them, and which points they hold. numpy only."""

import numpy as np
from numpy.typing import NDArray

from engine.projection import NEAREST, Calibration
from engine.upright import inside

Floats = NDArray[np.float64]
# Corner number: 4 · (ahead) + 2 · (left) + (up).
_SIGNS = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)]) / 2
_FACES = np.array(
    [[0, 1, 3, 2], [4, 5, 7, 6], [0, 1, 5, 4], [2, 3, 7, 6], [0, 2, 6, 4], [1, 3, 7, 5]]
)


def corners(solids: NDArray[np.floating]) -> Floats:
    """(K, 7) -> (K, 8, 3) in metres."""
    solids = np.asarray(solids, np.float64)
    local = _SIGNS * solids[:, None, 3:6]
    cos, sin = np.cos(solids[:, 6:]), np.sin(solids[:, 6:])
    x = cos * local[..., 0] - sin * local[..., 1]
    y = sin * local[..., 0] + cos * local[..., 1]
    return np.asarray(np.stack([x, y, local[..., 2]], axis=-1) + solids[:, None, :3], np.float64)


def pictured(
    solids: NDArray[np.floating], calibration: Calibration, width: int, height: int
) -> Floats:
    """(K, 7) -> boxes (K, 4) around what a picture shows of each solid, NaN where it shows nothing of it."""
    boxes = np.full((len(solids), 4), np.nan)
    whole = calibration.whole
    for row, points in enumerate(corners(solids)):
        if not np.isfinite(points).all():
            continue
        seen = _seen(points @ whole[:, :3].T + whole[:, 3], width, height)
        if len(seen):
            pixels = seen[:, :2] / seen[:, 2:]
            boxes[row] = *pixels.min(axis=0), *pixels.max(axis=0)
    return boxes


def held(points: NDArray[np.floating], solids: NDArray[np.floating]) -> NDArray[np.int64]:
    """(N, 3 or more), (K, 7) -> (N,): the solid that holds each point, the smallest of several, -1: none."""
    rows = np.full(len(points), -1)
    sound = np.flatnonzero(np.isfinite(solids).all(axis=1))
    volumes = solids[sound, 3:6].astype(np.float64).prod(axis=1)
    for row in sound[np.argsort(-volumes, kind="stable")]:
        solid = np.asarray(solids[row], np.float64)
        # Comparing with a square around it first spares most of the turning.
        reach = np.linalg.norm(solid[3:5]) / 2 + 1e-3
        near = np.flatnonzero((np.abs(points[:, :2] - solid[:2]) <= reach).all(axis=1))
        rows[near[inside(points[near, :3], solid)]] = row
    return rows


def _seen(points: Floats, width: int, height: int) -> Floats:
    """Corners (8, 3), pixels times depth -> (M, 3): the corners of what lies within the picture."""
    outside = False
    for distance in _distances(points, width, height):
        if (distance < 0).all():
            return np.empty((0, 3))
        outside |= bool((distance < 0).any())
    if not outside:
        return points
    return np.concatenate([_clipped(points[face], width, height) for face in _FACES])


def _distances(points: Floats, width: int, height: int) -> Floats:
    """(5, M): how far inside each side of what the camera sees; linear along a line."""
    x, y, depth = points.T
    return np.stack([depth - NEAREST, x, width * depth - x, y, height * depth - y])


def _clipped(polygon: Floats, width: int, height: int) -> Floats:
    """What of a polygon (M, 3) lies within the picture (Sutherland and Hodgman)."""
    for side in range(5):
        distance = _distances(polygon, width, height)[side]
        following, beyond = np.roll(polygon, -1, axis=0), np.roll(distance, -1)
        kept = []
        for here, there, a, b in zip(polygon, following, distance, beyond, strict=True):
            if a >= 0:
                kept.append(here)
            if (a < 0) != (b < 0):
                kept.append(here + a / (a - b) * (there - here))
        polygon = np.array(kept).reshape(-1, 3)
    return polygon
