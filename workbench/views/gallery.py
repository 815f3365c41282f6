"""Rounded tiles with a picture of a cloud each; only the tiles in sight are drawn."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QPainter, QPen, QPixmap, QResizeEvent
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from engine.clouds import Clouds
from workbench import theme
from workbench.kit.paint import panel
from workbench.views.thumbnails import Thumbnails

_GAP = 12
_SCROLL_BAR = 10
_LINE = 20
_STEP = 16  # picture sizes come in steps, so that a resize does not draw all of them again
_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class GalleryTile:
    """One cloud by its row, in a token's or class's colour, with words under it."""

    row: int
    color: str | int
    caption: str = ""
    value: str = ""
    value_token: str = "ink"


class Gallery(QListView):
    """A grid of tiles, `columns` across. `chosen` gives the cloud's row, by click or arrow key."""

    chosen = Signal(int)

    def __init__(self, name: str, columns: int = 3, aspect: float = 1.3, lines: int = 0) -> None:
        """`aspect`: height by width of a tile; `lines` of words under the picture (0 to 2)."""
        super().__init__()
        self.columns, self.lines, self._aspect = columns, lines, aspect
        self.thumbnails = Thumbnails(self)
        self.tiles = _Tiles(self.thumbnails)
        self.setModel(self.tiles)
        self.setItemDelegate(_Painter(self))
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(name)
        self.selectionModel().currentChanged.connect(self._say)
        theme.changed().connect(self.viewport().update)

    def show_tiles(self, clouds: Clouds | None, tiles: Sequence[GalleryTile]) -> None:
        """Show these instead; nothing is chosen yet."""
        self.thumbnails.forget_waiting()
        self.tiles.show(clouds, tiles)
        self.scrollToTop()

    def choose(self, row: int) -> None:
        """Choose the tile of a cloud, if it is here."""
        place = self.tiles.place_of(row)
        if place is not None:
            self.setCurrentIndex(self.tiles.index(place))

    def step(self, by: int) -> None:
        """Choose the tile so many further on; the first where none is chosen."""
        here, last = self.currentIndex().row(), self.tiles.rowCount() - 1
        place = min(last, max(0, here + by)) if here >= 0 else 0
        if last >= 0:
            self.setCurrentIndex(self.tiles.index(place))

    @property
    def chosen_row(self) -> int | None:
        """The cloud's row of the chosen tile."""
        index = self.currentIndex()
        return self.tiles.tile(index).row if index.isValid() else None

    def tile_size(self) -> QSize:
        """The size of one tile, from the width of the view."""
        return self.cell_size() - QSize(_GAP - _GAP // self.columns, _GAP)

    def tile_rect(self, place: int, cell: QRect) -> QRectF:
        """Where in its cell a tile is: there is a gap less than there are columns."""
        shift = place % self.columns * _GAP // self.columns
        return QRectF(QPointF(cell.left() + shift, cell.top()), self.tile_size().toSizeF())

    def cell_size(self) -> QSize:
        """What each tile has for itself and its share of the gaps."""
        # Two pixels spare: a row that fills the view to the last one breaks.
        never = self.verticalScrollBarPolicy() == Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        room = self.contentsRect().width() - (0 if never else _SCROLL_BAR) - 2
        tile = max(40, room // self.columns - _GAP + _GAP // self.columns)
        return QSize(tile + _GAP - _GAP // self.columns, round(tile * self._aspect) + _GAP)

    def picture_size(self) -> QSize:
        """The room for the picture on a tile, rounded down."""
        tile = self.tile_size()
        high = tile.height() - 4 - self.lines * _LINE
        return QSize((tile.width() - 4) // _STEP * _STEP, max(32, high // _STEP * _STEP))

    def fit(self) -> None:
        """Tiles as large as the columns allow: after another size, or with another scroll bar."""
        self.setGridSize(self.cell_size())
        self.thumbnails.set_size(self.picture_size(), self.devicePixelRatioF())

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.fit()
        super().resizeEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self.thumbnails.set_size(self.picture_size(), self.devicePixelRatioF())

    def _say(self, index: QModelIndex) -> None:
        if index.isValid():
            self.chosen.emit(self.tiles.tile(index).row)


class _Tiles(QAbstractListModel):
    def __init__(self, thumbnails: Thumbnails) -> None:
        super().__init__(thumbnails)
        self._thumbnails = thumbnails
        self._clouds: Clouds | None = None
        self._tiles: Sequence[GalleryTile] = ()
        self._places: dict[int, int] = {}
        thumbnails.ready.connect(self._refresh)

    def show(self, clouds: Clouds | None, tiles: Sequence[GalleryTile]) -> None:
        self.beginResetModel()
        self._clouds, self._tiles = clouds, tiles if clouds is not None else ()
        self._places = {tile.row: place for place, tile in enumerate(self._tiles)}
        self.endResetModel()

    def tile(self, index: _Index) -> GalleryTile:
        return self._tiles[index.row()]

    def place_of(self, row: int) -> int | None:
        return self._places.get(row)

    def picture(self, index: _Index) -> QPixmap | None:
        tile = self.tile(index)
        if self._clouds is None:
            return None
        return self._thumbnails.request(self._clouds, tile.row, tile.color)

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008  Qt's own default
        return 0 if parent.isValid() else len(self._tiles)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        tile = self.tile(index)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return " ".join(filter(None, (self._name(tile), tile.caption, tile.value)))
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._name(tile)
        return None

    def _name(self, tile: GalleryTile) -> str:
        return self._clouds.names[tile.row] if self._clouds is not None else ""

    def _refresh(self, row: int) -> None:
        place = self._places.get(row)
        if place is not None:
            self.dataChanged.emit(self.index(place), self.index(place))


class _Painter(QStyledItemDelegate):
    def __init__(self, gallery: Gallery) -> None:
        super().__init__(gallery)
        self._gallery = gallery

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return self._gallery.cell_size()

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        rect = self._gallery.tile_rect(index.row(), option.rect)  # type: ignore[attr-defined]
        state = option.state  # type: ignore[attr-defined]
        painter.save()
        painter.setRenderHints(
            QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform
        )
        selected = bool(state & QStyle.StateFlag.State_Selected)
        hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        fill = "accentSoft" if selected else "bg3" if hovered else "bg2"
        panel(painter, rect, theme.color(fill), None, 10)
        self._paint_picture(painter, rect, index)
        self._paint_words(painter, rect, self._gallery.tiles.tile(index))
        if selected:
            painter.setPen(QPen(theme.color("accent"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), 9, 9)
        painter.restore()

    def _paint_picture(self, painter: QPainter, rect: QRectF, index: _Index) -> None:
        picture = self._gallery.tiles.picture(index)
        if picture is not None:
            size = picture.deviceIndependentSize()
            free = rect.adjusted(0, 0, 0, -self._gallery.lines * _LINE)
            x = rect.center().x() - size.width() / 2
            painter.drawPixmap(QPointF(x, free.center().y() - size.height() / 2), picture)

    def _paint_words(self, painter: QPainter, rect: QRectF, tile: GalleryTile) -> None:
        line = QRectF(rect.left() + 6, rect.bottom() - 4, rect.width() - 12, _LINE)
        for words, style, token in (
            (tile.value, "strong", tile.value_token),
            (tile.caption, "small", "ink2"),
        ):
            if words and self._gallery.lines:
                line.translate(0, -_LINE)
                painter.setFont(theme.font(style))
                painter.setPen(theme.text_color(token))
                shown = painter.fontMetrics().elidedText(
                    words, Qt.TextElideMode.ElideRight, int(line.width())
                )
                painter.drawText(line, Qt.AlignmentFlag.AlignCenter, shown)
