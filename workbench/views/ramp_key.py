"""A colour ramp lying down, with a word at either end, on a plate."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QLinearGradient, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from engine.words import say
from workbench import theme
from workbench.kit.paint import painter_of, panel

_BAR, _GAP, _EDGE = 84, 9, 10


class RampKey(QWidget):
    """Explains the colours of what it lies on; the mouse goes through."""

    def __init__(self, parent: QWidget, ramp: str, low: str, high: str) -> None:
        super().__init__(parent)
        self._ramp = ramp
        self.setFont(theme.font("small"))
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.set_words(low, high)
        theme.changed().connect(self.update)

    def set_words(self, low: str, high: str) -> None:
        """What the ends mean."""
        self._low, self._high = low, high
        self.setAccessibleName(say("Colours from {low} to {high}", low=low, high=high))
        self.resize(self.sizeHint())
        self.update()

    def words(self) -> tuple[str, str]:
        """What the ends mean."""
        return self._low, self._high

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        words = sum(metrics.horizontalAdvance(word) for word in (self._low, self._high))
        return QSize(words + _BAR + 2 * _GAP + 2 * _EDGE + 2, 24)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_of(self)
        plate(painter, QRectF(self.rect()))
        left = _EDGE + self.fontMetrics().horizontalAdvance(self._low) + _GAP
        bar = QRectF(left, (self.height() - 7) / 2, _BAR, 7)
        fill = QLinearGradient(bar.topLeft(), bar.topRight())
        stops = theme.ramp(self._ramp)
        for position, stop in enumerate(stops):
            fill.setColorAt(position / (len(stops) - 1), stop)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(fill)
        painter.drawRoundedRect(bar, 3.5, 3.5)
        painter.setPen(theme.color("ink2"))
        words = QRectF(self.rect()).adjusted(_EDGE, 0, -_EDGE, 0)
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, self._low)
        right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(words, right, self._high)


def plate(painter: QPainter, rect: QRectF) -> None:
    """What words over a picture lie on."""
    ground = theme.color("bg1")
    ground.setAlphaF(0.9)
    panel(painter, rect, ground, None, 8)
