"""Curves of several runs over each other; a curve can be clicked, and is then the chosen run."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF

from engine.words import of_100, say
from workbench import theme
from workbench.models.sheets import Sheet
from workbench.views.chart import Chart

Floats = NDArray[np.float64]
_LEFT, _TOP, _RIGHT, _FOOT = 40.0, 8.0, 14.0, 34.0
_NEAR = 9.0
_KEY_ROW = 15.0
_DASHES: tuple[tuple[float, ...], ...] = ((), (5.0, 3.0), (1.5, 2.5), (6.0, 2.0, 1.5, 2.0))
COLOURS = 10


@dataclass(frozen=True, eq=False)
class Overlaid:
    """One curve: what it is of, its name, class colour, x (n,) and y (n,) as shares 0..1."""

    run: Path
    name: str
    colour: int
    x: Floats
    y: Floats


class LinePlot(Chart):
    """`across`: what the x axis is, `shares`: whether it is one of shares 0..1, else it counts from 1."""

    def __init__(self, name: str, across: str, shares: bool) -> None:
        super().__init__(name)
        self._across, self._shares = across, shares
        self._curves: list[Overlaid] = []
        self._bold = -1
        self.setMinimumSize(200, 100)

    def set_curves(self, curves: Sequence[Overlaid]) -> None:
        """Other curves."""
        self._curves = [curve for curve in curves if curve.x.size]
        self.pointed = self._bold = -1
        self.update()

    def embolden(self, run: Path | None) -> None:
        """Draw one run's curve stronger."""
        runs = [curve.run for curve in self._curves]
        self._bold = runs.index(run) if run in runs else -1
        self.update()

    @property
    def curves(self) -> list[Overlaid]:
        """What is shown."""
        return list(self._curves)

    def count(self) -> int:
        return len(self._curves)

    def say(self, item: int) -> str:
        curve = self._curves[item]
        return say(
            "{curve}: {y}% at the end, {max}% at most",
            curve=curve.name,
            y=of_100(curve.y[-1], 1),
            max=of_100(curve.y.max(), 1),
        )

    def numbers(self) -> Sheet:
        grid = np.linspace(0, 1, 11) if self._shares else np.arange(1, self._reach() + 1)
        rows = [
            (
                f"{x:.0%}" if self._shares else f"{x:.0f}",
                *(self._value(curve, x) for curve in self._curves),
            )
            for x in grid
        ]
        return Sheet((self._across, *(curve.name for curve in self._curves)), rows)

    def _value(self, curve: Overlaid, x: float) -> str:
        if x > curve.x[-1] + 1e-9:
            return "–"
        row = int(np.searchsorted(curve.x, x + 1e-9, side="right")) - 1
        return f"{of_100(curve.y[row], 1)}%" if row >= 0 else "–"

    def sizeHint(self) -> QSize:
        return QSize(300, 180)

    # --- geometry ---

    def _reach(self) -> float:
        return (
            1.0
            if self._shares
            else max((float(curve.x[-1]) for curve in self._curves), default=1.0)
        )

    def _area(self) -> QRectF:
        return QRectF(_LEFT, _TOP, self.width() - _LEFT - _RIGHT, self.height() - _TOP - _FOOT)

    def _line(self, curve: Overlaid) -> Floats:
        """(n, 2) pixels."""
        area, start = self._area(), 0.0 if self._shares else 1.0
        reach = max(self._reach() - start, 1e-9)
        x = area.left() + (curve.x - start) / reach * area.width()
        return np.stack([x, area.bottom() - curve.y * area.height()], axis=1)

    def item_at(self, place: QPointF) -> int:
        at = np.array([place.x(), place.y()])
        apart = [
            (_distance(self._line(curve), at), item) for item, curve in enumerate(self._curves)
        ]
        distance, item = min(apart, default=(_NEAR, -1))
        return item if distance < _NEAR else -1

    # --- painting ---

    def draw(self, painter: QPainter) -> None:
        self._paint_axes(painter)
        strong = self.pointed if self.pointed >= 0 else self._bold
        for item, curve in enumerate(self._curves):
            if item != strong:
                self._paint_curve(painter, item, curve, 1.8 if strong < 0 else 1.4)
        if strong >= 0:
            self._paint_curve(painter, strong, self._curves[strong], 3.0)
        self._paint_key(painter)

    def _paint_key(self, painter: QPainter) -> None:
        """Names in the corner that rising curves leave free; as many as fit."""
        area, metrics = self._area(), QFontMetricsF(theme.font("tick"))
        room = max(1, int(area.height() * 0.62 / _KEY_ROW))
        shown = self._curves if len(self._curves) <= room else self._curves[: room - 1]
        names = [curve.name for curve in shown]
        if len(shown) < len(self._curves):
            names.append(say("and {curves} more", curves=len(self._curves) - len(shown)))
        width = min(
            area.width() * 0.72, max((metrics.horizontalAdvance(n) for n in names), default=0.0) + 2
        )
        top = area.bottom() - 4 - _KEY_ROW * len(names)
        painter.setFont(theme.font("tick"))
        for item, name in enumerate(names):
            place = QRectF(area.right() - width, top + _KEY_ROW * item, width, _KEY_ROW)
            if item < len(shown):
                painter.setPen(self._pen(item, 2.0))
                middle = place.center().y()
                painter.drawLine(
                    QPointF(place.left() - 30, middle), QPointF(place.left() - 6, middle)
                )
            painter.setPen(theme.color("ink2"))
            words = metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, width)
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, words)

    def _pen(self, item: int, width: float) -> QPen:
        pen = QPen(colour_of(self._curves[item].colour), width)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        dash = _DASHES[item % len(_DASHES)]
        if dash:
            pen.setDashPattern(list(dash))
        return pen

    def _paint_curve(self, painter: QPainter, item: int, curve: Overlaid, width: float) -> None:
        painter.setPen(self._pen(item, width))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        points = [QPointF(x, y) for x, y in self._line(curve)]
        painter.drawPolyline(QPolygonF(points))
        painter.setPen(QPen(theme.color("bg1"), 1.2))
        painter.setBrush(colour_of(curve.colour))
        painter.drawEllipse(points[-1], 4, 4)

    def _paint_axes(self, painter: QPainter) -> None:
        area = self._area()
        painter.setFont(theme.font("tick"))
        for share in (0.0, 0.5, 1.0):
            y = area.bottom() - share * area.height()
            painter.setPen(QPen(theme.color("line"), 1))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            painter.setPen(theme.color("ink2"))
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(QRectF(0, y - 8, _LEFT - 6, 16), right, f"{share:.0%}")
        painter.setPen(theme.color("ink2"))
        ends = ("0", "100%") if self._shares else ("1", f"{self._reach():.0f}")
        below = QRectF(area.left() - 10, area.bottom() + 2, area.width() + 20, 15)
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft, f"  {ends[0]}")
        painter.drawText(below, Qt.AlignmentFlag.AlignRight, ends[1])
        painter.setPen(theme.color("ink3"))
        painter.drawText(
            below.translated(0, 14), Qt.AlignmentFlag.AlignCenter, f"{self._across}  →"
        )


def colour_of(slot: int) -> QColor:
    """The colour of a picked run; beyond ten they could not be told apart."""
    return theme.class_color(slot) if slot < COLOURS else theme.color("ink3")


def _distance(line: Floats, at: Floats) -> float:
    """From a point to the nearest place on a line (n, 2)."""
    if len(line) == 1:
        return float(np.hypot(*(line[0] - at)))
    start, step = line[:-1], np.diff(line, axis=0)
    length = np.maximum((step**2).sum(1), 1e-12)
    along = np.clip(((at - start) * step).sum(1) / length, 0, 1)
    return float(np.hypot(*(start + along[:, None] * step - at).T).min())
