"""Few points that look like many: lowest and highest of every bucket, kept up as a series grows."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]


class Decimated:
    """Which rows of a growing series to draw. Buckets hold `stride` rows; when there are more than
    `limit` buckets, pairs of them become one. A full bucket is never looked at again.
    """

    def __init__(self, limit: int = 400) -> None:
        self._limit = limit
        self._clear()

    def _clear(self) -> None:
        self.stride = 1
        self._low: Rows = np.empty(0, np.int64)
        self._high: Rows = np.empty(0, np.int64)

    def rows(self, values: Floats) -> Rows:
        """Ascending rows to draw of (n,) values: at most 2 * limit + 3, the newest one included."""
        if len(values) < len(self._low) * self.stride:
            self._clear()
        while len(values) // self.stride > self._limit:
            self._coarsen(values)
        done = len(self._low) * self.stride
        whole = len(values) // self.stride * self.stride
        if whole > done:
            blocks = values[done:whole].reshape(-1, self.stride)
            starts = np.arange(done, whole, self.stride)
            self._low = np.concatenate([self._low, starts + blocks.argmin(axis=1)])
            self._high = np.concatenate([self._high, starts + blocks.argmax(axis=1)])
        drawn = np.concatenate([self._low, self._high, _tail(values, whole)])
        return np.unique(drawn)

    def _coarsen(self, values: Floats) -> None:
        self.stride *= 2
        if len(self._low) % 2:
            self._low, self._high = self._low[:-1], self._high[:-1]
        low, high = self._low.reshape(-1, 2), self._high.reshape(-1, 2)
        self._low = np.where(values[low[:, 0]] <= values[low[:, 1]], low[:, 0], low[:, 1])
        self._high = np.where(values[high[:, 0]] >= values[high[:, 1]], high[:, 0], high[:, 1])


def _tail(values: Floats, whole: int) -> Rows:
    """Rows of the bucket that is not full yet: its lowest, its highest and the newest."""
    rest = values[whole:]
    if not len(rest):
        return np.array([len(values) - 1] if len(values) else [], np.int64)
    return whole + np.array([rest.argmin(), rest.argmax(), len(rest) - 1], np.int64)
