"""The HDF5 cache of drives: pictures one by one, points and boxes one after another. Whole or not at all."""

import json
import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from engine.atomic import writing
from engine.drives import Drive, Frame
from engine.errors import DataError
from engine.places import cache_folder
from engine.projection import Calibration
from engine.words import say

VERSION = 2
_ROWS = 16384
Kinds = dict[str, tuple[type, tuple[int, ...]]]
# What each frame has for each point, each box and each box to be ignored: the type and the shape of one row.
_PER_POINT: Kinds = {"points": (np.float32, (4,)), "of_points": (np.int16, ()), "owner": (np.int32, ())}  # fmt: skip
_PER_BOX: Kinds = {
    "boxes": (np.float32, (4,)),
    "labels": (np.int16, ()),
    "solids": (np.float32, (7,)),
    "depths": (np.float32, ()),
}
_PER_IGNORED: Kinds = {"ignored": (np.float32, (4,))}
_LISTS: dict[str, Kinds] = {"points": _PER_POINT, "boxes": _PER_BOX, "ignored": _PER_IGNORED}
_PICTURES: Kinds = {
    "image": (np.uint8, (3,)),
    "areas": (np.int16, ()),
    "owners": (np.int16, ()),
    "depth_map": (np.float32, ()),
}
_NOT_ALWAYS = ("areas", "owners", "depth_map")
_CALIBRATION = {"projection": 3, "camera_from_laser": 4}  # rows of four numbers
Take = Callable[[str, int, int], NDArray[Any]]


def cached_drive(name: str, fingerprint: str) -> Path:
    """Where the cache of this drive, in this state of its source, is or will be."""
    return cache_folder() / "drives" / f"{name}-{fingerprint}-v{VERSION}.h5"


def write_drive(path: Path, drive: Drive) -> None:
    """Write the cache whole or not at all. Raises DataError when the pictures are not of one size."""
    if len({frame.image.shape for frame in drive.frames}) > 1:
        raise DataError(
            say(
                "The pictures of “{drive}” are not of one size. Nothing was saved.",
                drive=drive.title,
            )
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    with writing(path) as temporary, h5py.File(temporary, "w") as file:
        for leader, kinds in _LISTS.items():
            for name, kind in kinds.items():
                _write_list(file, name, kind, drive.frames, leader)
        for name, (number, _) in _PICTURES.items():
            _write_pictures(file, name, number, drive.frames)
        for name, rows in _CALIBRATION.items():
            each = [getattr(frame.calibration, name) for frame in drive.frames]
            file[name] = np.array(each, np.float64).reshape(len(each), rows, 4)
        about = {
            "names": [frame.name for frame in drive.frames],
            "train": [frame.train for frame in drive.frames],
            "moments": [frame.moment for frame in drive.frames],
            "marks": [_checksum(frame) for frame in drive.frames],
            **{leader: [len(getattr(f, leader)) for f in drive.frames] for leader in _LISTS},
            **{
                f"has_{name}": [getattr(f, name) is not None for f in drive.frames]
                for name in _NOT_ALWAYS
            },
            "things": drive.things,
            "classes": drive.classes,
            "title": drive.title,
            "problems": drive.problems,
            "made": drive.made,
        }
        file["about"] = np.frombuffer(json.dumps(about).encode(), np.uint8)


def read_drive(path: Path, rows: Sequence[int] | None = None) -> Drive:
    """All frames of a cache, or some in the order asked for. Raises DataError when the file is damaged."""
    try:
        with h5py.File(path, "r") as file:
            about = json.loads(bytes(file["about"][:]))
            every = range(len(about["names"]))
            if rows is not None and not all(row in every for row in rows):
                raise ValueError(say("it has not all the frames that were asked for"))
            frames = tuple(_read(about, every if rows is None else rows, _taking(file, rows)))
    except (OSError, RuntimeError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise DataError(
            say(
                "The prepared drive {path} is damaged ({error}). Open it again: it is then made anew.",
                path=path.name,
                error=error,
            )
        ) from None
    return Drive(
        frames=frames,
        things=tuple(about["things"]),
        classes=tuple(about["classes"]),
        title=about["title"],
        problems=tuple(about["problems"]),
        made=about["made"],
        source=path,
    )


def _write_list(
    file: h5py.File,
    name: str,
    kind: tuple[type, tuple[int, ...]],
    frames: Sequence[Frame],
    leader: str,
) -> None:
    starts = np.cumsum([0, *(len(getattr(frame, leader)) for frame in frames)])
    data = file.create_dataset(
        name, (int(starts[-1]), *kind[1]), kind[0], chunks=(_ROWS, *kind[1]), compression="lzf",
        shuffle=True, maxshape=(None, *kind[1]),
    )  # fmt: skip
    for frame, start, stop in zip(frames, starts, starts[1:], strict=False):
        if stop > start:
            data[start:stop] = getattr(frame, name)


def _write_pictures(file: h5py.File, name: str, kind: type, frames: Sequence[Frame]) -> None:
    """One picture a chunk; nothing is written for the frames that have none."""
    there = [(row, getattr(frame, name)) for row, frame in enumerate(frames)]
    shape = next((picture.shape for _, picture in there if picture is not None), None)
    if shape is None:
        return
    data = file.create_dataset(
        name, (len(frames), *shape), kind, chunks=(1, *shape), compression="lzf", shuffle=True
    )
    for row, picture in there:
        if picture is not None:
            data[row] = picture


def _taking(file: h5py.File, rows: Sequence[int] | None) -> Take:
    """How parts of an array are read: from memory where all of it is wanted, for to read it at once is faster."""
    if rows is not None:
        return lambda name, start, stop: np.asarray(file[name][start:stop])
    whole = {name: file[name][:] for name in file if name != "about"}
    return lambda name, start, stop: whole[name][start:stop]


def _read(about: dict[str, Any], rows: Sequence[int], take: Take) -> Iterator[Frame]:
    starts = {leader: np.cumsum([0, *about[leader]]).tolist() for leader in _LISTS}
    for row in rows:
        arrays: dict[str, Any] = {}
        for leader, kinds in _LISTS.items():
            for name in kinds:
                arrays[name] = take(name, *starts[leader][row : row + 2])
        for name in _PICTURES:
            absent = name in _NOT_ALWAYS and not about[f"has_{name}"][row]
            arrays[name] = None if absent else take(name, row, row + 1)[0]
        calibration = Calibration(*(take(name, row, row + 1)[0] for name in _CALIBRATION))
        frame = Frame(
            about["names"][row],
            calibration=calibration,
            train=about["train"][row],
            moment=about["moments"][row],
            **arrays,
        )
        if _checksum(frame) != about["marks"][row]:
            raise ValueError(say("its checksum is another"))
        yield frame


def _checksum(frame: Frame) -> int:
    mark = 0
    for name in (*_PER_POINT, *_PER_BOX, *_PER_IGNORED, *_PICTURES):
        array = getattr(frame, name)
        if array is not None:
            mark = zlib.crc32(np.ascontiguousarray(array).data, mark)
    for name in _CALIBRATION:
        array = np.ascontiguousarray(getattr(frame.calibration, name), np.float64)
        mark = zlib.crc32(array.data, mark)
    return mark
