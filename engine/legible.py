"""A teacher's many features as three colours that can be read, and the student's beside them in the same colours.

The colours are the three directions in which the teacher's features differ most over all valid points of the whole
split, never of one frame, stretched from the 2nd to the 98th percentile, or over all there is where these meet. Maps of
outlines, which say 1 where a kind of thing is seen and 0 elsewhere, have one fixed colour a kind instead. A pixel
between the laser's rows takes its nearest point's colour where that is near; beyond that it stays background and no
value is made up.
"""

import colorsys
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.words import say

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]
Mask = NDArray[np.bool_]
BACKGROUND = (10, 13, 17)
_REACH, _DOWN, _ACROSS = (
    6.5,
    0.75,
    1.25,
)  # a row counts less than a column, so that holes between rows close
_STRETCH = (2, 98)
_MET = 1e-3  # percentiles this near, as a share of all there is, have met
_MOST = 200_000
_NOTHING = (40, 47, 56)  # where no kind is seen
_HUE, _TURN = 0.58, 0.381966  # the golden section: kinds that follow each other are far apart
_LIGHT, _FULL = 0.6, 0.6
# Red, green and blue by direction.
_MUTED = np.array([[0.46, 0.08, 0.12], [-0.28, 0.34, 0.16], [0.04, -0.26, 0.40]])


@dataclass(frozen=True)
class Basis:
    """middle (C,); directions (3, C), rows of 0 where there are fewer; low and high (3,): what becomes 0 and 1;
    explained (3,): the share of all variance along each."""

    middle: Floats
    directions: Floats
    low: Floats
    high: Floats
    explained: Floats

    def unit(self, features: NDArray[np.floating]) -> Floats:
        """(N, C) -> (N, 3) in 0..1; a half where nothing differs."""
        along = (features.astype(np.float64) - self.middle) @ self.directions.T
        width = self.high - self.low
        share = (along - self.low) / np.where(width > 0, width, 1)
        return np.asarray(np.where(width > 0, np.clip(share, 0, 1), 0.5))

    def colours(self, features: NDArray[np.floating]) -> NDArray[np.uint8]:
        """(N, C) -> (N, 3): muted red, green, blue."""
        return _bytes(255 * (0.52 + (self.unit(features) - 0.5) @ _MUTED.T))


@dataclass(frozen=True)
class Kinds:
    """One colour for each of so many kinds of things."""

    count: int

    def colours(self, features: NDArray[np.floating]) -> NDArray[np.uint8]:
        """(N, C) shares of each kind -> (N, 3): their colours in these shares, and that of nothing for the rest."""
        share = np.clip(features.astype(np.float64), 0, 1)
        share /= np.maximum(share.sum(axis=1, keepdims=True), 1)
        own = [
            colorsys.hls_to_rgb((_HUE + kind * _TURN) % 1, _LIGHT, _FULL)
            for kind in range(self.count)
        ]
        return _bytes(_NOTHING + share @ (255 * np.array(own) - _NOTHING))


Palette = Basis | Kinds


def palette_of(maps: Iterable[tuple[NDArray[np.floating], Mask]], most: int = _MOST) -> Palette:
    """From all frames' features (C, H, W) and valid (H, W). Of more than `most` points evenly spread ones are taken.
    Raises ValueError where no point is valid."""
    points = [features[:, valid].T.astype(np.float64) for features, valid in maps]
    rows = np.concatenate(points) if points else np.empty((0, 1))
    if not len(rows):
        raise ValueError(say("The teacher is valid nowhere: there is nothing to show."))
    rows = rows[:: -(-len(rows) // most)]
    return Kinds(rows.shape[1]) if np.isin(rows, (0, 1)).all() else _basis(rows)


def _basis(rows: Floats) -> Basis:
    """(N, C), N > 0."""
    middle = rows.mean(axis=0)
    values, vectors = np.linalg.eigh(
        np.cov((rows - middle).T, bias=True).reshape(rows.shape[1], -1)
    )
    order = np.argsort(-values, kind="stable")[:3]
    directions = np.zeros((3, rows.shape[1]))
    directions[: len(order)] = _facing(vectors[:, order].T)
    low, high = _stretch((rows - middle) @ directions.T)
    explained = np.zeros(3)
    explained[: len(order)] = np.maximum(values[order], 0) / max(
        float(values.clip(0).sum()), 1e-300
    )
    return Basis(middle, directions, low, high, explained)


def _stretch(along: Floats) -> tuple[Floats, Floats]:
    """(N, 3) -> what becomes 0 and 1 of each direction. What nearly all points share would hide the rest."""
    low, high = np.percentile(along, _STRETCH, axis=0)
    least, most = along.min(axis=0), along.max(axis=0)
    met = high - low <= _MET * (most - least)
    return np.where(met, least, low), np.where(met, most, high)


def legible(features: NDArray[np.floating], valid: Mask, palette: Palette) -> NDArray[np.uint8]:
    """features (C, h, w), valid (h, w) -> (h, w, 3)."""
    where, within = reach(valid)
    picture = np.full((*valid.shape, 3), BACKGROUND, np.uint8)
    shown = features[:, where[0][within], where[1][within]].T
    picture[within] = palette.colours(shown)
    return picture


def differing(
    student: NDArray[np.floating],
    teacher: NDArray[np.floating],
    valid: Mask,
    deviation: NDArray[np.floating],
) -> NDArray[np.float16]:
    """(C, h, w) twice, valid (h, w), the teacher's deviation (C,) over the split -> (h, w) in 0..1: the mean over the
    channels that move of |error| / 2 deviations, each at most 1; spread as `legible` does, 0 beyond that."""
    moves = deviation > 1e-8
    error = np.abs(student[moves].astype(np.float64) - teacher[moves])
    share = np.minimum(error / (2 * deviation[moves, None, None]), 1)
    mean = share.mean(axis=0) if moves.any() else np.zeros(valid.shape)
    (rows, columns), within = reach(valid)
    return np.where(within, mean[rows, columns], 0).astype(np.float16)


def reach(valid: Mask) -> tuple[tuple[Rows, Rows], Mask]:
    """For each pixel the row and column (h, w) of its nearest valid one, and whether that is near enough, (h, w)."""
    from scipy.ndimage import distance_transform_edt  # only here: reading a picture needs no scipy

    if not valid.any():
        return (np.zeros(valid.shape, np.int64), np.zeros(valid.shape, np.int64)), valid
    apart, (rows, columns) = distance_transform_edt(
        ~valid, sampling=(_DOWN, _ACROSS), return_indices=True
    )
    return (rows.astype(np.int64), columns.astype(np.int64)), apart <= _REACH


def _facing(directions: Floats) -> Floats:
    """The same axes with the largest number of each above 0: which way an axis points is nobody's choice."""
    largest = np.abs(directions).argmax(axis=1)
    signs = np.sign(directions[np.arange(len(directions)), largest])
    return np.asarray(directions * signs[:, None])


def _bytes(colours: Floats) -> NDArray[np.uint8]:
    return np.asarray(np.clip(colours, 0, 255).round(), np.uint8)
