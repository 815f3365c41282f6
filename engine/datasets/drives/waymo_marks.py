"""Which solid, and which piece of a panoptic picture, belongs to which of the boxes that people drew."""

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.datasets.drives.gather import MOST_PIXELS
from engine.datasets.drives.raw import Marked
from engine.datasets.drives.solids import pictured
from engine.datasets.drives.waymo_labels import TYPES
from engine.datasets.drives.waymo_segment import Segment
from engine.drives import NOT_TOLD
from engine.formats.bounded import Damage, check_pixels
from engine.projection import Calibration
from engine.words import say

_ALIKE = 0.5
Floats = NDArray[np.floating]


def marked_at(
    segment: Segment,
    moment: tuple[int, int],
    calibration: Calibration,
    size: tuple[int, int],
    drawn: bool,
) -> Marked | None:
    """The things of a frame and camera: the boxes that people drew, each with its solid where one is found, and the
    other solids, which have no box (`drawn`); else all solids with the boxes around their corners. size: (W, H).
    None where neither is told.

    People tie few boxes to solids (those around persons). The rest are tied where a solid of the same type, projected,
    overlaps most, by half at least. Signs have solids only, so theirs are projected in any case.
    """
    if segment.table("lidar_box") is None and segment.table("camera_box") is None:
        return None
    time, camera = moment
    solid_names, solid_types, solids, seen = segment.solids(time)
    around = pictured(solids, calibration, *size)
    hidden = seen < 1
    if not drawn or segment.table("camera_box") is None:
        return Marked(_words(solid_types), around, solids, passed=hidden)
    names, types, boxes = segment.boxes(time, camera)
    tied = segment.same(time, camera)
    rows = {name: row for row, name in enumerate(solid_names)}
    owned = np.array([rows.get(tied.get(name, ""), NOT_TOLD) for name in names], np.int64)
    free = np.flatnonzero(owned < 0)
    others = np.setdiff1d(np.arange(len(solids)), owned)
    alike = (
        np.array(types)[free][:, None] == np.array(solid_types)[others][None]
        if len(others)
        else None
    )
    found = matches(boxes[free], around[others], alike)
    owned[free[found >= 0]] = others[found[found >= 0]]
    alone = np.setdiff1d(np.arange(len(solids)), owned)
    signs = np.array([solid_types[row] == 3 for row in alone], bool)
    of_boxes = np.full((len(names), 7), np.nan)
    of_boxes[owned >= 0] = solids[owned[owned >= 0]]
    return Marked(
        _words([*types, *(solid_types[row] for row in alone)]),
        np.concatenate([boxes, np.where(signs[:, None], around[alone], np.nan)]),
        np.concatenate([of_boxes, solids[alone]]),
        passed=np.concatenate([np.zeros(len(names), bool), hidden[alone]]),
    )


def matches(
    boxes: Floats, others: Floats, alike: NDArray[np.bool_] | None = None
) -> NDArray[np.int64]:
    """For each box (K, 4) the row of the other box (M, 4) that overlaps it most, by half at least, each used once; -1
    without one. alike (K, M): those that may belong together."""
    found = np.full(len(boxes), NOT_TOLD)
    if not len(boxes) or not len(others):
        return found
    overlap = _overlaps(boxes, others)
    if alike is not None:
        overlap = np.where(alike, overlap, 0)
    while overlap.max() >= _ALIKE:
        row, column = np.unravel_index(int(overlap.argmax()), overlap.shape)
        found[row] = column
        overlap[row], overlap[:, column] = 0, 0
    return found


def outlines_of(
    data: bytes, divisor: int, marked: Marked, table: NDArray[np.int64], things: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Classes (H, W) and owners (H, W) of a panoptic picture. table: from Waymo's number to a class; things (K,): of
    `marked`. A piece is of the thing of its class whose box overlaps the piece's own most."""
    with Image.open(io.BytesIO(data)) as image:
        check_pixels(image.width, image.height, len(data), MOST_PIXELS)
        numbers = np.asarray(image).astype(np.int64)
    if numbers.ndim != 2 or divisor < 1:
        raise Damage(say("its outlines are not one number a pixel"))
    classes = table[np.minimum(numbers // divisor, len(table) - 1)]
    owners = np.full(numbers.shape, NOT_TOLD)
    pieces = [
        number
        for number in np.unique(numbers[np.isin(classes, things[things >= 0])]).tolist()
        if number % divisor
    ]
    edges = np.array([_edges(numbers == number) for number in pieces], np.float64).reshape(-1, 4)
    of_piece = np.array(
        [table[min(number // divisor, len(table) - 1)] for number in pieces], np.int64
    )
    found = matches(edges, marked.boxes, of_piece[:, None] == things[None])
    for number, row in zip(pieces, found.tolist(), strict=True):
        if row >= 0:
            owners[numbers == number] = row
    return classes, owners


def _words(types: list[int]) -> tuple[str, ...]:
    return tuple(TYPES.get(number, "unknown") for number in types)


def _edges(mask: NDArray[np.bool_]) -> tuple[int, int, int, int]:
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return columns[0], rows[0], columns[-1] + 1, rows[-1] + 1


def _overlaps(boxes: Floats, others: Floats) -> NDArray[np.float64]:
    """(K, M): shared area by joint area, 0 where one is NaN."""
    low = np.maximum(boxes[:, None, :2], others[None, :, :2])
    high = np.minimum(boxes[:, None, 2:], others[None, :, 2:])
    shared = (high - low).clip(0).prod(axis=2)
    one, other = ((each[:, 2:] - each[:, :2]).prod(axis=1) for each in (boxes, others))
    joint = one[:, None] + other[None] - shared
    return np.asarray(np.nan_to_num(shared / np.where(joint > 0, joint, np.nan)), np.float64)
