"""Squared distances one axis at a time, so that a block of them stays in the cache and equal ones stay equal."""

from torch import Tensor

from engine.errors import ConfigError
from engine.words import say


def refuse_unless_clouds(*batches: Tensor) -> None:
    """Raises ConfigError unless all are (B, any, 3) with the same B: compiled code does not look before it reads."""
    for points in batches:
        if points.ndim != 3 or points.shape[2] != 3 or len(points) != len(batches[0]):
            shapes = say(" and ").join(str(tuple(each.shape)) for each in batches)
            raise ConfigError(
                say("Clouds are (B, N, 3), all of one batch; these are {shapes}.", shapes=shapes)
            )


def squared_distances(points: Tensor, others: Tensor) -> Tensor:
    """(..., 3) and (..., 3), broadcast against each other -> (...): from differences, no cancellation."""
    x, y, z = (points[..., axis] - others[..., axis] for axis in range(3))
    return x * x + y * y + z * z
