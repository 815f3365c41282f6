"""95 % intervals of all open-set figures by one bootstrap (Efron and Tibshirani, 1993, percentile method).

How often each tested sample is drawn is drawn once, known and unknown samples each among themselves; every figure of a
draw then follows from one sorted order and sums weighted by those counts, as if the sample had been made.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.metrics.figures import Interval

DRAWS = 1000
_NUMBERS_AT_ONCE = 1_000_000
_ENDS = (0.025, 0.975)

Floats = NDArray[np.float64]
Steps = tuple[NDArray[np.intp], NDArray[np.intp]]


@dataclass(frozen=True)
class Tested:
    """S samples. rank (S,): higher = more likely known; labels and said (S,): 0..K, K = unknown or turned away;
    right (S,): known and named right without a threshold; sure (S,): 0..1; costs: other values (S,) of the known ones,
    by name, whose means are figures."""

    rank: Floats
    labels: NDArray[np.int64]
    said: NDArray[np.int64]
    right: NDArray[np.bool_]
    sure: Floats
    kinds: int
    costs: Mapping[str, Floats]

    @property
    def known(self) -> NDArray[np.bool_]:
        """(S,)."""
        return np.asarray(self.labels < self.kinds)


def intervals(tested: Tested, draws: int = DRAWS, seed: int = 0) -> dict[str, Interval]:
    """By figure: auroc, oscr, aupr_known, aupr_unknown, fpr95, fpr95_unknown_positive, f_measure, ece and the costs.

    Nothing where a side is empty or a rank is no number.
    """
    known = tested.known
    if not known.any() or known.all() or np.isnan(tested.rank).any():
        return {}
    steps = _steps(tested.rank)
    each = [_figures(tested, steps, weights) for weights in _drawn(known, draws, seed)]
    found = {name: np.concatenate([part[name] for part in each]) for name in each[0]}
    ends = {name: np.quantile(values, _ENDS) for name, values in found.items()}
    return {name: (float(low), float(high)) for name, (low, high) in ends.items()}


def _drawn(known: NDArray[np.bool_], draws: int, seed: int) -> Iterator[Floats]:
    """How often each sample is drawn, (some draws, S), as many draws at once as memory allows."""
    generator = np.random.default_rng(seed)
    at_once = max(1, _NUMBERS_AT_ONCE // known.size)
    for start in range(0, draws, at_once):
        rows = min(at_once, draws - start)
        weights = np.zeros((rows, known.size))
        for side in (np.flatnonzero(known), np.flatnonzero(~known)):
            picked = generator.integers(0, side.size, (rows, side.size))
            picked += side.size * np.arange(rows)[:, None]
            counts = np.bincount(picked.ravel(), minlength=rows * side.size)
            weights[:, side] = counts.reshape(rows, side.size)
        yield weights


def _figures(tested: Tested, steps: Steps, weights: Floats) -> dict[str, Floats]:
    """Every figure of each draw, (R,), for weights (R, S)."""
    known = tested.known
    true, false, right = (
        _accepted(steps, weights * of) for of in (known, ~known, tested.right & known)
    )
    ends = true[:, -1:], false[:, -1:]
    # The unknown as positives: from the other end of the order, all that is not accepted.
    turned = (ends[1] - false)[:, ::-1], (ends[0] - true)[:, ::-1]
    means = weights[:, known] / ends[0]
    return {
        "auroc": _area(true / ends[0], false / ends[1]),
        "oscr": _area(right / ends[0], false / ends[1]),
        "aupr_known": _area(_precision(true, false), true / ends[0]),
        "aupr_unknown": _area(_precision(*turned), turned[0] / ends[1]),
        "fpr95": _rate_at(true / ends[0], false / ends[1]),
        "fpr95_unknown_positive": _first_rate(turned[0] / ends[1], turned[1] / ends[0]),
        "f_measure": _weighted_f(tested, weights),
        "ece": _ece(tested, means),
        **{name: means @ values[known] for name, values in tested.costs.items()},
    }


def _steps(rank: Floats) -> Steps:
    """The order (S,) of the strictest first, and where in it each of its distinct values begins."""
    order = np.argsort(-rank, kind="stable")
    return order, np.flatnonzero(np.diff(rank[order], prepend=np.inf))


def _accepted(steps: Steps, weights: Floats) -> Floats:
    """The weight at or above each distinct rank, strictest first, from none to all: (R, S) -> (R, 1 + distinct)."""
    order, starts = steps
    grouped = np.add.reduceat(weights[:, order], starts, axis=1)
    return np.concatenate([np.zeros((len(weights), 1)), grouped.cumsum(1)], axis=1)


def _area(heights: Floats, along: Floats) -> Floats:
    return np.asarray(np.trapezoid(heights, along, axis=1), dtype=np.float64)


def _precision(true: Floats, false: Floats) -> Floats:
    """1 where nothing is accepted yet."""
    both = true + false
    return np.divide(true, both, out=np.ones_like(true), where=both > 0)


def _rate_at(true_rate: Floats, false_rate: Floats, wanted: float = 0.95) -> Floats:
    """`np.interp` of every row: linear, and where the curve is flat its larger end."""
    row = np.arange(len(true_rate))
    low = (true_rate <= wanted).sum(1) - 1
    high = np.minimum(low + 1, true_rate.shape[1] - 1)
    x, y = ((rate[row, low], rate[row, high]) for rate in (true_rate, false_rate))
    slope = np.divide(y[1] - y[0], x[1] - x[0], out=np.zeros_like(y[0]), where=x[1] > x[0])
    return np.asarray(y[0] + slope * (wanted - x[0]))


def _first_rate(true_rate: Floats, false_rate: Floats, wanted: float = 0.95) -> Floats:
    first = (true_rate >= wanted).argmax(1)
    return np.asarray(false_rate[np.arange(len(first)), first])


def _weighted_f(tested: Tested, weights: Floats) -> Floats:
    """Σ support · 2 hits / (support + predicted) over Σ support, of K+1 labels."""
    every = np.arange(tested.kinds + 1)
    truth, told = (labels[:, None] == every for labels in (tested.labels, tested.said))
    support, predicted, hits = (
        weights @ mask.astype(float) for mask in (truth, told, truth & told)
    )
    both = np.maximum(support + predicted, 1)  # whole numbers: 1 stands for none
    return np.asarray((support * 2 * hits / both).sum(1) / support.sum(1))


def _ece(tested: Tested, means: Floats, bins: int = 15) -> Floats:
    """Σ over bins |mean of (right - sure)|, with the bins (m/M, (m+1)/M]."""
    sure = tested.sure[tested.known]
    place = np.searchsorted(np.arange(1, bins) / bins, sure, side="left")
    gaps = (tested.right[tested.known] - sure)[:, None] * (place[:, None] == np.arange(bins))
    return np.asarray(np.abs(means @ gaps).sum(1))
