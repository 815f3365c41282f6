"""ShapeNetPart as it is passed on: `<synset>/<id>.txt` with x y z nx ny nz part, and lists of the official split."""

import hashlib
import json
import zlib
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from engine import registry
from engine.control import Control
from engine.datasets.found import Found, Sample, files, fingerprint, folders, place
from engine.datasets.kept import kept_for_test
from engine.datasets.pairs.pair import at_most, drawn
from engine.datasets.part import room_for
from engine.datasets.parts.official import CATEGORIES, PART_NAMES, Category
from engine.errors import DataError, FormatError
from engine.events import Event, Phase
from engine.formats.bounded import Damage, content, plain
from engine.formats.refusal import refusing
from engine.formats.surface import normalised
from engine.formats.text import lines_of, table
from engine.scenes import Parted
from engine.words import counted, say

VERSION = 1
_LISTS = {"train": True, "val": True, "test": False}
_COLUMNS = (0, 1, 2, 6)
_WRAPPINGS = 3


@registry.register(
    "parts",
    "shapenetpart",
    title="ShapeNetPart",
    about=say(
        "16 kinds of things with 50 named parts, from files you have; some of its folders will do too."
    ),
)
class ShapeNetPart:
    """The official split where its lists are there (validation counts to training); else a share of each kind."""

    class Settings(registry.Settings):
        """Where it is, and how many points each shape shall have."""

        path: str = Field(min_length=1, title=say("Folder"))
        points: int = Field(2048, ge=16, le=65536, title=say("Points of a shape"))
        test_share: float = Field(
            0.2,
            ge=0,
            le=0.9,
            title=say("Share kept for testing"),
            description=say("Where there is no list."),
        )
        seed: int = Field(
            0, ge=0, lt=2**31, title=say("Seed"), description=say("For drawing the points.")
        )

    def __init__(self, settings: Settings) -> None:
        """Nothing is opened yet."""
        self.settings = settings

    @classmethod
    def counts(cls, settings: Settings) -> tuple[int, int]:
        """How many parts points can be of, and how many categories shapes."""
        return len(PART_NAMES), len(CATEGORIES)

    def fingerprint(self) -> str:
        """Changes when the settings or the files change."""
        here = _find(place(self.settings.path))
        read = [Sample(shape.path, shape.category.name) for shape in here.shapes]
        read += [Sample(path, "") for path in here.lists.values()]
        mark = fingerprint(self.settings, Found(here.root, tuple(read)))
        return hashlib.sha256(f"{VERSION} {mark}".encode()).hexdigest()[:16]

    def read(self, control: Control) -> Generator[Event, None, Parted]:
        """All shapes that can be read; what cannot is in the problems. Raises DataError when there is none."""
        here, wanted = _find(place(self.settings.path)), self.settings
        kept, problems = _split(here, wanted.test_share, wanted.seed)
        points = room_for(len(kept), wanted.points)
        parts = np.empty(points.shape[:2], np.int16)
        good: list[tuple[_Shape, bool]] = []
        for number, (shape, train) in enumerate(kept):
            yield from control.gate()
            if number * 100 // len(kept) != (number - 1) * 100 // len(kept):
                detail = say("{number} of {kept}", number=number, kept=len(kept))
                yield Phase(name=say("Reading shapes"), detail=detail, fraction=number / len(kept))
            try:
                row = len(good)
                points[row], parts[row] = _read(shape, wanted.points, wanted.seed, problems)
                good.append((shape, train))
            except FormatError as error:
                problems.append(error.sentence)
        if not good:
            why = f" {problems[0]}" if problems else ""
            raise DataError(
                say("“{here}” holds no shape that could be read.{why}", here=here.title, why=why)
            )
        if not any(train for _, train in good):
            good = [(shape, True) for shape, _ in good]
            problems.append(
                say("Nothing here is said to be for training, so all shapes are used for it.")
            )
        return Parted(
            points=points[: len(good)],
            parts=parts[: len(good)],
            category=np.array([CATEGORIES.index(shape.category) for shape, _ in good], np.int64),
            train=np.array([train for _, train in good]),
            names=tuple(plain(shape.path.stem) for shape, _ in good),
            categories=tuple(category.name for category in CATEGORIES),
            part_names=PART_NAMES,
            parts_of=tuple(category.parts for category in CATEGORIES),
            title=here.title,
            problems=at_most(problems),
        )


@dataclass(frozen=True)
class _Shape:
    path: Path
    category: Category

    @property
    def key(self) -> str:
        """What a list calls it."""
        return f"{self.path.parent.name}/{self.path.stem}"


@dataclass(frozen=True)
class _Here:
    root: Path
    shapes: tuple[_Shape, ...]
    lists: dict[str, Path]

    @property
    def title(self) -> str:
        return plain(self.root.name, 60) or "ShapeNetPart"


def _find(root: Path) -> _Here:
    """The shapes and lists that lie here; a folder that only wraps the real one is entered."""
    known = {category.synset: category for category in CATEGORIES}
    for _ in range(_WRAPPINGS):
        inner = folders(root)
        shapes = tuple(
            _Shape(file, known[folder.name])
            for folder in inner
            if folder.name in known
            for file in files(folder)
            if file.suffix.lower() == ".txt"
        )
        if shapes or len(inner) != 1:
            break
        root = inner[0]
    if not shapes:
        raise DataError(
            say(
                "“{root}” is not ShapeNetPart: it has no folder like 03001627 with text files in it. "
                "Choose the folder that holds such folders.",
                root=plain(root.name),
            )
        )
    lists = {
        split: root / "train_test_split" / f"shuffled_{split}_file_list.json" for split in _LISTS
    }
    return _Here(root, shapes, {split: path for split, path in lists.items() if path.is_file()})


def _split(here: _Here, share: float, seed: int) -> tuple[list[tuple[_Shape, bool]], list[str]]:
    """The shapes to read, each with whether it is for training, and what is wrong with the lists."""
    said, problems = _listed(here.lists)
    if not said:
        tests: set[str] = set()
        for folder in {shape.category.synset for shape in here.shapes}:
            keys = [shape.key for shape in here.shapes if shape.category.synset == folder]
            tests |= kept_for_test(keys, share, seed)
        return [(shape, shape.key not in tests) for shape in here.shapes], problems
    kept = [(shape, said[shape.key]) for shape in here.shapes if shape.key in said]
    if missing := len(said) - len(kept):
        problems.append(
            say(
                "{missing} of the {said} shapes that the lists name are not there.",
                missing=missing,
                said=len(said),
            )
        )
    if unlisted := len(here.shapes) - len(kept):
        problems.append(
            say("{unlisted} shapes are in none of the lists and were left out.", unlisted=unlisted)
        )
    return kept, problems


def _listed(lists: dict[str, Path]) -> tuple[dict[str, bool], list[str]]:
    """Whether each shape that is named is for training; a list that cannot be read is told."""
    said: dict[str, bool] = {}
    problems: list[str] = []
    for split, path in lists.items():
        try:
            with refusing(path, say("list of shapes")):
                words = json.loads(content(path))
                if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
                    raise Damage(say("it is no list of names"))
                said |= {"/".join(word.split("/")[-2:]): _LISTS[split] for word in words}
        except FormatError as error:
            problems.append(error.sentence)
    return said, problems


def _read(
    shape: _Shape, count: int, seed: int, problems: list[str]
) -> tuple[NDArray[np.float32], NDArray[np.int16]]:
    """Points (count, 3), z up, and their parts (count,). FormatError when the file cannot be used."""
    rng = np.random.default_rng([seed, zlib.crc32(shape.key.encode("utf-8", "replace"))])
    with refusing(shape.path, say("shape with parts")):
        rows = table(lines_of(content(shape.path)), _COLUMNS)
        if not len(rows):
            raise Damage(say("it holds no points"))
        lost: list[str] = []
        finite = np.isfinite(rows).all(axis=1)
        own = finite & np.isin(rows[:, 3], shape.category.parts)
        if broken := int((~finite).sum()):
            lost.append(say("{points} with broken numbers", points=counted(broken, "point")))
        if foreign := int((finite & ~own).sum()):
            lost.append(
                say(
                    "{points} with a part that no {category} has",
                    points=counted(foreign, "point"),
                    category=shape.category.name,
                )
            )
        chosen = drawn(rows[own], count, rng)
        _tell(shape, lost, problems)
    across, up, ahead = chosen[:, :3].T  # y is up in the files
    return normalised(np.stack([across, -ahead, up], axis=1)), chosen[:, 3].astype(np.int16)


def _tell(shape: _Shape, lost: Sequence[str], problems: list[str]) -> None:
    if lost:
        problems.append(
            say(
                "“{path}”: {told} were left out.",
                path=plain(shape.path.name, 80),
                told=say(" and ").join(lost),
            )
        )
