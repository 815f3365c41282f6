"""Two ways of learning compared seed by seed: the mean difference and its 95 % interval by Student's t; numpy.

What a seed makes easy or hard it does to both, so the differences of pairs spread less than the figures themselves.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite, nan, sqrt

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
    """Student's t below which this share lies; freedom: at least 1."""
    from scipy.special import stdtrit  # only here: reading a table needs no scipy

    return float(stdtrit(freedom, share))


def _told(seeds: Seeds) -> dict[int, float]:
    return {seed: value for seed, value in seeds.items() if value is not None and isfinite(value)}
