"""COCO's outlines, polygons and run lengths, as which thing each pixel shows (Lin et al., ECCV 2014)."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pycocotools import mask as coding

from engine.drives import NOT_TOLD

_MOST_CORNERS = 100_000
_MOST_RUNS = 4_000_000


Code = dict[str, Any]  # COCO's own run lengths of one mask


def code_of(segmentation: Any, height: int, width: int) -> Code | None:
    """What an outline covers; None when it is none, or one of another picture's size."""
    if isinstance(segmentation, list):
        polygons = [polygon for one in segmentation if (polygon := _polygon(one, height, width))]
        return _joined(coding.frPyObjects(polygons, height, width)) if polygons else None
    if isinstance(segmentation, dict) and segmentation.get("size") == [height, width]:
        return _runs(segmentation.get("counts"), height, width)
    return None


def mask_of(code: Code) -> NDArray[np.bool_]:
    """(H, W): the pixels that are covered."""
    return np.asarray(coding.decode(code), bool)


def owners_of(codes: Sequence[Code | None], height: int, width: int) -> NDArray[np.int64]:
    """(H, W): the row of the outline that covers each pixel, the smallest of several, -1: none."""
    owners = np.full((height, width), NOT_TOLD)
    sized = [(int(coding.area(code)), row, code) for row, code in enumerate(codes) if code]
    for _, row, code in sorted(sized, key=lambda one: (-one[0], one[1])):
        owners[mask_of(code)] = row
    return owners


def _joined(codes: list[Code]) -> Code:
    merged: Code = coding.merge(codes)
    return merged


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


def _runs(counts: Any, height: int, width: int) -> Code | None:
    """Run lengths whose sum is checked first, so that nothing is written beyond the picture."""
    if isinstance(counts, str | bytes):
        data = counts.encode("ascii", "replace") if isinstance(counts, str) else counts
        runs = _unpacked(data)
    else:
        runs = counts if isinstance(counts, list) else None
    if runs is None or len(runs) > _MOST_RUNS:
        return None
    if not all(isinstance(run, int) and 0 <= run <= height * width for run in runs):
        return None
    if sum(runs) != height * width:
        return None
    return _joined([coding.frPyObjects({"size": [height, width], "counts": runs}, height, width)])


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
