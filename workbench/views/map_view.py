"""A map of the student's mind: dots for known kinds, rings for strangers; click, point and brush."""

from math import hypot

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from engine.words import say
from workbench import theme
from workbench.kit.paint import focus_ring, focused, painter_of
from workbench.views.layers import layer

Floats = NDArray[np.float64]
Labels = NDArray[np.int64]
Mask = NDArray[np.bool_]

_MARGIN = 10.0
_NEAR = 9.0
_CLICK = 4.0
_COLOURED = 10
_FAINT = 0.14
_WAYS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class MapView(QWidget):
    """`chosen(place)` by click or arrow key, `brushed(places)` with the points of a rectangle, () once cleared."""

    chosen = Signal(int)
    brushed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(160, 110)
        self.setAccessibleName(say("Map of the student's mind"))
        self._at: Floats = np.empty((0, 2))
        self._labels: Labels = np.empty(0, np.int64)
        self._names: tuple[str, ...] = ()
        self._known = 0
        self._lit: Mask | None = None
        self._shown = -1
        self._picture: QPixmap | None = None
        self._start: QPointF | None = None
        self._brush: QRectF | None = None
        theme.changed().connect(self._forget)

    def sizeHint(self) -> QSize:
        return QSize(240, 300)

    def set_points(self, at: Floats, labels: Labels, known: int, names: tuple[str, ...]) -> None:
        """Other points (M, 2), each with its label, `known` for strangers, and its name."""
        self._at, self._labels, self._known, self._names = at, labels, known, names
        self._lit, self._brush, self._shown = None, None, -1
        self._forget()

    def light(self, lit: Mask | None) -> None:
        """Dim all but these (M,); None: none is dimmed."""
        same = lit is self._lit or (
            lit is not None and self._lit is not None and np.array_equal(lit, self._lit)
        )
        if not same:
            self._lit = lit
            self._forget()

    def show_point(self, place: int) -> None:
        """Mark the sample that is on show, -1 for none."""
        if place != self._shown:
            self._shown = place
            self.setAccessibleDescription(self._names[place] if place >= 0 else "")
            self.update()

    @property
    def lit(self) -> Mask | None:
        """Which points are not dimmed; None: all."""
        return self._lit

    def pixels(self) -> Floats:
        """Where the points are on the widget, (M, 2), with one scale both ways."""
        if not len(self._at):
            return self._at
        low, high = self._at.min(0), self._at.max(0)
        room = np.array([self.width(), self.height()]) - 2 * _MARGIN
        scale = float((room / np.maximum(high - low, 1e-9)).min())
        middle = np.array([self.width(), self.height()]) / 2
        spread = (self._at - (low + high) / 2) * scale * np.array([1, -1])
        return np.asarray(middle + spread, np.float64)

    def clear_brush(self) -> None:
        """No rectangle is brushed any more."""
        self._start = None
        if self._brush is not None:
            self._brush = None
            self.update()
            self.brushed.emit(())

    # --- pointing ---

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._start = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._start is None:
            return
        way = event.position() - self._start
        if self._brush is not None or hypot(way.x(), way.y()) > _CLICK:
            self._brush = QRectF(self._start, event.position()).normalized()
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        start, self._start = self._start, None
        if start is None:
            return
        way = event.position() - start
        if self._brush is not None and hypot(way.x(), way.y()) > _CLICK:
            self.brushed.emit(tuple(self._inside(self._brush).tolist()))
            return
        self.clear_brush()
        there = self._under(start)
        if there >= 0:
            self.chosen.emit(there)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_Escape and self._brush is not None:
            self.clear_brush()
        elif key in _WAYS and len(self._at):
            self._walk(*_WAYS[key])
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            there = self._under(event.pos().toPointF())
            words = self._names[there] if there >= 0 else ""
            QToolTip.showText(event.globalPos(), words, self)
            return True
        return super().event(event)

    def _walk(self, right: int, down: int) -> None:
        """To the nearest point in a direction, within 45 degrees of it."""
        at = self.pixels()
        way = at - (at[self._shown] if self._shown >= 0 else at.mean(0))
        along = way @ np.array([right, down])
        aside = np.abs(way @ np.array([down, right]))
        far = np.where((along > 0.5) & (aside <= along), np.hypot(along, aside), np.inf)
        if np.isfinite(far).any():
            self.chosen.emit(int(far.argmin()))

    def _under(self, place: QPointF) -> int:
        if not len(self._at):
            return -1
        far = np.hypot(*(self.pixels() - np.array([place.x(), place.y()])).T)
        return int(far.argmin()) if far.min() <= _NEAR else -1

    def _inside(self, area: QRectF) -> Labels:
        x, y = self.pixels().T
        across = (area.left() <= x) & (x <= area.right())
        return np.flatnonzero(across & (area.top() <= y) & (y <= area.bottom()))

    # --- painting ---

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._forget()

    def paintEvent(self, event: QPaintEvent) -> None:
        ratio = self.devicePixelRatioF()
        if self._picture is None or self._picture.devicePixelRatio() != ratio:
            self._picture = layer(self, self._paint_points)
        painter = painter_of(self)
        painter.drawPixmap(0, 0, self._picture)
        self._paint_over(painter)
        if focused(self):
            focus_ring(painter, QRectF(self.rect()), 6)

    def draw(self, painter: QPainter) -> None:
        """All of it, as lines."""
        self._paint_points(painter)
        self._paint_over(painter)

    def _forget(self) -> None:
        self._picture = None
        self.update()

    def _paint_points(self, painter: QPainter) -> None:
        """Strangers first, so that the few known are not buried; what is dimmed below all others."""
        lit = np.ones(len(self._at), bool) if self._lit is None else self._lit
        pixels, strange = self.pixels(), self._labels >= self._known
        order = np.lexsort((~strange, lit))
        for place in order.tolist():
            painter.setOpacity(1.0 if lit[place] else _FAINT)
            label = int(self._labels[place])
            self._paint_mark(painter, QPointF(*pixels[place]), label)
        painter.setOpacity(1.0)

    def _paint_mark(self, painter: QPainter, place: QPointF, label: int) -> None:
        if label >= self._known:  # a thinner ring than elsewhere: here are hundreds
            painter.setPen(QPen(self._color(label), 1.1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(place, 2.6, 2.6)
        else:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._color(label))
            painter.drawEllipse(place, 2.4, 2.4)

    def _color(self, label: int) -> QColor:
        if label >= self._known:
            color = theme.color("unknown")
            color.setAlphaF(0.75)
            return color
        return theme.class_color(label) if label < _COLOURED else theme.color("ink3")

    def _paint_over(self, painter: QPainter) -> None:
        if 0 <= self._shown < len(self._at):
            there = QPointF(*self.pixels()[self._shown])
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.color("bg1"), 4))
            painter.drawEllipse(there, 7.5, 7.5)
            painter.setPen(QPen(theme.color("ink"), 2))
            painter.drawEllipse(there, 7.5, 7.5)
        if self._brush is not None:
            fill = theme.color("accent")
            fill.setAlphaF(0.14)
            painter.setPen(QPen(theme.color("accent"), 1.4))
            painter.setBrush(fill)
            painter.drawRect(self._brush)
