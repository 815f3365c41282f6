"""One figure against one temperature or weight: dots at what was measured, a band of one standard deviation."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen, QPolygonF

from engine.compare.lines import Figure
from engine.words import say
from workbench import theme
from workbench.models.sheets import Sheet
from workbench.views.chart import Chart, near, nice_ticks

_LEFT, _TOP, _RIGHT, _FOOT = 34.0, 8.0, 14.0, 20.0
_CENTRE = Qt.AlignmentFlag.AlignCenter
Point = tuple[float, Figure, str]  # value, figure, what it was measured with


@dataclass(frozen=True)
class Choice:
    """A value that is marked by a line, and what to write beside it."""

    value: float
    words: str


class AblationPlot(Chart):
    """Points of one curve, values ascending on a logarithmic scale; `chosen(point)` when clicked."""

    def __init__(self, name: str, token: str) -> None:
        super().__init__(name)
        self._token, self._term, self._choice = token, "", Choice(1.0, "")
        self._points: list[Point] = []
        self.setMinimumSize(190, 84)

    def set_axis(self, name: str, term: str, choice: Choice) -> None:
        """Over another setting."""
        self.setAccessibleName(name)
        self._term, self._choice = term, choice

    def set_points(self, points: Sequence[Point]) -> None:
        """Another curve."""
        self._points = list(points)
        self.pointed = -1
        self.update()

    def count(self) -> int:
        return len(self._points)

    def say(self, item: int) -> str:
        value, figure, told = self._points[item]
        return f"{self._term} {value:g}: {figure.text} %, {told}"

    def item_at(self, place: QPointF) -> int:
        return near(place, [(i, self._at(t, f.mean)) for i, (t, f, _) in enumerate(self._points)])

    def numbers(self) -> Sheet:
        rows = [(f"{value:g}", figure.text, told) for value, figure, told in self._points]
        return Sheet((self._term, "%", say("measured with")), rows)

    def sizeHint(self) -> QSize:
        return QSize(250, 150)

    # --- geometry ---

    def _area(self) -> QRectF:
        width, height = self.width() - _LEFT - _RIGHT, self.height() - _TOP - _FOOT
        return QRectF(_LEFT, _TOP, width, height)

    def _span(self) -> tuple[float, float]:
        every = [self._choice.value, *(value for value, _, _ in self._points)]
        return min(every) / 1.08, max(every) * 1.08

    def _ticks(self) -> list[float]:
        spreads = [(figure.mean, figure.deviation or 0.0) for _, figure, _ in self._points]
        low = min(100 * (mean - spread) for mean, spread in spreads)
        high = max(100 * (mean + spread) for mean, spread in spreads)
        room = max(0.15 * (high - low), 0.1)
        return nice_ticks(max(0.0, low - room), min(100.0, high + room), 3)

    def _across(self, value: float) -> float:
        low, high = self._span()
        return self._area().left() + self._area().width() * log(value / low) / log(high / low)

    def _at(self, value: float, share: float) -> QPointF:
        ticks, area = self._ticks(), self._area()
        up = (100 * share - ticks[0]) / (ticks[-1] - ticks[0])
        return QPointF(self._across(value), area.bottom() - up * area.height())

    # --- painting ---

    def draw(self, painter: QPainter) -> None:
        if not self._points:
            return
        self._paint_axes(painter)
        self._paint_choice(painter)
        colour = theme.color(self._token)
        band = QPolygonF(
            [self._at(t, f.mean + (f.deviation or 0.0)) for t, f, _ in self._points]
            + [self._at(t, f.mean - (f.deviation or 0.0)) for t, f, _ in reversed(self._points)]
        )
        faint = theme.color(self._token)
        faint.setAlphaF(0.18)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(faint)
        painter.drawPolygon(band)
        painter.setPen(QPen(colour, 2.2, c=Qt.PenCapStyle.RoundCap, j=Qt.PenJoinStyle.RoundJoin))
        painter.drawPolyline(QPolygonF([self._at(t, f.mean) for t, f, _ in self._points]))
        for item, (value, figure, _) in enumerate(self._points):
            painter.setPen(QPen(theme.color("bg1"), 1.5))
            painter.setBrush(colour)
            radius = 6.5 if item == self.pointed else 4.5
            painter.drawEllipse(self._at(value, figure.mean), radius, radius)

    def _paint_axes(self, painter: QPainter) -> None:
        area, metrics = self._area(), QFontMetricsF(theme.font("tick"))
        painter.setFont(theme.font("tick"))
        ticks = self._ticks()
        for tick in ticks:
            y = area.bottom() - area.height() * (tick - ticks[0]) / (ticks[-1] - ticks[0])
            painter.setPen(QPen(theme.color("line"), 1))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            painter.setPen(theme.color("ink2"))
            place = QRectF(0, y - 8, _LEFT - 6, 16)
            painter.drawText(
                place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, f"{tick:g}"
            )
        self._paint_values(painter, area.bottom() + 3, metrics)

    def _paint_values(self, painter: QPainter, top: float, metrics: QFontMetricsF) -> None:
        """The paper's own first, then those that touch no label written before."""
        painter.setPen(theme.color("ink2"))
        chosen = self._choice.value
        measured = [value for value, _, _ in self._points]
        taken: list[tuple[float, float]] = []
        for value in sorted(measured, key=lambda one: one != chosen):
            words, x = f"{value:g}", self._across(value)
            half = metrics.horizontalAdvance(words) / 2 + 2
            if all(x + half < left or x - half > right for left, right in taken):
                painter.drawText(QRectF(x - 30, top, 60, _FOOT - 3), _CENTRE, words)
                taken.append((x - half, x + half))

    def _paint_choice(self, painter: QPainter) -> None:
        area, x = self._area(), self._across(self._choice.value)
        pen = QPen(theme.color("ink3"), 1)
        pen.setDashPattern([4, 3])
        painter.setPen(pen)
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
        painter.setFont(theme.font("tick"))
        painter.setPen(theme.color("ink2"))
        wide = QFontMetricsF(theme.font("tick")).horizontalAdvance(self._choice.words)
        left = x + 5 if x + 5 + wide < self.width() else x - 5 - wide
        spots = [self._at(value, figure.mean) for value, figure, _ in self._points]
        beside = [spot.y() for spot in spots if left - 20 < spot.x() < left + wide + 20]
        low = sum(beside) / len(beside) > area.center().y() if beside else False
        y = area.top() + 10 if low else area.bottom() - 6
        painter.drawText(QPointF(left, y), self._choice.words)
