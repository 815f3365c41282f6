"""A plot of growing curves over the passes of a run, cheap enough to be drawn ten times a second."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPen
from PySide6.QtWidgets import QFrame, QWidget

from engine.words import say
from workbench import theme
from workbench.models.curve import Curve, Smoothed
from workbench.views.decimate import Decimated

Floats = NDArray[np.float64]

# Buckets of the smoothed line, which is wide, and of the raw one. With more lines than a few only
# the main one is wide: wide lines are ten times as dear.
_FEW, _MANY, _CROWD = 110, 220, 5
_TICKS, _LABELLED = 42, 58  # the width of the axis at the left
_RAW_OPACITY = 0.18
_PASS_STEPS = [digit * 10**power for power in range(9) for digit in (1, 2, 5)]


@dataclass(frozen=True)
class Line:
    """One curve: which, its plain word, colour token, dashes (in pen widths), and how much it is smoothed."""

    name: str
    word: str
    token: str
    dash: tuple[float, ...] = ()
    smoothing: float = 0.0
    filled: bool = False
    main: bool = False


class Trace:
    """What is drawn of one line: a faint raw curve, a smoothed one, a dot at its end."""

    def __init__(self, line: Line, plot: pg.PlotItem, crowded: bool = False) -> None:
        self.line = line
        self._crowded = crowded
        self._raw = pg.PlotCurveItem(connect="all", antialias=False)
        self._smooth = pg.PlotCurveItem(connect="all", antialias=True)
        self._dot = pg.ScatterPlotItem(size=9, pxMode=True)
        self._raw.setZValue(1)
        self._smooth.setZValue(3 if line.main else 2)
        self._dot.setZValue(4)
        self._items = (self._raw, self._smooth, self._dot)
        for item in self._items:
            plot.addItem(item)
        self._start()
        self.dye()

    def _start(self) -> None:
        self._cuts = 0
        self._smoothed = Smoothed(self.line.smoothing) if self.line.smoothing else None
        self._few, self._many = Decimated(_FEW), Decimated(_MANY)
        self.last: float | None = None
        self.high, self.low = 0.0, 0.0

    def dye(self) -> None:
        """Take the colours of the theme."""
        colour = theme.color(self.line.token)
        width = 2.2 if self.line.main else 1.0 if self._crowded else 1.8
        pen = QPen(colour, width, c=Qt.PenCapStyle.RoundCap, j=Qt.PenJoinStyle.RoundJoin)
        pen.setCosmetic(True)
        if self.line.dash:
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            pen.setDashPattern(list(self.line.dash))
        self._smooth.setPen(pen)
        self._raw.setPen(_faint(colour, _RAW_OPACITY))
        self._dot.setBrush(pg.mkBrush(colour))
        self._dot.setPen(pg.mkPen(theme.color("bg1"), width=1.5))
        if self.line.filled:
            self._smooth.setFillLevel(0.0)
            self._smooth.setBrush(_faint(colour, 0.13))

    def draw(self, curve: Curve | None, smooth: bool) -> None:
        """Bring the items up to date; only what is new is looked at."""
        if curve is None or not len(curve):
            self.clear()
            return
        if curve.cuts != self._cuts:
            self._start()
            self._cuts = curve.cuts
        x, raw = curve.epochs, curve.values
        line = self._smoothed.follow(raw) if self._smoothed is not None else raw
        rows = self._few.rows(line)
        faint = self._smoothed is not None
        self._smooth.setVisible(smooth or not faint)
        self._smooth.setData(x[rows], line[rows])
        self._raw.setVisible(faint)
        many = self._many.rows(raw)
        if faint:
            self._raw.setData(x[many], raw[many])
            self._raw.setOpacity(1.0)
            opacity = _RAW_OPACITY if smooth else 1.0
            self._raw.setPen(_faint(theme.color(self.line.token), opacity))
        shown = line if smooth else raw
        self.last = float(shown[-1])
        top = shown[rows if smooth else many]
        self.high, self.low = float(top.max()), float(top.min())
        self._dot.setData(x=[x[-1]], y=[self.last])

    def clear(self) -> None:
        """Draw nothing."""
        self._start()
        for item in self._items:
            item.setData([], [])

    def remove(self, plot: pg.PlotItem) -> None:
        """Leave the plot."""
        for item in self._items:
            plot.removeItem(item)


class CurvePlot(pg.PlotWidget):
    """Lines over passes. `percent`: the values are shares, the axis goes from 0 to 100 %."""

    def __init__(self, percent: bool = False, parent: QWidget | None = None) -> None:
        bottom = _PassAxis("bottom")
        left = _PercentAxis("left") if percent else _Axis("left")
        super().__init__(parent, background=None, axisItems={"bottom": bottom, "left": left})
        self._percent = percent
        self._axes = (bottom, left)
        self._top, self._epochs, self._reach = 0.0, 0, 0.0
        self._said: tuple[float | None, str] = (None, "")
        self.traces: list[Trace] = []
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMinimumSize(200, 70)
        self.viewport().setAutoFillBackground(False)
        self.setStyleSheet("background: transparent; border: none;")
        item = self.getPlotItem()
        item.hideButtons()
        item.setMenuEnabled(False)
        item.setMouseEnabled(False, False)
        item.getViewBox().setDefaultPadding(0)
        item.setContentsMargins(0, 4, 12, 0)
        self._now = pg.InfiniteLine(0, 90)
        self._now.setZValue(-10)
        self._mark = pg.InfiniteLine(0, 0)
        self._mark.setZValue(-10)
        self._mark_text = pg.TextItem("", anchor=(1, 0))
        for extra in (self._now, self._mark, self._mark_text):
            extra.setVisible(False)
            self.addItem(extra, ignoreBounds=True)
        self.set_epochs(10)
        self._scale(0.0, 1.0)
        self._dye()
        theme.changed().connect(self._dye)

    def set_axis(self, words: str) -> None:
        """What the axis at the left counts."""
        axis = self._axes[1]
        axis.setLabel(words)
        axis.setWidth(_LABELLED if words else _TICKS)
        self._dye()

    def axis_words(self) -> str:
        """What the axis at the left says it counts."""
        return str(self._axes[1].labelText)

    def set_lines(self, lines: Sequence[Line]) -> None:
        """Draw these lines from now on."""
        if [trace.line for trace in self.traces] == list(lines):
            return
        for trace in self.traces:
            trace.remove(self.getPlotItem())
        self.traces = [Trace(line, self.getPlotItem(), len(lines) > _CROWD) for line in lines]
        self._top = 0.0

    def set_epochs(self, epochs: int) -> None:
        """How many passes the run has."""
        if epochs != self._epochs:
            self._epochs = epochs
            self._reach_to(0.0)

    def set_mark(self, value: float | None, words: str = "", token: str = "known") -> None:
        """A dashed line at a value that is not ours, with words that say whose it is."""
        if (value, words) == self._said:
            return
        self._said = (value, words)
        for part in (self._mark, self._mark_text):
            part.setVisible(value is not None)
        if value is not None:
            self._mark.setPos(value)
            self._mark.setPen(_dashed(theme.color(token)))
            self._mark_text.setText(words, theme.text_color(token))
            self._mark_text.setFont(theme.font("tick"))
            self._mark_text.setPos(self._reach, value)

    def draw(self, curves: Mapping[str, Curve], smooth: bool) -> None:
        """Bring every line up to date."""
        now = 0.0
        for trace in self.traces:
            curve = curves.get(trace.line.name)
            trace.draw(curve, smooth)
            if curve is not None and len(curve):
                now = max(now, float(curve.epochs[-1]))
        self._now.setVisible(now > 0)
        self._now.setPos(now)
        self._reach_to(now)
        if not self._percent:
            self._fit()

    def _reach_to(self, now: float) -> None:
        """The axis grows pass by pass until half is done, so that a long run begins as more than a sliver."""
        reach = float(self._epochs)
        if now <= reach / 2:
            reach = min(reach, max(1.25 * ceil(now), 0.1 * reach, 1.0))
        if reach != self._reach:
            self._reach = reach
            self.setXRange(-0.012 * reach, reach * 1.03, padding=0)
            self._mark_text.setPos(reach, self._said[0] or 0.0)

    def _fit(self) -> None:
        """Grow at once, shrink only when much is empty: a scale that moves all the time cannot be read."""
        high = max((trace.high for trace in self.traces), default=0.0)
        low = min((trace.low for trace in self.traces), default=0.0)
        if high > self._top or high < 0.55 * self._top:
            self._top = high * 1.08
            self._scale(min(0.0, low), self._top or 1.0)

    def _scale(self, low: float, high: float) -> None:
        reach = (high - low) or 1.0
        # room for half a label above: the axis leaves out those that do not fit
        self.setYRange(low - 0.035 * reach, high + 0.06 * reach, padding=0)

    def _dye(self) -> None:
        for axis in self._axes:
            axis.setPen(theme.color("line2"))
            axis.setTextPen(theme.color("ink3"))  # last: both dye the words beside it
            axis.setTickFont(theme.font("tick"))
            axis.label.setFont(theme.font("tick"))
        self._now.setPen(pg.mkPen(theme.color("line2"), width=1))
        for trace in self.traces:
            trace.dye()


class _Axis(pg.AxisItem):
    def __init__(self, orientation: str) -> None:
        super().__init__(orientation)
        self.setStyle(tickLength=0, hideOverlappingLabels=False, tickTextOffset=6)
        self.enableAutoSIPrefix(False)
        self.setGrid(False)
        if orientation == "left":
            self.setWidth(_TICKS)
            self.setGrid(50)
        else:
            self.setHeight(22)


class _PassAxis(_Axis):
    def tickValues(self, low: float, high: float, size: float) -> list[tuple[float, list[float]]]:
        room = max(1.0, size / 56)
        step = next(step for step in _PASS_STEPS if (high - low) / step <= room)
        return [(step, [float(tick) for tick in range(0, int(high) + 1, step)])]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        return [f"{value:,.0f}" if value else say("pass") for value in values]


class _PercentAxis(_Axis):
    def tickValues(self, low: float, high: float, size: float) -> list[tuple[float, list[float]]]:
        step = 0.25 if size > 110 else 0.5
        return [(step, [i * step for i in range(round(1 / step) + 1)])]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        return [f"{value:.0%}" for value in values]


def _faint(colour: QColor, opacity: float) -> QColor:
    faint = QColor(colour)
    faint.setAlphaF(opacity)
    return faint


def _dashed(colour: QColor) -> QPen:
    pen = QPen(_faint(colour, 0.7), 1)
    pen.setCosmetic(True)
    pen.setDashPattern([4, 4])
    return pen
