"""COCO's outlines, polygons and run lengths, as which thing each pixel shows (Lin et al., ECCV 2014)."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pycocotools import mask as coding

from engine.drives import NOT_TOLD

_MOST_CORNERS = 100_000
_MOST_RUNS = 4_000_000


Runs = NDArray[
    np.int64
]  # COCO's run lengths: pixels outside, inside, outside and so on, down the columns


def runs_of(segmentation: Any, height: int, width: int) -> Runs | None:
    """What an outline covers; None when it is none, or one of another picture's size."""
    if isinstance(segmentation, list):
        polygons = [polygon for one in segmentation if (polygon := _polygon(one, height, width))]
        if not polygons:
            return None
        joined = coding.merge(coding.frPyObjects(polygons, height, width))
        return _sound(_unpacked(joined["counts"]), height, width)
    if isinstance(segmentation, dict) and segmentation.get("size") == [height, width]:
        counts = segmentation.get("counts")
        if isinstance(counts, str | bytes):
            data = counts.encode("ascii", "replace") if isinstance(counts, str) else counts
            return _sound(_unpacked(data), height, width)
        return _sound(counts, height, width)
    return None


def mask_of(runs: Runs, height: int, width: int) -> NDArray[np.bool_]:
    """(H, W): the pixels that are covered."""
    inside = np.arange(len(runs)) % 2 == 1
    return np.repeat(inside, runs).reshape((height, width), order="F")


def owners_of(outlines: Sequence[Runs | None], height: int, width: int) -> NDArray[np.int64]:
    """(H, W): the row of the outline that covers each pixel, the smallest of several, -1: none."""
    owners = np.full((height, width), NOT_TOLD)
    sized = [(int(runs[1::2].sum()), row) for row, runs in enumerate(outlines) if runs is not None]
    for _, row in sorted(sized, key=lambda one: (-one[0], one[1])):
        runs = outlines[row]
        if runs is not None:
            owners[mask_of(runs, height, width)] = row
    return owners


def _sound(runs: Any, height: int, width: int) -> Runs | None:
    """The runs when they are numbers of pixels that make up the picture."""
    if not isinstance(runs, list) or len(runs) > _MOST_RUNS:
        return None
    if not all(type(run) is int and 0 <= run <= height * width for run in runs):
        return None
    return np.array(runs, np.int64) if sum(runs) == height * width else None


def _polygon(corners: Any, height: int, width: int) -> list[float] | None:
    """x and y in turn, brought into the picture: what draws them asks for memory by how long the lines are."""
    try:
        numbers = np.array(corners, np.float64)
    except (TypeError, ValueError, OverflowError):
        return None
    if numbers.ndim != 1 or len(numbers) % 2 or not 6 <= len(numbers) <= _MOST_CORNERS:
        return None
    if not np.isfinite(numbers).all():
        return None
    pairs = numbers.reshape(-1, 2).clip(0, (width, height))
    return [float(number) for number in pairs.reshape(-1)]


def _unpacked(data: bytes) -> list[int] | None:
    """The runs that COCO packs into letters: 5 bits each, and from the third on the difference to the last but one."""
    runs: list[int] = []
    at = 0
    while at < len(data):
        value, shift, more = 0, 0, True
        while more:
            if at >= len(data) or shift > 30:
                return None
            letter = data[at] - 48
            if not 0 <= letter < 64:
                return None
            value |= (letter & 0x1F) << shift
            more = bool(letter & 0x20)
            shift += 5
            at += 1
            if not more and letter & 0x10:
                value -= 1 << shift
        runs.append(value + runs[-2] if len(runs) > 2 else value)
    return runs
