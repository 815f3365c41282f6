"""A card with live curves: title, key with the newest values, plot, and the same as a table."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from engine.words import of_100, say
from workbench.kit import Card, IconButton, Segmented, Text
from workbench.models.curve import Curve
from workbench.views.curve_plot import CurvePlot, Line, Trace
from workbench.views.curve_table import CurveTableModel, make_table
from workbench.views.legend import Entry, Legend

_NO_CURVES: Mapping[str, Curve] = {}


class CurveCard(Card):
    """Marked `dirty` when there is something new; whoever owns it calls `redraw` when it is its turn."""

    wants_redraw = Signal()

    def __init__(self, title: str, term: str, percent: bool = False, smooths: bool = False) -> None:
        super().__init__()
        self.dirty = False
        self._curves = _NO_CURVES
        self._lines: Sequence[Line] = ()
        self._percent = percent
        self.plot = CurvePlot(percent)
        self.plot.setAccessibleName(title)
        self.legend = Legend()
        self.smoothing = Segmented([say("Smooth"), say("Raw")])
        self.smoothing.setVisible(smooths)
        self.smoothing.changed.connect(lambda _index: self._touch())
        self.as_table = IconButton("table", say("Show “{title}” as a table", title=title), 28)
        self.as_table.setCheckable(True)
        self._model = CurveTableModel(percent)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.plot)
        self._stack.addWidget(make_table(self._model, title))
        self.as_table.toggled.connect(self._turn)
        self._header = header = QHBoxLayout()
        header.setSpacing(8)
        self._heading, self._term = Text(title, "h2"), Text(term, "small", "ink3", elide=True)
        self._heading.setMinimumHeight(self.smoothing.height())  # titles side by side align
        header.addWidget(self._heading)
        header.addWidget(self._term, 1)
        header.addWidget(self.smoothing)
        header.addWidget(self.as_table)
        self.body.setContentsMargins(18, 12, 14, 8)
        self.body.setSpacing(6)
        self.body.addLayout(header)
        self.body.addWidget(self.legend)
        self.body.addWidget(self._stack, 1)

    def set_heading(self, title: str, term: str) -> None:
        """Call what is shown something else."""
        self._heading.setText(title)
        self._term.setText(term)
        self.plot.setAccessibleName(title)
        self.as_table.setToolTip(say("Show “{title}” as a table", title=title))

    def add_control(self, control: QWidget) -> None:
        """One more switch above the curves."""
        self._header.insertWidget(2, control)

    def heading(self) -> str:
        """The title."""
        return self._heading.text()

    def follow(self, curves: Mapping[str, Curve], lines: Sequence[Line], epochs: int) -> None:
        """Show these lines of these curves, which grow in place, over so many passes."""
        self._curves, self._lines = curves, lines
        self.plot.set_lines(lines)
        self.plot.set_epochs(max(1, epochs))
        self._show_values()
        self._touch()

    def mark_dirty(self) -> None:
        """Something was added to the curves."""
        self._touch()

    def redraw(self) -> None:
        """Draw what is new."""
        self.dirty = False
        if self.as_table.isChecked():
            self._model.show(self._lines, self._curves)
        self.plot.draw(self._curves, self.smoothing.index == 0)
        self._show_values()

    def _show_values(self) -> None:
        self.legend.set_entries(
            [
                Entry(line.word, line.token, line.dash, self._value(line, trace))
                for line, trace in zip(self._lines, self.plot.traces, strict=True)
            ]
        )

    def _value(self, line: Line, trace: Trace) -> str:
        """The newest number at once; where an average is drawn, the average."""
        curve = self._curves.get(line.name)
        averaged = line.smoothing and self.smoothing.index == 0
        value = trace.last if averaged else curve.last if curve is not None else None
        if value is None:
            return ""
        return f"{of_100(value, 1)} %" if self._percent else f"{value:.2f}"

    def _touch(self) -> None:
        self.dirty = True
        self.wants_redraw.emit()

    def _turn(self, table: bool) -> None:
        self._stack.setCurrentIndex(int(table))
        self._touch()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._touch()
