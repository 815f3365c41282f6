"""Other pairs that need the idea on show, those that need it most first; a click shows one."""

from typing import Any

import numpy as np
from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QImage, QPainter, QPen
from PySide6.QtWidgets import (
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from engine.words import say
from workbench import theme
from workbench.kit.paint import panel, rounded_picture
from workbench.models.attention import Rows
from workbench.models.concepts import ConceptModel

_WIDE, _GAP, _LINE, _SCROLL_BAR = 62, 6, 16, 10
_Index = QModelIndex | QPersistentModelIndex


class OthersStrip(QListView):
    """Follows a concept model."""

    def __init__(self, model: ConceptModel) -> None:
        super().__init__()
        self._model = model
        self.pairs = _Pairs(model, self)
        self.setModel(self.pairs)
        self.setItemDelegate(_PairPainter(self))
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)
        self.setHorizontalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumHeight(52)
        self.setAccessibleName(say("Other pairs with this idea, strongest first"))
        for chosen in (self.clicked, self.activated):
            chosen.connect(lambda index: model.show_pair(self.pairs.pair(index)))
        for changed in (model.pair_changed, model.idea_changed):
            changed.connect(self._show)

    def sizeHint(self) -> QSize:
        return QSize(300, 64)

    def tile_size(self) -> QSize:
        """What each pair has for itself, and the gap after it."""
        return QSize(_WIDE + _GAP, self.height() - _SCROLL_BAR)

    def _show(self) -> None:
        if self._model.ready:
            self.pairs.show()
            self.scrollToTop()


class _Pairs(QAbstractListModel):
    def __init__(self, model: ConceptModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model
        self._order: Rows = np.zeros(0, np.int64)

    def show(self) -> None:
        self.beginResetModel()
        self._order = self._model.others()
        self.endResetModel()

    def pair(self, index: _Index) -> int:
        return int(self._order[index.row()])

    def picture(self, index: _Index) -> QImage:
        pixels = np.ascontiguousarray(self._model.shown.images[self.pair(index)])
        high, wide = pixels.shape[:2]
        return QImage(pixels.data, wide, high, 3 * wide, QImage.Format.Format_RGB888).copy()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008  Qt's own default
        return 0 if parent.isValid() else len(self._order)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        maps, pair = self._model.shown, self.pair(index)
        if role == Qt.ItemDataRole.DisplayRole and maps.strength is not None:
            return f"{maps.strength[pair, self._model.idea]:+.2f}"
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return maps.names[pair]
        return None


class _PairPainter(QStyledItemDelegate):
    def __init__(self, strip: OthersStrip) -> None:
        super().__init__(strip)
        self._strip = strip

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return self._strip.tile_size()

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        rect = QRectF(option.rect).adjusted(0, 0, -_GAP, 0)  # type: ignore[attr-defined]
        state = option.state  # type: ignore[attr-defined]
        painter.save()
        painter.setRenderHints(
            QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform
        )
        lit = bool(state & (QStyle.StateFlag.State_MouseOver | QStyle.StateFlag.State_HasFocus))
        panel(painter, rect, theme.color("bg3" if lit else "bg2"), None, 8)
        self._paint_picture(painter, rect.adjusted(2, 2, -2, -_LINE), index)
        painter.setFont(theme.font("tick"))
        painter.setPen(theme.color("ink2"))
        line = QRectF(rect.left(), rect.bottom() - _LINE, rect.width(), _LINE)
        painter.drawText(line, Qt.AlignmentFlag.AlignCenter, str(index.data()))
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(theme.color("accent"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), 7, 7)
        painter.restore()

    def _paint_picture(self, painter: QPainter, rect: QRectF, index: _Index) -> None:
        """The middle of the picture, as wide as there is room."""
        picture = self._strip.pairs.picture(index)
        part = QRectF(0, 0, picture.width(), picture.width() * rect.height() / rect.width())
        part.moveCenter(picture.rect().toRectF().center())
        rounded_picture(painter, rect, picture, part, 6)
