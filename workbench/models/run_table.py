"""The runs there are, as a table: name, status, two numbers, and the course of learning."""

import math
import re
import time
from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from engine.experiment import LONGEST_NAME
from engine.explained import explained
from engine.store import RunSummary
from engine.words import of_100, say
from workbench import theme
from workbench.models.run_words import is_tested

if TYPE_CHECKING:
    from workbench.desk import Desk

Index = QModelIndex | QPersistentModelIndex
COLUMNS = (
    say("Run"),
    say("Status"),
    say("Known right"),
    say("Strangers spotted"),
    say("Learning curve"),
)
RUN, STATUS, KNOWN, STRANGERS, CURVE = range(5)
SUMMARY = Qt.ItemDataRole.UserRole
DETAIL = Qt.ItemDataRole.UserRole + 1
_RESULTS = {KNOWN: "acc_closed", STRANGERS: "acc_open"}
OPENING = say("Enter or a double click opens it; a click only selects it")
_NUMBERED = re.compile(r" \(\d+\)$")
_OF_WHAT = say("test part, at the run's own threshold")
STATES = {
    "new": say("Not started"),
    "running": say("Running"),
    "paused": say("Paused"),
    "interrupted": say("Interrupted"),
    "done": say("Done"),
    "finished early": say("Stopped early"),
    "discarded": say("Discarded"),
    "failed": say("Failed"),
}


class RunTable(QAbstractTableModel):
    """Rows are the runs on the desk's shelf, newest first."""

    def __init__(self, desk: "Desk") -> None:
        super().__init__(desk)
        self._desk = desk
        self._rows: list[RunSummary] = desk.shelf.runs
        self._names = names_of(self._rows)
        self._wanted: list[str] = []
        desk.runs_changed.connect(self._show)
        desk.live.changed.connect(self._follow_run)
        desk.schema_changed.connect(self._name_recipes)

    def summary(self, row: int) -> RunSummary:
        """The run of a row."""
        return self._rows[row]

    def search(self, text: str) -> None:
        """Show only runs whose name, recipe, state or tags hold every one of these words."""
        self._wanted = text.lower().split()
        self._show()

    def _fits(self, run: RunSummary) -> bool:
        parts = (run.name, self._recipe(run.recipe), STATES.get(run.state, ""), *run.tags)
        told = " ".join(parts).lower()
        return all(word in told for word in self._wanted)

    def _show(self) -> None:
        self.beginResetModel()
        runs = self._desk.shelf.runs
        self._rows = [run for run in runs if self._fits(run)]
        self._names = names_of(runs)
        self.endResetModel()

    def _follow_run(self) -> None:
        for row, run in enumerate(self._rows):
            if run.path == self._desk.live.run:
                self.dataChanged.emit(self.index(row, 0), self.index(row, len(COLUMNS) - 1))

    def _name_recipes(self) -> None:
        if self._rows:
            self.dataChanged.emit(self.index(0, RUN), self.index(len(self._rows) - 1, RUN))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  Qt's own default
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return COLUMNS[section]
        if role == Qt.ItemDataRole.FontRole:
            return theme.font("caps")
        if role == Qt.ItemDataRole.ToolTipRole and section in _RESULTS:
            return _OF_WHAT
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        run = self._rows[index.row()]
        if role == SUMMARY:
            return run
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(run, index.column())
        if role == Qt.ItemDataRole.AccessibleTextRole:
            tags = run.tags if index.column() == RUN else ()
            return ", ".join((self._text(run, index.column()), *tags))
        if role == DETAIL:
            return self._detail(run, index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{run.id}\n{OPENING}"
        return None

    def _text(self, run: RunSummary, column: int) -> str:
        if column == RUN:
            return self._names[run.path]
        if column == STATUS:
            return STATES.get(run.state, run.state)
        if column in _RESULTS:
            return percent(run.results.get(_RESULTS[column]) if run.tested else None)
        return say("{curve} passes", curve=len(run.curve)) if run.curve else ""

    def _detail(self, run: RunSummary, column: int) -> str:
        if column == RUN:
            told = explained(run.results) if run.tested else ""
            return " · ".join(filter(None, (self._recipe(run.recipe), told)))
        live = self._desk.live
        if run.state != "running" or run.path != live.run or live.progress is None:
            return when(run.when)
        return say("testing …") if is_tested(live) else left(live.progress.seconds_left)

    def _recipe(self, name: str) -> str:
        known = self._desk.schema.get("recipe", {}).get(name, {})
        return str(known.get("title") or name.replace("_", " ").capitalize())


def names_of(runs: Sequence[RunSummary]) -> dict[Path, str]:
    """What each run is called in a list: its name, with the time where several have the same, and the end of its id
    where they are of one minute."""
    names = [run.name for run in runs]
    for more in (
        [when(run.when).removeprefix("today ") for run in runs],
        [run.id[-4:] for run in runs],
    ):
        often = Counter(names)
        names = [
            f"{name} · {added}" if often[name] > 1 else name
            for name, added in zip(names, more, strict=True)
        ]
    return {run.path: name for run, name in zip(runs, names, strict=True)}


def free_name(name: str, taken: Collection[str]) -> str:
    """The name, with the next number behind it where it is taken: “Mine”, “Mine (2)”."""
    bare, number = _NUMBERED.sub("", name), 1
    while name in taken:
        number += 1
        tail = f" ({number})"
        name = bare[: LONGEST_NAME - len(tail)] + tail
    return name


def percent(share: object) -> str:
    """“87.1 %”, or a dash for what was not measured."""
    if not isinstance(share, int | float) or math.isnan(share):
        return "–"
    return f"{of_100(share, 1)} %"


def left(seconds: float) -> str:
    """How long a run still takes, in words."""
    if seconds < 90:
        return say("{seconds} s left", seconds=max(1, round(seconds)))
    if seconds < 5400:
        return say("{seconds} min left", seconds=round(seconds / 60))
    return say("{seconds:.1f} h left", seconds=seconds / 3600)


def when(moment: float, now: float | None = None) -> str:
    """“today 14:02”, “yesterday 9:10”, or the date."""
    then = datetime.fromtimestamp(moment)
    today = datetime.fromtimestamp(time.time() if now is None else now).date()
    if then.date() == today:
        return say("today {then:%H:%M}", then=then)
    if then.date() == today - timedelta(days=1):
        return say("yesterday {then:%H:%M}", then=then)
    return f"{then.day} {then:%b}" + ("" if then.year == today.year else f" {then.year}")
