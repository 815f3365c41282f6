"""A growing series of numbers and its smoothed companion, in arrays that double when full."""

import numpy as np
from numpy.typing import NDArray

from engine.words import counted, say

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
_PASSES = 10


class Curve:
    """Values at steps. `steps`, `epochs` and `values` are views: read them, do not keep them."""

    def __init__(self) -> None:
        self._steps: Whole = np.empty(64, np.int64)
        self._epochs: Floats = np.empty(64)
        self._values: Floats = np.empty(64)
        self._count = 0
        self.cuts = 0  # how often something was taken away; what was drawn before is then stale

    def __len__(self) -> int:
        return self._count

    @property
    def steps(self) -> Whole:
        """(n,) batches done at each value."""
        return self._steps[: self._count]

    @property
    def epochs(self) -> Floats:
        """(n,) passes over the data done at each value."""
        return self._epochs[: self._count]

    @property
    def values(self) -> Floats:
        """(n,) the values."""
        return self._values[: self._count]

    @property
    def last(self) -> float | None:
        """The newest value, None while there is none."""
        return float(self._values[self._count - 1]) if self._count else None

    def append(self, step: int, epoch: float, value: float) -> None:
        """Add a value; what is no number cannot be drawn and is left out."""
        if not np.isfinite(value):
            return
        if self._count == len(self._steps):
            self._steps = np.concatenate([self._steps, np.empty_like(self._steps)])
            self._epochs = np.concatenate([self._epochs, np.empty_like(self._epochs)])
            self._values = np.concatenate([self._values, np.empty_like(self._values)])
        self._steps[self._count] = step
        self._epochs[self._count] = epoch
        self._values[self._count] = value
        self._count += 1

    def counted(self, weight: float, rise: float) -> "Curve":
        """What it adds to a sum in which it has a weight that rises over so many passes; as far as it goes now."""
        found, risen = Curve(), np.minimum(1.0, self.epochs / rise) if rise else 1.0
        found._steps, found._epochs = self.steps, self.epochs
        found._values = self.values * weight * risen
        found._count, found.cuts = self._count, self.cuts
        return found

    def cut(self, step: int) -> None:
        """Forget everything after this step."""
        kept = int(np.searchsorted(self.steps, step, side="right"))
        if kept < self._count:
            self._count = kept
            self.cuts += 1


class Smoothed:
    """Exponential moving average, debiased (no pull of its start), kept up as a series grows."""

    def __init__(self, weight: float) -> None:
        self._weight = weight
        # 1 / weight^block must stay a number: at most 1e100
        self._block = min(4096, max(16, int(-230 / np.log(weight))))
        self._out: Floats = np.empty(64)
        self._count = 0
        self._sum = 0.0

    def follow(self, values: Floats) -> Floats:
        """(n,) the average after each value; only what came since the last call is computed."""
        while len(self._out) < len(values):
            self._out = np.concatenate([self._out, np.empty_like(self._out)])
        while self._count < len(values):
            self._extend(values[self._count : self._count + self._block])
        return self._out[: len(values)]

    def _extend(self, block: Floats) -> None:
        # s[k] = w s[k-1] + (1 - w) x[k] as a running sum over one block, so that numpy does it
        powers = self._weight ** np.arange(1, len(block) + 1)
        sums = powers * (self._sum + np.cumsum((1 - self._weight) * block / powers))
        done = np.arange(self._count + 1, self._count + len(block) + 1)
        end = self._count + len(block)
        self._out[self._count : end] = sums / (1 - self._weight**done)
        self._count, self._sum = end, float(sums[-1])


def before(curve: Curve) -> tuple[str, int]:
    """What to compare the newest pass with: “10 passes ago”, or the first where there are fewer, and how far back."""
    back = min(_PASSES, len(curve) - 1)
    return say("{passes} ago", passes=counted(back, "pass")), back
