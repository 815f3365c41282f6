"""The finished run that comes with the program: really trained by examples/make_demo_run.py, and small."""

import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import h5py

from engine.datasets import place_of
from engine.errors import EngineError, RunError
from engine.places import resource
from engine.store import Run, RunStore, summary
from engine.words import say

NAME = "demo-run"
_copy_file = shutil.copyfile  # without the rights of an installation, which may be read-only


def bundled_run(store: RunStore) -> Path:
    """Where the bundled run lies in the store: a copy is put there, whole or not at all, unless there is one.

    Raises RunError where the program came without it, or it cannot be copied.
    """
    bundle = resource("demo")
    if not (bundle / "run.toml").exists():
        raise RunError(
            say(
                "The finished run of the demo is missing from this installation. Nothing was changed. "
                "Install the program again, or teach a model of your own on Set-up."
            )
        )
    for path in (store.folder / name for name in _names()):
        if _whole(path):
            return path
        if not path.exists() and not (store.folder / ".trash" / path.name).exists():
            return _copied(bundle, path)
    raise AssertionError("names do not end")


def is_bundled(run: str) -> bool:
    """Whether a run's id is that of a copy of the bundled one: its name, perhaps with a number."""
    rest = run.removeprefix(NAME)
    return rest != run and (not rest or rest.removeprefix("-").isdecimal())


def _names() -> Iterator[str]:
    """One that lies in the trash, or went on learning, is left alone: the next copy has the next number."""
    yield NAME
    yield from (f"{NAME}-{number}" for number in count(2))


def _whole(path: Path) -> bool:
    """Whether a run is there that can be looked at."""
    try:
        return (path / "run.toml").exists() and summary(Run(path)).tested and Run(path).tested
    except (EngineError, OSError):
        return False


def _copied(bundle: Path, target: Path) -> Path:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".copying-", dir=target.parent) as folder:
            # One folder deeper than runs are, so that no list shows half a copy.
            copy = Path(folder) / target.name
            shutil.copytree(bundle, copy, copy_function=_copy_file)
            _settle(Run(copy))
            if not _whole(target):  # another window may have been quicker
                copy.rename(target)
    except OSError as error:
        raise RunError(
            say(
                "The finished run of the demo could not be copied to {target}: {error}. Nothing was "
                "changed. See to the disk’s room and rights, then try again.",
                target=target.parent,
                error=error,
            )
        ) from None
    return target


def _settle(run: Run) -> None:
    """Say where its data are prepared on this computer, and date it when it was trained."""
    with h5py.File(run.predictions_path, "r+") as file:
        about = json.loads(file.attrs["about"])
        about["cache"] = str(place_of(run.experiment.data))
        file.attrs["about"] = json.dumps(about)
    trained = min(time.time(), max(event.time for event in run.events()))
    os.utime(run.log.path, (trained, trained))
