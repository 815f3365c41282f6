"""The view of a table of cells: a mark, a bar, words; a row is chosen by click or keys."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from workbench import theme
from workbench.kit.paint import focused, panel
from workbench.models.cells import CELL, DOT, NONE, RING, Cell, CellTable
from workbench.views.colours import token_color

_MIDDLE = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
_NUMBER, _HEAD = 40, 30


class CellList(QTableView):
    """`picked(key)` by a click or by keys; `pointed(key)` under the mouse, None once it left."""

    picked = Signal(int)
    pointed = Signal(object)

    def __init__(self, cells: CellTable, name: str, row_height: int = 30) -> None:
        super().__init__()
        self.cells = cells
        self._settling = False
        self.setModel(cells)
        self.setItemDelegate(_Painter(self))
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumHeight(_HEAD + row_height)
        self._dress_header(row_height)
        self.setSortingEnabled(True)
        self.selectionModel().currentChanged.connect(self._say)
        cells.modelReset.connect(self._forget_pointed)
        theme.changed().connect(self.viewport().update)

    def _dress_header(self, row_height: int) -> None:
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(row_height)
        self.verticalHeader().setMinimumSectionSize(row_height)
        header = self.horizontalHeader()
        header.setFixedHeight(_HEAD)
        header.setDefaultAlignment(_MIDDLE)
        header.setHighlightSections(False)
        header.setMinimumSectionSize(30)
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setFont(theme.font("small"))

    def set_widths(self, widths: list[int]) -> None:
        """Of the columns; 0: what is left."""
        header = self.horizontalHeader()
        for column, width in enumerate(widths):
            way = QHeaderView.ResizeMode.Fixed if width else QHeaderView.ResizeMode.Stretch
            header.setSectionResizeMode(column, way)
            if width:
                header.resizeSection(column, width)

    def choose(self, key: int | None) -> None:
        """Mark the row of a key, or none, and bring it into sight; says nothing."""
        place = -1 if key is None else self.cells.place_of(key)
        if place == self.currentIndex().row() and self.selectionModel().hasSelection() == (
            place >= 0
        ):
            return
        self._settling = True
        if place < 0:
            self.clearSelection()
            self.setCurrentIndex(QModelIndex())
        else:
            self.setCurrentIndex(self.cells.index(place, 0))
        self._settling = False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        index = self.indexAt(event.position().toPoint())
        self.pointed.emit(self.cells.key(index.row()) if index.isValid() else None)

    def leaveEvent(self, event: object) -> None:
        super().leaveEvent(event)  # type: ignore[arg-type]
        self._forget_pointed()

    def _forget_pointed(self) -> None:
        self.pointed.emit(None)

    def _say(self, index: QModelIndex) -> None:
        if index.isValid() and not self._settling:
            self.picked.emit(self.cells.key(index.row()))


class _Painter(QStyledItemDelegate):
    def __init__(self, view: CellList) -> None:
        super().__init__(view)
        self._view = view

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        rect = QRectF(option.rect)  # type: ignore[attr-defined]
        state = option.state  # type: ignore[attr-defined]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        selected = bool(state & QStyle.StateFlag.State_Selected)
        if selected or state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, theme.color("bg3" if selected else "bg2"))
        if selected and index.column() == 0:
            mark = QRectF(rect.left(), rect.top() + 6, 3, rect.height() - 12)
            panel(painter, mark, theme.color("accent"), None, 1.5)
        painter.setPen(theme.color("line"))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        if state & QStyle.StateFlag.State_HasFocus and focused(self._view):
            painter.setPen(QPen(theme.color("accent"), 2))
            painter.drawRect(rect.adjusted(1, 1, -1, -1))
        paint_cell(painter, rect.adjusted(8, 0, -8, 0), index.data(CELL), selected)
        painter.restore()


def paint_cell(painter: QPainter, rect: QRectF, cell: Cell, strong: bool) -> None:
    """A mark or a bar, then the words."""
    if cell.mark != NONE:
        centre = QPointF(rect.left() + 7, rect.center().y())
        paint_mark(painter, centre, cell.mark, token_color(cell.tint))
        rect = rect.adjusted(20, 0, 0, 0)
    if cell.share is not None:
        track = QRectF(rect.left(), rect.center().y() - 3, rect.width() - _NUMBER, 6)
        panel(painter, track, theme.color("bg3"), None, 3)
        track.setWidth(max(0.0, track.width() * min(1.0, cell.share)))
        if track.width() >= 1:
            panel(painter, track, token_color(cell.tint), None, min(3.0, track.width() / 2))
        rect = rect.adjusted(rect.width() - _NUMBER + 8, 0, 0, 0)
    painter.setFont(theme.font("strong" if strong or cell.strong else "body"))
    painter.setPen(theme.text_color(cell.ink))
    shown = painter.fontMetrics().elidedText(
        cell.words, Qt.TextElideMode.ElideRight, int(rect.width())
    )
    painter.drawText(rect, _MIDDLE, shown)


def paint_mark(painter: QPainter, centre: QPointF, mark: str, color: QColor) -> None:
    """A dot, a dotted ring or a square: the difference without colour."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    if mark == RING:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(color, 2, Qt.PenStyle.DotLine))
        painter.drawEllipse(centre, 4.2, 4.2)
    elif mark == DOT:
        painter.drawEllipse(centre, 4.8, 4.8)
    else:
        painter.drawRoundedRect(QRectF(centre.x() - 4.2, centre.y() - 4.2, 8.4, 8.4), 1.5, 1.5)
