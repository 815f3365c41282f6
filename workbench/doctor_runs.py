"""The doctor's other parts: the data sets that were opened, where runs lie, and whether the next run could begin."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from engine import places
from engine.errors import EngineError
from engine.experiment import Choice, Experiment
from engine.store import RunStore
from engine.words import counted
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
                "Data sets",
                "None of your own was opened yet. The built-in shapes are always there.",
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
        return "fine", title, "Made on this computer; nothing has to lie anywhere."
    if not path.exists():
        return "mend", title, f"“{path.name}” is not where it was. Open it again on the Data page."
    if not os.access(path, os.R_OK):
        return (
            "mend",
            title,
            f"“{path.name}” may not be read. Change its permissions, then look again.",
        )
    return "fine", title, f"“{path.name}” is where it was."


def _path(choice: Choice) -> Path | None:
    where = getattr(choice, "path", None) or choice.settings.get("path")
    return Path(str(where)) if where else None


def _prepared() -> Row:
    folder = places.cache_folder()
    files = [path for path in folder.rglob("*") if path.is_file()] if folder.is_dir() else []
    size = sum(path.stat().st_size for path in files)
    told = f"{counted(len(files), 'file')}, {size / 1e6:,.0f} MB. All of it can be made again."
    return "fine", "Prepared data", told


def _runs(folder: Path) -> Iterator[Row]:
    nearest = _nearest(folder)
    if not os.access(nearest, os.W_OK):
        words = "The folder for runs may not be written. Choose another one in Settings."
        yield "mend", "Runs", words
        return
    store = RunStore(folder)
    found = list(folder.glob("*/run.toml"))
    readable, thrown = len(store.runs()), len(store.trash())
    told = f"{counted(readable, 'run')}, {thrown} in the trash."
    if len(found) > readable:
        unread = counted(len(found) - readable, "folder")
        yield "know", "Runs", f"{told} {unread} cannot be read and were left as they are."
    else:
        yield "fine", "Runs", told


def _material(draft: Experiment) -> Row:
    path = _path(draft.data)
    if path is not None and not path.exists():
        return "mend", "What it learns from", f"“{path.name}” is not there. Open other data first."
    return (
        "fine",
        "What it learns from",
        f"{draft.data.name.replace('_', ' ').capitalize()} can be opened.",
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
                "Teacher",
                f"The run “{Path(name).name}” is not there. Choose another teacher.",
            )
            continue
        whole = any(run.checkpoints.glob("*"))
        words = f"“{run.name}” is there" + ("." if whole else ", but has kept no model.")
        yield ("fine" if whole else "mend"), "Teacher", words


def _room(folder: Path) -> Row:
    free = shutil.disk_usage(_nearest(folder)).free
    told = f"{free / _GIB:.1f} GB are free where runs lie."
    if free < _TOO_LITTLE:
        return "mend", "Disk", f"{told} A run could not be saved."
    if free < _LITTLE:
        return "know", "Disk", f"{told} That is enough for a few runs only."
    return "fine", "Disk", told


def _seed(draft: Experiment) -> Row:
    told = f"Seed {draft.seed}: the same settings on the same computer give the same result."
    return "fine", "Repeatability", told


def _nearest(folder: Path) -> Path:
    """The folder, or the first one above it that is there."""
    return next(path for path in (folder, *folder.parents) if path.exists())
