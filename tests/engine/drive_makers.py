"""Reading drives, and small files of each sort, for their tests."""

from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from engine import registry
from engine.control import Control
from engine.drives import Drive
from tests.engine.stack_files import ran

P2 = np.array([[100.0, 0, 64, 5], [0, 100, 32, 0], [0, 0, 1, 0]])
TURN = np.array([[0.0, -1, 0, 0], [0, 0, -1, 0], [1, 0, 0, 0]])  # x ahead, y left, z up -> camera


def source(name: str, root: Path, **settings: Any) -> Any:
    """The reader of this name for a folder."""
    return registry.make("drives", name, {"path": str(root), **settings})


def read(name: str, root: Path, **settings: Any) -> Drive:
    """What it reads there."""
    drive: Drive = ran(source(name, root, **settings).read(Control()))[0]
    counted = source(name, root, **settings)
    assert counted.counts(counted.settings) == (len(drive.classes), len(drive.things))
    assert drive.classes[: len(drive.things)] == drive.things
    return drive


def picture(path: Path, width: int = 128, height: int = 64, value: int = 90) -> Path:
    """A picture of one grey."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (width, height), (value, value, value)).save(path)
    return path


def row(*numbers: Any) -> str:
    return " ".join(str(number) for number in np.array(numbers, object).reshape(-1))


def iou(one: np.ndarray, other: np.ndarray) -> float:
    """Shared by joint area of two boxes."""
    low, high = np.maximum(one[:2], other[:2]), np.minimum(one[2:], other[2:])
    shared = np.clip(high - low, 0, None).prod()
    return float(shared / ((one[2:] - one[:2]).prod() + (other[2:] - other[:2]).prod() - shared))


def check_frame(frame: Any, drive: Drive) -> None:
    """What holds for every frame, whatever its files are like."""
    height, width = frame.image.shape[:2]
    count, things = len(frame.points), len(frame.boxes)
    assert frame.image.dtype == np.uint8 and frame.image.shape == (height, width, 3)
    assert frame.points.dtype == np.float32 and frame.points.shape == (count, 4)
    assert frame.of_points.dtype == np.int16 and frame.of_points.shape == (count,)
    assert frame.owner.dtype == np.int32 and frame.owner.shape == (count,)
    assert frame.boxes.dtype == np.float32 and frame.boxes.shape == (things, 4)
    assert frame.labels.dtype == np.int16 and frame.labels.shape == (things,)
    assert frame.solids.dtype == np.float32 and frame.solids.shape == (things, 7)
    assert frame.depths.dtype == np.float32 and frame.depths.shape == (things,)
    assert frame.ignored.dtype == np.float32 and frame.ignored.shape[1:] == (4,)
    assert np.isfinite(frame.points).all() and np.isfinite(frame.boxes).all()
    for boxes in (frame.boxes, frame.ignored):
        assert (boxes >= 0).all() and (boxes[:, [0, 2]] <= width).all()
        assert (boxes[:, [1, 3]] <= height).all() and (boxes[:, 2:] - boxes[:, :2] >= 0.999).all()
    assert ((frame.labels >= 0) & (frame.labels < len(drive.things))).all()
    assert ((frame.of_points >= -1) & (frame.of_points < len(drive.classes))).all()
    assert ((frame.owner >= -1) & (frame.owner < things)).all()
    assert not (frame.depths <= 0).any()
    for areas, most in ((frame.areas, len(drive.classes)), (frame.owners, things)):
        if areas is not None:
            assert areas.dtype == np.int16 and areas.shape == (height, width)
            assert ((areas >= -1) & (areas < most)).all()
