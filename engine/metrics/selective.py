"""Selective prediction: how wrong the answers are when only the surest ones are given."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.words import say


@dataclass(frozen=True)
class RiskCoverage:
    """coverage (S,): 1/S .. 1, the share of samples answered, surest first; risk (S,): the share of those wrong."""

    coverage: NDArray[np.float64]
    risk: NDArray[np.float64]


def risk_coverage(scores: ArrayLike, correct: ArrayLike) -> RiskCoverage:
    """The risk-coverage curve (El-Yaniv and Wiener, JMLR 2010); an unknown sample is never correct.

    Samples with equal scores share their errors evenly: the mean over all orders they could stand in.
    """
    values = np.asarray(scores, dtype=np.float64).ravel()
    wrong = 1.0 - np.asarray(correct, dtype=bool).ravel()
    if values.size != wrong.size:
        raise ValueError(
            say(
                "{scores} scores do not fit {answers} answers.",
                scores=values.size,
                answers=wrong.size,
            )
        )
    if np.isnan(values).any():
        raise ValueError(say("A score is not a number."))
    _, group, size = np.unique(-values, return_inverse=True, return_counts=True)
    shared = np.bincount(group, weights=wrong, minlength=size.size) / size
    answered = np.arange(1, values.size + 1)
    return RiskCoverage(answered / max(1, values.size), np.repeat(shared, size).cumsum() / answered)


def aurc(scores: ArrayLike, correct: ArrayLike) -> float:
    """The mean risk over all coverages 1/S .. 1 (Geifman, Uziel and El-Yaniv, ICLR 2019); NaN without samples."""
    risk = risk_coverage(scores, correct).risk
    return float(risk.mean()) if risk.size else float("nan")
