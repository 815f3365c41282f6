"""A tiny curve without axes."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QLinearGradient, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from workbench import theme
from workbench.kit.paint import painter_of


class Sparkline(QWidget):
    """The course of a number; empty while there are fewer than two values."""

    def __init__(self, token: str = "accent") -> None:
        super().__init__()
        self._token = token
        self._values: list[float] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def set_values(self, values: Sequence[float]) -> None:
        """Show these numbers, evenly spaced."""
        self._values = [float(value) for value in values]
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(110, 44)

    def paintEvent(self, event: QPaintEvent) -> None:
        paint_sparkline(painter_of(self), QRectF(self.rect()), self._values, self._token)


def paint_sparkline(painter: QPainter, rect: QRectF, values: Sequence[float], token: str) -> None:
    """The curve with a fading fill below it, inside `rect`."""
    if len(values) < 2:
        return
    low, high = min(values), max(values)
    if low == high:  # a constant runs through the middle
        low, high = low - 1, high + 1
    reach = high - low
    area = rect.adjusted(2, 3, -2, -3)
    step = area.width() / (len(values) - 1)
    points = [
        QPointF(area.left() + i * step, area.bottom() - area.height() * (value - low) / reach)
        for i, value in enumerate(values)
    ]
    line = QPainterPath(points[0])
    for point in points[1:]:
        line.lineTo(point)
    fill = QPainterPath(line)
    fill.lineTo(area.right(), rect.bottom())
    fill.lineTo(area.left(), rect.bottom())
    fade = QLinearGradient(rect.topLeft(), rect.bottomLeft())
    for stop, alpha in ((0.0, 0.38), (1.0, 0.0)):
        colour = theme.color(token)
        colour.setAlphaF(alpha)
        fade.setColorAt(stop, colour)
    painter.fillPath(fill, fade)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(theme.color(token), 1.8))
    painter.drawPath(line)
