"""The same curves as numbers, one row a pass, for those who would rather read or hear them."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from engine.words import say
from workbench.models.curve import Curve
from workbench.views.curve_plot import Line

Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


class CurveTableModel(QAbstractTableModel):
    """Value of every line at the end of every pass that is done, newest pass first."""

    def __init__(self, percent: bool) -> None:
        super().__init__()
        self._format = "{:.1%}" if percent else "{:.4g}"
        self._lines: Sequence[Line] = ()
        self._curves: Mapping[str, Curve] = {}
        self._passes = 0

    def show(self, lines: Sequence[Line], curves: Mapping[str, Curve]) -> None:
        """Take the curves as they are now."""
        self.beginResetModel()
        self._lines, self._curves = lines, curves
        ends = [curves[line.name].epochs[-1] for line in lines if len(curves.get(line.name, ()))]
        self._passes = int(max(ends, default=0) + 1e-6)
        self.endResetModel()

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else self._passes

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else 1 + len(self._lines)

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        if role != Qt.ItemDataRole.DisplayRole or orientation != Qt.Orientation.Horizontal:
            return None
        return say("pass") if section == 0 else self._lines[section - 1].word

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        number = self._passes - index.row()
        if index.column() == 0:
            return str(number)
        curve = self._curves.get(self._lines[index.column() - 1].name)
        if curve is None:
            return "–"
        row = int(np.searchsorted(curve.epochs, number + 1e-6, side="right")) - 1
        return self._format.format(curve.values[row]) if row >= 0 else "–"


def make_table(model: CurveTableModel, name: str) -> QTableView:
    """A plain table of the model."""
    table = QTableView()
    table.setModel(model)
    table.setAccessibleName(say("{name}, as a table", name=name))
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(26)
    table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setShowGrid(False)
    return table
