"""Points on the surface of a triangle mesh, and the common frame every cloud is brought to."""

import numpy as np
from numpy.typing import NDArray

from engine.errors import FormatError
from engine.words import say


def face_areas(vertices: NDArray[np.floating], faces: NDArray[np.integer]) -> NDArray[np.float64]:
    """Area of every triangle: (V, 3), (F, 3) -> (F,)."""
    crosses = _crosses(np.asarray(vertices, np.float64)[faces])
    areas: NDArray[np.float64] = np.linalg.norm(crosses, axis=1) / 2
    return areas


def sample_surface(
    vertices: NDArray[np.floating],
    faces: NDArray[np.integer],
    count: int,
    rng: np.random.Generator,
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """`count` points spread evenly by area over the triangles, and the unit normals there.

    (V, 3), (F, 3) -> (count, 3) float32 twice. Raises FormatError when the mesh has no surface.
    """
    return sample_faces(vertices, faces, count, rng)[:2]


def sample_faces(
    vertices: NDArray[np.floating],
    faces: NDArray[np.integer],
    count: int,
    rng: np.random.Generator,
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.int64]]:
    """As `sample_surface`, and with it which triangle each point lies on: (count,) int64."""
    corners = np.asarray(vertices, np.float64)[faces]
    with np.errstate(over="ignore", invalid="ignore"):
        crosses = _crosses(corners)
        twice_areas = np.linalg.norm(crosses, axis=1)
        shares = np.cumsum(twice_areas)
    if not len(shares) or not np.isfinite(shares[-1]) or shares[-1] <= 0:
        raise FormatError(
            say("The mesh has no surface to take points from, so nothing was read from it.")
        )
    # Divided by its own end the last share is exactly 1: a draw below 1 never hits a flat triangle.
    chosen = np.searchsorted(shares / shares[-1], rng.random(count), side="right")
    corners, normals = corners[chosen], crosses[chosen] / twice_areas[chosen, None]
    # Osada et al. 2002: the square root makes the two uniform numbers uniform over the triangle.
    root, along = np.sqrt(rng.random(count)), rng.random(count)
    weights = np.stack([1 - root, root * (1 - along), root * along], axis=1)
    points = np.einsum("nc,ncd->nd", weights, corners)
    return points.astype(np.float32), normals.astype(np.float32), chosen


def normalised(points: NDArray[np.floating]) -> NDArray[np.float32]:
    """The points centred at their mean with largest radius 1: (N, 3) -> (N, 3) float32."""
    centred = np.asarray(points, np.float64) - np.mean(points, axis=0, dtype=np.float64)
    radius = np.linalg.norm(centred, axis=1).max()
    return (centred / radius if radius > 0 else centred).astype(np.float32)


def _crosses(corners: NDArray[np.float64]) -> NDArray[np.float64]:
    """Cross product of two edges of every triangle, twice its area long: (F, 3, 3) -> (F, 3)."""
    return np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
