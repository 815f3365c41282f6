"""What the guided demo lays over the window: a scrim with a hole, and words that point at it."""

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPen, QPolygonF, QRegion
from PySide6.QtWidgets import QWidget

from workbench import theme
from workbench.kit.paint import painter_of, panel
from workbench.tour.callout import Callout
from workbench.tour.hint import Hint

_ROOM = 7  # between what is shown and the edge of the hole
_RADIUS = 16.0
_EDGE = 3.0
_GAP = 22  # between the hole and the words
_SIDE = 14  # between the words and the edge of the window
_ARROW = 13.0


class TourOverlay(QWidget):
    """Covers its window but for the hole, where mouse and keys go to what is shown there."""

    next_wanted = Signal()
    skip_wanted = Signal()
    leave_wanted = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.hole = QRect()
        self.callout = Callout(self)
        self.hint = Hint(window)
        self._free = QRect()
        self._aimed: tuple[QRect, QRect, QRect, QSize] | None = None
        self._arrow = QPolygonF()
        self.callout.next.clicked.connect(self.next_wanted)
        self.callout.skip.clicked.connect(self.skip_wanted)
        self.callout.leave.clicked.connect(self.leave_wanted)
        theme.changed().connect(self.update)
        self.hide()

    def aim(self, target: QRect, free: QRect | None = None) -> None:
        """Show this part of the window, in its pixels; an empty one shows words alone. `free`: what else is left
        uncovered. Cheap where nothing moved.
        """
        self.setGeometry(self._window.rect())
        hole = QRect()
        if not target.isEmpty():
            room = self.rect().adjusted(2, 2, -2, -2)
            hole = target.adjusted(-_ROOM, -_ROOM, _ROOM, _ROOM) & room
        words, free = self._place_words(hole), free or QRect()
        now = (hole, words, free, self.size())
        if now != self._aimed:
            self._aimed, self.hole, self._free = now, hole, free
            self.callout.setGeometry(words)
            self._arrow = _arrow(QRectF(words), QRectF(hole))
            self._cut()
            self.update()

    def finish(self) -> None:
        """Go away for good."""
        for widget in (self.hint, self):
            widget.hide()
            widget.deleteLater()

    def _cut(self) -> None:
        """The mouse reaches what is in the hole; the edge stays, so that its corners are smooth."""
        region = QRegion(self.rect()) - QRegion(self._free)
        if not self.hole.isEmpty():
            inside = QPainterPath()
            rect = QRectF(self.hole).adjusted(_EDGE + 1, _EDGE + 1, -_EDGE - 1, -_EDGE - 1)
            inside.addRoundedRect(rect, _RADIUS - _EDGE, _RADIUS - _EDGE)
            region -= QRegion(inside.toFillPolygon().toPolygon())
        self.setMask(region + QRegion(self.callout.geometry()))

    def _place_words(self, hole: QRect) -> QRect:
        size = self.callout.fitting()
        room = self.rect().adjusted(_SIDE, _SIDE, -_SIDE, -_SIDE)
        if hole.isEmpty():
            words = QRect(room.topLeft(), size)
            words.moveCenter(self.rect().center())
            return words
        below, above = hole.bottom() + _GAP, hole.top() - _GAP - size.height()
        right, left = hole.right() + _GAP, hole.left() - _GAP - size.width()
        across = hole.center().x() - size.width() // 2
        along = hole.center().y() - size.height() // 2
        corners = ((across, below), (across, above), (left, along), (right, along))
        places = [_inside(QRect(x, y, size.width(), size.height()), room) for x, y in corners]
        return min(places, key=lambda place: _shared(place, hole))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_of(self)
        cover = QPainterPath()
        cover.addRect(QRectF(self.rect()))
        edge = QRectF(self.hole).adjusted(1.5, 1.5, -1.5, -1.5)
        if not self.hole.isEmpty():
            inside = QPainterPath()
            inside.addRoundedRect(edge, _RADIUS, _RADIUS)
            cover = cover.subtracted(inside)
        painter.fillPath(cover, theme.color("scrim"))
        if not self.hole.isEmpty():
            painter.setPen(QPen(theme.color("accent"), _EDGE))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(edge, _RADIUS, _RADIUS)
        self._paint_ground(painter)

    def _paint_ground(self, painter: QPainter) -> None:
        """The shadow of the words, and the arrow from them to the hole."""
        shadow = theme.color("shadow")
        shadow.setAlphaF(shadow.alphaF() / 6)
        for grown in (2, 5, 9, 14):
            rect = QRectF(self.callout.geometry()).adjusted(-grown, 2 - grown, grown, grown + 4)
            panel(painter, rect, shadow, None, _RADIUS + grown)
        painter.setPen(QPen(theme.color("line2"), 1))
        painter.setBrush(theme.color("bg1"))
        painter.drawPolygon(self._arrow)


def _inside(place: QRect, room: QRect) -> QRect:
    moved = QRect(place)
    moved.moveLeft(min(max(place.left(), room.left()), room.right() - place.width() + 1))
    moved.moveTop(min(max(place.top(), room.top()), room.bottom() - place.height() + 1))
    return moved


def _shared(place: QRect, hole: QRect) -> int:
    both = place & hole
    return both.width() * both.height() if not both.isEmpty() else 0


def _arrow(words: QRectF, hole: QRectF) -> QPolygonF:
    """From the edge of the words towards the hole; none where they lie in it."""
    if hole.isEmpty() or words.intersects(hole):
        return QPolygonF()
    middle, reach = hole.center(), _ARROW + 16
    x = min(max(middle.x(), words.left() + reach), words.right() - reach)
    y = min(max(middle.y(), words.top() + reach), words.bottom() - reach)
    if words.top() >= hole.bottom():
        return _triangle(QPointF(x, words.top()), QPointF(0, -1))
    if words.bottom() <= hole.top():
        return _triangle(QPointF(x, words.bottom()), QPointF(0, 1))
    if words.right() <= hole.left():
        return _triangle(QPointF(words.right(), y), QPointF(1, 0))
    return _triangle(QPointF(words.left(), y), QPointF(-1, 0))


def _triangle(foot: QPointF, way: QPointF) -> QPolygonF:
    across = QPointF(way.y(), way.x()) * _ARROW
    back = foot - way * 2
    return QPolygonF([back - across, foot + way * _ARROW, back + across])
