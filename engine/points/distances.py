"""Squared distances one axis at a time, so that a block of them stays in the cache and equal ones stay equal."""

from torch import Tensor


def squared_distances(points: Tensor, others: Tensor) -> Tensor:
    """(..., 3) and (..., 3), broadcast against each other -> (...): from differences, no cancellation."""
    x, y, z = (points[..., axis] - others[..., axis] for axis in range(3))
    return x * x + y * y + z * z
