"""Side by side: curves of all picked runs over each other, and two runs' confusion matrices with their difference."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from engine.compare.answers import Answers, difference_of, read_answers
from engine.compare.lines import Line
from engine.store import RunSummary
from workbench.background import read_in_background
from workbench.kit import Card, IconButton, Picker, Text
from workbench.models.compare_table import CompareTable
from workbench.views.chart_card import ChartCard, fill, numbers_table
from workbench.views.line_plot import COLOURS, LinePlot, Overlaid
from workbench.views.matrix import MatrixView
from workbench.views.matrix_difference import MatrixDifference
from workbench.views.verdict import plain

if TYPE_CHECKING:
    from workbench.desk import Desk

_PICK = "Check runs in the table above to see them here."
_PICK_TWO = (
    "Check two tested runs in the table above: their answers are shown here, and how they differ."
)
_READING = "Reading what the runs answered…"


class PairView(QWidget):
    """Follows what is picked. Answers are read in the background, once, and only while this is on screen."""

    chosen = Signal(object)
    wants_picture = Signal(object)  # a view: one of the matrices

    def __init__(self, desk: "Desk", table: CompareTable) -> None:
        super().__init__()
        self._desk, self._table = desk, table
        self._answers: dict[tuple[str, float], Answers | str | None] = {}
        self._overlaid: list[Line] = []
        self._apart: np.ndarray | None = None
        learning = LinePlot("How the picked runs learnt", "pass", shares=False)
        thresholds = LinePlot(
            "Every threshold at once, picked runs", "strangers let in", shares=True
        )
        self.learning = ChartCard("How they learnt", "validation accuracy", learning)
        self.oscr = ChartCard(
            "Every threshold at once", "OSCR: known right against strangers let in", thresholds
        )
        self.cards = [self.learning, self.oscr]
        self.matrices = (MatrixView(), MatrixView(), MatrixDifference())
        self.pickers = (Picker("First run"), Picker("Second run"))
        self._lay_out()
        for card in self.cards:
            card.chart.chosen.connect(partial(self._choose, card))
        for picker in self.pickers:
            picker.currentIndexChanged.connect(self._show_pair)
        for matrix in self.matrices:
            matrix.cell.connect(self._tell_cell)
        table.picks_changed.connect(self.refresh)

    def refresh(self) -> None:
        """Show what is picked now."""
        self._overlaid = self._table.picked[:COLOURS]
        self._show_learning()
        self._list_runs()
        if self.isVisible():
            self._read()
        self._show_answers()

    def embolden(self, line: Line | None) -> None:
        """The selected run's curves are drawn stronger."""
        for card in self.cards:
            if isinstance(card.chart, LinePlot):
                card.chart.embolden(_name(line) if line is not None else "")

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
            _PICK if not self._overlaid else "None of the picked runs has finished a pass yet.",
        )

    def _show_answers(self) -> None:
        found = [(line, self.answers(line.run)) for line in self._overlaid]
        curves = [(line, one.let_in, one.right) for line, one in found if isinstance(one, Answers)]
        waiting = any(one is None and line.run.tested for line, one in found)
        why = (
            _PICK
            if not found
            else _READING
            if waiting
            else "None of the picked runs met known kinds and strangers."
        )
        self._show_curves(self.oscr, curves, why)
        self._show_pair()

    def _show_curves(
        self, card: ChartCard, curves: Sequence[tuple[Line, np.ndarray, np.ndarray]], why: str
    ) -> None:
        drawn = [
            Overlaid(_name(line), self._table.colour_of(line) or 0, x.astype(float), y)
            for line, x, y in curves
            if x.size
        ]
        if isinstance(card.chart, LinePlot):
            card.chart.set_curves(drawn)
        if drawn:
            card.refresh()
        else:
            card.say_empty(why)

    def _choose(self, card: ChartCard, item: int) -> None:
        if isinstance(card.chart, LinePlot):
            name = card.chart.curves[item].name
            self.chosen.emit(next(line for line in self._overlaid if _name(line) == name))

    # --- answers ---

    def _read(self) -> None:
        for line in self._overlaid:
            run = line.run
            key = str(run.path), run.when
            if run.tested and key not in self._answers:
                self._answers[key] = None
                read = partial(read_answers, self._desk.store, run.path)
                read_in_background(self, read, partial(self._take, key))

    def _take(self, key: tuple[str, float], found: Answers | str) -> None:
        self._answers[key] = found
        self._show_answers()

    # --- the two matrices ---

    def _list_runs(self) -> None:
        """Every tested run of the picked lines can be looked at; the choice lasts while it is there."""
        lines = [line for line in self._table.picked if line.run.tested]
        for place, picker in enumerate(self.pickers):
            before = picker.currentData()
            picker.blockSignals(True)
            picker.clear()
            for line in lines:
                picker.addItem(_name(line), str(line.run.path))
            kept = picker.findData(before)
            picker.setCurrentIndex(kept if kept >= 0 else min(place, len(lines) - 1))
            picker.setEnabled(len(lines) > 1)
            picker.blockSignals(False)
        if self.pickers[0].currentIndex() == self.pickers[1].currentIndex() and len(lines) > 1:
            self.pickers[1].blockSignals(True)
            self.pickers[1].setCurrentIndex(1 - min(1, self.pickers[0].currentIndex()))
            self.pickers[1].blockSignals(False)

    def _chosen_runs(self) -> list[Line]:
        by_path = {str(line.run.path): line for line in self._table.picked}
        paths = [picker.currentData() for picker in self.pickers]
        return [by_path[path] for path in dict.fromkeys(paths) if path in by_path]

    def _show_pair(self) -> None:
        lines = self._chosen_runs()
        found = [self.answers(line.run) for line in lines]
        words = [one for one in found if isinstance(one, str)]
        both = [one for one in found if isinstance(one, Answers)]
        if words or len(both) < 2:
            self._say(words[0] if words else _READING if len(lines) == 2 else _PICK_TWO)
            return
        self._apart = difference_of(both[0], both[1])
        if self._apart is None:
            self._say(
                "These two runs know different kinds, so their answers cannot be laid over each other."
            )
            return
        names = [*(plain(kind) for kind in both[0].known), "stranger"]
        for matrix, one, line, caption in zip(
            self.matrices, both, lines, self._captions, strict=False
        ):
            matrix.set_names(names, "it")
            matrix.set_table(one.table)
            caption.setText(f"{line.run.name} · threshold {one.threshold:.2f}")
            caption.setToolTip(_name(line))
        difference = self.matrices[2]
        assert isinstance(difference, MatrixDifference)
        difference.set_names(names, "it")
        difference.set_difference(self._apart)
        self._captions[2].setText("second minus first, points of each row")
        self._fill_table(names, both)
        self._turn(self.as_table.isChecked())

    def _fill_table(self, names: list[str], both: list[Answers]) -> None:
        heads = ["is", "is called", "first", "second", "difference"]
        rows = [
            [
                true,
                said,
                str(both[0].table[i, j]),
                str(both[1].table[i, j]),
                f"{100 * self._apart[i, j]:+.1f}",
            ]
            for i, true in enumerate(names)
            for j, said in enumerate(names)
            if self._apart is not None and (both[0].table[i, j] or both[1].table[i, j])
        ]
        fill(self._numbers, (heads, rows))

    def _say(self, why: str) -> None:
        self._apart = None
        self._why.setText(why)
        self._turn(False)

    def _tell_cell(self, true: int, said: int) -> None:
        """Point at one cell and read it in all three."""
        if true < 0 or self._apart is None:
            self._told.setText("Point at a cell to read it in words.")
            return
        self._told.setText("   ·   ".join(matrix.say(true, said) for matrix in self.matrices))

    def _turn(self, table: bool) -> None:
        self._stack.setCurrentIndex(2 if self._apart is None else int(table))
        for button in (self.as_table, self.save):
            button.setEnabled(self._apart is not None)

    # --- building ---

    def _lay_out(self) -> None:
        curves = QVBoxLayout()
        curves.setSpacing(14)
        for card in self.cards:
            curves.addWidget(card, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(14)
        row.addLayout(curves, 4)
        row.addWidget(self._pair_card(), 9)

    def _pair_card(self) -> Card:
        self.as_table = IconButton("table", "Show both confusion matrices as a table", 26)
        self.as_table.setCheckable(True)
        self.as_table.toggled.connect(self._turn)
        self.save = IconButton("download", "Save the matrices as a picture", 26)
        self._told = Text("Point at a cell to read it in words.", "small", "ink2", elide=True)
        self._why = Text(_PICK_TWO, "body", "ink2", wrap=True)
        self._why.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._numbers = numbers_table("Both confusion matrices, as a table")
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(Text("Who is taken for whom", "h2"))
        for picker, word in zip(self.pickers, ("", "against"), strict=True):
            if word:
                head.addWidget(Text(word, "small", "ink3"))
            picker.setFixedHeight(32)
            picker.setMinimumWidth(110)
            head.addWidget(picker, 1)
        head.addWidget(self.as_table)
        head.addWidget(self.save)
        self._stack = QStackedWidget()
        self.three = self._three()
        self.save.clicked.connect(lambda: self.wants_picture.emit(self.three))
        for view in (self.three, self._numbers, self._why):
            self._stack.addWidget(view)
        self._stack.setCurrentIndex(2)
        card = Card()
        card.body.setContentsMargins(16, 8, 10, 8)
        card.body.setSpacing(6)
        card.body.addLayout(head)
        card.body.addWidget(self._stack, 1)
        card.body.addWidget(self._told)
        return card

    def _three(self) -> QWidget:
        views = QWidget()
        views.setAccessibleName("Two confusion matrices and their difference")
        row = QHBoxLayout(views)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        self._captions = [Text("", "small", "ink2", elide=True) for _ in self.matrices]
        for caption, matrix in zip(self._captions, self.matrices, strict=True):
            column = QVBoxLayout()
            column.setSpacing(4)
            column.addWidget(caption)
            column.addWidget(matrix, 1)
            row.addLayout(column, 1)
        return views

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()


def _name(line: Line) -> str:
    return f"{line.run.name}, seed {line.run.experiment.seed}"
