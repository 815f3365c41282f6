"""Single points of the open-set curves, and the OSCR of published code. Higher score = more likely known."""

import numpy as np
from numpy.typing import ArrayLike

from engine.metrics.ranking import fpr_at_tpr, oscr_curve
from engine.words import say


def ccr_at_fpr(
    known_scores: ArrayLike, known_correct: ArrayLike, unknown_scores: ArrayLike, fpr: float = 0.01
) -> float:
    """The largest share of known accepted and named right while at most `fpr` of the unknown are accepted.

    Dhamija, Günther and Boult, NeurIPS 2018; at observed thresholds, not interpolated. NaN without a side.
    """
    if not 0 <= fpr <= 1:
        raise ValueError(say("fpr must lie in 0..1, not {fpr!r}.", fpr=fpr))
    curve = oscr_curve(known_scores, known_correct, unknown_scores)
    if not curve.correct.size:
        return float("nan")
    # Both shares only grow along the curve, so the last point still allowed is the best.
    return float(curve.correct[np.flatnonzero(curve.false_accepted <= fpr)[-1]])


def detection_error(known: ArrayLike, unknown: ArrayLike, tpr: float | None = None) -> float:
    """½ (known turned away + unknown accepted), as shares. Two published conventions.

    tpr None: the least over all thresholds (Lee et al., NeurIPS 2018: 1 - detection accuracy). tpr 0.95: where
    95 % of the known are accepted (Liang et al., ICLR 2018), the rate interpolated as in `fpr_at_tpr`.
    """
    if tpr is not None:
        return 0.5 * (1 - tpr) + 0.5 * fpr_at_tpr(known, unknown, tpr)
    curve = oscr_curve(known, np.ones(np.size(known)), unknown)
    if not curve.accepted.size:
        return float("nan")
    return float((1 - curve.accepted + curve.false_accepted).min() / 2)


def oscr_arpl_compat(
    known_scores: ArrayLike, known_correct: ArrayLike, unknown_scores: ArrayLike
) -> float:
    """The OSCR that the code published with ARPL (Chen et al., TPAMI 2021) gives: only to compare with its tables.

    Its curve counts known from one sample later than unknown and ends at (1, 1) whatever the accuracy; tied
    scores keep the order known, unknown. `oscr` is the true area. NaN without a side.
    """
    known, unknown = np.ravel(known_scores), np.ravel(unknown_scores)
    scores = np.concatenate([known, unknown]).astype(np.float64)
    if not known.size or not unknown.size or np.isnan(scores).any():
        return float("nan")
    order = np.argsort(scores, kind="stable")
    right = np.concatenate([np.ravel(known_correct).astype(bool), np.zeros(unknown.size, bool)])
    strange = np.arange(scores.size) >= known.size
    # From the k-th score up, for all but the last: unknown with it, known without.
    false = strange[order][::-1].cumsum()[:0:-1] / unknown.size
    correct = right[order][::-1].cumsum()[-2::-1] / known.size
    false, correct = np.append(false, [0, 1]), np.append(correct, [0, 1])
    along = np.lexsort((correct, false))
    return float(np.trapezoid(correct[along], false[along]))
