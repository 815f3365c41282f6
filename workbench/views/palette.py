"""The command palette: type a few letters of what is to be done, Enter does it."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRectF,
    QSize,
    Qt,
    QTimer,
)
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QDialog,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from engine.words import say
from workbench import theme
from workbench.kit.fields import SearchField
from workbench.kit.paint import painter_of, panel
from workbench.kit.text import Text
from workbench.models.choices import Offer
from workbench.models.fuzzy import best_first
from workbench.views.key_caps import paint_keys, width_of

_Index = QModelIndex | QPersistentModelIndex
_WIDTH, _HEIGHT, _ROW = 620, 460, 36
_TOP = 0.12  # of the window's height, above the palette
_OFFER = Qt.ItemDataRole.UserRole
_STEPS = {
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_PageDown: 8,
    Qt.Key.Key_PageUp: -8,
}


class Palette(QDialog):
    """A field over a list. Letters filter, Up and Down move, Enter or a click does it, Esc leaves."""

    def __init__(self, offers: Sequence[Offer], parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Dialog | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(say("What can be done"))
        self.setModal(True)
        self._offers, self._window = offers, parent
        self.field = SearchField(say("What would you like to do?"))
        self.list = QListView()
        self.found = _Found()
        self.none = Text(say("Nothing is called that. Fewer letters find more."), "body", "ink2")
        self._lay_out()
        self.field.textChanged.connect(self._filter)
        self.field.installEventFilter(self)
        self.list.clicked.connect(self._do)
        self._filter("")

    def _lay_out(self) -> None:
        self.list.setModel(self.found)
        self.list.setItemDelegate(_Line(self.list))
        self.list.setUniformItemSizes(True)
        self.list.setMouseTracking(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the field keeps it, and moves the list
        self.list.setAccessibleName(say("What can be done"))
        foot = Text(say("↑ ↓ choose     Enter does it     Esc leaves"), "small", "ink3")
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 10)
        column.setSpacing(8)
        for widget, share in ((self.field, 0), (self.none, 0), (self.list, 1), (foot, 0)):
            column.addWidget(widget, share)

    def open(self) -> None:
        """Show it near the top of its window."""
        parent = self._window
        self.resize(min(_WIDTH, parent.width() - 40), min(_HEIGHT, parent.height() - 80))
        corner = QPointF((parent.width() - self.width()) / 2, parent.height() * _TOP)
        self.move(parent.mapToGlobal(corner.toPoint()))
        super().open()
        self.field.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keys of the field that are meant for the list."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._take_key(Qt.Key(event.key()))
        return super().eventFilter(watched, event)

    def _take_key(self, key: Qt.Key) -> bool:
        if key == Qt.Key.Key_Escape:
            self.reject()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._do(self.list.currentIndex())
        elif key in _STEPS:
            row = self.list.currentIndex().row() + _STEPS[key]
            self._choose(min(self.found.rowCount() - 1, max(0, row)))
        else:
            return False
        return True

    def _filter(self, wanted: str) -> None:
        self.found.show(
            best_first(wanted, self._offers, lambda offer: offer.words, lambda offer: offer.also)
        )
        self._choose(0)
        self.none.setVisible(not self.found.rowCount())

    def _choose(self, row: int) -> None:
        self.list.setCurrentIndex(self.found.index(row))
        spoken = self.list.currentIndex().data(Qt.ItemDataRole.AccessibleTextRole)
        self.field.setAccessibleDescription(spoken or self.none.text())

    def _do(self, index: QModelIndex) -> None:
        if not index.isValid():
            return
        offer: Offer = index.data(_OFFER)
        self.accept()
        # First this one is gone: what is done may open a dialog or a menu of its own.
        QTimer.singleShot(0, self._window, offer.do)

    def paintEvent(self, event: QPaintEvent) -> None:
        panel(painter_of(self), QRectF(self.rect()), theme.color("bg1"), theme.color("line2"), 0)


class _Found(QAbstractListModel):
    def __init__(self) -> None:
        super().__init__()
        self._offers: list[Offer] = []

    def show(self, offers: list[Offer]) -> None:
        self.beginResetModel()
        self._offers = offers
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008  Qt's own default
        return 0 if parent.isValid() else len(self._offers)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        offer = self._offers[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return offer.words
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join(filter(None, (offer.words, offer.where, offer.keys)))
        return offer if role == _OFFER else None


class _Line(QStyledItemDelegate):
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        offer: Offer = index.data(_OFFER)
        box = QRectF(option.rect)  # type: ignore[attr-defined]
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)  # type: ignore[attr-defined]
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)  # type: ignore[attr-defined]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if chosen or hovered:
            fill = theme.color("accentSoft" if chosen else "bg2")
            panel(painter, box.adjusted(0, 1, 0, -1), fill, None, 8)
        line = box.adjusted(12, 0, -12, 0)
        middle = Qt.AlignmentFlag.AlignVCenter
        right = line.right()
        if offer.keys:
            paint_keys(painter, QPointF(right, line.center().y()), offer.keys)
            right -= width_of(offer.keys) + 12
        painter.setFont(theme.font("small"))
        painter.setPen(theme.color("ink3" if not chosen else "ink2"))
        room = painter.fontMetrics().horizontalAdvance(offer.where)
        painter.drawText(
            QRectF(right - room, line.top(), room + 1, line.height()), middle, offer.where
        )
        painter.setFont(theme.font("strong" if chosen else "body"))
        painter.setPen(theme.color("ink"))
        words = QRectF(line.left(), line.top(), right - room - 12 - line.left(), line.height())
        shown = painter.fontMetrics().elidedText(
            offer.words, Qt.TextElideMode.ElideRight, int(words.width())
        )
        painter.drawText(words, middle, shown)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(200, _ROW)
