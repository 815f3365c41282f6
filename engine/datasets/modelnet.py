"""ModelNet in the three forms it is passed on in: OFF meshes, lists of text files, HDF5 files."""

import dataclasses
import re
from collections.abc import Generator
from pathlib import Path

from pydantic import Field

from engine import registry
from engine.clouds import Clouds
from engine.control import Control
from engine.datasets.found import Found, Sample, files, fingerprint, folders, place
from engine.datasets.gather import gather
from engine.datasets.part import together
from engine.datasets.stacked import SUFFIXES, is_stack, said_split
from engine.errors import DataError
from engine.events import Event
from engine.formats.bounded import MAX_HEADER, plain
from engine.words import say

TEN = (
    *("bathtub", "bed", "chair", "desk", "dresser"),
    *("monitor", "night_stand", "sofa", "table", "toilet"),
)
_SPLITS = {"train": True, "test": False}
_LISTS = ("modelnet40", "modelnet10")
_MODEL = re.compile(r"([\w-]+)_\d+")
_WRAPPINGS = 3
_UNSAID_TEST_SHARE = 0.2


@registry.register(
    "dataset",
    "modelnet",
    title="ModelNet",
    about=say("CAD models of 10 or 40 kinds of household objects, from files you have."),
)
class ModelNet:
    """The official split. Known kinds: the ten of ModelNet10 where all of them are there."""

    class Settings(registry.Settings):
        """Where it is, and how many points each cloud shall have."""

        path: str = Field(min_length=1, title=say("Folder or file"))
        points: int = Field(1024, ge=16, le=65536, title=say("Points of a cloud"))
        seed: int = Field(
            0, ge=0, lt=2**31, title=say("Seed"), description=say("For drawing the points.")
        )

    def __init__(self, settings: Settings) -> None:
        """Nothing is opened yet."""
        self.settings = settings

    def fingerprint(self) -> str:
        """Changes when the settings or the files change."""
        return fingerprint(self.settings, self._found())

    def read(self, control: Control) -> Generator[Event, None, Clouds]:
        """All clouds. Raises DataError when one side of the split is missing."""
        found, wanted = self._found(), self.settings
        parts = yield from gather(found, wanted.points, wanted.seed, control)
        clouds = together(parts, found.title, wanted.seed, _UNSAID_TEST_SHARE)
        for side, missing in (("training", not clouds.train.any()), ("test", clouds.train.all())):
            if missing:
                raise DataError(
                    say(
                        "“{found}” holds no {side} clouds that could be read. ",
                        found=found.title,
                        side=side,
                    )
                    + " ".join(clouds.problems[:1])
                )
        ten = set(TEN) <= set(clouds.kinds)
        title = (
            say("ModelNet{kinds}", kinds=len(clouds.kinds))
            if ten and len(clouds.kinds) in (10, 40)
            else None
        )
        return dataclasses.replace(
            clouds, known=TEN if ten else clouds.kinds, title=title or found.title
        )

    def _found(self) -> Found:
        path = place(self.settings.path)
        found = find(path)
        if found is None:
            raise DataError(
                say(
                    "“{path}” is not ModelNet: it has neither kinds with train and test folders of OFF "
                    "files, nor modelnet40_train.txt, nor HDF5 files for train and test.",
                    path=plain(path.name),
                )
            )
        return found


def find(path: Path) -> Found | None:
    """What of ModelNet lies here, or nothing. A folder that only wraps the real one is entered."""
    if path.is_file():
        return _one_file(path)
    for _ in range(_WRAPPINGS):
        found = _listed(path) or _stacked(path) or _meshes(path)
        inner = folders(path)
        if found or len(inner) != 1 or files(path):
            break
        path = inner[0]
    return found


def _meshes(root: Path) -> Found | None:
    kinds = [kind for kind in folders(root) if any((kind / split).is_dir() for split in _SPLITS)]
    samples = tuple(
        Sample(file, kind.name, train)
        for kind in kinds
        for split, train in _SPLITS.items()
        if (kind / split).is_dir()
        for file in files(kind / split)
        if file.suffix.lower() == ".off"
    )
    return Found(root, samples, kinds=tuple(kind.name for kind in kinds)) if samples else None


def _listed(root: Path) -> Found | None:
    """`modelnet40_normal_resampled`: lists name the models; a model's name begins with its kind."""
    for stem in _LISTS:
        lists = {split: root / f"{stem}_{split}.txt" for split in _SPLITS}
        if all(file.is_file() for file in lists.values()):
            break
    else:
        return None
    samples, problems = [], []
    for split, file in lists.items():
        words = file.read_bytes()[: 64 * MAX_HEADER].decode("utf-8", "replace").split()
        matches = [(word, _MODEL.fullmatch(word)) for word in words]
        good = [(word, match[1]) for word, match in matches if match]
        samples += [
            Sample(root / kind / f"{word}.txt", kind, _SPLITS[split]) for word, kind in good
        ]
        if len(good) < len(words):
            problems.append(
                say(
                    "{file} holds {words} words that name no model.",
                    file=file.name,
                    words=len(words) - len(good),
                )
            )
    kinds = tuple(sorted({sample.kind for sample in samples}))
    return Found(root, tuple(samples), kinds=kinds, problems=tuple(problems))


def _stacked(root: Path) -> Found | None:
    stacks = [file for file in files(root) if _is_side(file)]
    if {said_split(file.stem) for file in stacks} != {True, False}:
        return None
    return Found(root, stacks=tuple(stacks))


def _is_side(file: Path) -> bool:
    return file.suffix.lower() in SUFFIXES and said_split(file.stem) is not None


def _one_file(path: Path) -> Found | None:
    """One HDF5 file; when its name says train or test, the other side beside it comes along."""
    if path.suffix.lower() not in SUFFIXES or not is_stack(path):
        return None
    train = said_split(path.stem)
    words = ("train", "test") if train else ("test", "train")
    other = path.with_name(path.name.replace(*words))
    stacks = (path, other) if train is not None and other.is_file() else (path,)
    return Found(path, stacks=tuple(sorted(set(stacks))))
