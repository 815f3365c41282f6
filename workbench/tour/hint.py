"""Two words beside the thing that is to be taken hold of, and a ring around it that comes and goes."""

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, QVariantAnimation
from PySide6.QtGui import QFontMetricsF, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from workbench import motion, theme
from workbench.kit.paint import painter_of, panel

_PULSE_MS = 1400
_RING = 24.0
_GROWTH = 12.0
_PILL = 28.0
_AWAY = 46.0  # from the middle of the ring to the words


class Hint(QWidget):
    """Lies over the window and never takes the mouse."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._words, self._middle = "", QPointF()
        self._left = False
        self._beat = 0.0
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._pulse = QVariantAnimation(self, startValue=0.0, endValue=1.0, duration=_PULSE_MS)
        self._pulse.setLoopCount(-1)
        self._pulse.valueChanged.connect(self._follow)
        self.hide()

    def point_at(self, place: QPoint | None, words: str = "") -> None:
        """Show the words beside this place of the window; None hides them."""
        window = self.parentWidget()
        if place is None or window is None:
            self._pulse.stop()
            self.hide()
            return
        self._words = words
        width = _AWAY + QFontMetricsF(theme.font("strong")).horizontalAdvance(words) + 30
        self._left = place.x() + width > window.width() - 20
        size = QSize(round(width + _AWAY), round(2 * _AWAY))
        self._middle = QPointF(size.width() - _AWAY if self._left else _AWAY, size.height() / 2)
        self.setGeometry(QRectF(QPointF(place) - self._middle, size.toSizeF()).toRect())
        self.setAccessibleName(words)
        if self.isHidden():
            self.show()
            if not motion.reduced():
                self._pulse.start()
        self.raise_()

    def _follow(self, beat: float) -> None:
        self._beat = beat
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_of(self)
        ring = theme.color("accent")
        ring.setAlphaF(0.9 * (1 - self._beat))
        painter.setPen(QPen(ring, 2.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        radius = _RING + _GROWTH * self._beat
        painter.drawEllipse(self._middle, radius, radius)
        accent, y = theme.color("accent"), self._middle.y()
        long = self.width() - 2 * _AWAY
        left = self._middle.x() - _AWAY - long if self._left else self._middle.x() + _AWAY
        pill = QRectF(left, y - _PILL / 2, long, _PILL)
        panel(painter, pill, accent, None, _PILL / 2)
        tip = pill.right() + 6 if self._left else pill.left() - 6
        foot = pill.right() - 3 if self._left else pill.left() + 3
        painter.drawPolygon(
            QPolygonF([QPointF(foot, y - 7), QPointF(tip, y), QPointF(foot, y + 7)])
        )
        painter.setFont(theme.font("strong"))
        painter.setPen(theme.color("accentInk"))
        painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, self._words)
