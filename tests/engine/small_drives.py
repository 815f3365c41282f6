"""Small drives and frames that the tests of drives share."""

import numpy as np

from engine.drives import Drive, Frame
from engine.projection import Calibration

# A camera at the laser's place that looks along x, 10 pixels of focal length, its axis through (8, 6).
AXES = np.array([[0.0, -1, 0, 0], [0, 0, -1, 0], [1, 0, 0, 0], [0, 0, 0, 1]])
LENS = np.array([[10.0, 0, 8, 0], [0, 10, 6, 0], [0, 0, 1, 0]])
CAMERA = Calibration(LENS, AXES)
SHAPE = (12, 16)


def at_pixel(column, row, depth):
    """The point in the laser's axes that the camera sees at these pixels, so many metres along its axis."""
    return depth, -(column - 8) / 10 * depth, -(row - 6) / 10 * depth


def frame(points=(), boxes=(), name="one", **more):
    """A frame of 12 x 16 pixels; points (N, 3), whose owners and classes are not told unless given."""
    cloud = np.zeros((len(points), 4), np.float32)
    cloud[:, :3] = np.reshape(np.asarray(points, np.float32), (-1, 3))
    boxes = np.asarray(boxes, np.float32).reshape(-1, 4)
    count = len(boxes)
    arrays = {
        "image": np.zeros((*SHAPE, 3), np.uint8),
        "of_points": np.full(len(cloud), -1, np.int16),
        "owner": np.full(len(cloud), -1, np.int32),
        "labels": np.zeros(count, np.int16),
        "solids": np.full((count, 7), np.nan, np.float32),
        "depths": np.full(count, np.nan, np.float32),
        "ignored": np.zeros((0, 4), np.float32),
        "calibration": CAMERA,
    } | more
    return Frame(name=name, points=cloud, boxes=boxes, **arrays)


def drive(*frames, things=("car", "sign")):
    """Some frames as a drive."""
    return Drive(tuple(frames), things, (*things, "ground"), "A drive")
