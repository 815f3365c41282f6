"""Two runs' confusion matrices, each at its run's own threshold, and their difference."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from engine.compare.answers import Answers, difference_of
from engine.compare.lines import Line
from engine.store import RunSummary
from workbench.kit import Card, IconButton, Picker, Text
from workbench.views.chart_card import fill, numbers_table
from workbench.views.matrix import MatrixView
from workbench.views.matrix_difference import MatrixDifference
from workbench.views.verdict import plain

READING = "Reading what the runs answered…"
_PICK_TWO = (
    "Check two tested runs in the table above: their answers are shown here, and how they differ."
)
_OTHER_KINDS = (
    "These two runs know different kinds, so their answers cannot be laid over each other."
)
_POINT = "Point at a cell to read it in words."


class MatrixPair(Card):
    """`answers` gives what was read of a run, the sentence why not, or None while it is being read."""

    title = "Who is taken for whom"
    wants_picture = Signal()

    def __init__(self, answers: Callable[[RunSummary], Answers | str | None]) -> None:
        super().__init__()
        self._answers = answers
        self._lines: Sequence[Line] = ()
        self._apart: NDArray[np.float64] | None = None
        self.first, self.second, self.difference = MatrixView(), MatrixView(), MatrixDifference()
        self.views = (self.first, self.second, self.difference)
        self.pickers = (Picker("First run"), Picker("Second run"))
        self._captions = [Text("", "small", "ink2", elide=True) for _ in self.views]
        self.picture = self._side_by_side()
        self._build()
        for picker in self.pickers:
            picker.currentIndexChanged.connect(self.refresh)
        for view in self.views:
            view.cell.connect(self._tell_cell)

    @property
    def empty(self) -> str:
        """Why there is nothing to see; no words when there is something."""
        return self._why.text() if self._apart is None else ""

    def list_lines(self, lines: Sequence[Line]) -> None:
        """These can be chosen from, by their newest run; what was chosen stays while it is there."""
        self._lines = [line for line in lines if line.run.tested]
        last = len(self._lines) - 1
        places = [self._place_of(picker.currentData()) for picker in self.pickers]
        first = places[0] if places[0] >= 0 else min(0, last)
        second = places[1] if places[1] >= 0 and places[1] != first else min(int(first == 0), last)
        for picker, place in zip(self.pickers, (first, second), strict=True):
            picker.blockSignals(True)
            picker.clear()
            for line in self._lines:
                picker.addItem(name_of(line), str(line.run.path))
            picker.setCurrentIndex(place)
            picker.setEnabled(last > 0)
            picker.blockSignals(False)

    def refresh(self) -> None:
        """Show the chosen two as far as they are read."""
        lines = [self._lines[place] for place in self._places()]
        found = [self._answers(line.run) for line in lines]
        words = [one for one in found if isinstance(one, str)]
        both = [one for one in found if isinstance(one, Answers)]
        if words or len(both) < 2:
            self._say(words[0] if words else READING if len(lines) == 2 else _PICK_TWO)
            return
        apart = difference_of(both[0], both[1])
        if apart is None:
            self._say(_OTHER_KINDS)
            return
        self._apart = apart
        self._show(lines, both, apart)
        self._turn(self.as_table.isChecked())

    def _place_of(self, path: str | None) -> int:
        return next((i for i, line in enumerate(self._lines) if str(line.run.path) == path), -1)

    def _places(self) -> list[int]:
        places = dict.fromkeys(picker.currentIndex() for picker in self.pickers)
        return [place for place in places if 0 <= place < len(self._lines)]

    def _show(
        self, lines: Sequence[Line], both: Sequence[Answers], apart: NDArray[np.float64]
    ) -> None:
        names = [*(plain(kind) for kind in both[0].known), "stranger"]
        for view in self.views:
            view.set_names(names, "it")
        for view, one in zip((self.first, self.second), both, strict=True):
            view.set_table(one.table)
        self.difference.set_difference(apart)
        for caption, line, one in zip(self._captions, lines, both, strict=False):
            caption.setText(f"{line.run.name} · threshold {one.threshold:.2f}")
            caption.setToolTip(name_of(line))
        self._captions[2].setText("second minus first, points of each row")
        heads = ["is", "is called", "first", "second", "difference"]
        cells = np.argwhere(both[0].table + both[1].table > 0)
        rows = [
            [
                names[i],
                names[j],
                *(str(one.table[i, j]) for one in both),
                f"{100 * apart[i, j]:+.1f}",
            ]
            for i, j in cells
        ]
        fill(self._numbers, (heads, rows))

    def _say(self, why: str) -> None:
        self._apart = None
        self._why.setText(why)
        self._turn(False)

    def _tell_cell(self, true: int, said: int) -> None:
        """Point at one cell and read it in all three."""
        if true < 0 or self._apart is None:
            self._told.setText(_POINT)
        else:
            self._told.setText("   ·   ".join(view.say(true, said) for view in self.views))

    def _turn(self, table: bool) -> None:
        self._stack.setCurrentIndex(2 if self._apart is None else int(table))
        for button in (self.as_table, self.save):
            button.setEnabled(self._apart is not None)

    # --- building ---

    def _build(self) -> None:
        self._told = Text(_POINT, "small", "ink2", elide=True)
        self._why = Text(_PICK_TWO, "body", "ink2", wrap=True)
        self._why.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._numbers = numbers_table("Both confusion matrices, as a table")
        self._stack = QStackedWidget()
        self.body.setContentsMargins(16, 8, 10, 8)
        self.body.setSpacing(6)
        self.body.addLayout(self._head())
        self.body.addWidget(self._stack, 1)
        self.body.addWidget(self._told)
        for view in (self.picture, self._numbers, self._why):
            self._stack.addWidget(view)
        self._say(_PICK_TWO)

    def _head(self) -> QHBoxLayout:
        self.as_table = IconButton("table", "Show both confusion matrices as a table", 26)
        self.as_table.setCheckable(True)
        self.as_table.toggled.connect(self._turn)
        self.save = IconButton("download", "Save the matrices as a picture", 26)
        self.save.clicked.connect(self.wants_picture)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(Text(self.title, "h2"))
        for picker, word in zip(self.pickers, ("", "against"), strict=True):
            if word:
                head.addWidget(Text(word, "small", "ink3"))
            picker.setFixedHeight(32)
            picker.setMinimumWidth(110)
            head.addWidget(picker, 1)
        head.addWidget(self.as_table)
        head.addWidget(self.save)
        return head

    def _side_by_side(self) -> QWidget:
        picture = QWidget()
        picture.setAccessibleName("Two confusion matrices and their difference")
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


def name_of(line: Line) -> str:
    """A line by its newest run."""
    return f"{line.run.name}, seed {line.run.experiment.seed}"
