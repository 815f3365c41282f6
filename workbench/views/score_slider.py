"""How sure a box must be: the handle, over how many boxes are how sure."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPixmap, QResizeEvent
from PySide6.QtWidgets import QAbstractSlider, QSizePolicy

from engine.orbit import Floats
from engine.words import say
from workbench import theme
from workbench.kit.drag_slider import DragSlider
from workbench.kit.paint import focused, painter_of, panel
from workbench.models.scenes import CUTS
from workbench.views.layers import layer

BARS = 50
_HANDLE, _BUBBLE = 13.0, QSize(46, 22)
_TOP, _FOOT, _TRACK = 28.0, 34.0, 6.0


class ScoreSlider(DragSlider):
    """Over 0..100 hundredths. Bars below the handle are grey; heights are square roots of how many."""

    margin = 17.0

    def __init__(self) -> None:
        self._bars: Floats = np.zeros(BARS, np.float32)
        self._layers: tuple[QPixmap, QPixmap] | None = None
        super().__init__(0, CUTS)
        self.setMinimumSize(180, 120)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(136)
        self.setAccessibleName(say("How sure a box must be to count (score)"))
        theme.changed().connect(self._forget)

    def sizeHint(self) -> QSize:
        return QSize(320, 136)

    def set_scores(self, scores: Floats) -> None:
        """The scores (Q,) of the boxes there are."""
        counts, _ = np.histogram(scores, bins=BARS, range=(0, 1))
        tall = np.sqrt(counts)
        self._bars = (tall / max(float(tall.max(initial=0)), 1)).astype(np.float32)
        self._forget()

    def handle(self) -> QPointF:
        """The centre of the handle."""
        share = self.sliderPosition() / CUTS
        return QPointF(self.margin + share * (self.width() - 2 * self.margin), self.height() - 17)

    def sliderChange(self, change: QAbstractSlider.SliderChange) -> None:
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._forget()

    def _forget(self) -> None:
        self._layers = None
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._layers is None or self._layers[0].devicePixelRatio() != self.devicePixelRatioF():
            self._layers = layer(self, self._paint_left), layer(self, self._paint_right)
        painter, middle = painter_of(self), self.handle()
        halves = (
            QRectF(0, 0, middle.x(), self.height()),
            QRectF(middle.x(), 0, self.width() - middle.x(), self.height()),
        )
        for picture, half in zip(self._layers, halves, strict=True):
            painter.setClipRect(half)
            painter.drawPixmap(0, 0, picture)
        painter.setClipping(False)
        self._paint_handle(painter, middle)

    def _paint_left(self, painter: QPainter) -> None:
        self._paint_ground(painter, theme.color("bg3"), theme.color("bg3"))

    def _paint_right(self, painter: QPainter) -> None:
        self._paint_ground(painter, theme.color("known"), theme.color("known"))

    def _paint_ground(self, painter: QPainter, bar: QColor, track: QColor) -> None:
        wide = (self.width() - 2 * self.margin) / BARS
        foot, high = self.height() - _FOOT, self.height() - _FOOT - _TOP
        for place, share in enumerate(self._bars.tolist()):
            tall = max(1.0, high * share) if share else 0.0
            rect = QRectF(self.margin + place * wide + 0.8, foot - tall, wide - 1.6, tall)
            panel(painter, rect, bar, None, min(1.5, tall / 2))
        line = QRectF(
            self.margin, self.height() - 17 - _TRACK / 2, self.width() - 2 * self.margin, _TRACK
        )
        panel(painter, line, track, None, _TRACK / 2)

    def _paint_handle(self, painter: QPainter, middle: QPointF) -> None:
        ink = theme.color("ink")
        painter.setPen(QPen(ink, 2))
        painter.drawLine(QPointF(middle.x(), _BUBBLE.height()), middle)
        left = min(max(0.0, middle.x() - _BUBBLE.width() / 2), self.width() - _BUBBLE.width())
        bubble = QRectF(QPointF(left, 0), _BUBBLE)
        panel(painter, bubble, ink, None, _BUBBLE.height() / 2)
        painter.setFont(theme.font("strong"))
        painter.setPen(theme.color("bg0"))
        words = f"{self.sliderPosition() / CUTS:.2f}"
        painter.drawText(bubble, Qt.AlignmentFlag.AlignCenter, words)
        if self.isSliderDown() or focused(self):
            painter.setPen(QPen(theme.color("accent"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(middle, _HANDLE + 3, _HANDLE + 3)
        painter.setPen(QPen(theme.color("line2"), 1))
        painter.setBrush(theme.knob())
        painter.drawEllipse(middle, _HANDLE, _HANDLE)
        painter.setPen(QPen(theme.color("ctl"), 1.6))
        for offset in (-4.0, 0.0, 4.0):
            painter.drawLine(middle + QPointF(offset, -4.5), middle + QPointF(offset, 4.5))
