"""Where on a handle's way a score is: positions 0..1 in thousandths, values in the score's own unit."""

from dataclasses import dataclass
from math import floor, isinf, isnan, log10

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.metrics.decisions import STEPS

Floats = NDArray[np.float64]

_ENDS = (0.005, 0.995)


@dataclass(frozen=True)
class Scale:
    """An affine map: `low` is step 0, `high` is step 1000. A sample gets a name where its score >= value(step)."""

    low: float = 0.0
    high: float = 1.0

    @classmethod
    def of(cls, score: str, values: ArrayLike) -> "Scale":
        """The scale of a score over some samples: 0..1 for a probability, else all but 0.5 % at either end."""
        found = np.asarray(values, dtype=np.float64)
        found = found[np.isfinite(found)]
        if score == "msp" or not found.size:
            return cls()
        low, high = (float(end) for end in np.quantile(found, _ENDS))
        return cls(low, high) if high > low else cls(low - 0.5, low + 0.5)

    @property
    def probability(self) -> bool:
        """Whether the values are shares 0..1."""
        return (self.low, self.high) == (0.0, 1.0)

    @property
    def values(self) -> Floats:
        """The value of every step, (1001,)."""
        return self.low + (self.high - self.low) * np.arange(STEPS + 1) / STEPS

    def value(self, step: int) -> float:
        """The value at a step."""
        return float(self.values[step])

    def step(self, value: float) -> int:
        """The step closest to a value; the nearer end for those beyond."""
        share = (value - self.low) / (self.high - self.low)
        return round(min(1.0, max(0.0, share)) * STEPS)

    def shares(self, values: ArrayLike) -> Floats:
        """Where on the way values are: 0 at the low end, 1 at the high one, beyond them outside."""
        return (np.asarray(values, dtype=np.float64) - self.low) / (self.high - self.low)

    def ranks(self, values: ArrayLike) -> Floats:
        """Positions that pass the threshold step / 1000 exactly where the value passes value(step).

        Comparing shares instead could differ in the last binary digit.
        """
        found = np.asarray(values, dtype=np.float64)
        passed = np.searchsorted(self.values, found, side="right")
        return np.where(np.isnan(found), np.nan, (passed - 0.5) / STEPS)

    def say(self, value: float) -> str:
        """A value with the digits that tell one step from the next."""
        if isnan(value) or isinf(value):
            return "–" if isnan(value) else f"{value:+}".replace("inf", "∞")
        words = f"{value:,.{self._digits}f}"
        return words.removesuffix("0") if self.probability else words

    def short(self, value: float) -> str:
        """The same with one digit less, for small places."""
        return "–" if isnan(value) else f"{value:,.{max(0, self._digits - 1)}f}"

    @property
    def _digits(self) -> int:
        return max(0, 3 - floor(log10(self.high - self.low) + 1e-9))
