"""Two runs' confusion matrices, each at its run's own threshold, and their difference."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from engine.compare.answers import Answers, difference_of
from engine.compare.lines import Line
from engine.store import RunSummary
from engine.words import say
from workbench.kit import Picker, Text
from workbench.models.sheets import Sheet
from workbench.views.matrix import MatrixView
from workbench.views.matrix_difference import MatrixDifference
from workbench.views.plot_card import PlotCard
from workbench.views.verdict import plain

READING = say("Reading what the runs answered…")
_PICK_TWO = say(
    "Check two tested runs in the table above: their answers are shown here, and how they differ."
)
_OTHER_KINDS = say(
    "These two runs know different kinds, so their answers cannot be laid over each other."
)
_POINT = say("Point at a cell to read it in words.")


class MatrixPair(PlotCard):
    """`answers` gives what was read of a run, the sentence why not, or None while it is being read; `called` names a
    line."""

    def __init__(
        self,
        answers: Callable[[RunSummary], Answers | str | None],
        called: Callable[[Line], str],
    ) -> None:
        self._answers, self._called = answers, called
        self._lines: Sequence[Line] = ()
        self._both: list[Answers] = []
        self.first, self.second, self.difference = MatrixView(), MatrixView(), MatrixDifference()
        self.views = (self.first, self.second, self.difference)
        self.pickers = (Picker(say("First run")), Picker(say("Second run")))
        self._captions = [Text("", "small", "ink2", elide="middle") for _ in self.views]
        super().__init__(say("Who is taken for whom"), "", self._side_by_side(), self._numbers)
        self._told = Text(_POINT, "small", "ink2", elide=True)
        self.body.addWidget(self._told)
        self._add_pickers()
        self.say_empty(_PICK_TWO)
        for picker in self.pickers:
            picker.currentIndexChanged.connect(self.show_answers)
        for view in self.views:
            view.cell.connect(self._tell_cell)

    def list_lines(self, lines: Sequence[Line]) -> None:
        """These can be chosen from, by their newest run; what was chosen stays while it is there."""
        self._lines = [line for line in lines if line.run.predicts]
        last = len(self._lines) - 1
        places = [self._place_of(picker.currentData()) for picker in self.pickers]
        first = places[0] if places[0] >= 0 else min(0, last)
        second = places[1] if places[1] >= 0 and places[1] != first else min(int(first == 0), last)
        for picker, place in zip(self.pickers, (first, second), strict=True):
            picker.blockSignals(True)
            picker.clear()
            for line in self._lines:
                picker.addItem(name_of(line, self._called), str(line.run.path))
            picker.setCurrentIndex(place)
            picker.setEnabled(last > 0)
            picker.blockSignals(False)

    def show_answers(self) -> None:
        """Show the chosen two as far as they are read."""
        lines = [self._lines[place] for place in self._places()]
        found = [self._answers(line.run) for line in lines]
        words = [one for one in found if isinstance(one, str)]
        both = [one for one in found if isinstance(one, Answers)]
        if words or len(both) < 2:
            self.say_empty(words[0] if words else READING if len(lines) == 2 else _PICK_TWO)
            return
        apart = difference_of(both[0], both[1])
        if apart is None:
            self.say_empty(_OTHER_KINDS)
            return
        self._show(lines, both, apart)
        self.refresh()

    def _place_of(self, path: str | None) -> int:
        return next((i for i, line in enumerate(self._lines) if str(line.run.path) == path), -1)

    def _places(self) -> list[int]:
        places = dict.fromkeys(picker.currentIndex() for picker in self.pickers)
        return [place for place in places if 0 <= place < len(self._lines)]

    def _show(
        self, lines: Sequence[Line], both: Sequence[Answers], apart: NDArray[np.float64]
    ) -> None:
        names = [*(plain(kind) for kind in both[0].known), say("stranger")]
        for view in self.views:
            view.set_names(names, say("it"))
        for view, one in zip((self.first, self.second), both, strict=True):
            view.set_table(one.table)
        self.difference.set_difference(apart)
        for caption, line, one in zip(self._captions, lines, both, strict=False):
            caption.setText(
                say(
                    "{run} · threshold {threshold:.2f}",
                    run=self._called(line),
                    threshold=one.threshold,
                )
            )
            caption.setToolTip(name_of(line, self._called))
        self._captions[2].setText(say("second minus first, points of each row"))
        self._both = list(both)

    def _numbers(self) -> Sheet:
        first, second = self._both
        apart = difference_of(first, second)
        assert apart is not None
        names = [*(plain(kind) for kind in first.known), say("stranger")]
        rows = [
            (
                names[i],
                names[j],
                int(first.table[i, j]),
                int(second.table[i, j]),
                round(100 * float(apart[i, j]), 1),
            )
            for i, j in np.argwhere(first.table + second.table > 0)
        ]
        return Sheet(
            (say("is"), say("is called"), say("first"), say("second"), say("difference, points")),
            rows,
        )

    def _tell_cell(self, true: int, said: int) -> None:
        """Point at one cell and read it in all three."""
        if true < 0 or self.empty:
            self._told.setText(_POINT)
        else:
            self._told.setText("   ·   ".join(view.say(true, said) for view in self.views))

    # --- building ---

    def _add_pickers(self) -> None:
        for place, picker in enumerate(self.pickers):
            picker.setFixedHeight(32)
            picker.setMinimumWidth(110)
            self.header.insertWidget(2 + place, picker, 1)
        self.header.insertWidget(3, Text(say("against"), "small", "ink3"))

    def _side_by_side(self) -> QWidget:
        picture = QWidget()
        picture.setAccessibleName(say("Two confusion matrices and their difference"))
        row = QHBoxLayout(picture)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        for caption, view in zip(self._captions, self.views, strict=True):
            column = QVBoxLayout()
            column.setSpacing(4)
            column.addWidget(caption)
            column.addWidget(view, 1)
            row.addLayout(column, 1)
        return picture


def name_of(line: Line, called: Callable[[Line], str]) -> str:
    """A line by its newest run."""
    return say("{run}, seed {seed}", run=called(line), seed=line.run.experiment.seed)
