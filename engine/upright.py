"""Upright boxes (7,): centre, full size, heading in radians about z from x towards y. numpy only."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]


def turned(points: Floats, heading: float) -> NDArray[np.float64]:
    """Points (N, 2 or 3) turned about z by an angle in radians, from x towards y."""
    cos, sin = np.cos(heading), np.sin(heading)
    result = np.array(points, np.float64)
    result[:, 0] = cos * points[:, 0] - sin * points[:, 1]
    result[:, 1] = sin * points[:, 0] + cos * points[:, 1]
    return result


def inside(points: Floats, box: Floats) -> NDArray[np.bool_]:
    """(N, 3), (7,) -> (N,): which points lie in a box or on its sides."""
    local = turned(np.asarray(points, np.float64) - np.asarray(box[:3], np.float64), -float(box[6]))
    return np.asarray((np.abs(local) <= np.asarray(box[3:6], np.float64) / 2).all(axis=1))


def around(points: Floats, heading: float = 0.0, margin: float = 0.0) -> NDArray[np.float32]:
    """The smallest box (7,) of this heading that holds points (N, 3), N > 0, and `margin` metres more on each side."""
    local = turned(points, -heading)
    low, high = local.min(axis=0) - margin, local.max(axis=0) + margin
    centre = turned(((low + high) / 2)[None], heading)[0]
    return np.array([*centre, *(high - low), heading], np.float32)
