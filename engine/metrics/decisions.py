"""What a threshold decides, sample by sample and for every threshold at once. Label K = unknown."""

from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.words import say

Rule = Literal["either", "threshold", "argmax"]
Labels = NDArray[np.int64]
Mask = NDArray[np.bool_]
Table = NDArray[np.int32]

STEPS = 1000
"""Swept thresholds are 0/1000, 1/1000 .. 1000/1000."""


def softmax(logits: ArrayLike) -> NDArray[np.float64]:
    """Probabilities over the last axis, in float64; a row that is not finite becomes NaN."""
    values = np.asarray(logits, dtype=np.float64)
    finite = np.isfinite(values).all(-1, keepdims=True)
    values = np.where(finite, values, 0.0)
    powers = np.exp(values - values.max(-1, keepdims=True))
    return np.where(finite, powers / powers.sum(-1, keepdims=True), np.nan)


def probabilities(logits: ArrayLike, unknown_column: int | None = None) -> NDArray[np.float64]:
    """The softmax over all columns, of the known ones. (S, C) -> (S, K)."""
    return _known(softmax(logits), unknown_column)


def confidence(logits: ArrayLike, unknown_column: int | None = None) -> NDArray[np.float64]:
    """The largest known probability. (S, C) -> (S,)."""
    return np.asarray(probabilities(logits, unknown_column).max(-1))


def decide(
    logits: ArrayLike,
    threshold: float,
    rule: Rule = "either",
    unknown_column: int | None = None,
    scores: ArrayLike | None = None,
) -> Labels:
    """The predicted label: the best known column, or K for a sample turned away. (S, C) -> (S,).

    "threshold" turns away confidence < threshold; "argmax" where the unknown logit is the largest;
    "either" both. A row that is not finite is always turned away. scores (S,): instead of the confidence.
    """
    known = _known(logits, unknown_column)
    sure = confidence(logits, unknown_column)
    if rule == "argmax":
        named = sure >= 0
    else:
        named = np.isfinite(sure) & ((sure if scores is None else np.asarray(scores)) >= threshold)
    if _looks_at_unknown(rule):
        named &= ~wins_unknown(logits, unknown_column)
    return np.asarray(np.where(named, known.argmax(-1), known.shape[-1]), dtype=np.int64)


def wins_unknown(logits: ArrayLike, unknown_column: int | None) -> Mask:
    """Where the trained “unknown” logit is larger than every known one. (S, C) -> (S,)."""
    values = np.asarray(logits)
    if unknown_column is None:
        return np.zeros(values.shape[:-1], dtype=bool)
    best = _known(values, unknown_column).max(-1)
    return np.asarray(values[..., unknown_column] > best)


def correct(logits: ArrayLike, labels: ArrayLike, unknown_column: int | None = None) -> Mask:
    """Known samples whose best known column is right, without any threshold. (S,)."""
    predicted = decide(logits, 0.0, "threshold", unknown_column)
    unknown = _known(logits, unknown_column).shape[-1]
    return np.asarray((predicted == np.asarray(labels)) & (predicted < unknown))


def confusion(labels: ArrayLike, predictions: ArrayLike, classes: int) -> Table:
    """Counts by (true, predicted), `classes` = K + 1 rows and columns."""
    true, predicted = _labels(labels, classes), _labels(predictions, classes)
    counts = np.bincount(true * classes + predicted, minlength=classes * classes)
    return counts.reshape(classes, classes).astype(np.int32)


def sweep(
    logits: ArrayLike,
    labels: ArrayLike,
    rule: Rule = "either",
    unknown_column: int | None = None,
    scores: ArrayLike | None = None,
) -> Table:
    """The `confusion` of `decide` at 0/1000 .. 1000/1000, in one pass: (1001, K+1, K+1).

    scores (S,), on the scale 0..1: instead of the confidence.
    """
    known = _known(logits, unknown_column)
    width = known.shape[-1]
    true = _labels(labels, width + 1)
    passed = _thresholds_passed(logits, rule, unknown_column, scores)
    # Count each sample at the number of thresholds it passes, then sum from the strictest down.
    cell = (passed * (width + 1) + true) * width + known.argmax(-1)
    counts = np.bincount(cell, minlength=(STEPS + 2) * (width + 1) * width)
    counts = counts.reshape(STEPS + 2, width + 1, width)
    named = counts[::-1].cumsum(0)[::-1][1:]
    turned_away = np.bincount(true, minlength=width + 1) - named.sum(-1)
    return np.concatenate([named, turned_away[..., None]], axis=-1).astype(np.int32)


def _thresholds_passed(
    logits: ArrayLike, rule: Rule, unknown_column: int | None, scores: ArrayLike | None
) -> Labels:
    """How many of the 1001 thresholds, from 0 up, each sample gets through."""
    sure = confidence(logits, unknown_column)
    rated = sure if scores is None else np.asarray(scores, dtype=np.float64)
    passed = np.searchsorted(np.arange(STEPS + 1) / STEPS, rated, side="right")
    if rule == "argmax":
        passed[:] = STEPS + 1
    out = np.isnan(sure) | np.isnan(rated)
    if _looks_at_unknown(rule):
        out |= wins_unknown(logits, unknown_column)
    return np.where(out, 0, passed)


def _looks_at_unknown(rule: Rule) -> bool:
    if rule not in ("either", "threshold", "argmax"):
        raise ValueError(
            say("rule must be “either”, “threshold” or “argmax”, not {rule!r}.", rule=rule)
        )
    return rule != "threshold"


def _known(columns: ArrayLike, unknown_column: int | None) -> NDArray[Any]:
    values = np.asarray(columns)
    return values if unknown_column is None else np.delete(values, unknown_column, axis=-1)


def _labels(values: ArrayLike, classes: int) -> Labels:
    labels = np.asarray(values, dtype=np.int64).ravel()
    if labels.size and not 0 <= labels.min() <= labels.max() < classes:
        found = f"{labels.min()}..{labels.max()}"
        raise ValueError(
            say("Labels must lie in 0..{classes}; found {found}.", classes=classes - 1, found=found)
        )
    return labels
