"""What one net says about one split by one score, counted once for all thresholds: a drag only looks up."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from engine import evaluation
from engine.metrics import open_set
from engine.metrics.open_set import STEPS, Curve, Figures, RiskCoverage, Table
from engine.metrics.scale import Scale
from engine.predictions import Predictions

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]

_BINS = 500
_SMOOTHING = 0.016
"""Standard deviation of the smoothing of the histograms, as a share of the scale."""


@dataclass(frozen=True)
class Shape:
    """Two smooth histograms over positions 0..1 `at` (G,): density and size of each group."""

    at: Floats
    known: Floats
    unknown: Floats
    n_known: int
    n_unknown: int


@dataclass(frozen=True)
class Areas:
    """What a score is worth whatever the threshold; NaN where it was not measured."""

    auroc: float
    oscr: float
    aurc: float
    fpr95: float


class Swept:
    """A sample is named where `rank` >= threshold, unless a trained unknown outvotes it; `values` are the scores
    as they are stored."""

    def __init__(self, part: Predictions, score: str, scale: Scale) -> None:
        column = part.unknown_column
        self.labels = part.labels
        self.unknown = len(part.known)
        self.scale = scale
        self.probabilities = open_set.probabilities(part.logits, column)
        self.best: Rows = self.probabilities.argmax(1)
        self.confidence: Floats = self.probabilities.max(1)
        self.values: Floats = evaluation.score_of(part, score)
        # Where the trained unknown wins, no threshold gives a name: rank those below all others.
        self.rank: Floats = evaluation.ranking(part, score)
        self.correct = open_set.correct(part.logits, part.labels, column)
        self.tables: Table = open_set.sweep(
            part.logits, part.labels, evaluation.rule_of(score), column, scale.ranks(self.values)
        )
        self._known = self.labels < self.unknown
        outvoted = open_set.wins_unknown(part.logits, column) & (
            evaluation.rule_of(score) == "either"
        )
        self.can_be_named = np.isfinite(self.confidence) & ~outvoted

    def table(self, value: float) -> Table:
        """The confusion at a threshold that need not be a step."""
        return open_set.confusion(self.labels, self.decided(value), self.unknown + 1)

    def figures(self, table: Table) -> Figures:
        """Every number of a table."""
        return open_set.figures(table, int(self.correct.sum()))

    def decided(self, value: float) -> Rows:
        """The label said of each sample at a threshold; K = turned away."""
        return np.where(self.can_be_named & (self.rank >= value), self.best, self.unknown)

    def named(self, sample: int, value: float) -> bool:
        """Whether one sample gets a name at a threshold."""
        return bool(self.can_be_named[sample] and self.rank[sample] >= value)

    @cached_property
    def curve(self) -> Curve:
        """Every threshold at once."""
        known = self._known
        return open_set.oscr_curve(self.rank[known], self.correct[known], self.rank[~known])

    @cached_property
    def risk(self) -> RiskCoverage:
        """How wrong the names are when only the surest samples get one; empty where a score is no number."""
        if np.isnan(self.rank).any():
            return RiskCoverage(np.empty(0), np.empty(0))
        return open_set.risk_coverage(self.rank, self.correct)

    @cached_property
    def areas(self) -> Areas:
        """AUROC, OSCR, AURC, FPR at 95 % TPR."""
        known = self._known
        ends = self.rank[known], self.rank[~known]
        risk = self.risk.risk
        return Areas(
            auroc=open_set.auroc(*ends),
            oscr=open_set.oscr(ends[0], self.correct[known], ends[1]),
            aurc=float(risk.mean()) if risk.size else float("nan"),
            fpr95=open_set.fpr_at_tpr(*ends),
        )

    @cached_property
    def shape(self) -> Shape:
        """How known samples and strangers are rated."""
        shares = self.scale.shares(self.values)
        sure, strange = shares[self._known], shares[~self._known]
        return Shape(_centres(), _density(sure), _density(strange), sure.size, strange.size)

    def nearest(self, value: float, count: int, among: Rows | None = None) -> Rows:
        """The `count` samples closest to a threshold, perhaps only among some."""
        rows = np.arange(len(self.values)) if among is None else among
        rows = rows[np.isfinite(self.values[rows])]
        at = min(max(value, -1e300), 1e300)  # an infinite threshold is equally far from all
        distance = np.abs(self.values[rows] - at)
        return rows[np.argsort(distance, kind="stable")[:count]]

    def in_cell(self, value: float, cell: tuple[int, int]) -> Rows:
        """The samples of one (true, said) cell of the table."""
        return np.flatnonzero((self.labels == cell[0]) & (self.decided(value) == cell[1]))

    def in_band(self, low: int, high: int) -> Rows:
        """The samples rated from one step to another; the outermost steps hold all beyond them."""
        ends = self.scale.values
        above = self.values >= (ends[low] if low > 0 else -np.inf)
        return np.flatnonzero(above & (self.values <= (ends[high] if high < STEPS else np.inf)))


def _centres() -> Floats:
    return (np.arange(_BINS) + 0.5) / _BINS


def _density(values: Floats) -> Floats:
    """A histogram smoothed with a normal curve, mirrored at 0 and 1 so that nothing leaks out."""
    values = np.clip(values[np.isfinite(values)], 0, 1)
    if not values.size:
        return np.zeros(_BINS)
    counts, _ = np.histogram(values, bins=_BINS, range=(0, 1))
    reach = int(4 * _SMOOTHING * _BINS)
    offsets = np.arange(-reach, reach + 1) / (_SMOOTHING * _BINS)
    weights = np.exp(-0.5 * offsets**2)
    padded = np.pad(counts.astype(np.float64), reach, mode="symmetric")
    return np.convolve(padded, weights / weights.sum(), mode="valid") * _BINS / values.size
