"""Every threshold at once, as a curve with a point that can be dragged along it."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPixmap,
    QPolygonF,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy

from engine.metrics.open_set import STEPS
from engine.words import say
from workbench import theme
from workbench.kit.drag_slider import DragSlider
from workbench.kit.paint import focus_ring, focused, painter_of, panel
from workbench.models.course import Course, Floats, Kind, in_words
from workbench.views.layers import layer

_LEFT, _TOP, _RIGHT = 40.0, 8.0, 14.0
_KEY_ROW = 16.0
_ROOM_FOR_KEY = 230
_ROOM_FOR_CAPTION = 124
_Key = tuple[str, str, Qt.PenStyle, float]
_CHANCE: _Key = (say("chance"), "ink3", Qt.PenStyle.DotLine, 1.4)
_FAINT: _Key = (say("kept, right or wrong"), "ink2", Qt.PenStyle.DashLine, 1.8)
_KEYS: dict[Kind, tuple[_Key, ...]] = {
    "oscr": ((say("kept and right"), "known", Qt.PenStyle.SolidLine, 2.4), _FAINT, _CHANCE),
    "roc": ((say("kept, right or wrong"), "known", Qt.PenStyle.SolidLine, 2.4), _CHANCE),
    "risk": ((say("wrong among the named"), "known", Qt.PenStyle.SolidLine, 2.4),),
}
_RESOLUTION = 500
_WORDS = say("Needs known kinds\nand strangers")


@dataclass(frozen=True)
class Rival:
    """Another run's curve (P,), and its own point on it."""

    x: Floats
    y: Floats
    point: tuple[float, float]
    token: str
    dash: Qt.PenStyle


class CurvesView(DragSlider):
    """A slider over the steps of the threshold, bent along a curve: the point snaps to it.

    The curves are painted once, the points each time.
    """

    def __init__(self) -> None:
        self._course: Course | None = None
        self._rivals: Sequence[Rival] = ()
        self._point = (float("nan"), float("nan"))
        self._picture: QPixmap | None = None
        self.keyed = True
        super().__init__(0, STEPS)
        self.setSingleStep(STEPS // 100)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(160, 90)
        self.setAccessibleName(say("Every threshold at once"))
        theme.changed().connect(self._forget)

    def sizeHint(self) -> QSize:
        return QSize(260, 300)

    def set_course(self, course: Course) -> None:
        """Another curve."""
        self._course = course
        self.setAccessibleName(say("Every threshold at once, {kind} curve", kind=course.kind))
        self._forget()

    def set_rivals(self, rivals: Sequence[Rival]) -> None:
        """The same curve of other runs, thin behind it."""
        moved = [id(rival.y) for rival in rivals] != [id(rival.y) for rival in self._rivals]
        self._rivals = rivals
        if moved:
            self._forget()
        self.update()

    def set_point(self, x: float, y: float) -> None:
        """Where the threshold is now; NaN hides the point."""
        self._point = x, y
        words = in_words(self._course.kind, x, y) if self._course else ""
        self.setToolTip(words)
        self.setAccessibleDescription(words)
        self.update()

    @property
    def point(self) -> tuple[float, float]:
        """Where the point is, as shares."""
        return self._point

    def at(self, x: float, y: float) -> QPointF:
        """The pixel of two shares."""
        area = self._area()
        return QPointF(area.left() + x * area.width(), area.bottom() - y * area.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._forget()

    def paintEvent(self, event: QPaintEvent) -> None:
        ratio = self.devicePixelRatioF()
        if self._picture is None or self._picture.devicePixelRatio() != ratio:
            self._picture = layer(self, self._paint_still)
        painter = painter_of(self)
        painter.drawPixmap(0, 0, self._picture)
        self._paint_points(painter)
        if focused(self):
            focus_ring(painter, QRectF(self.rect()), 6)

    def draw(self, painter: QPainter) -> None:
        """All of it, as lines and words."""
        self._paint_still(painter)
        self._paint_points(painter)

    def _follow(self, event: QMouseEvent) -> None:
        """To the step whose point on the curve is closest to the mouse."""
        if self._course is None:
            return
        area, place = self._area(), event.position()
        across = area.left() + self._course.steps_x * area.width() - place.x()
        down = area.bottom() - self._course.steps_y * area.height() - place.y()
        far = across**2 + down**2 + 1e-6 * np.abs(np.arange(STEPS + 1) - self.sliderPosition())
        if not np.isnan(far).all():
            self.setSliderPosition(int(np.nanargmin(far)))

    def _forget(self) -> None:
        self._picture = None
        self.update()

    def _captioned(self) -> bool:
        return self.height() >= _ROOM_FOR_CAPTION

    def _key(self) -> tuple[_Key, ...]:
        room = self.keyed and self.height() >= _ROOM_FOR_KEY and self._course is not None
        return _KEYS[self._course.kind] if room and self._course else ()

    def _area(self) -> QRectF:
        foot = _KEY_ROW * len(self._key()) + (38 if self._captioned() else 21)
        return QRectF(
            _LEFT, _TOP, self.width() - _LEFT - _RIGHT, max(20.0, self.height() - _TOP - foot)
        )

    def _paint_still(self, painter: QPainter) -> None:
        self._paint_axes(painter)
        course = self._course
        if course is None or not course.y.size:
            painter.setPen(theme.color("ink2"))
            painter.setFont(theme.font("small"))
            painter.drawText(self._area(), Qt.AlignmentFlag.AlignCenter, _WORDS)
            return
        if course.kind != "risk":
            _, token, style, width = _CHANCE
            painter.setPen(QPen(theme.color(token), width, style))
            painter.drawLine(self.at(0, 0), self.at(1, 1))
        for rival in self._rivals:
            painter.setPen(QPen(theme.color(rival.token), 1.3, rival.dash))
            painter.drawPolyline(self._line(rival.x, rival.y))
        self._paint_curves(painter, course)
        self._paint_facts(painter, course)
        self._paint_key(painter)

    def _paint_axes(self, painter: QPainter) -> None:
        area = self._area()
        painter.setFont(theme.font("tick"))
        for share, words in ((0.0, "0"), (0.5, "50%"), (1.0, "100%")):
            painter.setPen(QPen(theme.color("line"), 1))
            painter.drawLine(self.at(0, share), self.at(1, share))
            painter.setPen(theme.color("ink2"))
            row = QRectF(0, self.at(0, share).y() - 9, _LEFT - 6, 18)
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(row, right, words)
            column = QRectF(self.at(share, 0).x() - 24, area.bottom() + 3, 48, 16)
            if share == 1:
                column.moveRight(self.width())
            painter.drawText(column, Qt.AlignmentFlag.AlignCenter, words)
        if not self._captioned():
            return
        painter.setPen(theme.color("ink3"))
        below = QRectF(area.left(), area.bottom() + 18, area.width(), 16)
        across = self._course.across if self._course else ""
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, across)

    def _paint_curves(self, painter: QPainter, course: Course) -> None:
        main = self._line(course.x, course.y)
        under = QPainterPath()
        under.addPolygon(main)
        under.lineTo(self.at(float(course.x[-1]), 0))
        under.lineTo(self.at(float(course.x[0]), 0))
        fill = theme.color("known")
        fill.setAlphaF(0.12)
        painter.fillPath(under, fill)
        if course.above is not None:
            _, token, style, width = _FAINT
            painter.setPen(QPen(theme.color(token), width, style))
            painter.drawPolyline(self._line(course.x, course.above))
        painter.setPen(QPen(theme.color("known"), 2.4))
        painter.drawPolyline(main)

    def _line(self, x: Floats, y: Floats) -> QPolygonF:
        """A polygon of the curve, without the points that fall on the one before."""
        steps = np.round(np.stack([x, y]) * _RESOLUTION)
        moved = np.r_[True, np.any(np.diff(steps) != 0, axis=0)]
        moved[-1] = True
        return QPolygonF([self.at(a, b) for a, b in zip(x[moved], y[moved], strict=True)])

    def _paint_facts(self, painter: QPainter, course: Course) -> None:
        """What the curve is worth, in the corner that it leaves free."""
        roomy = self._area().height() >= 110
        painter.setFont(theme.font("strong" if roomy else "tick"))
        area, above = self._area().adjusted(8, 4, -6, -4), Qt.AlignmentFlag.AlignTop
        if course.kind != "risk" or course.y[-1] > 0.5:
            above = Qt.AlignmentFlag.AlignBottom
        words, side = "\n".join(course.facts), above | Qt.AlignmentFlag.AlignRight
        plate, ground = painter.boundingRect(area, side, words), theme.color("bg1")
        ground.setAlphaF(0.75)
        panel(painter, plate.adjusted(-4, 0, 4, 0), ground, None, 4)
        painter.setPen(theme.color("ink"))
        painter.drawText(area, side, words)

    def _paint_key(self, painter: QPainter) -> None:
        top = self.height() - _KEY_ROW * len(self._key())
        painter.setFont(theme.font("tick"))
        for row, (words, token, style, width) in enumerate(self._key()):
            middle = top + _KEY_ROW * (row + 0.5)
            painter.setPen(QPen(theme.color(token), width, style))
            painter.drawLine(QPointF(4, middle), QPointF(28, middle))
            painter.setPen(theme.color("ink2"))
            place = QRectF(36, middle - 9, self.width() - 36, 18)
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, words)

    def _paint_points(self, painter: QPainter) -> None:
        for rival in self._rivals:
            if not isnan(rival.point[0]):
                painter.setPen(QPen(theme.color(rival.token), 2))
                painter.setBrush(theme.color("bg1"))
                painter.drawEllipse(self.at(*rival.point), 4, 4)
        x, y = self._point
        if isnan(x) or isnan(y):
            return
        middle = self.at(x, y)
        painter.setPen(QPen(theme.color("ink2"), 1.2, Qt.PenStyle.DotLine))
        painter.drawLine(middle, self.at(x, 0))
        painter.drawLine(middle, self.at(0, y))
        painter.setPen(QPen(theme.color("accent"), 3))
        painter.setBrush(theme.knob())
        painter.drawEllipse(middle, 6.5, 6.5)
