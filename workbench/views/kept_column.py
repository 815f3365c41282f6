"""A table that scrolls sideways and keeps its first column in sight: painted over what would cover it."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyleOptionViewItem,
    QTableView,
)

from workbench import theme

Index = QModelIndex | QPersistentModelIndex


class KeptHeader(QHeaderView):
    """Paints its first section over what is scrolled under it, and answers clicks there for it."""

    def __init__(self, parent: QTableView) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._pressed = False

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.offset():
            painter = QPainter(self.viewport())
            kept = QRect(0, 0, self.sectionSize(0), self.height())
            painter.fillRect(kept, theme.color("bg1"))
            role = Qt.ItemDataRole.FontRole
            painter.setFont(self.model().headerData(0, self.orientation(), role) or self.font())
            self.paintSection(painter, kept, 0)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = self._over_kept(event)
        if not self._pressed:
            super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if not self._pressed:
            super().mouseReleaseEvent(event)
        elif self._over_kept(event):
            self.sectionClicked.emit(0)
        self._pressed = False

    def _over_kept(self, event: QMouseEvent) -> bool:
        inside = 0 <= event.position().x() < self.sectionSize(0)
        return bool(self.offset()) and inside and event.button() == Qt.MouseButton.LeftButton


class KeptColumn(QTableView):
    """Whoever is under the mouse there is the first column: for clicks, tips and menus too."""

    def __init__(self) -> None:
        super().__init__()
        self.setHorizontalHeader(KeptHeader(self))
        self.horizontalScrollBar().valueChanged.connect(self._uncover)

    @property
    def kept(self) -> int:
        """The width that is painted over, 0 while nothing is scrolled."""
        header = self.horizontalHeader()
        return header.sectionSize(0) if header.count() and header.offset() else 0

    def indexAt(self, pos: QPoint) -> QModelIndex:
        if 0 <= pos.x() < self.kept:
            row = self.rowAt(pos.y())
            return self.model().index(row, 0) if row >= 0 else QModelIndex()
        return super().indexAt(pos)

    def visualRect(self, index: Index) -> QRect:
        rect = super().visualRect(index)
        if index.isValid() and index.column() == 0:
            rect.moveLeft(0)
        return rect

    def scrollTo(
        self,
        index: Index,
        hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible,
    ) -> None:
        """Into sight, and not under the kept column."""
        if index.column() == 0:  # is in sight, however far it is scrolled
            across = self.horizontalScrollBar()
            before = across.value()
            super().scrollTo(index, hint)
            across.setValue(before)
            return
        super().scrollTo(index, hint)
        covered = self.kept - self.visualRect(index).left()
        if self.kept and covered > 0:
            across = self.horizontalScrollBar()
            across.setValue(across.value() - covered)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.kept:
            painter = QPainter(self.viewport())
            self._paint_kept(painter)
            painter.setPen(theme.color("line2"))
            painter.drawLine(self.kept - 1, 0, self.kept - 1, self.viewport().height())

    def _paint_kept(self, painter: QPainter) -> None:
        painter.fillRect(0, 0, self.kept, self.viewport().height(), theme.color("bg1"))
        option = QStyleOptionViewItem()
        self.initViewItemOption(option)
        last = self.rowAt(self.viewport().height() - 1)
        last = self.model().rowCount() - 1 if last < 0 else last
        for row in range(max(0, self.rowAt(0)), last + 1):
            index = self.model().index(row, 0)
            option.rect = QRect(
                0, self.rowViewportPosition(row), self.kept - 1, self.rowHeight(row)
            )  # type: ignore[attr-defined]
            chosen = self.selectionModel().isSelected(index)
            flags = QStyle.StateFlag
            option.state = flags.State_Enabled | (
                flags.State_Selected if chosen else flags.State_None
            )  # type: ignore[attr-defined]
            self.itemDelegate().paint(painter, option, index)

    def _uncover(self) -> None:
        # What the scrolling moved along with the rest is painted anew.
        self.viewport().update()
        self.horizontalHeader().viewport().update()
