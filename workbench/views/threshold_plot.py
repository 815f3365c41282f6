"""The handle that decides how sure a net must be, over how sure it is of what."""

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractSlider, QSizePolicy

from engine.metrics.open_set import STEPS
from engine.metrics.scale import Scale
from engine.words import say
from workbench import theme
from workbench.kit.paint import focused, painter_of, panel
from workbench.models.swept import Shape
from workbench.views.brush_slider import BrushSlider
from workbench.views.histogram import LEGEND, legend_place, paint_histogram, paint_legend
from workbench.views.layers import layer

_HANDLE = 15.0
_RING = 20.0
_BUBBLE = QSize(64, 26)
_NAME_HEIGHT = 18
_TOP = 32
_FOOT = 66
_TRACK = 8.0
_CAPTIONS = (
    (say("←  says “I do not know this”"), "unknown", Qt.AlignmentFlag.AlignLeft),
    (say("says which kind it is  →"), "known", Qt.AlignmentFlag.AlignRight),
)
_DIRTY = 34  # half the width of everything that moves with the handle


class ThresholdPlot(BrushSlider):
    """A slider over 0..1000 steps of a scale. Arrow keys move by 10 steps, with Shift by 100; Home and End.

    Everything but the handle is painted once; a move repaints only the strip it crosses.
    """

    margin = 24.0
    _ghost: float | None = None
    _painted_at = 0.0
    _name_at = QRectF()

    def __init__(self) -> None:
        self._scale, self._exact, self._ghost_words = Scale(), 0.0, ""
        super().__init__(0, STEPS)
        self._shape: Shape | None = None
        self._layers: tuple[QPixmap, QPixmap] | None = None
        self.setSingleStep(STEPS // 100)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(320, 154)
        self.setAccessibleName(say("Threshold: how sure it must be before it names a thing"))
        theme.changed().connect(self._forget)

    def sizeHint(self) -> QSize:
        return QSize(700, 300)

    def set_shape(self, shape: Shape, scale: Scale) -> None:
        """Other histograms on another scale; a band on the former one means nothing any more."""
        self._shape, self._scale = shape, scale
        self.clear_band()
        self._forget()

    def set_ghost(self, value: float | None, words: str = "") -> None:
        """Where validation would put the handle, None: nowhere, and what for."""
        share = None if value is None else float(self._scale.shares(value))
        inside = None if share is None else min(1.0, max(0.0, share))
        said = (
            ""
            if value is None
            else say("validation: {limit}, {words}", limit=self._scale.say(value), words=words)
        )
        if (inside, said) != (self._ghost, self._ghost_words):
            self._ghost, self._ghost_words = inside, said
            self._forget()

    def set_exact(self, value: float) -> None:
        """The value itself, which may lie between two steps; the bubble says it."""
        self._exact = value
        self._update_strip()

    def set_spoken(self, words: str) -> None:
        """What a screen reader says of the value."""
        self.setAccessibleDescription(words)

    def handle(self) -> QPointF:
        """The centre of the handle, in pixels of this widget."""
        return QPointF(self._x(self.sliderPosition() / STEPS), self.height() - 44)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        way = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if way and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.move_by(way * self.pageStep())
        else:
            super().keyPressEvent(event)

    def move_by(self, steps: int) -> None:
        """Move the handle, no further than its ends."""
        self.setValue(self.value() + steps)

    def sliderChange(self, change: QAbstractSlider.SliderChange) -> None:
        if self._scale.step(self._exact) != self.sliderPosition():
            self._exact = self._scale.value(self.sliderPosition())
        self._update_strip()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._forget()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._layers is None or self._layers[0].devicePixelRatio() != self.devicePixelRatioF():
            self._layers = layer(self, self._paint_left), layer(self, self._paint_right)
        painter = painter_of(self)
        middle = self.handle()
        self._painted_at = middle.x()
        halves = (
            QRectF(0, 0, middle.x(), self.height()),
            QRectF(middle.x(), 0, self.width() - middle.x(), self.height()),
        )
        for picture, half in zip(self._layers, halves, strict=True):
            painter.setClipRect(half)
            painter.drawPixmap(0, 0, picture)
        painter.setClipping(False)
        self._paint_over(painter)

    def draw(self, painter: QPainter) -> None:
        """All of it, as lines and words, for a picture that is kept."""
        middle, width = self.handle(), float(self.width())
        for paint, left, right in (
            (self._paint_left, 0.0, middle.x()),
            (self._paint_right, middle.x(), width),
        ):
            painter.save()
            painter.setClipRect(QRectF(left, 0, right - left, self.height()))
            paint(painter)
            painter.restore()
        self._paint_over(painter)

    def _paint_over(self, painter: QPainter) -> None:
        """What moves."""
        middle = self.handle()
        if self._band is not None:
            self._paint_band(painter, *self._band)
        self._paint_captions(painter, middle.x())
        self._paint_ghost_name(painter)
        self._paint_handle(painter, middle)

    def _x(self, share: float) -> float:
        return self.margin + share * (self.width() - 2 * self.margin)

    def ground(self) -> QRectF:
        """What lies under the curves."""
        return QRectF(
            self.margin, _TOP, self.width() - 2 * self.margin, max(1, self.height() - _TOP - _FOOT)
        )

    def _forget(self) -> None:
        self._layers = None
        self.update()

    def _update_strip(self) -> None:
        left, right = sorted((self._painted_at, self.handle().x()))
        moved = self._ghost_place() != self._name_at  # the words by the ghost's line give way
        if moved or self._covers(left) != self._covers(right):
            self.update()
            return
        width = int(right - left) + 2 * _DIRTY
        self.update(QRect(int(left) - _DIRTY, 0, width + 1, self.height()))

    def _paint_left(self, painter: QPainter) -> None:
        self._paint_ground(painter, "unknown")

    def _paint_right(self, painter: QPainter) -> None:
        self._paint_ground(painter, "known")

    def _paint_ground(self, painter: QPainter, token: str) -> None:
        """Everything that stays, tinted as it looks on one side of the handle."""
        area = self.ground()
        tint = theme.color(token)
        tint.setAlphaF(0.085 if theme.is_dark() else 0.06)
        painter.fillRect(area, tint)
        if self._shape is not None:
            paint_histogram(painter, area.adjusted(0, LEGEND, 0, 0), self._shape)
            paint_legend(painter, legend_place(area, self._shape, self._ghost), self._shape)
        if self._ghost is not None:
            self._paint_ghost(painter, area, self._ghost)
        painter.setPen(QPen(theme.color("line2"), 1))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        self._paint_track(painter, theme.color(token))

    def _paint_captions(self, painter: QPainter, x: float) -> None:
        """What is said on either side of the handle at x, unless the bubble is in its place."""
        row = QRectF(self.margin + 8, 0, self.width() - 2 * self.margin - 16, _BUBBLE.height())
        painter.setFont(theme.font("strong"))
        for (words, token, side), covered in zip(_CAPTIONS, self._covers(x), strict=True):
            if not covered:
                painter.setPen(theme.text_color(token))
                painter.drawText(row, Qt.AlignmentFlag.AlignVCenter | side, words)

    def _covers(self, x: float) -> tuple[bool, bool]:
        """Whether the bubble of a handle at x is in the place of the left and of the right caption."""
        metrics = QFontMetricsF(theme.font("strong"))
        left, right = (metrics.horizontalAdvance(words) for words, _, _ in _CAPTIONS)
        reach = self.margin + 16 + _BUBBLE.width() / 2
        return x < reach + left, x > self.width() - reach - right

    def _paint_ghost(self, painter: QPainter, area: QRectF, ghost: float) -> None:
        x = self._x(ghost)
        painter.setPen(QPen(theme.color("ink2"), 1.2, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(x, area.top()), QPointF(x, self.height() - 44 - _TRACK))

    def _paint_ghost_name(self, painter: QPainter) -> None:
        """Beside the line of validation, where the handle's line does not cross the words."""
        self._name_at = place = self._ghost_place()
        if self._ghost is None:
            return
        painter.setFont(theme.font("tick"))
        ground = theme.color("bg1")
        ground.setAlphaF(0.75)
        panel(painter, place.adjusted(-4, 0, 4, 0), ground, None, 4)
        painter.setPen(theme.color("ink2"))
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, self._ghost_words)

    def _ghost_place(self) -> QRectF:
        """Above the curves, beside its line, else beside the handle: wherever nothing crosses."""
        if self._ghost is None:
            return QRectF()
        width = QFontMetricsF(theme.font("tick")).horizontalAdvance(self._ghost_words) + 4
        x, handle = self._x(self._ghost), self.handle().x()
        near, far = (x + 10, x - 10 - width), (handle + 14, handle - 14 - width)
        tops = (_TOP + 3, _TOP + LEGEND + 3)
        places = [(left, top) for top in tops for left in (*near, *far)]
        areas = [QRectF(left, top, width, _NAME_HEIGHT) for left, top in places]
        inside = [area for area in areas if self._is_inside(area, handle)]
        legend = (
            QRectF()
            if self._shape is None
            else legend_place(self.ground(), self._shape, self._ghost)
        )
        free = [area for area in inside if not area.adjusted(-6, 0, 6, 0).intersects(legend)]
        return (free or inside or areas)[0]

    def _is_inside(self, place: QRectF, handle: float) -> bool:
        crossed = place.left() - 6 < handle < place.right() + 6
        return not crossed and self.ground().contains(place)

    def _paint_band(self, painter: QPainter, low: int, high: int) -> None:
        area, fill = self.ground(), theme.color("accent")
        area.setLeft(self._x(low / STEPS))
        area.setRight(self._x(high / STEPS))
        fill.setAlphaF(0.16)
        painter.fillRect(area, fill)
        painter.setPen(QPen(theme.color("accent"), 1.4))
        painter.drawLine(area.topLeft(), area.bottomLeft())
        painter.drawLine(area.topRight(), area.bottomRight())

    def _paint_track(self, painter: QPainter, color: QColor) -> None:
        y = self.height() - 44
        track = QRectF(self.margin, y - _TRACK / 2, self.width() - 2 * self.margin, _TRACK)
        panel(painter, track, color, None, _TRACK / 2)
        painter.setFont(theme.font("tick"))
        painter.setPen(theme.color("ink2"))
        for share in (0.0, 0.25, 0.5, 0.75, 1.0):
            value = self._scale.value(round(share * STEPS))
            words = f"{value:g}" if self._scale.probability else self._scale.say(value)
            place = QRectF(self._x(share) - 30, self.height() - 20, 60, 18)
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, words)

    def _paint_handle(self, painter: QPainter, middle: QPointF) -> None:
        ink = theme.color("ink")
        painter.setPen(QPen(ink, 2))
        painter.drawLine(QPointF(middle.x(), _BUBBLE.height()), middle)
        self._paint_bubble(painter, middle.x(), ink)
        active = self.isSliderDown() or focused(self) or self.underMouse()
        if focused(self):
            painter.setPen(QPen(theme.color("accent"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(middle, _RING + 3, _RING + 3)
        painter.setPen(QPen(theme.color("accent"), 2.5 if active else 1.5))
        painter.setBrush(theme.color("bg1"))
        painter.drawEllipse(middle, _RING - 1.5, _RING - 1.5)
        painter.setPen(QPen(theme.color("line2"), 1))
        painter.setBrush(theme.knob())
        painter.drawEllipse(middle, _HANDLE, _HANDLE)
        painter.setPen(QPen(theme.color("ctl"), 1.6))
        for offset in (-4.5, 0, 4.5):
            across = QPointF(offset, 5)
            painter.drawLine(middle + QPointF(offset, -5), middle + across)

    def _paint_bubble(self, painter: QPainter, x: float, ink: QColor) -> None:
        left = min(max(0.0, x - _BUBBLE.width() / 2), self.width() - _BUBBLE.width())
        bubble = QRectF(QPointF(left, 0), _BUBBLE)
        panel(painter, bubble, ink, None, _BUBBLE.height() / 2)
        painter.setFont(theme.font("strong"))
        painter.setPen(theme.color("bg0"))
        painter.drawText(bubble, Qt.AlignmentFlag.AlignCenter, self._scale.say(self._exact))
