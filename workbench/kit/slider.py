"""A slider with a coloured track and a round handle."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QSlider

from workbench import theme
from workbench.kit.paint import focused, painter_of, panel

_HANDLE = 8.0
_MARGIN = 12.0


class Slider(QSlider):
    """A horizontal slider over whole numbers; arrows, page keys, Home and End work as everywhere."""

    def __init__(self, minimum: int, maximum: int, value: int, token: str = "accent") -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._token = token
        self.setRange(minimum, maximum)
        self.setValue(value)
        self.setPageStep(max(1, (maximum - minimum) // 10))
        self.setFixedHeight(28)
        self.setMinimumWidth(80)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def sizeHint(self) -> QSize:
        return QSize(140, 28)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.setSliderDown(True)
            self._follow(event)
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.isSliderDown():
            self._follow(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.setSliderDown(False)
        self.update()

    def _follow(self, event: QMouseEvent) -> None:
        share = (event.position().x() - _MARGIN) / max(1.0, self.width() - 2 * _MARGIN)
        reach = self.maximum() - self.minimum()
        self.setSliderPosition(self.minimum() + round(min(1.0, max(0.0, share)) * reach))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_of(self)
        painter.setOpacity(1.0 if self.isEnabled() else 0.45)
        middle = self.height() / 2
        track = QRectF(_MARGIN, middle - 2, self.width() - 2 * _MARGIN, 4)
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
