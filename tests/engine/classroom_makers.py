"""Small frames for tests of a classroom: a camera that looks along x, with pixels that are easy to work out."""

import numpy as np

from engine.drives import Drive, Frame
from engine.projection import Calibration

HEIGHT, WIDTH, FOCAL = 32, 64, 32.0
THINGS, CLASSES = ("car", "sign"), ("car", "sign", "ground")


def calibration(right: float = 0.0) -> Calibration:
    """Pixel = middle - 32 · (y, z) / x, moved so many pixels to the right."""
    projection = np.array(
        [[FOCAL, 0, WIDTH / 2 + right, 0], [0, FOCAL, HEIGHT / 2, 0], [0, 0, 1, 0]]
    )
    axes = np.array([[0.0, -1, 0, 0], [0, 0, -1, 0], [1, 0, 0, 0], [0, 0, 0, 1]])
    return Calibration(projection, axes)


def seen_at(pixels, depth: float) -> np.ndarray:
    """Laser points (N, 4) that this camera sees at pixels (N, 2), so many metres away."""
    across, down = np.asarray(pixels, float).reshape(-1, 2).T
    y, z = (WIDTH / 2 - across) / FOCAL * depth, (HEIGHT / 2 - down) / FOCAL * depth
    return np.column_stack([np.full(len(y), depth), y, z, np.zeros(len(y))]).astype(np.float32)


def frame(boxes=(), labels=None, points=None, owner=None, **more) -> Frame:
    """A frame of any boxes (K, 4); without points the laser saw nothing."""
    array = np.asarray(boxes, np.float32).reshape(-1, 4)
    cloud = np.zeros((0, 4), np.float32) if points is None else np.asarray(points, np.float32)
    known = {
        "name": "one",
        "image": np.full((HEIGHT, WIDTH, 3), 100, np.uint8),
        "points": cloud,
        "of_points": np.full(len(cloud), -1, np.int16),
        "owner": np.full(len(cloud), -1, np.int32)
        if owner is None
        else np.asarray(owner, np.int32),
        "calibration": calibration(),
        "boxes": array,
        "labels": np.zeros(len(array), np.int16)
        if labels is None
        else np.asarray(labels, np.int16),
        "solids": np.full((len(array), 7), np.nan, np.float32),
        "depths": np.full(len(array), 10.0, np.float32),
        "ignored": np.zeros((0, 4), np.float32),
    }
    return Frame(**(known | more))


def drive(*frames: Frame) -> Drive:
    """Of these frames."""
    return Drive(frames, THINGS, CLASSES, "Made")
