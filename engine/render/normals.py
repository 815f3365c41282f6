"""The direction of the surface at each point of a bare cloud, so that it can be lit."""

import numpy as np
from numpy.typing import NDArray


def estimated_normals(points: NDArray[np.floating], neighbours: int = 12) -> NDArray[np.float32]:
    """(N, 3) -> unit vectors (N, 3), square to the plane through the nearest points; inside or outside is not told."""
    from scipy.spatial import cKDTree

    count = min(neighbours, len(points))
    _, near = cKDTree(points).query(points, k=count)
    around = points[near.reshape(len(points), count)].astype(np.float64)
    around -= around.mean(axis=1, keepdims=True)
    _, vectors = np.linalg.eigh(around.swapaxes(1, 2) @ around)
    return np.asarray(vectors[..., 0], np.float32)
