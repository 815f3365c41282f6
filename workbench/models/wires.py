"""Boxes as lines in space, and which box a ray of sight meets; numpy alone."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.orbit import Floats, Frame, Orbit

_SIGNS = np.array([[x, y, z] for z in (-1, 1) for x, y in ((-1, -1), (1, -1), (1, 1), (-1, 1))])
_EDGES = np.array([[0, 1], [1, 2], [2, 3], [3, 0], [4, 5], [5, 6], [6, 7], [7, 4]])
_EDGES = np.concatenate((_EDGES, [[0, 4], [1, 5], [2, 6], [3, 7]]))


def corners(boxes: NDArray[Any]) -> Floats:
    """(K, 7) to (K, 8, 3): the lower four in a round, then the upper four above them."""
    boxes = np.asarray(boxes, np.float32).reshape(-1, 7)
    local = _SIGNS[None] * boxes[:, None, 3:6] / 2
    cos, sin = np.cos(boxes[:, 6, None]), np.sin(boxes[:, 6, None])
    x, y = local[..., 0], local[..., 1]
    turned = np.stack((cos * x - sin * y, sin * x + cos * y, local[..., 2]), axis=2)
    return np.asarray(turned + boxes[:, None, :3], dtype=np.float32)


def edges(boxes: NDArray[Any]) -> Floats:
    """(K, 7) to (K, 12, 2, 3): both ends of every edge."""
    return corners(boxes)[:, _EDGES]


def met(
    boxes: NDArray[Any],
    at: tuple[float, float],
    frame: Frame,
    orbit: Orbit,
    size: tuple[int, int],
    reach_px: float = 4.0,
) -> int:
    """The smallest of the boxes (K, 7) that lie under pixel `at` of a view of this size, -1: none does."""
    boxes = np.asarray(boxes, np.float64).reshape(-1, 7)
    width, height = size
    right, up, toward = orbit.axes().astype(np.float64)
    unit = frame.pixels_per_unit(width, height, orbit.zoom)
    eye = frame.centre + np.array(orbit.aim) + toward * frame.distance
    across, above = (at[0] - width / 2) / unit, (height / 2 - at[1]) / unit
    ray = right * across + up * above - toward * frame.distance
    turn = -boxes[:, 6]
    start = _turned(eye - boxes[:, :3], turn)
    way = _turned(np.broadcast_to(ray, start.shape), turn)
    way = np.where(np.abs(way) < 1e-12, 1e-12, way)
    half = boxes[:, 3:6] / 2 + reach_px / unit
    ends = np.stack(((-half - start) / way, (half - start) / way))
    enters, leaves = ends.min(axis=0).max(axis=1), ends.max(axis=0).min(axis=1)
    hit = np.flatnonzero((enters <= leaves) & (leaves > 0))
    if not len(hit):
        return -1
    return int(hit[boxes[hit, 3:6].prod(axis=1).argmin()])


def _turned(places: NDArray[np.float64], angle: NDArray[np.float64]) -> NDArray[np.float64]:
    """(K, 3) turned about z from x towards y by (K,)."""
    cos, sin = np.cos(angle), np.sin(angle)
    x, y, z = places.T
    return np.stack((cos * x - sin * y, sin * x + cos * y, z), axis=1)
