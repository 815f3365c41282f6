"""A scan's points on their way into a frame: which can be used, whose they are, and which stay when there are many."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from engine.datasets.drives.solids import held
from engine.drives import NOT_TOLD
from engine.projection import Calibration, project
from engine.words import say

if TYPE_CHECKING:
    from engine.datasets.drives.raw import Rules

Labelled = tuple[NDArray[np.float32], NDArray[np.int16], NDArray[np.int32]]


@dataclass(frozen=True)
class Seen:
    """points (N, 4); of_points (N,) or None: the solids tell; unmarked (N,) or None: where nobody looked for things;
    solids (K, 7) of all things, labels (K,) their thing, -1: of another kind; rows (K,) of those in the frame, -1: not
    in it; doubtful (J, 4): boxes that may hide things."""

    points: NDArray[np.floating]
    of_points: NDArray[np.integer] | None
    unmarked: NDArray[np.bool_] | None
    solids: NDArray[np.float64]
    labels: NDArray[np.integer]
    rows: NDArray[np.integer]
    doubtful: NDArray[np.float64]


def seen_points(
    seen: Seen, calibration: Calibration, rules: Rules, rng: np.random.Generator, told: list[str]
) -> Labelled:
    """The points that are kept (M, 4), the class of each (M,), and the row of the thing it is of (M,)."""
    good = _usable(seen.points, rules, told)
    points = seen.points[good].astype(np.float32)
    points[:, 3] = np.nan_to_num(points[:, 3], nan=0, posinf=1, neginf=0).clip(0, 1)
    pixels, _, ahead = project(points, calibration)
    size = rules.wanted.width, rules.wanted.height
    shown = ahead & (pixels >= 0).all(axis=1) & (pixels < size).all(axis=1)
    solid = held(points, seen.solids)
    if seen.of_points is None:
        classes = _by_solids(solid, seen.labels, rules.background)
        classes[(solid < 0) & _untold(pixels, shown, seen.doubtful, rules.around)] = NOT_TOLD
        if seen.unmarked is not None:
            classes[(solid < 0) & seen.unmarked[good]] = NOT_TOLD
    else:
        told_classes = seen.of_points[good].astype(np.int64)
        known = (told_classes >= 0) & (told_classes < len(rules.classes))
        classes = np.where(known, told_classes, NOT_TOLD)
    owner = np.append(seen.rows, NOT_TOLD)[solid]
    kept = _thinned(shown, rules.wanted.most_points, rng)
    return points[kept], classes[kept].astype(np.int16), owner[kept].astype(np.int32)


def _usable(points: NDArray[np.floating], rules: Rules, told: list[str]) -> NDArray[np.bool_]:
    """Numbers, neither too near nor too far; the intensity may be anything."""
    number = np.isfinite(points[:, :3]).all(axis=1)
    if bad := np.count_nonzero(~number):
        what = (
            say("1 point that is no number was")
            if bad == 1
            else say("{bad:,} points that are no numbers were", bad=bad)
        )
        told.append(say("{what} left out", what=what))
    with np.errstate(invalid="ignore", over="ignore"):
        far = np.sqrt(np.square(points[:, :3].astype(np.float64)).sum(axis=1))
        return np.asarray(number & (far >= rules.wanted.nearest) & (far <= rules.wanted.furthest))


def _by_solids(
    solid: NDArray[np.int64], labels: NDArray[np.integer], background: int | None
) -> NDArray[np.int64]:
    """The thing whose solid holds a point; of other kinds' points and, without a background, of the rest nothing."""
    rest = NOT_TOLD if background is None else background
    return np.append(labels, rest)[solid]


def _untold(
    pixels: NDArray[np.floating],
    shown: NDArray[np.bool_],
    doubtful: NDArray[np.float64],
    around: bool,
) -> NDArray[np.bool_]:
    """Points where nobody marked things: outside the picture, or in boxes that may hide some."""
    untold = np.zeros(len(pixels), bool) if around else ~shown
    for left, top, right, bottom in doubtful:
        across = (pixels[:, 0] >= left) & (pixels[:, 0] < right)
        untold |= shown & across & (pixels[:, 1] >= top) & (pixels[:, 1] < bottom)
    return untold


def _thinned(shown: NDArray[np.bool_], most: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """The rows that stay: all that the picture shows, as many of the others as there is room for."""
    if len(shown) <= most:
        return np.arange(len(shown))
    inside, outside = np.flatnonzero(shown), np.flatnonzero(~shown)
    if len(inside) >= most:
        return np.sort(rng.choice(inside, most, replace=False))
    others = rng.choice(outside, most - len(inside), replace=False)
    return np.sort(np.concatenate([inside, others]))
