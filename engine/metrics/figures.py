"""The numbers of a confusion table: accuracies, F-measures, counts and intervals."""

from typing import Literal, NamedTuple, TypedDict

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.metrics.decisions import Rule, Table, confusion, correct, decide
from engine.words import say

Average = Literal["weighted", "macro", "known_macro", "micro", "binary", "oltr"]
Interval = tuple[float, float]

_NAN = float("nan")
_NORMAL_95 = 1.959963984540054


class Figures(TypedDict):
    """Shares 0..1 (NaN: not measured), their Wilson 95 % intervals, and the counts behind them.

    acc_closed: known, kept and right; acc_open: unknown, turned away; acc_total: both together;
    f_measure: weighted F1 over the K+1 labels (the paper's F), the other four as `f_measure` says.
    """

    acc_closed: float
    acc_open: float
    acc_total: float
    acc_known_no_threshold: float
    f_measure: float
    f_macro: float
    f_known_macro: float
    f_binary: float
    f_oltr: float
    counts: dict[str, int]
    intervals: dict[str, Interval]


def thresholded(
    logits: ArrayLike,
    labels: ArrayLike,
    threshold: float,
    rule: Rule = "either",
    unknown_column: int | None = None,
    scores: ArrayLike | None = None,
) -> Figures:
    """All figures of `decide` at one threshold; label K = unknown."""
    classes = np.asarray(logits).shape[-1] + (unknown_column is None)
    table = confusion(labels, decide(logits, threshold, rule, unknown_column, scores), classes)
    return figures(table, int(correct(logits, labels, unknown_column).sum()))


def figures(table: Table, correct_no_threshold: int) -> Figures:
    """All figures of a (K+1, K+1) table; `correct_no_threshold`: known samples named right at 0."""
    support = table.sum(1)
    known, unknown = int(support[:-1].sum()), int(support[-1])
    right, rejected = int(np.trace(table[:-1, :-1])), int(table[-1, -1])
    shares = {
        "acc_closed": (right, known),
        "acc_open": (rejected, unknown),
        "acc_total": (right + rejected, known + unknown),
        "acc_known_no_threshold": (correct_no_threshold, known),
    }
    # An F over known and unknown says nothing where one of the two is missing.
    both, kinds = known > 0 and unknown > 0, _kinds(table)
    return Figures(
        acc_closed=_share(*shares["acc_closed"]),
        acc_open=_share(*shares["acc_open"]),
        acc_total=_share(*shares["acc_total"]),
        acc_known_no_threshold=_share(*shares["acc_known_no_threshold"]),
        f_measure=_f_measure(kinds, "weighted") if both else _NAN,
        f_macro=_f_measure(kinds, "macro") if both else _NAN,
        f_known_macro=_f_measure(kinds, "known_macro") if both else _NAN,
        f_binary=_f_measure(kinds, "binary") if both else _NAN,
        f_oltr=_f_measure(kinds, "oltr") if both else _NAN,
        counts={
            "correct_closed": right,
            "n_closed": known,
            "rejected_open": rejected,
            "n_open": unknown,
            "correct_no_threshold": correct_no_threshold,
        },
        intervals={name: wilson(*share) for name, share in shares.items()},
    )


def f_measure(
    labels: ArrayLike,
    predictions: ArrayLike,
    average: Average = "weighted",
    unknown: int | None = None,
) -> float:
    """F1 over K+1 labels; `unknown` is K, by default the largest label met. NaN without samples.

    weighted: by support; macro: over labels met; known_macro: the same without K; micro: plain
    accuracy; binary: unknown against all known; oltr: as the code published with OLTR has it (Liu et al., CVPR 2019),
    the share right of the known as precision, right ones over these and unknown let in as recall.
    """
    true, predicted = np.asarray(labels).ravel(), np.asarray(predictions).ravel()
    if not true.size:
        return _NAN
    last = max(true.max(), predicted.max()) if unknown is None else unknown
    return _f_measure(_kinds(confusion(true, predicted, int(last) + 1)), average)


def wilson(successes: int, trials: int) -> Interval:
    """Wilson's 95 % score interval of a share; NaN when nothing was tried."""
    if trials == 0:
        return _NAN, _NAN
    share, square = successes / trials, _NORMAL_95**2
    centre = share + square / (2 * trials)
    half = _NORMAL_95 * (share * (1 - share) / trials + square / (4 * trials**2)) ** 0.5
    scale = 1 + square / trials
    low, high = (centre - half) / scale, (centre + half) / scale
    # Rounding must not push a bound past the share or out of 0..1.
    return max(0.0, min(share, low)), min(1.0, max(share, high))


def _share(part: int, whole: int) -> float:
    return part / whole if whole else _NAN


class _Kinds(NamedTuple):
    """Of each of K+1 labels: samples named right, samples, F1, and whether any is of it or named so."""

    hits: NDArray[np.float64]
    support: NDArray[np.int64]
    each: NDArray[np.float64]
    met: NDArray[np.bool_]


def _kinds(table: Table) -> _Kinds:
    hits, support = table.diagonal().astype(np.float64), table.sum(1)
    together = support + table.sum(0)
    # F1 = 2 TP / ((TP + FN) + (TP + FP)) = 2 hits / (support + predicted).
    return _Kinds(hits, support, 2 * hits / np.maximum(together, 1), together > 0)


def _f_measure(kinds: _Kinds, average: Average) -> float:
    hits, support, each, met = kinds
    if average == "weighted":
        return float((each * support).sum() / support.sum())
    if average == "micro":
        return float(hits.sum() / support.sum())
    if average == "binary":
        return float(each[-1]) if met[-1] else _NAN
    if average == "oltr":
        right, known, let_in = hits[:-1].sum(), support[:-1].sum(), support[-1] - hits[-1]
        return float(2 * right / (known + right + let_in)) if known + let_in else _NAN
    if average == "known_macro":
        each, met = each[:-1], met[:-1]
    elif average != "macro":
        raise ValueError(say("average cannot be {average!r}.", average=average))
    return float(each[met].mean()) if met.any() else _NAN
