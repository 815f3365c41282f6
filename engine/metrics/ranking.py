"""How well a score ranks known above unknown at every threshold. Higher = more likely known."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.words import say

Positive = Literal["known", "unknown"]
Scores = NDArray[np.float64]
Counts = NDArray[np.int64]


def auroc(known: ArrayLike, unknown: ArrayLike) -> float:
    """P(known > unknown) + half P(equal), exact; NaN when a side is empty or holds a NaN."""
    known, unknown = _scores(known), _scores(unknown)
    if not _measurable(known, unknown):
        return float("nan")
    return _wins(known, unknown) / (known.size * unknown.size)


def oscr(known_scores: ArrayLike, known_correct: ArrayLike, unknown_scores: ArrayLike) -> float:
    """Mean over all (known, unknown) pairs of [classified right and known > unknown], ties half.

    This is the exact area under the OSCR curve: at most the accuracy and at most the AUROC.
    """
    known, unknown = _scores(known_scores), _scores(unknown_scores)
    if not _measurable(known, unknown):
        return float("nan")
    right = np.asarray(known_correct, dtype=bool).ravel()
    return _wins(known[right], unknown) / (known.size * unknown.size)


def aupr(known: ArrayLike, unknown: ArrayLike, positive: Positive = "known") -> float:
    """Area under precision over recall by trapezoids, as OpenOOD and 3D_OS (not average precision).

    positive="known" is AUPR-in, positive="unknown" is AUPR-out.
    """
    known, unknown = _scores(known), _scores(unknown)
    if not _measurable(known, unknown):
        return float("nan")
    true, false = _accepted(known, unknown, positive)
    precision = np.concatenate([[1.0], true[1:] / (true[1:] + false[1:])])
    return float(np.trapezoid(precision, true / true[-1]))


def fpr_at_tpr(
    known: ArrayLike, unknown: ArrayLike, tpr: float = 0.95, positive: Positive = "known"
) -> float:
    """False positive rate where the true positive rate reaches `tpr`. Two published definitions.

    positive="known" (3D_OS): linear interpolation along the ROC curve; where the curve is flat at
    `tpr`, its larger end. positive="unknown" (OpenOOD): the first point at or above `tpr`.
    """
    known, unknown = _scores(known), _scores(unknown)
    if not _measurable(known, unknown):
        return float("nan")
    true, false = _accepted(known, unknown, positive)
    true_rate, false_rate = true / true[-1], false / false[-1]
    if positive == "known":
        return float(np.interp(tpr, true_rate, false_rate))
    return float(false_rate[np.argmax(true_rate >= tpr)])


@dataclass(frozen=True)
class Curve:
    """Shares accepted at each distinct threshold, strictest first, from none to all.

    false_accepted: of the unknown; accepted: of the known; correct: of the known, and named right.
    """

    false_accepted: Scores
    accepted: Scores
    correct: Scores


def oscr_curve(
    known_scores: ArrayLike, known_correct: ArrayLike, unknown_scores: ArrayLike
) -> Curve:
    """The OSCR curve (false_accepted, correct) and the ROC curve beside it; empty if a side is."""
    known, unknown = _scores(known_scores), _scores(unknown_scores)
    if not _measurable(known, unknown):
        return Curve(np.empty(0), np.empty(0), np.empty(0))
    right = np.asarray(known_correct, dtype=bool).ravel()
    cuts = np.unique(np.concatenate([known, unknown]))[::-1]
    return Curve(
        false_accepted=_at_least(unknown, cuts) / unknown.size,
        accepted=_at_least(known, cuts) / known.size,
        correct=_at_least(known[right], cuts) / known.size,
    )


def _scores(values: ArrayLike) -> Scores:
    return np.asarray(values, dtype=np.float64).ravel()


def _measurable(known: Scores, unknown: Scores) -> bool:
    return all(side.size and not np.isnan(side).any() for side in (known, unknown))


def _wins(known: Scores, unknown: Scores) -> float:
    """Number of pairs with known > unknown, ties half: integer counts, so nothing is rounded."""
    ordered = np.sort(unknown)
    below = np.searchsorted(ordered, known, side="left").sum()
    not_above = np.searchsorted(ordered, known, side="right").sum()
    return float(below + not_above) / 2


def _at_least(scores: Scores, cuts: Scores) -> Counts:
    """How many scores are >= each cut, with a first 0 for a cut above all of them."""
    counts = scores.size - np.searchsorted(np.sort(scores), cuts, side="left")
    return np.concatenate([[0], counts])


def _accepted(known: Scores, unknown: Scores, positive: Positive) -> tuple[Counts, Counts]:
    """True and false positives as the cut passes each distinct score, strictest first."""
    if positive not in ("known", "unknown"):
        raise ValueError(
            say("positive must be “known” or “unknown”, not {positive!r}.", positive=positive)
        )
    true, false = (known, unknown) if positive == "known" else (-unknown, -known)
    cuts = np.unique(np.concatenate([true, false]))[::-1]
    return _at_least(true, cuts), _at_least(false, cuts)
