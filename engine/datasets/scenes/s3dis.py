"""S3DIS, Stanford's six floors: `Area_x/room/Annotations/<kind>_<n>.txt`, one file for each object, or npz files."""

import re
from collections.abc import Generator
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from engine import registry
from engine.control import Control
from engine.datasets.found import all_files, place
from engine.datasets.scenes.gather import Place, PlaceSettings, gather, mark_of
from engine.datasets.scenes.raw import UNKNOWN, Raw, Rules, bytes_of, whole
from engine.errors import DataError
from engine.events import Event
from engine.formats.bounded import Damage, content, plain
from engine.formats.npy import arrays_of
from engine.formats.text import lines_of, table
from engine.scenes import Scenes
from engine.words import say

CLASSES = (
    *("ceiling", "floor", "wall", "beam", "column", "window", "door"),
    *("table", "chair", "sofa", "bookcase", "board", "clutter"),
)
THINGS = ("table", "chair", "sofa", "bookcase", "board")
_INDEX = {name: number for number, name in enumerate(CLASSES)} | {
    "stairs": CLASSES.index("clutter")
}
_AREA = re.compile(r"Area_(\d)")
_ARRAYS = ("xyz", "rgb", "sem", "ins", "class_names")
_COLUMNS = range(6)


@registry.register(
    "scenes",
    "s3dis",
    title="S3DIS",
    about=say("Rooms of six office floors with 13 classes, as Stanford publishes them."),
)
class S3DIS:
    """One area is for the test where others are there too; else rooms are drawn to it."""

    class Settings(PlaceSettings):
        """Where they are, and which area is for the test."""

        test_area: int = Field(5, ge=1, le=6, title=say("Area for the test"))

    def __init__(self, settings: Settings) -> None:
        """Nothing is opened yet."""
        self.settings = settings

    @classmethod
    def counts(cls, settings: Settings) -> tuple[int, int]:
        """How many classes points can be of, and how many things boxes can hold."""
        return len(CLASSES), len(THINGS)

    def fingerprint(self) -> str:
        """Changes when the settings or the files change."""
        root = place(self.settings.path)
        return mark_of(self.settings, root, _places(root))

    def read(self, control: Control) -> Generator[Event, None, Scenes]:
        """All rooms that can be read; what cannot is in the problems. Raises DataError when there is none."""
        root = place(self.settings.path)
        places = _by_area(_places(root), self.settings.test_area)
        if not places:
            raise DataError(
                say(
                    "“{root}” holds no room of S3DIS. Choose the folder that holds Area_1, Area_2 and so "
                    "on, each with rooms that have a folder Annotations.",
                    root=plain(root.name),
                )
            )
        rules = Rules(CLASSES, THINGS, self.settings.most_points)
        title = plain(root.name, 60) or "S3DIS"
        return (yield from gather(places, title, rules, self.settings, control))


def _places(root: Path) -> list[Place]:
    """All rooms at or below a folder, in order of name."""
    objects: dict[Path, list[Path]] = {}
    found = []
    for path in all_files(root):
        if path.parent.name == "Annotations" and path.suffix.lower() == ".txt":
            objects.setdefault(path.parent.parent, []).append(path)
        elif path.suffix.lower() == ".npz":
            found.append(Place(path, path.stem, (path,), partial(_read_npz, path)))
    for room, files in objects.items():
        name = f"{room.parent.name}_{room.name}" if _AREA.search(room.parent.name) else room.name
        found.append(Place(room, name, tuple(files), partial(_read_objects, files)))
    return sorted(found, key=lambda one: one.name)


def _by_area(places: list[Place], test: int) -> list[Place]:
    """The rooms of one area on the side of the test, when there are rooms of other areas too."""
    areas = [_AREA.search(one.name) for one in places]
    tests = [area is not None and int(area[1]) == test for area in areas]
    if all(tests) or not any(tests):
        return places
    return [replace(one, train=not is_test) for one, is_test in zip(places, tests, strict=True)]


def _read_objects(files: list[Path]) -> Raw:
    """Every file is one object of the kind that its name begins with."""
    rows, numbers, told = [], [], []
    for path in files:
        points, bad = _rows(path)
        rows.append(points)
        word = path.stem.rsplit("_", 1)[0]
        numbers.append(_INDEX.get(word, UNKNOWN))
        if bad:
            told.append(
                say(
                    "{bad} lines of {path} are not six numbers and were left out",
                    bad=bad,
                    path=plain(path.name, 60),
                )
            )
        if not len(points):
            told.append(say("{path} holds no points", path=plain(path.name, 60)))
    sizes = [len(points) for points in rows]
    points = np.concatenate(rows)
    return Raw(
        points[:, :3],
        bytes_of(points[:, 3:]),
        np.repeat(numbers, sizes),
        np.repeat(np.arange(len(files)), sizes),
        told=tuple(told),
    )


def _rows(path: Path) -> tuple[NDArray[np.float64], int]:
    """x y z r g b of each line that holds six numbers, and how many lines do not: one published file has such."""
    lines = list(lines_of(content(path))) if path.stat().st_size else []
    try:
        return table(lines, _COLUMNS), 0
    except Damage:
        good = [line for line in lines if _is_row(line)]
        return table(good, _COLUMNS), len(lines) - len(good)


def _is_row(line: bytes) -> bool:
    try:
        return len([float(word) for word in line.split()[: len(_COLUMNS)]]) == len(_COLUMNS)
    except ValueError:
        return False


def _read_npz(path: Path) -> Raw:
    """One npz file with xyz, rgb, sem (into class_names where it has them) and ins, counted from 1."""
    arrays = arrays_of(path, _ARRAYS)
    missing = [name for name in _ARRAYS[:4] if name not in arrays]
    if missing:
        raise Damage(say("it has no array “{missing}”", missing=missing[0]))
    semantic = whole(arrays["sem"])
    if "class_names" in arrays:
        words = [str(word) for word in arrays["class_names"].reshape(-1)]
        own = np.array([*(_INDEX.get(word, UNKNOWN) for word in words), UNKNOWN])
        inside = (semantic >= 0) & (semantic < len(words))
        semantic = own[np.where(inside, semantic, len(words))]
    return Raw(arrays["xyz"], bytes_of(arrays["rgb"]), semantic, whole(arrays["ins"]) - 1)
