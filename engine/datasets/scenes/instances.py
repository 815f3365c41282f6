"""The boxes of a scene, from what its points are told to belong to."""

import numpy as np
from numpy.typing import NDArray

from engine.upright import Floats, around


def of_instances(
    points: Floats,
    semantic: NDArray[np.integer],
    instance: NDArray[np.integer],
    things: dict[int, int],
) -> tuple[NDArray[np.float32], NDArray[np.int16]]:
    """The boxes (K, 7), along the axes, of all instances that are things, and what they hold (K,).

    An instance is what most of its labelled points are; things: from semantic class to what a box can hold.
    """
    order = np.argsort(instance, kind="stable")
    which, starts = np.unique(instance[order], return_index=True)
    boxes, labels = [np.empty((0, 7), np.float32)], []
    for number, rows in zip(which, np.split(order, starts[1:]), strict=True):
        told = semantic[rows][semantic[rows] >= 0]
        if (
            number >= 0
            and len(told)
            and (thing := things.get(int(np.bincount(told).argmax()))) is not None
        ):
            boxes.append(around(points[rows])[None])
            labels.append(thing)
    return np.concatenate(boxes), np.array(labels, np.int16)
