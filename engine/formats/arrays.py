"""Which of several arrays holds the points: shared by the numpy and HDF5 readers."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.formats.bounded import Damage
from engine.formats.shape import Shape, unit_normals
from engine.words import say

NAMES = ("points", "xyz", "data", "pc")


def looks_like_points(array: NDArray[Any]) -> bool:
    """True for numbers (n, 3 or more), a batch of one cloud (1, n, 3), and x, y, z records."""
    if array.dtype.names:
        return {"x", "y", "z"} <= set(array.dtype.names)
    return array.dtype.kind in "fiu" and _is_cloud(array.shape)


def shape_from(array: NDArray[Any]) -> Shape:
    """The points of an array, with normals when columns four to six are unit vectors."""
    if not looks_like_points(array):
        raise Damage(
            say(
                "its array of {described} is not one cloud of points (n, 3)",
                described=_described(array),
            )
        )
    if array.dtype.names:
        records = array.reshape(-1)
        return Shape(np.stack([records[name].astype(np.float64) for name in "xyz"], axis=1))
    rows = array.reshape(-1, array.shape[-1])
    normals = unit_normals(rows[:, 3:6].astype(np.float64)) if rows.shape[1] >= 6 else None
    return Shape(rows[:, :3].astype(np.float64), None, normals)


def _is_cloud(shape: tuple[int, ...]) -> bool:
    one = len(shape) == 2 or (len(shape) == 3 and shape[0] == 1)
    return one and 3 <= shape[-1] <= 64


def _described(array: NDArray[Any]) -> str:
    return say("shape {array} and type {kind}", array=array.shape, kind=array.dtype.kind)
