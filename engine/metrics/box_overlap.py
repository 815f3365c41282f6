"""Boxes (K, 7): centre, full size, heading about z from x towards y. What they share and which points they hold; numpy.

Shared areas as in engine.detection.overlap, whose docstring says why they are exact; here without torch, in float64.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from engine.upright import inside
from engine.words import say

Floats = NDArray[np.float64]
_LEAST = 1e-12
_SIGNS = np.array([[1.0, 1], [-1, 1], [-1, -1], [1, -1]])


def as_boxes(boxes: ArrayLike) -> Floats:
    """(K, 7) float64; (K, 6) without headings becomes (K, 7); nothing becomes (0, 7)."""
    array = np.asarray(boxes, dtype=np.float64)
    if not array.size:
        return np.empty((0, 7))
    if array.ndim != 2 or array.shape[1] not in (6, 7):
        raise ValueError(say("Boxes are (K, 7) or (K, 6), not {array}.", array=array.shape))
    return array if array.shape[1] == 7 else np.pad(array, ((0, 0), (0, 1)))


def iou_table(first: ArrayLike, second: ArrayLike) -> Floats:
    """(D, 7) and (K, 7) -> (D, K): intersection over union; 0 for a box that is no numbers or has no size."""
    a, b = as_boxes(first), as_boxes(second)
    sound = (a[:, None, 3:6] > 0).all(axis=2) & (b[None, :, 3:6] > 0).all(axis=2)
    height = _shared_length(a, b, 2)
    with np.errstate(invalid="ignore", over="ignore"):
        apart = np.hypot(*np.moveaxis(a[:, None, :2] - b[None, :, :2], 2, 0))
        within = apart < (_radius(a)[:, None] + _radius(b)[None])
    rows, columns = np.nonzero(within & sound & (height > 0))
    table = np.zeros((len(a), len(b)))
    shared = shared_area(a[rows], b[columns]) * height[rows, columns]
    union = _volume(a)[rows] + _volume(b)[columns] - shared
    table[rows, columns] = np.clip(shared / np.maximum(union, _LEAST), 0, 1)
    result: Floats = np.nan_to_num(table)
    return result


def shared_area(first: Floats, second: Floats) -> Floats:
    """(P, 7) and (P, 7) -> (P,): the area each pair shares seen from above."""
    half = second[:, None, 3:5] / 2
    corners = _turned(_SIGNS * first[:, None, 3:5] / 2, first[:, 6] - second[:, 6])
    corners = corners + _turned((first - second)[:, None, :2], -second[:, 6])
    path = np.clip(_cut(corners, half), -half, half)
    after = np.roll(path, -1, axis=1)
    doubled = path[..., 0] * after[..., 1] - after[..., 0] * path[..., 1]
    area: Floats = np.maximum(doubled.sum(axis=1) / 2, 0)
    return area


def _cut(corners: Floats, half: Floats) -> Floats:
    """(P, 4, 2) -> (P, 20, 2): each side's start, and where it crosses the lines x, y = ± half, in order."""
    side = np.roll(corners, -1, axis=1) - corners
    steep = np.abs(side) > _LEAST
    safe = np.where(steep, side, 1)
    cuts = [np.where(steep, np.clip((line - corners) / safe, 0, 1), 0) for line in (-half, half)]
    share = np.sort(np.concatenate([np.zeros_like(side[..., :1]), *cuts], axis=2), axis=2)
    path: Floats = corners[:, :, None] + share[..., None] * side[:, :, None]
    return path.reshape(len(corners), 20, 2)


def along_axes(boxes: ArrayLike) -> tuple[Floats, Floats]:
    """(K, 7) -> lowest and highest corner (K, 3) of the smallest boxes along the axes around them."""
    array = as_boxes(boxes)
    length, width, height = array[:, 3:6].T / 2
    cos, sin = np.abs(np.cos(array[:, 6])), np.abs(np.sin(array[:, 6]))
    reach = np.stack([cos * length + sin * width, sin * length + cos * width, height], axis=1)
    return array[:, :3] - reach, array[:, :3] + reach


def points_inside(points: ArrayLike, boxes: ArrayLike) -> NDArray[np.int64]:
    """(N, 3) and (K, 7) -> (K,): how many points each box holds, its faces included."""
    array, cloud = as_boxes(boxes), np.asarray(points, dtype=np.float64).reshape(-1, 3)
    return np.array([int(inside(cloud, box).sum()) for box in array], dtype=np.int64)


def _turned(places: Floats, angle: Floats) -> Floats:
    """(P, M, 2) turned from x towards y by (P,)."""
    cos, sin = np.cos(angle)[:, None], np.sin(angle)[:, None]
    x, y = places[..., 0], places[..., 1]
    return np.stack([cos * x - sin * y, sin * x + cos * y], axis=-1)


def _radius(boxes: Floats) -> Floats:
    """Of the circle around each rectangle, a little more than it takes."""
    radius: Floats = np.hypot(boxes[:, 3], boxes[:, 4]) / 2 + 1e-9
    return radius


def _volume(boxes: Floats) -> Floats:
    volume: Floats = boxes[:, 3:6].prod(axis=1)
    return volume


def _shared_length(first: Floats, second: Floats, axis: int) -> Floats:
    """(D, K): what each pair shares of one axis, at least 0."""
    (low, high), (low2, high2) = (
        (box[:, axis] - box[:, 3 + axis] / 2, box[:, axis] + box[:, 3 + axis] / 2)
        for box in (first, second)
    )
    shared = np.minimum(high[:, None], high2[None]) - np.maximum(low[:, None], low2[None])
    length: Floats = np.maximum(shared, 0)
    return length
