"""The runs there are, as a table: name, status, two numbers, and the course of learning."""

import math
import time
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from engine.store import RunSummary
from workbench import theme
from workbench.background import in_background

if TYPE_CHECKING:
    from workbench.desk import Desk

Index = QModelIndex | QPersistentModelIndex
COLUMNS = ("Run", "Status", "Known right", "Strangers spotted", "Learning curve")
RUN, STATUS, KNOWN, STRANGERS, CURVE = range(5)
SUMMARY = Qt.ItemDataRole.UserRole
DETAIL = Qt.ItemDataRole.UserRole + 1
_RESULTS = {KNOWN: "acc_closed", STRANGERS: "acc_open"}
_WORDS = {
    "new": "Not started",
    "running": "Running",
    "paused": "Paused",
    "interrupted": "Interrupted",
    "done": "Done",
    "finished early": "Stopped early",
    "discarded": "Discarded",
    "failed": "Failed",
}


class RunTable(QAbstractTableModel):
    """Rows are the store's summaries, newest first; reading them never makes the window wait."""

    def __init__(self, desk: "Desk") -> None:
        super().__init__(desk)
        self._desk = desk
        self._rows: list[RunSummary] = []
        self._reading = self._again = False
        desk.runs_changed.connect(self.refresh)
        desk.live.changed.connect(self._follow_run)
        desk.schema_changed.connect(self._name_recipes)

    def refresh(self) -> None:
        """Read the store again; a wish that comes while reading is done after it."""
        self._again = self._reading
        if not self._reading:
            self._reading = True
            in_background(self, self._desk.store.runs, self._show)

    def summary(self, row: int) -> RunSummary:
        """The run of a row."""
        return self._rows[row]

    def _show(self, rows: list[RunSummary]) -> None:
        self._reading = False
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()
        if self._again:
            self.refresh()

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
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        run = self._rows[index.row()]
        if role == SUMMARY:
            return run
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._text(run, index.column())
        if role == DETAIL:
            return self._detail(run, index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            return run.id
        return None

    def _text(self, run: RunSummary, column: int) -> str:
        if column == RUN:
            return run.name
        if column == STATUS:
            return _WORDS.get(run.state, run.state)
        if column in _RESULTS:
            return percent(run.results.get(_RESULTS[column]))
        return f"{len(run.curve)} passes" if run.curve else ""

    def _detail(self, run: RunSummary, column: int) -> str:
        if column == RUN:
            return self._recipe(run.recipe)
        progress = self._desk.live.progress
        if run.state == "running" and run.path == self._desk.live.run and progress is not None:
            return left(progress.seconds_left)
        return when(run.when)

    def _recipe(self, name: str) -> str:
        known = self._desk.schema.get("recipe", {}).get(name, {})
        return str(known.get("title") or name.replace("_", " ").capitalize())


def percent(share: object) -> str:
    """“87.1 %”, or a dash for what was not measured."""
    if not isinstance(share, int | float) or math.isnan(share):
        return "–"
    return f"{100 * share:.1f} %"


def left(seconds: float) -> str:
    """How long a run still takes, in words."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s left"
    if seconds < 5400:
        return f"{round(seconds / 60)} min left"
    return f"{seconds / 3600:.1f} h left"


def when(moment: float, now: float | None = None) -> str:
    """“today 14:02”, “yesterday 9:10”, or the date."""
    then = datetime.fromtimestamp(moment)
    today = datetime.fromtimestamp(time.time() if now is None else now).date()
    if then.date() == today:
        return f"today {then:%H:%M}"
    if then.date() == today - timedelta(days=1):
        return f"yesterday {then:%H:%M}"
    return f"{then.day} {then:%b}" + ("" if then.year == today.year else f" {then.year}")
