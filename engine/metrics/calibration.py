"""Whether a confidence of 80 % is right 80 times of 100."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.words import say


@dataclass(frozen=True)
class Reliability:
    """Of each of M equally wide bins of confidence: mean confidence, share right (NaN where empty), count; (M,)."""

    confidence: NDArray[np.float64]
    accuracy: NDArray[np.float64]
    count: NDArray[np.int64]


def reliability(confidence: ArrayLike, correct: ArrayLike, bins: int = 15) -> Reliability:
    """The reliability diagram with the bins (m/M, (m+1)/M]; a confidence of 0 belongs to the first.

    Raises ValueError for a confidence outside 0..1.
    """
    sure = np.asarray(confidence, dtype=np.float64).ravel()
    right = np.asarray(correct, dtype=bool).ravel()
    if bins < 1:
        raise ValueError(say("There must be at least one bin, not {bins}.", bins=bins))
    if sure.size != right.size:
        raise ValueError(
            say(
                "{confidences} confidences do not fit {answers} answers.",
                confidences=sure.size,
                answers=right.size,
            )
        )
    if not ((sure >= 0) & (sure <= 1)).all():
        raise ValueError(say("A confidence must lie in 0..1."))
    place = np.searchsorted(np.arange(1, bins) / bins, sure, side="left")
    count = np.bincount(place, minlength=bins)
    some = np.where(count > 0, count, np.nan)
    return Reliability(
        confidence=np.bincount(place, weights=sure, minlength=bins) / some,
        accuracy=np.bincount(place, weights=right, minlength=bins) / some,
        count=count,
    )


def log_losses(probabilities: ArrayLike, labels: ArrayLike) -> NDArray[np.float64]:
    """-log of the probability of the truth, (S, C) and (S,) -> (S,); its mean is the NLL. At most 708, so finite."""
    shares = np.asarray(probabilities, dtype=np.float64)
    own = shares[np.arange(len(shares)), np.asarray(labels)]
    return np.asarray(-np.log(np.maximum(own, np.finfo(np.float64).tiny)))


def brier_scores(probabilities: ArrayLike, labels: ArrayLike) -> NDArray[np.float64]:
    """Σ over C of (probability - truth)², (S, C) and (S,) -> (S,), 0..2; their mean is the score of Brier, 1950."""
    shares = np.asarray(probabilities, dtype=np.float64)
    truth = np.asarray(labels)[:, None] == np.arange(shares.shape[1])
    return np.asarray(np.square(shares - truth).sum(1))


def ece(confidence: ArrayLike, correct: ArrayLike, bins: int = 15) -> float:
    """Expected calibration error: mean |share right - mean confidence| over bins, by count (Guo et al., ICML 2017).

    NaN without samples.
    """
    found = reliability(confidence, correct, bins)
    if not found.count.sum():
        return float("nan")
    met = found.count > 0
    gaps = np.abs(found.accuracy - found.confidence)[met]
    return float((gaps * found.count[met]).sum() / found.count.sum())
