"""A slider with a coloured track and a round handle."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy

from workbench import theme
from workbench.kit.drag_slider import DragSlider
from workbench.kit.paint import focused, painter_of, panel

_HANDLE = 8.0


class Slider(DragSlider):
    """A thin slider whose track is coloured up to the handle."""

    def __init__(self, minimum: int, maximum: int, value: int, token: str = "accent") -> None:
        super().__init__(minimum, maximum)
        self._token = token
        self.setValue(value)
        self.setFixedHeight(28)
        self.setMinimumWidth(80)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(140, 28)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_of(self)
        painter.setOpacity(1.0 if self.isEnabled() else 0.45)
        middle = self.height() / 2
        track = QRectF(self.margin, middle - 2, self.width() - 2 * self.margin, 4)
        reach = max(1, self.maximum() - self.minimum())
        x = track.left() + track.width() * (self.sliderPosition() - self.minimum()) / reach
        panel(painter, track, theme.color("bg3"), None, 2)
        done = QRectF(track.topLeft(), QPointF(x, track.bottom()))
        panel(painter, done, theme.color(self._token), None, 2)
        painter.setBrush(theme.knob())
        painter.setPen(QPen(QColor(theme.color("line2")), 1))
        painter.drawEllipse(QPointF(x, middle), _HANDLE, _HANDLE)
        if focused(self) or self.isSliderDown():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.color("accent"), 2))
            painter.drawEllipse(QPointF(x, middle), _HANDLE + 3, _HANDLE + 3)
