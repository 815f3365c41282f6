"""The slider of the mixing: a track in the colours of the sources, with a mark at every stop."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QLinearGradient, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy

from engine.words import say
from workbench import theme
from workbench.kit.drag_slider import DragSlider
from workbench.kit.paint import focused, painter_of, panel
from workbench.views.colours import token_color

STEPS = 1000
_HANDLE = 9.0


class Scrubber(DragSlider):
    """A time from 0 to 1 in thousandths."""

    margin = 14.0

    def __init__(self, stops: Sequence[float]) -> None:
        super().__init__(0, STEPS)
        self._stops = stops
        self._colors: tuple[str | int, ...] = ("accent",)
        self.setSingleStep(STEPS // 100)
        self.setAccessibleName(say("How far the mixing is"))
        self.setFixedHeight(36)
        self.setMinimumWidth(160)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def time(self) -> float:
        """Where the handle is, 0..1."""
        return self.sliderPosition() / STEPS

    def set_time(self, time: float) -> None:
        """Move the handle to 0..1."""
        self.setValue(round(time * STEPS))

    def set_colors(self, colors: Sequence[str | int]) -> None:
        """The colours of the sources, in order, as tokens or class numbers."""
        self._colors = tuple(colors) or ("accent",)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(320, 36)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_of(self)
        middle = self.height() / 2
        track = QRectF(self.margin, middle - 2.5, self.width() - 2 * self.margin, 5)
        panel(painter, track, theme.color("bg3"), None, 2.5)
        here = track.left() + track.width() * self.time
        done = QRectF(track)
        done.setRight(here)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._fill(track))
        painter.drawRoundedRect(done, 2.5, 2.5)
        painter.setBrush(theme.color("ink2"))
        for stop in self._stops:
            painter.drawEllipse(QPointF(track.left() + track.width() * stop, middle), 3, 3)
        painter.setBrush(theme.knob())
        painter.setPen(QPen(theme.color("line2"), 1))
        painter.drawEllipse(QPointF(here, middle), _HANDLE, _HANDLE)
        if focused(self) or self.isSliderDown():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.color("accent"), 2))
            painter.drawEllipse(QPointF(here, middle), _HANDLE + 3, _HANDLE + 3)

    def _fill(self, track: QRectF) -> QLinearGradient:
        fill = QLinearGradient(track.topLeft(), track.topRight())
        for place, color in enumerate(self._colors):
            fill.setColorAt(place / max(1, len(self._colors) - 1), token_color(color))
        return fill
