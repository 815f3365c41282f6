"""What a file holds once it is read: points, perhaps joined to triangles."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.formats.bounded import Damage
from engine.words import say

FARTHEST = 1e30
MOST_MISSING = 0.05


@dataclass(frozen=True)
class Shape:
    """vertices (V, 3) float64 in the file's unit; faces (F, 3) int64; normals (V, 3) float64.

    `dropped` counts the points of the file that were no usable numbers.
    """

    vertices: NDArray[np.float64]
    faces: NDArray[np.int64] | None = None
    normals: NDArray[np.float64] | None = None
    dropped: int = 0


def sound(shape: Shape) -> Shape:
    """The shape without its few unusable points; Damage when there are none or many are bad."""
    if not len(shape.vertices):
        raise Damage(say("it holds no points"))
    good = np.all(np.abs(shape.vertices) <= FARTHEST, axis=1)
    bad = 1 - good.mean()
    if bad > MOST_MISSING:
        raise Damage(say("{bad:.0%} of its points are not usable numbers", bad=bad))
    return shape if bad == 0 else _only(shape, good)


def _only(shape: Shape, good: NDArray[np.bool_]) -> Shape:
    faces = shape.faces
    if faces is not None:
        renumbered = np.cumsum(good) - 1
        faces = renumbered[faces[good[faces].all(axis=1)]]
    normals = None if shape.normals is None else shape.normals[good]
    return Shape(shape.vertices[good], faces, normals, int((~good).sum()))


def indices(numbers: NDArray[np.generic], count: int) -> NDArray[np.int64]:
    """Numbers as vertex indices; Damage when one of them is no whole number from 0 to count - 1."""
    values = np.asarray(numbers, np.float64)
    wrong = ~((values >= 0) & (values < count) & (values == np.floor(values)))
    if wrong.any():
        raise Damage(
            say(
                "a face points to vertex {values:.6g}, but there are {count}",
                values=values[wrong][0],
                count=count,
            )
        )
    return values.astype(np.int64)


def fan(polygons: NDArray[np.int64]) -> NDArray[np.int64]:
    """Polygons of one size cut into triangles at their first corner: (P, n) -> (P (n - 2), 3)."""
    first = np.repeat(polygons[:, :1], polygons.shape[1] - 2, axis=1)
    return np.stack([first, polygons[:, 1:-1], polygons[:, 2:]], axis=2).reshape(-1, 3)


def unit_normals(columns: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """Three columns when they are unit vectors, so normals and not colours; otherwise None."""
    lengths = np.linalg.norm(columns, axis=1)
    return columns if len(columns) and bool((np.abs(lengths - 1) < 0.01).all()) else None
