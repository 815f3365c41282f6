"""Side by side: curves of all picked runs over each other, and two runs' confusion matrices with their difference."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from engine.compare.answers import Answers, read_answers
from engine.compare.lines import Line
from engine.store import RunSummary
from engine.words import say
from workbench.background import read_in_background
from workbench.models.compare_table import CompareTable
from workbench.views.line_plot import COLOURS, LinePlot, Overlaid
from workbench.views.matrix_pair import READING, MatrixPair, name_of
from workbench.views.plot_card import PlotCard

if TYPE_CHECKING:
    from workbench.desk import Desk

_OSCR = say("OSCR: known right against strangers let in")
_PICK = say("Check runs in the table above to see them here.")


class PairView(QWidget):
    """Follows what is picked. Answers are read in the background, once, and only while this is on screen."""

    chosen = Signal(object)

    def __init__(self, desk: "Desk", table: CompareTable) -> None:
        super().__init__()
        self._desk, self._table = desk, table
        self._answers: dict[tuple[str, float], Answers | str | None] = {}
        self._overlaid: list[Line] = []
        learning = LinePlot(say("How the picked runs learnt"), say("pass"), shares=False)
        thresholds = LinePlot(
            say("Every threshold at once, picked runs"), say("strangers let in"), shares=True
        )
        self.learning = _card(
            say("How they learnt"), say("by validation: accuracy, likeness, mAP or mIoU"), learning
        )
        self.oscr = _card(say("Every threshold at once"), _OSCR, thresholds)
        self.matrices = MatrixPair(self.answers, table.called)
        self.cards: list[PlotCard] = [self.learning, self.oscr, self.matrices]
        self._lay_out()
        for plot in (learning, thresholds):
            plot.chosen.connect(partial(self._choose, plot))
        table.picks_changed.connect(self.refresh)

    def refresh(self) -> None:
        """Show what is picked now."""
        self._overlaid = self._table.picked[:COLOURS]
        self._show_learning()
        self.matrices.list_lines(self._overlaid)
        if self.isVisible():
            self._read()
        self._show_answers()

    def embolden(self, line: Line | None) -> None:
        """The selected run's curves are drawn stronger."""
        for card in self.cards:
            if isinstance(card.chart, LinePlot):
                card.chart.embolden(line.run.path if line is not None else None)

    def answers(self, run: RunSummary) -> Answers | str | None:
        """What was read of a run, the sentence why not, None while it is not known."""
        return self._answers.get((str(run.path), run.when))

    # --- curves ---

    def _show_learning(self) -> None:
        self._show_curves(
            self.learning,
            [
                (line, np.arange(1, len(line.run.curve) + 1), np.array(line.run.curve))
                for line in self._overlaid
            ],
            _PICK
            if not self._overlaid
            else say("None of the picked runs has finished a pass yet."),
        )

    def _show_answers(self) -> None:
        found = [(line, self.answers(line.run)) for line in self._overlaid]
        curves = [(line, one.let_in, one.right) for line, one in found if isinstance(one, Answers)]
        waiting = any(one is None and line.run.predicts for line, one in found)
        why = (
            _PICK
            if not found
            else READING
            if waiting
            else say("None of the picked runs met known kinds and strangers.")
        )
        self._show_curves(self.oscr, curves, why)
        self.matrices.show_answers()

    def _show_curves(
        self, card: PlotCard, curves: Sequence[tuple[Line, np.ndarray, np.ndarray]], why: str
    ) -> None:
        drawn = [
            Overlaid(
                line.run.path,
                name_of(line, self._table.called),
                self._table.colour_of(line) or 0,
                x.astype(float),
                y,
            )
            for line, x, y in curves
            if x.size
        ]
        if isinstance(card.chart, LinePlot):
            card.chart.set_curves(drawn)
        if drawn:
            card.refresh()
        else:
            card.say_empty(why)

    def _choose(self, plot: LinePlot, item: int) -> None:
        run = plot.curves[item].run
        self.chosen.emit(next(line for line in self._overlaid if line.run.path == run))

    # --- answers ---

    def _read(self) -> None:
        for line in self._overlaid:
            run = line.run
            key = str(run.path), run.when
            if run.predicts and key not in self._answers:
                self._answers[key] = None
                read = partial(read_answers, self._desk.store, run.path)
                read_in_background(self, read, partial(self._take, key))

    def _take(self, key: tuple[str, float], found: Answers | str) -> None:
        self._answers[key] = found
        self._show_answers()

    # --- building ---

    def _lay_out(self) -> None:
        curves = QVBoxLayout()
        curves.setSpacing(14)
        for card in (self.learning, self.oscr):
            curves.addWidget(card, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(14)
        row.addLayout(curves, 4)
        row.addWidget(self.matrices, 9)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()


def _card(title: str, term: str, plot: LinePlot) -> PlotCard:
    return PlotCard(title, term, plot, plot.numbers, long_term=True)
