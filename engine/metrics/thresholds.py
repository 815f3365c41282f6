"""Choosing a threshold from validation scores. A sample is accepted as known where its score >= the threshold."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.words import say


def threshold_at_recall(known: ArrayLike, recall: float = 0.95) -> float:
    """The strictest threshold that still accepts at least the share `recall` of the known; it is one of them.

    The operating point behind “FPR at 95 % TPR” (Liang et al., ICLR 2018). NaN without known scores.
    """
    if not 0 < recall <= 1:
        raise ValueError(
            say("recall must lie above 0 and at most at 1, not {recall!r}.", recall=recall)
        )
    scores = _sorted(known)
    if not _measurable(scores):
        return float("nan")
    # The tiny allowance keeps 0.95 · 20 = 19, whatever its binary digits.
    kept = int(np.ceil(recall * scores.size - 1e-9))
    return float(scores[scores.size - max(1, kept)])


def youden(known: ArrayLike, unknown: ArrayLike) -> float:
    """The threshold with the largest J = known accepted - unknown accepted, both as shares (Youden, Cancer 1950).

    It is one of the known scores, of equally good ones the lowest. NaN when a side is missing.
    """
    return least_cost(known, unknown, 1.0)


def least_cost(known: ArrayLike, unknown: ArrayLike, cost_ratio: float) -> float:
    """The threshold with the least known turned away + cost_ratio · unknown accepted, both as shares.

    cost_ratio: what accepting all unknown costs over what turning all known away costs (Provost and Fawcett,
    Machine Learning 2001). It is one of the known scores, of equally good ones the lowest; infinity where it is
    cheapest to turn everything away. NaN when a side is missing.
    """
    if not cost_ratio >= 0:
        raise ValueError(
            say("cost_ratio cannot be {cost_ratio!r}: it is 0 or more.", cost_ratio=cost_ratio)
        )
    names, strangers = _sorted(known), _sorted(unknown)
    if not _measurable(names) or not _measurable(strangers):
        return float("nan")
    # Between two known scores only unknown ones can still fall: the optimum is at a known score.
    cuts = np.append(np.unique(names), np.inf)
    lost = np.searchsorted(names, cuts)
    accepted = strangers.size - np.searchsorted(strangers, cuts)
    # Shares times both sizes: whole numbers, so that equal costs compare equal.
    cost = lost * strangers.size + cost_ratio * (accepted * names.size)
    return float(cuts[np.argmin(cost)])


def _sorted(values: ArrayLike) -> NDArray[np.float64]:
    return np.sort(np.asarray(values, dtype=np.float64).ravel())


def _measurable(scores: NDArray[np.float64]) -> bool:
    return bool(scores.size) and not np.isnan(scores).any()
