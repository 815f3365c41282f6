"""More figures of an open-set run, over the page: plain words with the term beside, and how far to trust each."""

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from engine.words import say
from workbench.kit import Button, Text
from workbench.kit.dialog import Dialog
from workbench.models.cells import Cell, CellTable, Row
from workbench.models.more_figures import AT_THRESHOLD, Figures
from workbench.views.cell_list import CellList

_SIZE = QSize(900, 640)
_COLUMNS = (say("Figure"), say("Term"), say("Value"), say("95 % interval"))
_TIPS = (
    say("What it says"),
    say("What the field calls it"),
    say("Of the test part"),
    say(
        "Where the true value likely lies: the tested things drawn again and again (bootstrap), or "
        "Wilson’s interval for shares"
    ),
)
_COUNTING = say("Counting …")
_FEW = say("“–”: not measured, or not stored by the version that tested this run.")


class FiguresDialog(Dialog):
    """`show_figures` once they are there; until then it says that they are counted."""

    def __init__(self, about: str, parent: QWidget | None) -> None:
        super().__init__(say("More figures"), parent)
        self.resize(_SIZE)
        self.about = Text(about, "small", "ink2", wrap=True)
        self.table = CellList(CellTable(_COLUMNS, _TIPS), say("More figures"), 30)
        self.table.set_widths([0, 264, 84, 150])
        self.note = Text(_COUNTING, "small", "ink3", wrap=True)
        self.close_button = Button(say("Close"), role="primary")
        self.close_button.clicked.connect(self.accept)
        foot = QHBoxLayout()
        foot.addWidget(self.note, 1)
        foot.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 20, 16)
        column.setSpacing(8)
        column.addWidget(Text(say("More figures"), "h2"))
        column.addWidget(self.about)
        column.addWidget(self.table, 1)
        column.addLayout(foot)

    def show_figures(self, figures: Figures, at: str) -> None:
        """`at`: the threshold that the balances are counted at, in words."""
        self.table.cells.set_rows(
            [
                Row(
                    place,
                    (
                        Cell(one.words, tip=one.words),
                        Cell(one.term, tip=one.term, ink="ink2"),
                        Cell(one.value, strong=True),
                        Cell(one.interval, ink="ink2"),
                    ),
                )
                for place, one in enumerate(figures.told)
            ]
        )
        some = any("–" in (one.value, one.interval) for one in figures.told)
        balances = say(
            "The last {at_threshold} are at the threshold {at}, the others at none.",
            at_threshold=len(AT_THRESHOLD),
            at=at,
        )
        self.note.setText(f"{balances} {_FEW}" if some else balances)
