"""What an idea looked at, in numbers: patch weights spread over points, sharpness, and places in the picture."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.orbit import Floats

Rows = NDArray[np.int64]
_NEIGHBOURS = 5
_BLOCK = 1 << 20  # distances at a time
_STEEP, _SOFT = 2.4, 0.8


@dataclass(frozen=True)
class Spread:
    """Where N points get their weights from: nearest (N, K) centres, and the share (N, K) of each, summing to 1."""

    nearest: Rows
    share: Floats

    @classmethod
    def over(cls, points: Floats, centres: Floats) -> "Spread":
        """Points (N, 3) between centres (G, 3): the 5 nearest count, by the inverse of their distance."""
        count = min(_NEIGHBOURS, len(centres))
        blocks = max(1, len(points) * len(centres) // _BLOCK)
        found = [_nearest(part, centres, count) for part in np.array_split(points, blocks)]
        nearest = np.concatenate([index for index, _ in found])
        closeness = 1 / np.maximum(np.concatenate([distance for _, distance in found]), 1e-6)
        share = closeness / closeness.sum(axis=1, keepdims=True)
        return cls(nearest, share.astype(np.float32))

    def of(self, weights: Floats) -> Floats:
        """Weights (G,) of the centres as weights (N,) of the points."""
        return np.asarray((weights[self.nearest] * self.share).sum(axis=1), dtype=np.float32)


def relative(weights: Floats) -> Floats:
    """Weights as shares of the largest; all 0 where nothing is looked at."""
    return np.asarray(weights / max(float(weights.max(initial=0)), 1e-12), dtype=np.float32)


def looked_at(share: Floats) -> Floats:
    """0 ignored to 1 looked at, from weights relative to the largest: little is much already."""
    return np.asarray(np.minimum(1, _STEEP * share) ** _SOFT, dtype=np.float32)


def sharpness(maps: NDArray[Any]) -> Floats:
    """(..., G) to (...): 1 less the entropy over that of an even look; 0 looks everywhere, 1 at one patch."""
    weights = np.maximum(np.asarray(maps, dtype=np.float64), 0)
    shares = weights / np.maximum(weights.sum(axis=-1, keepdims=True), 1e-12)
    entropy = -(shares * np.log(np.maximum(shares, 1e-12))).sum(axis=-1)
    return np.asarray(1 - entropy / np.log(max(shares.shape[-1], 2)), dtype=np.float32)


def per_cell(weights: Floats, cells: NDArray[np.integer[Any]], grid: int) -> Floats:
    """(grid, grid): the weights (G,) of all centres in each patch of the picture; cell -1 is in none."""
    seen = cells >= 0
    sums = np.bincount(cells[seen], weights[seen], grid * grid)
    return np.asarray(sums.reshape(grid, grid), dtype=np.float32)


def patch_of(points: Floats, centres: Floats, members: NDArray[np.integer[Any]]) -> Rows:
    """(N,): of the patches that hold a point, the one with the nearest centre; -1 in none."""
    away = np.linalg.norm(points[members] - centres[:, None], axis=2)
    far_to_near = np.argsort(-away, axis=None, kind="stable")
    owner = np.full(len(points), -1, dtype=np.int64)
    # Of several values for one place the last stays: that of the nearest centre.
    owner[members.ravel()[far_to_near]] = far_to_near // members.shape[1]
    return owner


def pictured(
    spread: Spread, cells: NDArray[np.integer[Any]], grid: int, image: NDArray[np.uint8]
) -> tuple[Floats, NDArray[np.bool_]]:
    """(N, 3) 0..1, the colour of the picture (S, S, 3) where each point lies in it, and (N,) whether that is known.

    A place is known where the nearest centre's is, and lies between those of the centres around it.
    """
    shares = spread.share * (cells[spread.nearest] >= 0)
    known = cells[spread.nearest[:, 0]] >= 0
    shares /= np.maximum(shares.sum(axis=1, keepdims=True), 1e-12)
    down, right = np.divmod(cells[spread.nearest].astype(np.int64), grid)
    side = len(image) / grid
    y, x = (((place + 0.5) * shares).sum(axis=1) * side for place in (down, right))
    last = len(image) - 1
    seen = image[np.clip(y.astype(int), 0, last), np.clip(x.astype(int), 0, last)]
    return (seen / 255).astype(np.float32), known


def _nearest(points: Floats, centres: Floats, count: int) -> tuple[Rows, Floats]:
    away = np.sqrt(sum((points[:, None, axis] - centres[:, axis]) ** 2 for axis in range(3)))
    rows = np.arange(len(points))[:, None]
    few = np.argpartition(away, count - 1, axis=1)[:, :count]
    order = np.argsort(away[rows, few], axis=1, kind="stable")
    nearest = few[rows, order]
    return nearest, away[rows, nearest]


def alikeness(maps: NDArray[Any]) -> float:
    """How alike maps (..., C, G) of C ideas are: the mean correlation of any two; NaN for fewer than two."""
    if maps.shape[-2] < 2:
        return float("nan")
    apart = maps.astype(np.float32)
    apart -= apart.mean(axis=-1, keepdims=True)
    apart /= np.maximum(np.linalg.norm(apart, axis=-1, keepdims=True), 1e-9)
    both = apart @ np.swapaxes(apart, -1, -2)
    count = both.shape[-1]
    own = np.trace(both, axis1=-2, axis2=-1)
    return float(((both.sum(axis=(-2, -1)) - own) / (count * (count - 1))).mean())
