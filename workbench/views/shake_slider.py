"""How much the picture is shaken: a handle that stands only where a shaken picture was kept or measured."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QMouseEvent, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy

from engine.words import say
from workbench import theme
from workbench.kit.drag_slider import DragSlider
from workbench.kit.paint import focused, painter_of, panel

_HANDLE = 8.0


class ShakeSlider(DragSlider):
    """Its value is the number of the step; steps lie as far apart as their grey levels are."""

    def __init__(self) -> None:
        super().__init__(0, 0)
        self.steps: tuple[float, ...] = (0.0,)
        self.setPageStep(1)
        self.setFixedHeight(24)
        self.setMinimumWidth(80)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(say("Shake the picture (adversarial noise), in grey levels of 255"))

    def sizeHint(self) -> QSize:
        return QSize(140, 24)

    def set_steps(self, steps: Sequence[float]) -> None:
        """Rising, from 0."""
        self.steps = tuple(steps)
        self.setRange(0, len(steps) - 1)
        self.setEnabled(len(steps) > 1)
        self.update()

    def place_of(self, step: int) -> float:
        """Where a step is, in pixels from the left."""
        share = self.steps[step] / (self.steps[-1] or 1.0)
        return self.margin + share * (self.width() - 2 * self.margin)

    def _follow(self, event: QMouseEvent) -> None:
        at = event.position().x()
        nearest = min(range(len(self.steps)), key=lambda step: abs(self.place_of(step) - at))
        self.setSliderPosition(nearest)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_of(self)
        painter.setOpacity(1.0 if self.isEnabled() else 0.45)
        middle, x = self.height() / 2, self.place_of(self.sliderPosition())
        track = QRectF(self.margin, middle - 2, self.width() - 2 * self.margin, 4)
        panel(painter, track, theme.color("bg3"), None, 2)
        panel(
            painter,
            QRectF(track.topLeft(), QPointF(x, track.bottom())),
            theme.color("accent"),
            None,
            2,
        )
        painter.setPen(QPen(theme.color("ctl"), 1))
        for step in range(len(self.steps)):
            at = self.place_of(step)
            painter.drawLine(QPointF(at, middle + 6), QPointF(at, middle + 9))
        painter.setBrush(theme.knob())
        painter.setPen(QPen(theme.color("line2"), 1))
        painter.drawEllipse(QPointF(x, middle), _HANDLE, _HANDLE)
        if focused(self) or self.isSliderDown():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.color("accent"), 2))
            painter.drawEllipse(QPointF(x, middle), _HANDLE + 3, _HANDLE + 3)
