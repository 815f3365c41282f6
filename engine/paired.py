"""Two ways of learning compared seed by seed: the mean difference and its 95 % interval by Student's t; numpy.

What a seed makes easy or hard it does to both, so the differences of pairs spread less than the figures themselves.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import atan, cos, isfinite, nan, pi, sin, sqrt

import numpy as np

SURE = 0.95


@dataclass(frozen=True)
class Paired:
    """mean of the differences, deviation among them (n - 1), the interval low..high, and n pairs. The interval is NaN
    for one pair, all for none."""

    mean: float
    deviation: float
    low: float
    high: float
    n: int

    @property
    def clear(self) -> bool:
        """Whether the interval leaves out 0."""
        return self.low > 0 or self.high < 0


Seeds = Mapping[int, float | None]


def paired(ours: Seeds, others: Seeds, sure: float = SURE) -> Paired:
    """ours - others over the seeds that both have a figure for, figures by seed."""
    mine, theirs = _told(ours), _told(others)
    both = sorted(mine.keys() & theirs.keys())
    return interval([mine[seed] - theirs[seed] for seed in both], sure)


def against(rows: Mapping[str, Seeds], base: str, sure: float = SURE) -> dict[str, Paired]:
    """Every other row of an ablation table less the row `base`."""
    return {name: paired(row, rows[base], sure) for name, row in rows.items() if name != base}


def interval(values: list[float], sure: float = SURE) -> Paired:
    """The mean of values and its interval."""
    if len(values) < 2:
        return Paired(values[0] if values else nan, nan, nan, nan, len(values))
    mean, deviation = float(np.mean(values)), float(np.std(values, ddof=1))
    half = quantile(0.5 + sure / 2, len(values) - 1) * deviation / sqrt(len(values))
    return Paired(mean, deviation, mean - half, mean + half, len(values))


def quantile(share: float, freedom: int) -> float:
    """Student's t below which this share, .5 to 1, lies, to 12 digits; freedom: a whole number, at least 1."""
    high = 1.0
    while _within(high, freedom) < 2 * share - 1:
        high *= 2
    return _halved(lambda t: _within(t, freedom) - (2 * share - 1), 0.0, high)


def _within(t: float, freedom: int) -> float:
    """The chance of -t..t (Abramowitz and Stegun 26.7.3 and 26.7.4, a finite sum for whole degrees of freedom)."""
    angle = atan(t / sqrt(freedom))
    odd = freedom % 2
    term, total = (cos(angle), 0.0) if odd else (1.0, 0.0)
    for step in range(1, freedom // 2 + 1):
        total += term
        term *= cos(angle) ** 2 * (2 * step - 1 + odd) / (2 * step + odd)
    return 2 / pi * (angle + sin(angle) * total) if odd else sin(angle) * total


def _halved(rises: Callable[[float], float], low: float, high: float) -> float:
    """Where a rising function is 0."""
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if rises(middle) < 0 else (low, middle)
    return (low + high) / 2


def _told(seeds: Seeds) -> dict[int, float]:
    return {seed: value for seed, value in seeds.items() if value is not None and isfinite(value)}
