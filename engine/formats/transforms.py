"""Where a node of a scene stands: its own matrix, or turn, scale and shift."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.formats.bounded import Damage
from engine.words import say


def matrix_of(node: dict[str, Any]) -> NDArray[np.float64]:
    """(4, 4), to be multiplied with columns. glTF: shift x turn x scale; a quaternion is x, y, z, w."""
    if "matrix" in node:
        return _numbers(node["matrix"], 16).reshape(4, 4).T
    matrix = np.eye(4)
    turn = _turn(_numbers(node.get("rotation", (0, 0, 0, 1)), 4))
    matrix[:3, :3] = turn * _numbers(node.get("scale", (1, 1, 1)), 3)
    matrix[:3, 3] = _numbers(node.get("translation", (0, 0, 0)), 3)
    return matrix


def _turn(quaternion: NDArray[np.float64]) -> NDArray[np.float64]:
    length = np.linalg.norm(quaternion)
    if not length > 0:
        raise Damage(say("a node is turned by nothing"))
    x, y, z, w = quaternion / length
    return np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
            [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
            [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
        ]
    )


def _numbers(values: Any, count: int) -> NDArray[np.float64]:
    good = isinstance(values, list | tuple) and len(values) == count
    if not good or not all(isinstance(value, int | float) for value in values):
        raise Damage(say("a node does not stand on {count} numbers", count=count))
    return np.array(values, np.float64)
