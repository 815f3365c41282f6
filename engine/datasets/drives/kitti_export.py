"""A drive as files like those of the KITTI object data set, so that other tools can read it."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.drives import Drive, Frame
from engine.errors import DataError
from engine.projection import Calibration, project
from engine.words import say

_FOLDERS = ("image_2", "velodyne", "calib", "label_2")
_NO_SOLID = "-1.00 -1.00 -1.00 -1000.00 -1000.00 -1000.00 -10.00"
_CORNERS = np.array([(x, y, z) for x in (-0.5, 0.5) for y in (-0.5, 0.5) for z in (-0.5, 0.5)])

Floats = NDArray[np.floating]


def export_kitti(drive: Drive, folder: Path) -> None:
    """Write training/image_2, velodyne, calib and label_2, and ImageSets with which frames are to learn from (train)
    and which for the test (val).

    A thing is called as in the drive with a capital letter. Boxes to be ignored become “DontCare”; outlines, classes of
    points and true depths have no place in the format. Whole or not at all; raises DataError where the folder holds
    anything, or cannot be written.
    """
    with _new(folder) as place:
        training, sets = place / "training", place / "ImageSets"
        for name in _FOLDERS:
            (training / name).mkdir(parents=True)
        sets.mkdir()
        for number, frame in enumerate(drive.frames):
            _write(frame, drive.things, training, f"{number:06d}")
        for name, learnt in (("train", True), ("val", False)):
            rows = [row for row, frame in enumerate(drive.frames) if frame.train == learnt]
            (sets / f"{name}.txt").write_text("".join(f"{row:06d}\n" for row in rows))


def labels_of(frame: Frame, things: tuple[str, ...]) -> str:
    """The lines of label_2: type, cut off, hidden, angle of view, box, size, place, heading; one for each thing."""
    lines = [_line(frame, row, things) for row in range(len(frame.boxes))]
    lines += [f"DontCare -1 -1 -10 {_numbers(box)} {_NO_SOLID}" for box in frame.ignored]
    return "".join(f"{line}\n" for line in lines)


def calibration_of(calibration: Calibration) -> str:
    """The lines of calib. Both turns between laser and camera are in the second, the first stays as it is."""
    lens = np.column_stack([calibration.projection[:, :3], np.zeros(3)])
    matrices = {
        "P0": lens,
        "P1": lens,
        "P2": calibration.projection,
        "P3": calibration.projection,
        "R0_rect": np.eye(3),
        "Tr_velo_to_cam": calibration.camera_from_laser[:3],
        "Tr_imu_to_velo": np.eye(4)[:3],
    }
    lines = (
        f"{name}: {' '.join(f'{value:.12e}' for value in np.ravel(matrix))}\n"
        for name, matrix in matrices.items()
    )
    return "".join(lines)


def _write(frame: Frame, things: tuple[str, ...], training: Path, name: str) -> None:
    Image.fromarray(frame.image).save(training / "image_2" / f"{name}.png")
    (training / "velodyne" / f"{name}.bin").write_bytes(frame.points.astype("<f4").tobytes())
    (training / "calib" / f"{name}.txt").write_text(calibration_of(frame.calibration))
    (training / "label_2" / f"{name}.txt").write_text(labels_of(frame, things))


def _line(frame: Frame, row: int, things: tuple[str, ...]) -> str:
    kind, box, solid = things[frame.labels[row]], frame.boxes[row], frame.solids[row]
    words = kind[:1].upper() + kind[1:].replace(" ", "_")
    if not np.isfinite(solid).all():
        return f"{words} 0.00 0 -10.00 {_numbers(box)} {_NO_SOLID}"
    x, y, z, long, wide, tall, heading = solid.astype(np.float64)
    from_laser = frame.calibration.camera_from_laser
    foot = from_laser[:3] @ (x, y, z - tall / 2, 1)
    ahead = from_laser[:3, :3] @ (np.cos(heading), np.sin(heading), 0)
    turn = np.arctan2(-ahead[2], ahead[0])
    view = (turn - np.arctan2(foot[0], foot[2]) + np.pi) % (2 * np.pi) - np.pi
    place = _numbers(np.array([tall, wide, long, *foot, turn]))
    return f"{words} {_cut_off(frame, solid):.2f} 0 {view:.2f} {_numbers(box)} {place}"


def _cut_off(frame: Frame, solid: Floats) -> float:
    """The share of a solid's outline that lies beyond the picture; 0 for one that reaches behind the camera."""
    cos, sin = np.cos(solid[6]), np.sin(solid[6])
    turn = np.array([(cos, -sin, 0), (sin, cos, 0), (0, 0, 1)])
    pixels, _, seen = project((_CORNERS * solid[3:6]) @ turn.T + solid[:3], frame.calibration)
    if not seen.all():
        return 0.0
    low, high = pixels.min(axis=0), pixels.max(axis=0)
    size = np.array(frame.image.shape[1::-1])
    inside = np.maximum(high.clip(0, size) - low.clip(0, size), 0)
    return float(1 - inside.prod() / max(float((high - low).prod()), 1e-9))


def _numbers(values: Floats) -> str:
    return " ".join(f"{value:.2f}" for value in values)


@contextmanager
def _new(folder: Path) -> Iterator[Path]:
    """A place beside the folder, which becomes the folder when all is written, and vanishes on any error."""
    place = folder.with_name(f".{folder.name}.partly")
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise DataError(
                say(
                    "“{folder}” is not empty. Nothing was written. Name a folder that is new or empty.",
                    folder=folder.name,
                )
            )
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        yield place
        if folder.exists():
            folder.rmdir()
        place.rename(folder)
    except OSError as error:
        raise DataError(
            say(
                "The drive could not be written to “{folder}”: {strerror}. What was there was not "
                "touched. Choose another folder or make room.",
                folder=folder.name,
                strerror=error.strerror or error,
            )
        ) from None
    finally:
        shutil.rmtree(place, ignore_errors=True)
