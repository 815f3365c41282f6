"""Run folders: the truth about every run. Whatever is shown of a run is derived from its folder, never stored twice."""

import json
import os
import platform
import re
import secrets
import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from engine.atomic import write_text
from engine.errors import EngineError, RunError
from engine.eventlog import EventLog
from engine.events import Event, Started
from engine.experiment import Experiment, load
from engine.explained import aligned, of_classroom, of_scenes
from engine.places import runs_folder
from engine.predictions import Predictions
from engine.predictions import read as read_predictions
from engine.room_units import as_it_was, settled
from engine.words import say

TRASH_DAYS = 30
_LONGEST_TAG = 24
LONGEST_NAME = 80
_CURVES = tuple(
    f"validation/{name}"
    for name in ("accuracy", "likeness", "map25", "miou", "instance_miou", "ap50")
)


class Run:
    """One run folder: its experiment, its events, its checkpoints, its predictions."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.log = EventLog(path / "events.jsonl", path.name)

    @property
    def id(self) -> str:
        """The folder's name."""
        return self.path.name

    @cached_property
    def experiment(self) -> Experiment:
        """What was to be done, from run.toml."""
        return as_it_was(load(self.path / "run.toml"))

    @property
    def checkpoints(self) -> Path:
        """The folder of the checkpoints."""
        return self.path / "checkpoints"

    @property
    def artifacts(self) -> Path:
        """The folder of what can be made again from the run's answers."""
        return self.path / "artifacts"

    @property
    def predictions_path(self) -> Path:
        """Where the predictions are once the run has been tested."""
        return self.path / "predictions.h5"

    def predictions(self) -> Predictions:
        """The tested model's answers; raises RunError when there are none yet."""
        return read_predictions(self.predictions_path)

    @property
    def tested(self) -> bool:
        """Whether the answers are there and whole."""
        try:
            return len(self.predictions()) > 0
        except RunError:
            return False

    @property
    def notes(self) -> str:
        """What was written down about it, from notes.md; empty when there is nothing. Raises RunError when it
        cannot be read."""
        try:
            return (self.path / "notes.md").read_text(encoding="utf-8")
        except FileNotFoundError:
            return ""
        except (UnicodeDecodeError, OSError) as error:
            why = str(error) if isinstance(error, OSError) else say("it is not UTF-8 text")
            raise RunError(
                say(
                    "The notes on {id} cannot be read: {why}. They are left as they are. Save notes.md "
                    "in the run’s folder as UTF-8, or give it another name.",
                    id=self.id,
                    why=why,
                )
            ) from None

    def write_notes(self, text: str) -> None:
        """Write notes.md whole or not at all; raises RunError when it cannot be, or when what is there is not text."""
        _ = self.notes  # what cannot be shown must not be written over
        try:
            write_text(self.path / "notes.md", text)
        except OSError as error:
            raise RunError(
                say(
                    "The notes on {id} could not be saved: {error}. The run is not harmed.",
                    id=self.id,
                    error=error,
                )
            ) from None

    @property
    def name(self) -> str:
        """What it is called: what it was renamed to, from name.txt, else what its experiment says."""
        try:
            text = (self.path / "name.txt").read_text(encoding="utf-8")
        except (UnicodeDecodeError, OSError):
            text = ""
        return tidy_name(text) or self.experiment.name

    def write_name(self, name: str) -> None:
        """Write name.txt whole or not at all; no name takes it away, and the experiment's counts again. Raises
        RunError when that cannot be done."""
        path, wanted = self.path / "name.txt", tidy_name(name)
        try:
            if wanted and wanted != self.experiment.name:
                write_text(path, f"{wanted}\n")
            else:
                path.unlink(missing_ok=True)
        except OSError as error:
            raise RunError(
                say(
                    "The name of {id} could not be saved: {error}. The run is not harmed.",
                    id=self.id,
                    error=error,
                )
            ) from None

    @property
    def tags(self) -> tuple[str, ...]:
        """The words it was marked with, from tags.txt, one a line; none where that cannot be read."""
        try:
            text = (self.path / "tags.txt").read_text(encoding="utf-8")
        except (UnicodeDecodeError, OSError):
            return ()
        return tidy_tags(text.splitlines())

    def write_tags(self, tags: Iterable[str]) -> None:
        """Write tags.txt whole or not at all; raises RunError when it cannot be."""
        try:
            write_text(self.path / "tags.txt", "".join(f"{tag}\n" for tag in tidy_tags(tags)))
        except OSError as error:
            raise RunError(
                say(
                    "The tags of {id} could not be saved: {error}. The run is not harmed.",
                    id=self.id,
                    error=error,
                )
            ) from None

    def events(self) -> list[Event]:
        """All whole events of the log, in order."""
        return list(self.log.read())

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Be the one writer of this run, or raise RunError because another process is."""
        try:
            held = FileLock(self.path / "lock").acquire(timeout=2)
        except Timeout:
            raise RunError(
                say(
                    "Run {id} is being written by another process. Nothing was changed. Stop it there "
                    "first.",
                    id=self.id,
                )
            ) from None
        except OSError as error:
            raise RunError(
                say(
                    "Run {id} cannot be written to: {error}. Nothing was changed. See to the rights of "
                    "its folder.",
                    id=self.id,
                    error=error,
                )
            ) from None
        with held:
            yield

    @property
    def alive(self) -> bool:
        """Whether a process is writing this run now. The lock goes with its process, however that ends."""
        if not (self.path / "lock").exists():
            return False
        try:
            with FileLock(self.path / "lock").acquire(timeout=0):
                return False
        except Timeout:
            return True
        except OSError:  # a folder that may only be read is still looked at
            return False

    @property
    def state(self) -> str:
        """new, running, paused, interrupted, done, finished early, discarded or failed."""
        kind, outcome = self.log.last_lifecycle()
        if kind == "finished":
            return outcome
        if kind == "failed":
            return "failed"
        if self.alive:
            return "paused" if kind == "paused" else "running"
        return {"": "new", "paused": "paused"}.get(kind, "interrupted")


@dataclass(frozen=True)
class RunSummary:
    """One line of a run list. `results` is empty until the run was tested; `curve` is validation accuracy by epoch, or
    what else the run is judged by; `speed` is in clouds a second, None when it was
    never measured; `started` is what its newest beginning said; `passes` how many it had learnt for when it ended."""

    path: Path
    id: str
    name: str
    recipe: str
    state: str
    when: float
    results: dict[str, Any] = field(default_factory=dict)
    curve: tuple[float, ...] = ()
    experiment: Experiment = field(default_factory=Experiment)
    speed: float | None = None
    started: Started | None = None
    passes: float | None = None
    tags: tuple[str, ...] = ()

    @property
    def tested(self) -> bool:
        """Whether the results are of the model it ended with, not of one before it went on learning."""
        return self.state in ("done", "finished early") and bool(self.results)

    @property
    def predicts(self) -> bool:
        """Whether the test left predictions; it leaves concepts of what learnt from pictures, scenes of what looks at
        rooms or parts, and frames of a camera student."""
        others = aligned(self.results) or of_scenes(self.results) or of_classroom(self.results)
        return self.tested and not others


class RunStore:
    """The folder of all run folders."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = Path(folder) if folder else runs_folder()

    def create(self, experiment: Experiment) -> Run:
        """A new run folder with run.toml and env.json."""
        experiment = settled(experiment)
        slug = re.sub(r"[^a-z0-9]+", "-", experiment.name.lower()).strip("-")[:32] or "run"
        name = f"{time.strftime('%Y%m%d-%H%M%S')}-{slug}-{secrets.token_hex(2)}"
        path = self.folder / name
        try:
            path.mkdir(parents=True)
            write_text(path / "run.toml", experiment.to_toml())
            write_text(path / "env.json", json.dumps(environment(), indent=1))
        except OSError as error:
            raise RunError(
                say(
                    "No run folder could be made in {folder}: {error}. Nothing was started.",
                    folder=self.folder,
                    error=error,
                )
            ) from None
        return Run(path)

    def open(self, run: Path | str) -> Run:
        """A run by its path or its id; raises RunError when it is not there or not a run."""
        path = Path(run)
        path = path if (path / "run.toml").exists() else self.folder / path
        if not (path / "run.toml").exists():
            raise RunError(say("There is no run at {run}. Nothing was changed.", run=run))
        return Run(path.resolve())

    def runs(self) -> list[RunSummary]:
        """All readable runs, newest first."""
        return _summaries(self.folder)

    def trash(self) -> list[RunSummary]:
        """All readable runs that were discarded and can be restored, newest first."""
        return _summaries(self.folder / ".trash")

    @property
    def has_trash(self) -> bool:
        """Whether there is any discarded run."""
        return any((self.folder / ".trash").glob("*/run.toml"))

    def discard(self, run: Path) -> Path:
        """Move a run to the trash, where it stays for 30 days; returns where it is now."""
        self.empty_trash()
        trash = self.folder / ".trash"
        trash.mkdir(parents=True, exist_ok=True)
        target = trash / run.name
        shutil.move(run, target)
        os.utime(target)
        return target

    def restore(self, discarded: Path) -> Path:
        """Take a run out of the trash again."""
        return Path(shutil.move(discarded, self.folder / discarded.name))

    def empty_trash(self, older_than_days: float = TRASH_DAYS) -> None:
        """Delete what has been in the trash for longer than this."""
        limit = time.time() - older_than_days * 86400
        for path in (self.folder / ".trash").glob("*"):
            if path.stat().st_mtime < limit:
                shutil.rmtree(path, ignore_errors=True)


def _summaries(folder: Path) -> list[RunSummary]:
    found = []
    for path in folder.glob("*/run.toml"):
        try:
            found.append(summary(Run(path.parent)))
        except (EngineError, OSError):
            continue  # a folder damaged by hand must not hide the others
    return sorted(found, key=lambda run: (run.when, run.id), reverse=True)


def tidy_name(text: str) -> str:
    """On one line, at most 80 letters long, as an experiment's name is."""
    return " ".join(text.split())[:LONGEST_NAME].strip()


def tidy_tags(tags: Iterable[str]) -> tuple[str, ...]:
    """Without empty ones and doubles, spaces at the ends and line breaks, each at most 24 letters long."""
    plain = (" ".join(tag.split())[:_LONGEST_TAG].strip() for tag in tags)
    return tuple(dict.fromkeys(tag for tag in plain if tag))


def summary(run: Run) -> RunSummary:
    """What a list shows of a run; its log is read once."""
    run = Run(run.path)
    run.log = run.log.at_once()
    return RunSummary(
        path=run.path,
        id=run.id,
        name=run.name,
        recipe=run.experiment.recipe.name,
        state=run.state,
        when=run.log.modified or run.path.stat().st_mtime,
        results=run.log.results(),
        curve=next(filter(None, map(run.log.values, _CURVES)), ()),
        experiment=run.experiment,
        speed=run.log.speed(),
        started=run.log.started(),
        passes=run.log.passes(),
        tags=run.tags,
    )


def environment() -> dict[str, Any]:
    """What the run was made with: versions and the machine, no names of people or paths."""
    packages = ("pcd-workbench", "torch", "numpy", "h5py", "safetensors")
    return {
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "cores": os.cpu_count(),
        "packages": {name: _version(name) for name in packages},
    }


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return say("not installed")
