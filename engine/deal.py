"""One draw of a mixture told point by point: which cloud and which point every output point came from."""

from typing import Any

import numpy as np
import torch
from torch import Tensor

from engine import registry
from engine.clouds import Clouds
from engine.datasets.cache import read_rows
from engine.device import seeded
from engine.errors import ConfigError, DataError
from engine.jobs import Mixing
from engine.words import say

_MOST_POINTS = 2**24  # whole numbers up to here are exact in float32


def deal(asked: Mixing) -> dict[str, Any]:
    """Mix n clouds of a prepared data set, every output kept, as plain JSON.

    source, index: n lists of N numbers, the cloud 0..n-1 and its point 0..N-1 that each output point is; points: n
    lists of N places where the mixture moves points, else None. Neither turned nor stretched nor normalised, which a
    run does before and after. Raises DataError or ConfigError with a sentence.
    """
    _refuse_few(asked.rows)
    clouds = read_rows(asked.cache, asked.rows)
    _refuse(clouds, asked.known or clouds.known)
    choice = asked.mixture
    mixture = registry.make("mixture", choice.name, choice.settings)
    points = torch.from_numpy(clouds.points)
    generator = seeded(torch.device("cpu"), asked.seed)
    mixed = mixture(numbered(points)[None], generator, True)[0]
    number = mixed[..., 3].long()
    placed = mixed[..., :3]
    moved = not torch.equal(placed, points.reshape(-1, 3)[number])
    size = points.shape[1]
    return {
        "source": (number // size).tolist(),
        "index": (number % size).tolist(),
        "points": placed.tolist() if moved else None,
    }


def numbered(points: Tensor) -> Tensor:
    """(n, N, 3) -> (n, N, 4): every point carries its number, counted through all clouds."""
    number = torch.arange(points.shape[0] * points.shape[1], dtype=points.dtype)
    return torch.cat([points, number.view(*points.shape[:2], 1)], dim=2)


def _refuse_few(rows: tuple[int, ...]) -> None:
    if len(rows) < 2:
        raise ConfigError(
            say("A mixture takes two or more clouds. Nothing was mixed. Choose another.")
        )


def _refuse(clouds: Clouds, known: tuple[str, ...]) -> None:
    kinds = [clouds.kinds[label] for label in clouds.labels.tolist()]
    if len(set(kinds)) < len(kinds):
        raise ConfigError(
            say(
                "A mixture takes clouds that are each of another kind. Nothing was mixed. Choose clouds "
                "of different kinds."
            )
        )
    if strangers := [kind for kind in kinds if kind not in known]:
        raise ConfigError(
            say(
                "“{strangers}” is not known, and mixtures are made of known kinds only. Nothing was "
                "mixed. Make it known, or choose another cloud.",
                strangers=strangers[0],
            )
        )
    for name, points in zip(clouds.names, clouds.points, strict=True):
        if not np.isfinite(points).all():
            raise DataError(
                say(
                    "“{name}” has points that are no numbers. Nothing was mixed. Choose another cloud.",
                    name=name,
                )
            )
    if clouds.points.shape[0] * clouds.points.shape[1] > _MOST_POINTS:
        raise DataError(
            say(
                "These clouds have too many points to follow each of them. Nothing was mixed. Open the "
                "data set with fewer points a cloud."
            )
        )
