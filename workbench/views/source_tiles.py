"""The clouds that go into a mixture, each with a picture, its name, and buttons to swap it."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from engine.clouds import Clouds
from engine.words import say
from workbench import theme
from workbench.kit import IconButton
from workbench.kit.paint import focus_ring, focused, painter_of, panel
from workbench.models.kinds import plain
from workbench.views.colours import token_color
from workbench.views.thumbnails import Thumbnails

HEIGHT = 48
_PICTURE = QSize(56, 42)


@dataclass(frozen=True)
class Source:
    """One cloud that goes in: its row, its colour, and whether it can be swapped and how."""

    row: int
    color: str | int
    swaps: bool
    swaps_kind: bool


class SourceTiles(QWidget):
    """One tile for each source. Pressing a tile lights its points up alone: lit(place, or -1)."""

    lit = Signal(int)
    swapped = Signal(int)
    kind_swapped = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.thumbnails = Thumbnails(self)
        self.tiles: list[SourceTile] = []
        self._clouds: Clouds | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self.thumbnails.ready.connect(lambda _row: self._repaint())

    def show_sources(self, clouds: Clouds, sources: list[Source]) -> None:
        """Show these; none is lit."""
        self.thumbnails.set_size(_PICTURE, self.devicePixelRatioF())
        while len(self.tiles) < len(sources):
            self._add()
        for place, tile in enumerate(self.tiles):
            tile.setVisible(place < len(sources))
            tile.setChecked(False)
            if place < len(sources):
                tile.show_source(clouds, sources[place])

    def _add(self) -> None:
        place = len(self.tiles)
        tile = SourceTile(self.thumbnails)
        tile.clicked.connect(lambda: self._light(place))
        tile.swap.clicked.connect(lambda: self.swapped.emit(place))
        tile.swap_kind.clicked.connect(lambda: self.kind_swapped.emit(place))
        self.tiles.append(tile)
        self._column.addWidget(tile)

    def _light(self, place: int) -> None:
        on = self.tiles[place].isChecked()
        for other in self.tiles:
            other.setChecked(on and other is self.tiles[place])
        self.lit.emit(place if on else -1)

    def _repaint(self) -> None:
        for tile in self.tiles:
            tile.update()


class SourceTile(QAbstractButton):
    """A tile that stays pressed while its cloud is looked at alone."""

    def __init__(self, thumbnails: Thumbnails) -> None:
        super().__init__()
        self._thumbnails = thumbnails
        self._clouds: Clouds | None = None
        self._source = Source(0, "ink2", False, False)
        self._name = ""
        self.swap = IconButton("dice", say("Another of this kind"), 28)
        self.swap_kind = IconButton("shuffle", say("Another kind"), 28)
        self.setCheckable(True)
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 10, 0)
        row.setSpacing(2)
        row.addStretch(1)
        row.addWidget(self.swap)
        row.addWidget(self.swap_kind)

    def show_source(self, clouds: Clouds, source: Source) -> None:
        """Show another cloud."""
        self._clouds, self._source = clouds, source
        self._name = clouds.names[source.row]
        kind = plain(clouds.kinds[int(clouds.labels[source.row])])
        self.setText(kind.capitalize())
        self.setAccessibleName(
            say("{kind}, {name}: light up its points", kind=kind, name=self._name)
        )
        self.setToolTip(say("{name}\nPress to light up its points alone.", name=self._name))
        self.swap.setEnabled(source.swaps)
        self.swap.setAccessibleName(say("Another {kind}", kind=kind))
        self.swap.setToolTip(
            say("Another {kind}", kind=kind)
            if source.swaps
            else say("This is the only {kind}", kind=kind)
        )
        self.swap_kind.setEnabled(source.swaps_kind)
        self.swap_kind.setAccessibleName(say("Another kind instead of {kind}", kind=kind))
        self.swap_kind.setToolTip(
            say("Another kind") if source.swaps_kind else say("Every known kind is mixed already")
        )
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(250, HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(180, HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_of(self)
        rect = QRectF(self.rect())
        on, over = self.isChecked(), self.underMouse()
        fill = "accentSoft" if on else "bg3" if over else "bg2"
        panel(painter, rect, theme.color(fill), theme.color("accent") if on else None, 10)
        self._paint_picture(painter, rect)
        words = QRectF(74, 5, self.swap.x() - 78, 20)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(token_color(self._source.color))
        painter.drawEllipse(QPointF(words.left() + 4, words.center().y()), 4, 4)
        for style, ink, text, place in (
            ("strong", "ink", self.text(), words.adjusted(14, 0, 0, 0)),
            ("small", "ink2", self._name, words.translated(0, 19)),
        ):
            painter.setFont(theme.font(style))
            painter.setPen(theme.color(ink))
            elided = painter.fontMetrics().elidedText(
                text, Qt.TextElideMode.ElideMiddle, int(place.width())
            )
            painter.drawText(place, middle, elided)
        if focused(self):
            focus_ring(painter, rect, 9)

    def _paint_picture(self, painter: QPainter, rect: QRectF) -> None:
        clouds, source = self._clouds, self._source
        # A cloud with points that are no numbers cannot be drawn; the page says so.
        if clouds is None or not np.isfinite(clouds.points[source.row]).all():
            return
        picture = self._thumbnails.request(clouds, source.row, source.color)
        if picture is not None:
            place = QPointF(10, (rect.height() - _PICTURE.height()) / 2)
            painter.drawPixmap(place, picture)
