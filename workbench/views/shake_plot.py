"""How well boxes are found when the picture is shaken: this run, and dashed another one."""

from functools import partial

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.words import say
from workbench import theme
from workbench.kit.paint import painter_of, panel
from workbench.models.classroom_words import percent
from workbench.models.rival_curve import RivalCurve

_LEFT, _TOP, _RIGHT, _FOOT = 38.0, 8.0, 14.0, 18.0
_DASH = (3.0, 2.4)


class ShakePlot(QWidget):
    """`show_curves` says everything; dots only where something was measured."""

    def __init__(self) -> None:
        super().__init__()
        self.own: RivalCurve | None = None
        self.other: RivalCurve | None = None
        self.epsilon, self.end = 0.0, 1.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(58)
        self.setAccessibleName(say("Boxes found (AP50) against how much the picture is shaken"))
        theme.changed().connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(300, 120)

    def show_curves(
        self, own: RivalCurve, other: RivalCurve | None, epsilon: float, end: float
    ) -> None:
        """Two curves, where the handle stands, and where the axis ends."""
        self.own, self.other, self.epsilon, self.end = own, other, epsilon, max(end, 1e-9)
        lines = [f"{one.name}: {percent(one.at(epsilon))}" for one in self._curves()]
        self.setAccessibleDescription(
            say("At {epsilon:g} grey levels, {lines}", epsilon=epsilon, lines="; ".join(lines))
        )
        table = [f"{one.name}: {_listed(one)}" for one in self._curves()]
        self.setToolTip(
            say("Average precision at an overlap of a half (AP50) by grey levels of 255\n")
            + "\n".join(table)
        )
        self.update()

    def _curves(self) -> list[RivalCurve]:
        return [one for one in (self.own, self.other) if one is not None]

    # --- painting ---

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_of(self)
        area = QRectF(_LEFT, _TOP, self.width() - _LEFT - _RIGHT, self.height() - _TOP - _FOOT)
        if self.own is None or not self.own.measured:
            painter.setFont(theme.font("small"))
            painter.setPen(theme.color("ink2"))
            wrap = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(
                QRectF(self.rect()),
                int(wrap),
                say("How well it does when shaken was not measured."),
            )
            return
        self._paint_axes(painter, area)
        taken: list[QRectF] = []
        for curve in self._curves():
            self._paint_curve(painter, area, curve)
        for curve in reversed(self._curves()):
            self._paint_dot(painter, area, curve)
        for curve in self._curves():
            self._name(painter, area, curve, taken)

    def _top(self) -> float:
        """The end of the upright axis: the next tenth, two fifths at least."""
        most = max(value for curve in self._curves() for _, value in curve.measured)
        return next(top for top in (0.4, 0.6, 0.8, 1.0) if most <= top + 1e-9 or top == 1.0)

    def _at(self, area: QRectF, epsilon: float, value: float) -> QPointF:
        x = area.left() + epsilon / self.end * area.width()
        return QPointF(x, area.bottom() - value / self._top() * area.height())

    def _line(self, area: QRectF, curve: RivalCurve) -> list[QPointF]:
        return [self._at(area, *point) for point in curve.measured if point[0] <= self.end]

    def _paint_axes(self, painter: QPainter, area: QRectF) -> None:
        painter.setFont(theme.font("tick"))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for share in (0.0, 0.5, 1.0):
            y = area.bottom() - share * area.height()
            painter.setPen(QPen(theme.color("line"), 1))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            painter.setPen(theme.color("ink2"))
            painter.drawText(QRectF(0, y - 8, _LEFT - 6, 16), right, f"{share * self._top():.0%}")
        x = self._at(area, self.epsilon, 0).x()
        pen = QPen(theme.color("ink3"), 1)
        pen.setDashPattern([3, 3])
        painter.setPen(pen)
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
        assert self.own is not None
        for epsilon in (*self.own.epsilons, self.epsilon):
            here = epsilon == self.epsilon
            painter.setFont(theme.font("strong" if here else "tick"))
            painter.setPen(theme.color("ink" if here else "ink2"))
            foot = QRectF(self._at(area, epsilon, 0).x() - 16, area.bottom() + 3, 32, 15)
            if here or abs(self._at(area, epsilon, 0).x() - x) > 18:
                painter.drawText(foot, Qt.AlignmentFlag.AlignCenter, f"{epsilon:g}")

    def _paint_curve(self, painter: QPainter, area: QRectF, curve: RivalCurve) -> None:
        own = curve is self.own
        pen = QPen(theme.color("accent" if own else "ink3"), 2.4 if own else 1.8)
        if not own:
            pen.setDashPattern(list(_DASH))
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(QPolygonF(self._line(area, curve)))

    def _paint_dot(self, painter: QPainter, area: QRectF, curve: RivalCurve) -> None:
        value = curve.at(self.epsilon)
        if value is None:
            return
        token = "accent" if curve is self.own else "ink3"
        at = self._at(area, self.epsilon, value)
        painter.setPen(QPen(theme.color("bg1"), 1.6))
        painter.setBrush(theme.color(token))
        painter.drawEllipse(at, 5, 5)

    def _name(
        self, painter: QPainter, area: QRectF, curve: RivalCurve, taken: list[QRectF]
    ) -> None:
        """As near to its dot as neither another name nor a curve is in the way."""
        value = curve.at(self.epsilon)
        if value is None:
            return
        at = self._at(area, self.epsilon, value)
        metrics = QFontMetricsF(theme.font("strong"))
        room = max(at.x() - area.left(), area.right() - at.x()) - 12
        words = (
            metrics.elidedText(curve.name, Qt.TextElideMode.ElideRight, room - 50)
            + f"  {percent(value)}"
        )
        above = curve is self.own
        near = [at.x() + 10, at.x() - 10 - (wide := metrics.horizontalAdvance(words))]
        inside = [left for left in near if area.left() <= left <= area.right() + _RIGHT - wide]
        tops = sorted(range(0, round(area.bottom()) - 16, 3), key=lambda top: abs(top + 8 - at.y()))
        tops = [top for top in tops if (top + 8 < at.y()) == above] + tops
        lefts = inside or near[:1]
        lines = {left: self._between(area, left - 4, left + wide + 4) for left in lefts}
        places = [QRectF(left, top, wide, 16) for top in tops for left in lefts]
        free = (
            place
            for place in places
            if not any(map(place.intersects, [*taken, *lines[place.left()]]))
        )
        place = next(free, places[0])
        taken.append(place)
        ground = theme.color("bg1")
        ground.setAlphaF(0.86)
        panel(painter, place.adjusted(-3, 0, 3, 0), ground, None, 4)
        painter.setFont(theme.font("strong"))
        painter.setPen(theme.text_color("accent" if above else "ink2"))
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, words)

    def _between(self, area: QRectF, left: float, right: float) -> list[QRectF]:
        """Of each curve a box around what it is between these."""
        xs, boxes = np.linspace(left, right, 20), []
        for line in map(partial(self._line, area), self._curves()):
            ys = np.interp(xs, [at.x() for at in line], [at.y() for at in line])
            boxes.append(QRectF(left, ys.min() - 3, right - left, np.ptp(ys) + 6))
        return boxes


def _listed(curve: RivalCurve) -> str:
    return ", ".join(f"{epsilon:g} → {percent(value)}" for epsilon, value in curve.measured)
