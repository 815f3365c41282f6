"""Small drives for tests: boxes on a plane, seen by a laser and a camera in one place."""

import numpy as np

from engine.drives import Drive, Frame
from engine.projection import Calibration

THINGS = ("car", "post")
CLASSES = (*THINGS, "ground")
SIZES = np.array([[3.9, 1.7, 1.5], [0.3, 0.3, 2.2]])
HIGH, WIDE, FOCAL, FLOOR = 32, 64, 40.0, -1.7


def calibration() -> Calibration:
    """A camera where the laser is, looking forward."""
    axes = np.eye(4)
    axes[:3, :3] = [[0, -1, 0], [0, 0, -1], [1, 0, 0]]
    lens = np.array([[FOCAL, 0, WIDE / 2, 0], [0, FOCAL, HIGH / 2, 0], [0, 0, 1, 0]])
    return Calibration(lens, axes)


def toy_frame(seed: int, ground: int = 400, each: int = 60, train: bool = True) -> Frame:
    """Two cars and two posts; what the laser measures is spread over their sides."""
    rng = np.random.default_rng([seed, 7])
    labels = np.array([0, 1, 0, 1], np.int16)
    middles = np.stack(
        [rng.uniform(5, 25, 4), np.array([-6, -2, 2, 6]) + rng.uniform(-1, 1, 4), np.zeros(4)], 1
    )
    sizes = SIZES[labels]
    middles[:, 2] = FLOOR + sizes[:, 2] / 2
    floor = np.c_[rng.uniform(2, 30, ground), rng.uniform(-10, 10, ground), np.full(ground, FLOOR)]
    parts, owner = [floor + rng.normal(0, 0.01, floor.shape)], [np.full(ground, -1)]
    for thing, (middle, size) in enumerate(zip(middles, sizes, strict=True)):
        unit = rng.uniform(-0.5, 0.5, (each, 3))
        side = rng.integers(0, 2, each)
        unit[np.arange(each), side] = -0.5  # towards the laser
        parts.append(middle + unit * size)
        owner.append(np.full(each, thing))
    owner = np.concatenate(owner).astype(np.int32)
    of_points = np.where(owner < 0, 2, labels[owner]).astype(np.int16)
    places = np.concatenate(parts)
    strength = np.where(of_points == 2, 0.2, 0.6) + rng.normal(0, 0.02, len(places))
    return Frame(
        name=f"toy {seed}",
        image=rng.integers(0, 255, (HIGH, WIDE, 3)).astype(np.uint8),
        points=np.c_[places, strength].astype(np.float32),
        of_points=of_points,
        owner=owner,
        calibration=calibration(),
        boxes=np.tile(np.array([1, 1, 9, 9], np.float32), (4, 1)),
        labels=labels,
        solids=np.c_[middles, sizes, np.zeros(4)].astype(np.float32),
        depths=middles[:, 0].astype(np.float32),
        ignored=np.zeros((0, 4), np.float32),
        train=train,
    )


def toy_drive(frames: int = 8, tests: int = 2) -> Drive:
    """Frames of which the last are for the test."""
    some = [toy_frame(number, train=number < frames - tests) for number in range(frames)]
    return Drive(tuple(some), THINGS, CLASSES, "Toy street", made=True)
