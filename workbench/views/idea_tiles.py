"""The tiles of the ideas: what each shows, how it is painted, and how its name is edited."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import (
    QAbstractItemModel,
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QPainter, QPen, QPixmap
from PySide6.QtWidgets import (
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from engine.errors import RunError
from engine.words import say
from workbench import theme
from workbench.kit.paint import panel, rounded_picture
from workbench.models.concepts import NUMBER, ConceptModel
from workbench.views.idea_picture import Dye, picture_of
from workbench.views.thumbnails import Thumbnails

GAP, LINE = 6, 18  # after each tile; the height of its words
Index = QModelIndex | QPersistentModelIndex


class IdeaTiles(QAbstractListModel):
    """One row for each idea, in the order asked for; `failed(sentence)` when a name cannot be kept."""

    failed = Signal(str)

    def __init__(self, model: ConceptModel, thumbnails: Thumbnails, parent: QWidget) -> None:
        super().__init__(parent)
        self._model, self._thumbnails = model, thumbnails
        self._by = NUMBER
        self._order: Sequence[int] = ()
        thumbnails.ready.connect(self._drawn)

    def sort_by(self, by: int) -> None:
        """By number, strength or likeness."""
        self._by = by
        self.refresh()

    def refresh(self) -> None:
        """Another pair: other pictures, perhaps another order."""
        self.beginResetModel()
        self._order = self._model.order(self._by)
        self.endResetModel()

    def idea(self, index: Index) -> int:
        """The idea of a tile."""
        return self._order[index.row()]

    def place_of(self, idea: int) -> int:
        """Where the tile of an idea stands; -1: nowhere."""
        return self._order.index(idea) if idea in self._order else -1

    def picture(self, index: Index) -> QPixmap | None:
        """Where the idea looks, or None for the moment."""
        model, idea = self._model, self.idea(index)
        if model.look is None:
            return None
        draw = partial(picture_of, model.look, model.weights[idea], Dye.now())
        return self._thumbnails.request_drawn(idea, f"{model.map_key} {idea}", draw)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  Qt's own default
        return 0 if parent.isValid() else len(self._order)

    def flags(self, index: Index) -> Qt.ItemFlag:
        return super().flags(index) | Qt.ItemFlag.ItemIsEditable

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        idea = self.idea(index)
        if role == Qt.ItemDataRole.EditRole:
            return self._model.names[idea]
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return say("Idea {idea} {names}", idea=idea + 1, names=self._model.names[idea]).strip()
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.EditRole:
            return False
        try:
            self._model.rename(self.idea(index), str(value))
        except RunError as error:
            self.failed.emit(error.sentence)
            return False
        return True

    def _drawn(self, idea: int) -> None:
        place = self.place_of(idea)
        if place >= 0:
            self.dataChanged.emit(self.index(place), self.index(place))


class TilePainter(QStyledItemDelegate):
    """Paints a tile, and gives its name to edit."""

    def __init__(self, grid: QListView, tiles: IdeaTiles) -> None:
        super().__init__(grid)
        self._grid, self._tiles = grid, tiles

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return self._grid.gridSize()

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        editor = QLineEdit(parent)
        editor.setFont(theme.font("small"))
        editor.setMaxLength(40)
        editor.setAccessibleName(say("Name of idea {idea}", idea=self._tiles.idea(index) + 1))
        return editor

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        # A picture that is ready refreshes its tile: that must not undo what is being typed.
        if isinstance(editor, QLineEdit) and not editor.isModified():
            editor.setText(self._tiles.data(index, Qt.ItemDataRole.EditRole))

    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, index: Index
    ) -> None:
        rect: QRect = option.rect  # type: ignore[attr-defined]
        high = LINE + 8
        editor.setGeometry(rect.left(), rect.bottom() - GAP - high + 1, rect.width() - GAP, high)

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        assert isinstance(editor, QLineEdit)
        model.setData(index, editor.text(), Qt.ItemDataRole.EditRole)  # type: ignore[arg-type]

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        rect = QRectF(option.rect).adjusted(0, 0, -GAP, -GAP)  # type: ignore[attr-defined]
        state = option.state  # type: ignore[attr-defined]
        selected = bool(state & QStyle.StateFlag.State_Selected)
        hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        painter.save()
        painter.setRenderHints(
            QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform
        )
        panel(painter, rect, theme.color("bg3" if hovered or selected else "bg2"), None, 8)
        self._paint_picture(painter, rect.adjusted(2, 2, -2, -LINE), index)
        self._paint_words(painter, rect, index, selected)
        if selected:
            painter.setPen(QPen(theme.color("accent"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), 7, 7)
        painter.restore()

    def _paint_picture(self, painter: QPainter, rect: QRectF, index: Index) -> None:
        panel(painter, rect, theme.color("view0"), None, 6)
        picture = self._tiles.picture(index)
        if picture is not None:
            image = picture.toImage()
            rounded_picture(painter, rect, image, QRectF(image.rect()), 6)

    def _paint_words(self, painter: QPainter, rect: QRectF, index: Index, selected: bool) -> None:
        line = QRectF(rect.left() + 5, rect.bottom() - LINE, rect.width() - 9, LINE - 1)
        painter.setFont(theme.font("tick"))
        number = str(self._tiles.idea(index) + 1)
        painter.setPen(theme.color("ink" if selected else "ink3"))
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, number)
        line.setLeft(line.left() + painter.fontMetrics().horizontalAdvance(number) + 3)
        painter.setPen(theme.color("ink" if selected else "ink2"))
        name = painter.fontMetrics().elidedText(
            self._tiles.data(index, Qt.ItemDataRole.EditRole),
            Qt.TextElideMode.ElideRight,
            int(line.width()),
        )
        painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, name)
