"""A table of a few facts per row, sorted by a click on a heading: what a cell shows, not how it looks."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from workbench.models.tints import Tint

Index = QModelIndex | QPersistentModelIndex
CELL = Qt.ItemDataRole.UserRole
_NOTHING = QModelIndex()
DOT, RING, SQUARE, NONE = "dot", "ring", "square", ""


@dataclass(frozen=True)
class Cell:
    """Words; what sorting goes by; perhaps a mark in a tint before them, or a bar of a share 0..1; the ink; perhaps the
    words in full, which one hears, and sees when one points."""

    words: str
    value: float | str = 0.0
    mark: str = NONE
    tint: Tint = "ink2"
    share: float | None = None
    ink: str = "ink"
    strong: bool = False
    tip: str = ""


@dataclass(frozen=True)
class Row:
    """One row; its key stays while rows come and go."""

    key: int
    cells: tuple[Cell, ...]


class CellTable(QAbstractTableModel):
    """Rows in the order last asked for, or as they came while none was."""

    def __init__(self, headings: Sequence[str], tips: Sequence[str] = ()) -> None:
        super().__init__()
        self._headings, self._tips = list(headings), list(tips)
        self._rows: list[Row] = []
        self._shown: list[Row] = []
        self._by, self._down = -1, False

    def set_headings(self, headings: Sequence[str], tips: Sequence[str] = ()) -> None:
        """Other words for the same columns."""
        self._headings, self._tips = list(headings), list(tips)
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(headings) - 1)

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Show these; where only their words changed the view keeps its place."""
        same = [row.key for row in rows] == [row.key for row in self._rows]
        self._rows = list(rows)
        shown = self._sorted()
        if same and [row.key for row in shown] == [row.key for row in self._shown]:
            self._shown = shown
            if shown:
                last = self.index(len(shown) - 1, len(self._headings) - 1)
                self.dataChanged.emit(self.index(0, 0), last)
            return
        self.beginResetModel()
        self._shown = shown
        self.endResetModel()

    def key(self, row: int) -> int:
        """Whose row it is."""
        return self._shown[row].key

    def place_of(self, key: int) -> int:
        """The row of a key, -1: none."""
        return next((place for place, row in enumerate(self._shown) if row.key == key), -1)

    def cell(self, row: int, column: int) -> Cell:
        """What is at a place."""
        return self._shown[row].cells[column]

    def words(self, row: int) -> list[str]:
        """All words of a row."""
        return [cell.words for cell in self._shown[row].cells]

    def rowCount(self, parent: Index = _NOTHING) -> int:
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: Index = _NOTHING) -> int:
        return 0 if parent.isValid() else len(self._headings)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        cell = self._shown[index.row()].cells[index.column()]
        if role == CELL:
            return cell
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{self._headings[index.column()]}: {cell.tip or cell.words}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return cell.tip or None
        return cell.words if role == Qt.ItemDataRole.DisplayRole else None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal or section >= len(self._headings):
            return None
        if role == Qt.ItemDataRole.ToolTipRole and section < len(self._tips):
            return self._tips[section]
        return self._headings[section] if role == Qt.ItemDataRole.DisplayRole else None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self._by, self._down = column, order == Qt.SortOrder.DescendingOrder
        self.layoutAboutToBeChanged.emit()
        before = {row.key: place for place, row in enumerate(self._shown)}
        self._shown = self._sorted()
        after = {row.key: place for place, row in enumerate(self._shown)}
        moved = {before[key]: after[key] for key in before}
        for index in self.persistentIndexList():
            self.changePersistentIndex(index, self.index(moved[index.row()], index.column()))
        self.layoutChanged.emit()

    def _sorted(self) -> list[Row]:
        by = self._by
        if by < 0:
            return list(self._rows)
        told = [row for row in self._rows if not _untold(row.cells[by].value)]
        rest = [row for row in self._rows if _untold(row.cells[by].value)]
        return sorted(told, key=lambda row: row.cells[by].value, reverse=self._down) + rest


def _untold(value: float | str) -> bool:
    return isinstance(value, float) and isnan(value)
