"""How one set of axes is turned and moved against another, as data sets write it."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.datasets.drives.scan import matrix
from engine.formats.bounded import Damage
from engine.words import say

Matrix = NDArray[np.float64]


def rigid(values: Any) -> Matrix:
    """(4, 4), a turn and a shift, from 3 x 4 or 4 x 4 numbers. Damage when it is something else."""
    try:
        rows = np.array(values, np.float64).size // 4
    except (TypeError, ValueError, OverflowError):
        rows = 0
    whole = np.eye(4)
    whole[:3] = matrix(values, 4 if rows == 4 else 3, 4)[:3]
    turn = whole[:3, :3]
    if np.abs(turn @ turn.T - np.eye(3)).max() > 1e-2 or np.linalg.det(turn) < 0:
        raise Damage(say("what ought to turn axes into others does not"))
    return whole


def placed(quaternion: Any, shift: Any) -> Matrix:
    """(4, 4) from a quaternion w, x, y, z and a shift in metres."""
    w, x, y, z = matrix(quaternion, 1, 4)[0]
    length = np.sqrt(w * w + x * x + y * y + z * z)
    if abs(length - 1) > 0.05:
        raise Damage(say("what ought to turn axes into others does not"))
    w, x, y, z = np.array([w, x, y, z]) / length
    whole = np.eye(4)
    whole[:3, :3] = [
        [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
        [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
        [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
    ]
    whole[:3, 3] = matrix(shift, 1, 3)[0]
    return whole


def heading(move: Matrix) -> float:
    """Where the first axis points, in radians about z from x towards y."""
    return float(np.arctan2(move[1, 0], move[0, 0]))


def level(world_from_sensor: Matrix, ahead: tuple[int, int, int]) -> Matrix:
    """(4, 4): from a sensor's axes to x where its `ahead` points along the ground, y left, z the world's up."""
    up = world_from_sensor[2, :3]
    along = np.asarray(ahead, np.float64) - up * (up @ ahead)
    if np.linalg.norm(along) < 0.1:
        raise Damage(say("the vehicle stands on its end"))
    along /= np.linalg.norm(along)
    whole = np.eye(4)
    whole[:3, :3] = along, np.cross(up, along), up
    return whole
