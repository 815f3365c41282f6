"""What was found where a data set is said to be, and the mark that changes with it."""

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel

from engine.errors import DataError
from engine.formats.bounded import plain
from engine.words import say

MAX_FILES = 200_000


@dataclass(frozen=True)
class Sample:
    """One file that holds one shape. train None: nothing says whether it is for training."""

    path: Path
    kind: str
    train: bool | None = None


@dataclass(frozen=True)
class Found:
    """Files of one shape each, files of many shapes, the kinds that were announced, and remarks."""

    root: Path
    samples: tuple[Sample, ...] = ()
    stacks: tuple[Path, ...] = ()
    kinds: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """A name for the data set, from its folder or file."""
        return plain(self.root.stem if self.root.is_file() else self.root.name, 60) or say("Data")


def place(path: str) -> Path:
    """The absolute path meant; DataError when there is nothing."""
    try:
        meant = Path(path).expanduser().absolute()
        if meant.exists():
            return meant
    except (OSError, RuntimeError, ValueError):
        pass
    raise DataError(
        say(
            "There is no file or folder “{path}”. Choose where the data are.", path=plain(path, 200)
        )
    )


def fingerprint(settings: BaseModel, found: Found) -> str:
    """Changes with the settings and with the name, size or time of any file that would be read."""
    mark = hashlib.sha256(settings.model_dump_json().encode())
    for sample in found.samples:
        mark.update(f"{sample.kind} {sample.train} ".encode("utf-8", "replace"))
    kind_names = (stack.with_name("shape_names.txt") for stack in found.stacks)
    for path in (*(sample.path for sample in found.samples), *found.stacks, *kind_names):
        mark.update(os.fsencode(path))
        try:
            state = path.stat()
            mark.update(f"{state.st_size} {state.st_mtime_ns}".encode())
        except OSError:
            mark.update(b"missing")
    return mark.hexdigest()[:16]


def folders(path: Path) -> list[Path]:
    """The sub-folders in order of name, hidden ones and archive debris left out."""
    return [entry for entry in _entries(path) if entry.is_dir()]


def files(path: Path) -> list[Path]:
    """The regular files of a folder in order of name, hidden ones left out."""
    return [entry for entry in _entries(path) if entry.is_file()]


def all_files(path: Path) -> Iterator[Path]:
    """The files of a folder and of all folders in it, in order; no link to a folder is followed."""
    count = 0
    for folder, inner, names in os.walk(path):
        inner[:] = sorted(name for name in inner if not _hidden(name))
        for name in sorted(names):
            count += 1
            if count > MAX_FILES:
                raise DataError(
                    say(
                        "“{path}” holds more than {max_files} files. Choose the folder of the data set "
                        "itself.",
                        path=plain(path.name),
                        max_files=MAX_FILES,
                    )
                )
            if not _hidden(name):
                yield Path(folder, name)


def _entries(path: Path) -> list[Path]:
    try:
        return sorted(entry for entry in path.iterdir() if not _hidden(entry.name))
    except OSError as error:
        raise DataError(
            say(
                "The folder “{path}” could not be opened: {strerror}.",
                path=plain(path.name),
                strerror=error.strerror,
            )
        ) from None


def _hidden(name: str) -> bool:
    return name.startswith(".") or name == "__MACOSX"
