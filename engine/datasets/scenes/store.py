"""The HDF5 cache of scenes: all points one after another, and where each scene begins. Whole or not at all."""

import json
import zlib
from collections.abc import Generator, Iterator, Sequence
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from engine.atomic import writing
from engine.control import Control
from engine.datasets.ready import READING
from engine.errors import DataError
from engine.events import Event, Phase
from engine.places import cache_folder
from engine.scenes import Scene, Scenes
from engine.words import say

VERSION = 2
_ROWS = 65536
# What each scene has for each point and for each box: the type and the shape of one row.
_PER_POINT: dict[str, tuple[type, tuple[int, ...]]] = {
    "points": (np.float32, (3,)),
    "colours": (np.uint8, (3,)),
    "semantic": (np.int16, ()),
    "instance": (np.int32, ()),
}
_PER_BOX: dict[str, tuple[type, tuple[int, ...]]] = {
    "boxes": (np.float32, (7,)),
    "labels": (np.int16, ()),
}


def cached_scenes(name: str, fingerprint: str) -> Path:
    """Where the cache of these scenes, in this state of their source, is or will be."""
    return cache_folder() / "scenes" / f"{name}-{fingerprint}-v{VERSION}.h5"


def write_scenes(path: Path, scenes: Scenes) -> None:
    """Write the cache whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with writing(path) as temporary, h5py.File(temporary, "w") as file:
        for sizes, columns in (
            ([len(scene) for scene in scenes.scenes], _PER_POINT),
            ([len(scene.boxes) for scene in scenes.scenes], _PER_BOX),
        ):
            for name, (kind, row) in columns.items():
                total = sum(sizes)
                data = file.create_dataset(
                    name, (total, *row), kind, chunks=(_ROWS, *row), compression="lzf",
                    maxshape=(None, *row),
                )  # fmt: skip
                starts = np.cumsum([0, *sizes])
                for scene, start, size in zip(scenes.scenes, starts, sizes, strict=False):
                    if size:
                        data[start : start + size] = _filled(scene, name)
        about = {
            "names": [scene.name for scene in scenes.scenes],
            "train": [scene.train for scene in scenes.scenes],
            "annotated": [scene.annotated for scene in scenes.scenes],
            "points": [len(scene) for scene in scenes.scenes],
            "boxes": [len(scene.boxes) for scene in scenes.scenes],
            "coloured": [scene.colours is not None for scene in scenes.scenes],
            "marks": [_checksum(scene) for scene in scenes.scenes],
            "classes": scenes.classes,
            "things": scenes.things,
            "title": scenes.title,
            "problems": scenes.problems,
            "made": scenes.made,
        }
        file["about"] = np.frombuffer(json.dumps(about).encode(), np.uint8)


def read_scenes(path: Path, rows: Sequence[int] | None = None) -> Scenes:
    """All scenes of a cache, or some in the order asked for. Raises DataError when the file is damaged."""
    steps = reading_scenes(path, Control(), rows)
    while True:
        try:
            next(steps)
        except StopIteration as ended:
            found: Scenes = ended.value
            return found


def reading_scenes(
    path: Path, control: Control, rows: Sequence[int] | None = None
) -> Generator[Event, None, Scenes]:
    """The same scene by scene, with a word of how far it is; the scenes are the generator's return value."""
    try:
        with h5py.File(path, "r") as file:
            about = json.loads(bytes(file["about"][:]))
            every = range(len(about["names"]))
            wanted = every if rows is None else rows
            if not all(row in every for row in wanted):
                raise ValueError(say("it has not all the scenes that were asked for"))
            read: list[Scene] = []
            for scene in _read(file, about, wanted):
                read.append(scene)
                yield from control.gate()
                yield Phase(name=READING, detail=path.name, fraction=len(read) / len(wanted))
            scenes = tuple(read)
    except (OSError, RuntimeError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise DataError(
            say(
                "The prepared scenes {path} are damaged ({error}). Open them again: they are then made "
                "anew.",
                path=path.name,
                error=error,
            )
        ) from None
    return Scenes(
        scenes=scenes,
        classes=tuple(about["classes"]),
        things=tuple(about["things"]),
        title=about["title"],
        problems=tuple(about["problems"]),
        made=about["made"],
        source=path,
    )


def _read(file: h5py.File, about: dict[str, Any], rows: Sequence[int]) -> Iterator[Scene]:
    points, boxes = (np.cumsum([0, *about[name]]) for name in ("points", "boxes"))
    for row in rows:
        own = slice(points[row], points[row + 1])
        of_points = {name: file[name][own] for name in _PER_POINT}
        of_boxes = {name: file[name][boxes[row] : boxes[row + 1]] for name in _PER_BOX}
        if not about["coloured"][row]:
            of_points["colours"] = None
        name, train, annotated = (about[key][row] for key in ("names", "train", "annotated"))
        scene = Scene(name, **of_points, **of_boxes, train=train, annotated=annotated)
        if _checksum(scene) != about["marks"][row]:
            raise ValueError(say("its checksum is another"))
        yield scene


def _filled(scene: Scene, name: str) -> NDArray[Any]:
    """An array of a scene; zeros for the colours of one that has none."""
    array = getattr(scene, name)
    return np.zeros((len(scene), 3), np.uint8) if array is None else np.asarray(array)


def _checksum(scene: Scene) -> int:
    mark = 0
    for name in (*_PER_POINT, *_PER_BOX):
        mark = zlib.crc32(np.ascontiguousarray(_filled(scene, name)).data, mark)
    return mark
