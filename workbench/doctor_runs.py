"""The doctor's other parts: the data sets that were opened, where runs lie, and whether the next run could begin."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from engine import places
from engine.errors import EngineError
from engine.experiment import Choice, Experiment
from engine.store import RunStore
from engine.words import counted, say
from workbench import prefs
from workbench.doctor_computer import Row
from workbench.models import kept_draft
from workbench.models.recent_data import recent

_GIB = 2**30
_LITTLE, _TOO_LITTLE = 2 * _GIB, _GIB // 4


def data(runs: Path | None = None) -> list[Row]:
    """Each data set that was opened, what was prepared of them, and the runs."""
    sets = [_data_set(own.title, own.choice) for own in recent()]
    if not sets:
        sets = [
            (
                "fine",
                say("Data sets"),
                say("None of your own was opened yet. The built-in shapes are always there."),
            )
        ]
    return [*sets, _prepared(), *_runs(runs or prefs.chosen_runs_folder())]


def next_run(runs: Path | None = None, draft: Experiment | None = None) -> list[Row]:
    """What the draft on Set-up needs."""
    draft = draft or kept_draft.kept() or Experiment()
    folder = runs or prefs.chosen_runs_folder()
    return [_material(draft), *_teacher(draft, folder), _room(folder), _seed(draft)]


def _data_set(title: str, choice: Choice) -> Row:
    path = _path(choice)
    if path is None:
        return "fine", title, say("Made on this computer; nothing has to lie anywhere.")
    if not path.exists():
        return (
            "mend",
            title,
            say("“{path}” is not where it was. Open it again on the Data page.", path=path.name),
        )
    if not os.access(path, os.R_OK):
        return (
            "mend",
            title,
            say(
                "“{path}” may not be read. Change its permissions, then look again.", path=path.name
            ),
        )
    return "fine", title, say("“{path}” is where it was.", path=path.name)


def _path(choice: Choice) -> Path | None:
    where = getattr(choice, "path", None) or choice.settings.get("path")
    return Path(str(where)) if where else None


def _prepared() -> Row:
    folder = places.cache_folder()
    files = [path for path in folder.rglob("*") if path.is_file()] if folder.is_dir() else []
    size = sum(path.stat().st_size for path in files)
    told = say(
        "{files}, {size:,.0f} MB. All of it can be made again.",
        files=counted(len(files), "file"),
        size=size / 1e6,
    )
    return "fine", say("Prepared data"), told


def _runs(folder: Path) -> Iterator[Row]:
    nearest = _nearest(folder)
    if not os.access(nearest, os.W_OK):
        words = say("The folder for runs may not be written. Choose another one in Settings.")
        yield "mend", say("Runs"), words
        return
    store = RunStore(folder)
    found = list(folder.glob("*/run.toml"))
    readable, thrown = len(store.runs()), len(store.trash())
    told = say("{runs}, {thrown} in the trash.", runs=counted(readable, "run"), thrown=thrown)
    if len(found) > readable:
        unread = counted(len(found) - readable, "folder")
        yield (
            "know",
            say("Runs"),
            say(
                "{told} {unread} cannot be read and were left as they are.",
                told=told,
                unread=unread,
            ),
        )
    else:
        yield "fine", say("Runs"), told


def _material(draft: Experiment) -> Row:
    path = _path(draft.data)
    if path is not None and not path.exists():
        return (
            "mend",
            say("What it learns from"),
            say("“{path}” is not there. Open other data first.", path=path.name),
        )
    return (
        "fine",
        say("What it learns from"),
        say("{data} can be opened.", data=draft.data.name.replace("_", " ").capitalize()),
    )


def _teacher(draft: Experiment, folder: Path) -> Iterator[Row]:
    """Only where one is named: “latest” is chosen when the run begins."""
    named = [part.strip() for part in draft.teacher.split(" + ")]
    for name in (part for part in named if part not in ("", "latest")):
        try:
            run = RunStore(folder).open(name)
        except EngineError:
            yield (
                "mend",
                say("Teacher"),
                say("The run “{name}” is not there. Choose another teacher.", name=Path(name).name),
            )
            continue
        whole = any(run.checkpoints.glob("*"))
        words = (
            say("“{run}” is there.", run=run.name)
            if whole
            else say("“{run}” is there, but has kept no model.", run=run.name)
        )
        yield ("fine" if whole else "mend"), say("Teacher"), words


def _room(folder: Path) -> Row:
    free = shutil.disk_usage(_nearest(folder)).free
    told = say("{free:.1f} GB are free where runs lie.", free=free / _GIB)
    if free < _TOO_LITTLE:
        return "mend", say("Disk"), say("{told} A run could not be saved.", told=told)
    if free < _LITTLE:
        return "know", say("Disk"), say("{told} That is enough for a few runs only.", told=told)
    return "fine", say("Disk"), told


def _seed(draft: Experiment) -> Row:
    told = say(
        "Seed {seed}: the same settings on the same computer give the same result.", seed=draft.seed
    )
    return "fine", say("Repeatability"), told


def _nearest(folder: Path) -> Path:
    """The folder, or the first one above it that is there."""
    return next(path for path in (folder, *folder.parents) if path.exists())
