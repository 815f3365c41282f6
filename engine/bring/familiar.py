"""What a run knows of the known: the features of its samples, which are nearest, and how far apart they usually lie."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.predictions import TEST, TRAIN, VALIDATION, Predictions

_ASKED = 1000  # samples by which the usual distance is told
_OFTEN = (5.0, 95.0)


@dataclass(frozen=True)
class Familiar:
    """B known samples. directions (B, F): features of length 1; sample (B,): indices into the predictions; usual: from
    and to, the distance of 5 % and of 95 % of those not learnt from to their nearest other one."""

    directions: NDArray[np.float32]
    sample: NDArray[np.int64]
    usual: tuple[float, float] | None

    def nearest(self, feature: NDArray[np.float32], count: int) -> list[tuple[int, float]]:
        """The nearest samples, each with its distance: 1 - cosine, 0 for the same direction, 2 for the opposite."""
        away = 1 - self.directions @ _directed(feature[None])[0]
        order = np.argsort(away, kind="stable")[:count]
        return [(int(self.sample[place]), max(0.0, float(away[place]))) for place in order]


def familiar(predictions: Predictions) -> Familiar:
    """The known samples of a run, learnt, held back and tested."""
    known = predictions.labels < len(predictions.known)
    kept = known & np.isin(predictions.split, (TRAIN, VALIDATION, TEST))
    kept &= np.isfinite(predictions.features).all(axis=1)
    sample = np.flatnonzero(kept)
    directions = _directed(predictions.features[sample])
    fresh = np.flatnonzero(predictions.split[sample] != TRAIN)
    return Familiar(directions, sample, _usual(directions, fresh))


def _usual(directions: NDArray[np.float32], fresh: NDArray[np.int64]) -> tuple[float, float] | None:
    """Of samples not learnt from, as what is brought was not learnt from either."""
    if len(directions) < 2 or not len(fresh):
        return None
    if len(fresh) > _ASKED:
        fresh = np.sort(np.random.default_rng(0).choice(fresh, _ASKED, replace=False))
    likeness = directions[fresh] @ directions.T
    likeness[np.arange(len(fresh)), fresh] = -np.inf  # itself
    low, high = np.percentile(np.maximum(0, 1 - likeness.max(axis=1)), _OFTEN)
    return float(low), float(high)


def _directed(features: NDArray[np.float32]) -> NDArray[np.float32]:
    lengths = np.linalg.norm(features, axis=1, keepdims=True)
    directed: NDArray[np.float32] = (features / np.maximum(lengths, 1e-12)).astype(np.float32)
    return directed
