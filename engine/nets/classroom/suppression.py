"""Non-maximum suppression, compiled by numba when it is first needed."""

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

_COMPILED: dict[str, Any] = {"cache": True, "nogil": True}


@njit(**_COMPILED)
def kept_boxes(boxes: NDArray[Any], threshold: float) -> NDArray[np.int64]:
    """(N, 4) left, top, right, bottom, the surest first -> places of those that no kept one before them overlaps by
    more than the threshold (intersection over union; two boxes without size overlap nothing)."""
    count = len(boxes)
    kept, found = np.empty(count, np.int64), 0
    areas = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    none = boxes.dtype.type(0)
    for place in range(count):
        left, top, right, bottom = boxes[place]
        stays = True
        for rank in range(found):
            other = kept[rank]
            across = min(right, boxes[other, 2]) - max(left, boxes[other, 0])
            down = min(bottom, boxes[other, 3]) - max(top, boxes[other, 1])
            if across > none and down > none:
                shared = across * down
                if shared / (areas[other] + areas[place] - shared) > threshold:
                    stays = False
                    break
        if stays:
            kept[found] = place
            found += 1
    return kept[:found]
