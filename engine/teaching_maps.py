"""What a teacher says about every pixel of a picture, where it says something, and what is usual for it. numpy only."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from engine.words import say

Floats = NDArray[np.floating]


@dataclass(frozen=True)
class FeatureMap:
    """features (C, H, W) float32, 0 where not valid; valid (H, W) bool: where the teacher says anything."""

    features: NDArray[np.float32]
    valid: NDArray[np.bool_]

    @property
    def told(self) -> NDArray[np.float32]:
        """(V, C): the features of the valid pixels, row by row of the picture."""
        return self.features[:, self.valid].T


@dataclass(frozen=True)
class Kept:
    """A map of which only what is told is kept: told (V, C) float16, row by row of the valid pixels (H, W)."""

    told: NDArray[np.float16]
    valid: NDArray[np.bool_]

    @classmethod
    def of(cls, shown: FeatureMap) -> Self:
        """Of a whole map."""
        return cls(shown.told.astype(np.float16), shown.valid)

    @property
    def features(self) -> NDArray[np.float32]:
        """(C, H, W), 0 where not valid."""
        whole = np.zeros((self.told.shape[1], *self.valid.shape), np.float32)
        whole[:, self.valid] = self.told.T
        return whole

    @property
    def whole(self) -> FeatureMap:
        """The map again."""
        return FeatureMap(self.features, self.valid)


@dataclass(frozen=True)
class Statistics:
    """mean and deviation (C,) float32 of a teacher's features over all valid pixels; a channel that never changes has
    the deviation 0."""

    mean: NDArray[np.float32]
    deviation: NDArray[np.float32]


@dataclass(frozen=True)
class Components:
    """The main directions of features: mean (F,), axes (D, F) of length 1, the longest extent first; explained (D,):
    the share of the variance that each explains."""

    mean: NDArray[np.float64]
    axes: NDArray[np.float64]
    explained: NDArray[np.float64]

    def of(self, features: Floats) -> NDArray[np.float32]:
        """(..., F) -> (..., D): how far features lie along each direction."""
        return np.asarray((features - self.mean) @ self.axes.T, np.float32)

    def of_map(self, shown: FeatureMap) -> FeatureMap:
        """The same of a whole map, (F, H, W) -> (D, H, W)."""
        features = np.zeros((len(self.axes), *shown.valid.shape), np.float32)
        features[:, shown.valid] = self.of(shown.told).T
        return FeatureMap(features, shown.valid)


@dataclass(frozen=True)
class Moments:
    """Sums over rows of features (F,), from which mean, variances and directions follow; those of several splits are
    added up."""

    count: int
    total: NDArray[np.float64]
    products: NDArray[np.float64]

    @classmethod
    def of(cls, each: Iterable[Floats]) -> Self:
        """Of many (N, F), of which only one at a time is in memory. Raises ValueError when there is not one row."""
        count, total, products = 0, np.zeros(0), np.zeros((0, 0))
        for features in each:
            rows = np.asarray(features, np.float64)
            if not len(rows):
                continue
            if not count:
                total, products = np.zeros(rows.shape[1]), np.zeros((rows.shape[1],) * 2)
            count += len(rows)
            total += rows.sum(axis=0)
            products += rows.T @ rows
        if not count:
            raise ValueError(say("no pixel is valid"))
        return cls(count, total, products)

    @property
    def mean(self) -> NDArray[np.float64]:
        """(F,)."""
        return self.total / self.count

    @property
    def covariance(self) -> NDArray[np.float64]:
        """(F, F), of the whole and not of a sample."""
        return np.asarray(self.products / self.count - np.outer(self.mean, self.mean))


def statistics(maps: Iterable[FeatureMap]) -> Statistics:
    """Over the valid pixels of all maps. Raises ValueError when there is none."""
    moments = Moments.of(shown.told for shown in maps)
    spread = np.sqrt(np.diag(moments.covariance).clip(0))
    # What rounding leaves of a channel that never changes is no deviation.
    spread[spread < 1e-6 * np.abs(moments.mean)] = 0
    return Statistics(moments.mean.astype(np.float32), spread.astype(np.float32))


def components(each: Iterable[Floats], count: int) -> Components:
    """The `count` main directions of features (N, F) of a whole split; fewer where there are not so many. The largest
    entry of each is positive, so that they are the same every time. Raises ValueError when there is no row."""
    moments = Moments.of(each)
    extents, directions = np.linalg.eigh(moments.covariance)
    axes = directions.T[::-1][:count]
    signs = np.sign(np.take_along_axis(axes, np.abs(axes).argmax(axis=1)[:, None], axis=1))
    extents = extents[::-1].clip(0)
    explained = extents[:count] / max(float(extents.sum()), np.finfo(np.float64).tiny)
    return Components(moments.mean, axes * signs, explained)
