"""The runs to compare as a table: which are picked, which is the baseline, seeds folded or not."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
    Signal,
)

from engine.compare.lines import Line, figures_of, folded
from engine.compare.settings import Title, settings_of, titles
from engine.store import RunSummary
from engine.words import say
from workbench import theme
from workbench.models.compare_columns import (
    Column,
    columns,
    difference,
    explain,
    sort_value,
    text_of,
)
from workbench.models.run_table import names_of

if TYPE_CHECKING:
    from workbench.desk import Desk

Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()
_SEARCHED = ("name", "recipe", "data", "state")
_Role = Qt.ItemDataRole
LINE, COLUMN, DIFFERENCE, COLOUR, PINNED = (_Role.UserRole + i for i in range(5))


class CompareTable(QAbstractTableModel):
    """Rows are `lines`, newest first. `picks_changed` when others are picked or another is the baseline."""

    picks_changed = Signal()

    def __init__(self, desk: "Desk") -> None:
        super().__init__(desk)
        self._desk = desk
        self._runs: list[RunSummary] = []
        self._kept: dict[tuple[Path, bool], Mapping[str, Any]] = {}
        self._schema: Mapping[str, Any] = {}
        self._titles: Mapping[str, Title] = {}
        self._picked: set[Path] = set()
        self._slots: dict[Path, int] = {}
        self._pinned: Path | None = None
        self.folds, self.only_differing = True, True
        self.lines: list[Line] = []
        self._names: dict[Path, str] = {}
        self.columns: list[Column] = columns([], True, {})

    def show(self, runs: Sequence[RunSummary]) -> None:
        """Other runs, newest first, or another schema."""
        if self._desk.schema is not self._schema:
            self._schema, self._kept = self._desk.schema, {}
            self._titles = titles(self._schema)
        self._runs = list(runs)
        there = {run.path for run in runs}
        self._picked &= there
        self._pinned = self._pinned if self._pinned in there else None
        self._lay_out()

    def set_folds(self, folds: bool) -> None:
        """Whether runs that differ only in the seed are one line."""
        self.folds = folds
        self._lay_out()

    def set_only_differing(self, only: bool) -> None:
        """Whether settings that are the same in all picked runs are left out."""
        self.only_differing = only
        self._lay_out()

    # --- picking ---

    @property
    def picked(self) -> list[Line]:
        """The checked lines, the baseline first, then in the order of the table."""
        found = [line for line in self.lines if self._is_picked(line)]
        return sorted(found, key=lambda line: line is not self.baseline)

    @property
    def baseline(self) -> Line | None:
        """The line that others are compared with."""
        return next((line for line in self.lines if self._is_pinned(line)), None)

    def colour_of(self, line: Line) -> int | None:
        """The class colour of a picked line, None for others."""
        return self._slots.get(line.run.path)

    def pick(self, line: Line, on: bool) -> None:
        """Check or uncheck a line with all its runs."""
        paths = {run.path for run in line.runs}
        self._picked = self._picked | paths if on else self._picked - paths
        self._lay_out_columns()

    def pick_none(self) -> None:
        """Uncheck all."""
        self._picked = set()
        self._lay_out_columns()

    def pin(self, line: Line | None) -> None:
        """Make a line the baseline; the same again, or None, lets it go."""
        path = None if line is None or self._is_pinned(line) else line.run.path
        self._pinned = path
        self._tell()

    def called(self, line: Line) -> str:
        """The name of its newest run, with the time where another line has the same."""
        return self._names.get(line.run.path, line.run.name)

    def row_of(self, path: Path) -> int:
        """The row of a run, -1 when it is not there."""
        rows = (
            row for row, line in enumerate(self.lines) if any(run.path == path for run in line.runs)
        )
        return next(rows, -1)

    def sort_key(self, row: int, column: int) -> tuple[bool, Any]:
        """Whether the line is the baseline, and what its cell is sorted by."""
        line = self.lines[row]
        return self._is_pinned(line), sort_value(line, self.columns[column], self._schema)

    def words(self, row: int) -> str:
        """What a line can be found by, in small letters."""
        told = [column for column in self.columns if column.key in _SEARCHED]
        texts = [text_of(self.lines[row], column, self._schema) for column in told]
        runs = self.lines[row].runs
        tags = [tag for run in runs for tag in run.tags]
        return " ".join([*texts, *(run.name for run in runs), *tags]).lower()

    def _is_picked(self, line: Line) -> bool:
        return any(run.path in self._picked for run in line.runs)

    def _is_pinned(self, line: Line) -> bool:
        return any(run.path == self._pinned for run in line.runs)

    # --- laying out ---

    def _lay_out(self) -> None:
        self.beginResetModel()
        every = [Line((run,), self._settings(run)) for run in self._runs]
        self.lines = folded(every) if self.folds else every
        self._names = names_of([line.run for line in self.lines])
        self._deal_colours()
        self.columns = self._columns()
        self.endResetModel()
        self.picks_changed.emit()

    def _lay_out_columns(self) -> None:
        """Only the settings change; what is selected stays so."""
        self._deal_colours()
        after = self._columns()
        if after != self.columns:
            kept = [column for column in self.columns if column.kind != "setting"]
            first = next(i for i, column in enumerate(kept) if column.key == "data")
            before, settings = len(self.columns) - len(kept), len(after) - len(kept)
            if before:
                self.beginRemoveColumns(_NOWHERE, first, first + before - 1)
                self.columns = kept
                self.endRemoveColumns()
            if settings:
                self.beginInsertColumns(_NOWHERE, first, first + settings - 1)
                self.columns = after
                self.endInsertColumns()
        self._tell()

    def _columns(self) -> list[Column]:
        return columns(self.picked, self.only_differing, self._titles, figures_of(self.lines))

    def _settings(self, run: RunSummary) -> Mapping[str, Any]:
        # A run's file never changes; that it began is the only thing to add to it.
        key = run.path, run.started is not None
        if key not in self._kept:
            self._kept[key] = settings_of(run, self._schema)
        return self._kept[key]

    def _deal_colours(self) -> None:
        """A picked line keeps its colour; a new one gets the first that is free."""
        heads = [line.run.path for line in self.lines if self._is_picked(line)]
        self._slots = {path: slot for path, slot in self._slots.items() if path in heads}
        for path in heads:
            if path not in self._slots:
                taken = set(self._slots.values())
                self._slots[path] = next(i for i in range(len(heads) + 1) if i not in taken)

    def _tell(self) -> None:
        if self.lines:
            end = self.index(len(self.lines) - 1, len(self.columns) - 1)
            self.dataChanged.emit(self.index(0, 0), end)
        self.picks_changed.emit()

    # --- Qt's questions ---

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.lines)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def flags(self, index: Index) -> Qt.ItemFlag:
        checks = Qt.ItemFlag.ItemIsUserCheckable if index.column() == 0 else Qt.ItemFlag.NoItemFlags
        return super().flags(index) | checks

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = _Role.DisplayRole
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal or section >= len(self.columns):
            return None
        column = self.columns[section]
        return {
            _Role.DisplayRole: column.title,
            _Role.ToolTipRole: column.tip,
            _Role.FontRole: theme.font("caps"),
        }.get(_Role(role))

    def data(self, index: Index, role: int = _Role.DisplayRole) -> Any:
        line, column = self.lines[index.row()], self.columns[index.column()]
        match role:
            case _Role.DisplayRole if column.kind == "run":
                return self.called(line)
            case _Role.DisplayRole:
                return text_of(line, column, self._schema)
            case _Role.AccessibleTextRole:
                return self._spoken(line, column)
            case _Role.CheckStateRole if column.kind == "run":
                return Qt.CheckState.Checked if self._is_picked(line) else Qt.CheckState.Unchecked
            case _Role.ToolTipRole:
                return explain(line, column) or None
        ours = {
            LINE: line,
            COLUMN: column,
            COLOUR: self.colour_of(line),
            PINNED: self._is_pinned(line),
        }
        if role == DIFFERENCE:
            return difference(line, self.baseline, column.key)
        return ours.get(role)

    def setData(self, index: Index, value: Any, role: int = _Role.EditRole) -> bool:
        if role != _Role.CheckStateRole or index.column() != 0:
            return False
        self.pick(self.lines[index.row()], Qt.CheckState(value) == Qt.CheckState.Checked)
        return True

    def _spoken(self, line: Line, column: Column) -> str:
        words = text_of(line, column, self._schema)
        if column.kind == "run":
            return f"{self.called(line)}, {(say('picked') if self._is_picked(line) else say('not picked'))}"
        apart = difference(line, self.baseline, column.key) if column.kind == "figure" else None
        return (
            words
            if apart is None
            else say("{words}, {apart:+.1f} to the baseline", words=words, apart=100 * apart)
        )


class FoundLines(QSortFilterProxyModel):
    """The lines whose name, recipe or data hold every word of `search`; the baseline always first."""

    def __init__(self, table: CompareTable) -> None:
        super().__init__(table)
        self._table = table
        self._words: list[str] = []
        self.setSourceModel(table)
        table.picks_changed.connect(self._follow_baseline)

    def search(self, text: str) -> None:
        """Show only lines with these words."""
        self._words = text.lower().split()
        self.invalidate()

    def line(self, row: int) -> Line:
        """The line in a row as it is shown."""
        found: Line = self.index(row, 0).data(LINE)
        return found

    def _follow_baseline(self) -> None:
        if self.sortColumn() >= 0:
            self.invalidate()

    def filterAcceptsRow(self, row: int, parent: Index) -> bool:
        return not self._words or all(word in self._table.words(row) for word in self._words)

    def lessThan(self, left: Index, right: Index) -> bool:
        ascending = self.sortOrder() == Qt.SortOrder.AscendingOrder
        one, other = (self._table.sort_key(index.row(), index.column()) for index in (left, right))
        if one[0] != other[0]:  # the baseline is above all, whichever way is sorted
            return bool(one[0]) == ascending
        a, b = one[1], other[1]
        return str(a) < str(b) if isinstance(a, str) != isinstance(b, str) else bool(a < b)
