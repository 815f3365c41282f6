"""What one net says about one split, counted once for all thresholds: a drag only looks up."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from engine.metrics import open_set
from engine.metrics.open_set import STEPS, Curve, Figures, Table

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]

_BINS = 500
_SMOOTHING = 0.016
"""Standard deviation of the smoothing of the histograms, on the scale 0..1."""


@dataclass(frozen=True)
class Shape:
    """Two smooth histograms over confidence `at` (G,): density and size of each group."""

    at: Floats
    known: Floats
    unknown: Floats
    n_known: int
    n_unknown: int


class Swept:
    """logits (S, C), labels (S,) with K = unknown. A sample is named where `score` >= threshold."""

    def __init__(
        self, logits: NDArray[np.float32], labels: Rows, unknown_column: int | None
    ) -> None:
        self.labels = labels
        self.unknown = logits.shape[1] - (unknown_column is not None)
        self.probabilities = open_set.probabilities(logits, unknown_column)
        self.best: Rows = self.probabilities.argmax(1)
        self.confidence: Floats = self.probabilities.max(1)
        # Where the trained unknown wins, no threshold gives a name: rank those below all others.
        self.score: Floats = self.confidence - open_set.wins_unknown(logits, unknown_column)
        self.correct = open_set.correct(logits, labels, unknown_column)
        self.tables: Table = open_set.sweep(logits, labels, "either", unknown_column)
        self._known = labels < self.unknown

    @property
    def has_strangers(self) -> bool:
        """Whether there is any sample of an unknown kind."""
        return bool((~self._known).any())

    def figures(self, step: int) -> Figures:
        """Every number at the threshold step / 1000."""
        return open_set.figures(self.tables[step], int(self.correct.sum()))

    def decided(self, step: int) -> Rows:
        """The label said of each sample at the threshold step / 1000; K = turned away."""
        return np.where(self.score >= step / STEPS, self.best, self.unknown)

    @cached_property
    def curve(self) -> Curve:
        """Every threshold at once."""
        known = self._known
        return open_set.oscr_curve(self.score[known], self.correct[known], self.score[~known])

    @cached_property
    def oscr(self) -> float:
        """The area under that curve; NaN without strangers or without known samples."""
        known = self._known
        return open_set.oscr(self.score[known], self.correct[known], self.score[~known])

    def point(self, step: int) -> tuple[float, float, float]:
        """Where on the curve the threshold is: strangers accepted, known right, known accepted."""
        table = self.tables[step].astype(np.float64)
        known, strangers = table[:-1].sum(), table[-1].sum()
        right, accepted = np.trace(table[:-1, :-1]), table[:-1, :-1].sum()
        if not known or not strangers:
            return float("nan"), float("nan"), float("nan")
        return float(1 - table[-1, -1] / strangers), float(right / known), float(accepted / known)

    @cached_property
    def shape(self) -> Shape:
        """How sure the net is of known samples and of strangers."""
        sure, strange = self.confidence[self._known], self.confidence[~self._known]
        return Shape(_centres(), _density(sure), _density(strange), sure.size, strange.size)

    def nearest(self, step: int, count: int, cell: tuple[int, int] | None) -> Rows:
        """The `count` samples closest to the threshold, perhaps only of one (true, said) cell."""
        candidates = np.flatnonzero(np.isfinite(self.confidence))
        if cell is not None:
            here = (self.labels == cell[0]) & (self.decided(step) == cell[1])
            candidates = candidates[here[candidates]]
        distance = np.abs(self.confidence[candidates] - step / STEPS)
        return candidates[np.argsort(distance, kind="stable")[:count]]

    @cached_property
    def pick(self) -> int | None:
        """The step these samples would choose; None where they cannot.

        With strangers the largest sum of known kept and strangers turned away (Youden), without
        any the strictest threshold that keeps 95 % of the known.
        """
        known, strangers = int(self._known.sum()), int((~self._known).sum())
        if not known:
            return None
        kept = self.tables[:, :-1, :-1].sum((1, 2)) / known
        if strangers:
            return int(np.argmax(kept + self.tables[:, -1, -1] / strangers))
        enough = np.flatnonzero(kept >= 0.95)
        return int(enough[-1]) if enough.size else None


def _centres() -> Floats:
    return (np.arange(_BINS) + 0.5) / _BINS


def _density(values: Floats) -> Floats:
    """A histogram smoothed with a normal curve, mirrored at 0 and 1 so that nothing leaks out."""
    values = values[np.isfinite(values)]
    if not values.size:
        return np.zeros(_BINS)
    counts, _ = np.histogram(values, bins=_BINS, range=(0, 1))
    reach = int(4 * _SMOOTHING * _BINS)
    offsets = np.arange(-reach, reach + 1) / (_SMOOTHING * _BINS)
    weights = np.exp(-0.5 * offsets**2)
    padded = np.pad(counts.astype(np.float64), reach, mode="symmetric")
    return np.convolve(padded, weights / weights.sum(), mode="valid") * _BINS / values.size
