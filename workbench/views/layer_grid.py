"""Layers across, heads down: how sharp the idea's map is in each, and a way to look at any of them."""

from typing import Any

import numpy as np
from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QKeyEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from engine.orbit import Floats
from engine.words import say
from workbench import theme
from workbench.kit import Card, Text, Toggle
from workbench.kit.paint import focused, panel
from workbench.models.concepts import ConceptModel
from workbench.views.colours import ramped

_SIDE, _FOOT = 26, 16  # the words beside the rows, and the numbers below the columns
_CAPTION = say(
    "A click on a cell shows the map of that layer and head. Strong: it looks at few patches (low "
    "entropy)."
)
_Index = QModelIndex | QPersistentModelIndex


class LayerCard(Card):
    """Follows a concept model."""

    def __init__(self, model: ConceptModel) -> None:
        super().__init__()
        self._model = model
        self.body.setContentsMargins(14, 10, 14, 8)
        self.body.setSpacing(6)
        self.title = Text("", "strong")
        caption = Text(say("click a cell · strong = sharp"), "small", "ink3", elide=True)
        caption.setToolTip(_CAPTION)
        self.grid = LayerGrid(model)
        self.through = Toggle(say("Through all layers (attention roll-out)"))
        self.through.setToolTip(say("What reached the idea through all layers together"))
        heading, foot = QVBoxLayout(), QHBoxLayout()
        heading.setSpacing(1)
        heading.addWidget(self.title)
        heading.addWidget(caption)
        foot.setSpacing(6)
        foot.addWidget(Text(say("Through all layers"), "small", "ink2"))
        foot.addWidget(Text(say("roll-out"), "small", "ink3", elide=True), 1)
        foot.addWidget(self.through)
        self.body.addLayout(heading)
        self.body.addWidget(self.grid, 1)
        self.body.addLayout(foot)
        self.through.toggled.connect(model.look_through)
        for changed in (model.pair_changed, model.map_changed):
            changed.connect(self._show)

    def _show(self) -> None:
        model = self._model
        self.setVisible(bool(model.ideas))
        self.through.setChecked(model.through)
        self.title.setText(map_words(model))


def map_words(model: ConceptModel) -> str:
    """Which map is chosen: “Layer 9, all heads”."""
    if model.through:
        return say("Through all layers")
    head = say("all heads") if model.head < 0 else say("head {head}", head=model.head + 1)
    return say("Layer {layer}, {head}", layer=model.layer + 1, head=head)


class LayerGrid(QTableView):
    """A click or the arrow keys choose a map; rows are all heads together, then each."""

    def __init__(self, model: ConceptModel) -> None:
        super().__init__()
        self._model = model
        self.cells = _Cells(self)
        self.setModel(self.cells)
        self.setItemDelegate(_CellPainter(self, model))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        self.setMinimumHeight(72)
        self.setAccessibleName(say("Layers across, heads down: how sharp the attention is"))
        for header in (self.horizontalHeader(), self.verticalHeader()):
            header.hide()
            header.setMinimumSectionSize(4)
        self.clicked.connect(self._choose)
        for changed in (model.pair_changed, model.idea_changed, model.map_changed):
            changed.connect(self._follow)
        theme.changed().connect(self.viewport().update)

    def sizeHint(self) -> QSize:
        return QSize(240, 160)

    def currentChanged(self, current: _Index, previous: _Index) -> None:
        super().currentChanged(current, previous)
        self._choose(current)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space:  # is for the film
            event.ignore()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_out()

    def _share_out(self) -> None:
        """Rows and columns share the room; what is left over goes to the first of them."""
        rows, columns = self.cells.rowCount() - 1, self.cells.columnCount() - 1
        if rows < 1 or columns < 1:
            return
        wide, high = self.viewport().width() - _SIDE, self.viewport().height() - _FOOT
        self.setColumnWidth(0, _SIDE)
        self.setRowHeight(rows, _FOOT)
        for column in range(columns):
            self.setColumnWidth(column + 1, wide // columns + (column < wide % columns))
        for row in range(rows):
            self.setRowHeight(row, high // rows + (row < high % rows))

    def _choose(self, index: _Index) -> None:
        if index.isValid() and index.flags() & Qt.ItemFlag.ItemIsEnabled:
            self._model.choose_map(index.column() - 1, index.row() - 1)

    def _follow(self) -> None:
        model = self._model
        if not model.ready or not model.ideas:
            return
        if self.cells.show(model.sharp()):
            self._share_out()
        here = self.cells.index(model.head + 1, model.layer + 1)
        if here != self.currentIndex() and not model.through:
            self.setCurrentIndex(here)
        self.viewport().update()


class _Cells(QAbstractTableModel):
    """Sharpness, with the heads' names in the first column and the layers' numbers in the last row."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.sharp: Floats = np.zeros((0, 0), np.float32)

    def show(self, sharp: Floats) -> bool:
        """Other values (1 + heads, layers); whether there are more or fewer."""
        if sharp.shape != self.sharp.shape:
            self.beginResetModel()
            self.sharp = sharp
            self.endResetModel()
            return True
        self.sharp = sharp
        self.dataChanged.emit(self.index(0, 0), self.index(*sharp.shape))
        return False

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008  Qt's own default
        return 0 if parent.isValid() or not self.sharp.size else len(self.sharp) + 1

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() or not self.sharp.size else self.sharp.shape[1] + 1

    def is_value(self, index: _Index) -> bool:
        return index.row() < len(self.sharp) and index.column() > 0

    def flags(self, index: _Index) -> Qt.ItemFlag:
        usual = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return usual if self.is_value(index) else Qt.ItemFlag.NoItemFlags

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row, column = index.row(), index.column()
        if role == Qt.ItemDataRole.DisplayRole and not self.is_value(index):
            if column:
                return str(column)
            return "" if row == len(self.sharp) else str(row) if row else say("all")
        asked = role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole)
        if asked and self.is_value(index):
            head = say("head {row}", row=row) if row else say("all heads")
            return say(
                "Layer {column}, {head}: {sharp:.2f} sharp",
                column=column,
                head=head,
                sharp=self.sharp[row, column - 1],
            )
        return None


class _CellPainter(QStyledItemDelegate):
    def __init__(self, grid: LayerGrid, model: ConceptModel) -> None:
        super().__init__(grid)
        self._grid, self._model = grid, model

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        rect = QRectF(option.rect)  # type: ignore[attr-defined]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._grid.cells.is_value(index):
            self._paint_value(painter, rect, index)
        else:
            self._paint_label(painter, rect, index)
        painter.restore()

    def _paint_value(self, painter: QPainter, rect: QRectF, index: _Index) -> None:
        sharp = self._grid.cells.sharp
        value = sharp[index.row(), index.column() - 1] / max(float(sharp.max()), 1e-6)
        red, green, blue = ramped(np.array([value], np.float32), "attention")[0]
        fill = theme.color("ink")
        fill.setRgbF(float(red), float(green), float(blue))
        painter.setOpacity(0.45 if self._model.through else 1.0)
        cell = rect.adjusted(1.5, 1.5, -1.5, -1.5)
        panel(painter, cell, fill, None, 3)
        if self._is_chosen(index):
            painter.setPen(QPen(theme.color("accent" if focused(self._grid) else "ink"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), 4, 4)

    def _is_chosen(self, index: _Index) -> bool:
        model = self._model
        here = (index.row() - 1, index.column() - 1) == (model.head, model.layer)
        return here and not model.through

    def _paint_label(self, painter: QPainter, rect: QRectF, index: _Index) -> None:
        model, row, column = self._model, index.row(), index.column()
        words = self._grid.cells.data(index)
        mine = (
            column - 1 == model.layer if column else row - 1 == model.head
        ) and not model.through
        font = theme.font("tick")
        if not mine and column and not self._has_room(column, rect.width()):
            return
        painter.setFont(font)
        painter.setPen(theme.color("ink" if mine else "ink3"))
        side = Qt.AlignmentFlag.AlignHCenter if column else Qt.AlignmentFlag.AlignRight
        place = rect.adjusted(-8, 0, 8, 0) if column else rect.adjusted(0, 0, -6, 0)
        painter.drawText(place, side | Qt.AlignmentFlag.AlignVCenter, words)

    def _has_room(self, column: int, width: float) -> bool:
        """First and last always have their number; others where the columns are wide, away from the chosen one."""
        layers = self._grid.cells.columnCount() - 1
        if width >= 16 or column in (1, layers):
            return abs(column - 1 - self._model.layer) * width >= 16
        return False
