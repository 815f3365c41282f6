"""Any folder of shape files with one sub-folder per kind, or HDF5 files with `data` and `label`."""

import dataclasses
from collections import Counter
from collections.abc import Generator
from pathlib import Path

from pydantic import Field

from engine import registry
from engine.clouds import Clouds
from engine.control import Control
from engine.datasets.found import Found, Sample, all_files, files, fingerprint, folders, place
from engine.datasets.gather import gather
from engine.datasets.part import together
from engine.datasets.split_told import split_told
from engine.datasets.stacked import SUFFIXES, is_stack
from engine.errors import DataError
from engine.events import Event
from engine.formats import suffixes
from engine.formats.bounded import plain
from engine.words import say

_SPLITS = {"train": True, "test": False}


@registry.register(
    "dataset",
    "folder",
    title=say("A folder of your own"),
    about=say("One sub-folder per kind, with meshes or point clouds in any format that is known."),
)
class Folder:
    """Folders called train and test are respected; else a share of each kind is drawn to test."""

    class Settings(registry.Settings):
        """Where it is, how many points each cloud shall have, and the share that is tested."""

        path: str = Field(min_length=1, title=say("Folder or file"))
        points: int = Field(1024, ge=16, le=65536, title=say("Points of a cloud"))
        seed: int = Field(
            0, ge=0, lt=2**31, title=say("Seed"), description=say("For drawing the points.")
        )
        test_share: float = Field(0.2, ge=0, le=0.9, title=say("Share kept for testing"))

    def __init__(self, settings: Settings) -> None:
        """Nothing is opened yet."""
        self.settings = settings

    def fingerprint(self) -> str:
        """Changes when the settings or the files change."""
        return fingerprint(self.settings, find(place(self.settings.path)))

    def read(self, control: Control) -> Generator[Event, None, Clouds]:
        """All clouds that can be read; what was left out and the split are in their problems. All kinds are known."""
        found, wanted = find(place(self.settings.path)), self.settings
        parts = yield from gather(found, wanted.points, wanted.seed, control)
        if not any(train is not False for part in parts for train in part.train):
            # Only test clouds: then the word “test” in a name was no split.
            parts = [dataclasses.replace(p, train=(None,) * len(p.train)) for p in parts]
        clouds = together(parts, found.title, wanted.seed, wanted.test_share)
        told = split_told(clouds, [train for part in parts for train in part.train])
        return dataclasses.replace(clouds, problems=(*clouds.problems, *told))


def find(path: Path) -> Found:
    """The shapes that lie here; DataError when there is nothing that could be one."""
    if path.is_file():
        found = Found(path, stacks=(path,) if _could_be_stack(path) else ())
    else:
        found = _in_folder(path)
    if found.samples or found.stacks:
        return found
    raise DataError(
        say(
            "“{path}” holds no data set. Choose a folder with one sub-folder per kind of object and "
            "files in them, or an HDF5 file with “data” and “label”.",
            path=plain(path.name),
        )
    )


def _in_folder(root: Path) -> Found:
    inner = folders(root)
    by_split = bool(inner) and {folder.name.lower() for folder in inner} <= set(_SPLITS)
    kinds = [kind for folder in inner for kind in folders(folder)] if by_split else inner
    known, samples = suffixes(), []
    unknown: Counter[str] = Counter()
    for kind in kinds:
        for file in all_files(kind):
            if file.suffix.lower() in known:
                samples.append(Sample(file, plain(kind.name, 60), _said(file.relative_to(root))))
            else:
                unknown[file.suffix.lower() or "none"] += 1
    beside = [file for file in files(root) if file.suffix.lower() in known]
    stacks = tuple(file for file in beside if _could_be_stack(file))
    announced = tuple(sorted({plain(kind.name, 60) for kind in kinds})) if samples else ()
    return Found(
        root, tuple(samples), stacks, announced, _remarks(unknown, len(beside) - len(stacks))
    )


def _could_be_stack(file: Path) -> bool:
    return file.suffix.lower() in SUFFIXES and is_stack(file)


def _said(path: Path) -> bool | None:
    """What the folders on the way to a file say: train, test or nothing."""
    words = [part.lower() for part in path.parts[:-1]]
    return next((_SPLITS[word] for word in words if word in _SPLITS), None)


def _remarks(unknown: Counter[str], beside: int) -> tuple[str, ...]:
    remarks = []
    if unknown:
        endings = ", ".join(plain(ending, 12) for ending, _ in unknown.most_common(5))
        remarks.append(
            say(
                "{were} passed over ({endings}).",
                were=_were(unknown.total(), say("of other kinds")),
                endings=endings,
            )
        )
    if beside:
        remarks.append(
            say("{were} passed over.", were=_were(beside, say("beside the folders of the kinds")))
        )
    return tuple(remarks)


def _were(count: int, which: str) -> str:
    return (
        say("1 file {which} was", which=which)
        if count == 1
        else say("{count:,} files {which} were", count=count, which=which)
    )
