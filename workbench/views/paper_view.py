"""Beside the paper: its two tables as dumbbells, and curves over temperatures and weights."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from engine.compare.ablation import AXES, ablations
from engine.compare.lines import Line
from engine.compare.paper import (
    PAPERS_PROTOCOL,
    PROTOCOLS,
    Row,
    printed,
    table_1,
    table_2,
)
from engine.protocols import STANDARD
from engine.words import say
from workbench.kit import Picker, Segmented, Text
from workbench.models.dumbbell_rows import rows_1, rows_2, why_marked, why_none
from workbench.models.recipes import Schema
from workbench.views.curve_pair import CurvePair
from workbench.views.dumbbells import Dumbbells
from workbench.views.plot_card import PlotCard

_PROTOCOLS = tuple(PROTOCOLS)
_STRANGERS = {PAPERS_PROTOCOL: say("990 strangers"), STANDARD: say("1,560 strangers")}
_SOURCE = say("Printed in “{title}”", title=printed()["title"])
_MEASURES = {
    "acc_open": (say("Strangers turned away"), "unknown"),
    "acc_closed": (say("Known, kept and right"), "known"),
    "acc_total": (say("Right overall"), "accent"),
    "f_measure": (say("Balance, F-measure"), "accent"),
}
_CURVES_ROW = 2
NO_CURVE = say(
    "Curves over a temperature or a weight appear here once tested runs differ in it only. To make "
    "them: pcd-engine sweep examples/temperatures.toml, or examples/weights.toml"
)
OTHER_STRANGERS = say(
    "Ours met other strangers than the paper’s 990: compare the order of rows, not the numbers."
)


class PaperView(QWidget):
    """`wanted(row)`: a row of the paper is to be set up; `opened(line)`: ours beside a row is to be opened;
    `chosen(line)`: a point of ours was clicked.
    """

    wanted = Signal(object)
    opened = Signal(object)
    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._lines: Sequence[Line] = ()
        self._schema: Schema = {}
        self._protocol_chosen = False
        self.first = Dumbbells(say("Table 1 of the paper, and ours"), "known")
        self.second = Dumbbells(say("Table 2 of the paper, and ours"), "unknown")
        self.measure = Picker(say("Which figure of Table 2 is drawn"))
        self.protocol = Segmented(list(_STRANGERS.values()))
        self.source = Text(_SOURCE, "small", "ink2", elide=True)
        self.none = Text(NO_CURVE, "small", "ink3", elide=True)
        self.pairs = [CurvePair(), CurvePair()]
        self.cards = self._make_cards()
        self._lay_out()
        self._listen()

    def show_lines(self, lines: Sequence[Line], schema: Schema) -> None:
        """All runs there are, folded by seed; the schema says what is usual."""
        self._lines, self._schema = lines, schema
        if not self._protocol_chosen:
            ours = any(line.protocol == PAPERS_PROTOCOL for line in lines if line.run.predicts)
            self.protocol.blockSignals(True)
            self.protocol.set_index(0 if ours else 1)
            self.protocol.blockSignals(False)
        self._show_tables()
        self._show_curves()

    @property
    def has_curves(self) -> bool:
        """Whether there are runs for a curve; else the tables stand alone."""
        return not all(card.empty for card in self.cards[2:])

    # --- what is shown ---

    def _show_curves(self) -> None:
        """Each pair begins with another setting; without one it takes no room."""
        curves = {axis: found for axis in AXES if (found := ablations(self._lines, axis))}
        starts = [*curves, None, None]
        for pair, start in zip(self.pairs, starts, strict=False):
            pair.show_curves(curves if start else {}, self._schema, start)
        self.none.setVisible(not self.has_curves)
        self._column.setStretch(_CURVES_ROW, 9 if self.has_curves else 0)

    def _show_tables(self) -> None:
        figure = str(self.measure.currentData())
        protocol = _PROTOCOLS[self.protocol.index]
        rows = rows_2(self._lines, figure, protocol, self._schema)
        other = protocol != PAPERS_PROTOCOL and any(row.ours is not None for row in rows)
        first = rows_1(self._lines, self._schema)
        self.first.set_rows(first)
        self.second.set_rows(rows, _MEASURES[figure][1], OTHER_STRANGERS if other else "")
        every = [*first, *rows]
        self.source.setText(
            "  ·  ".join(filter(None, (_SOURCE, why_none(every), why_marked(every))))
        )
        self.source.setToolTip(self.source.text())
        for card in self.cards[:2]:
            card.refresh()

    # --- building ---

    def _make_cards(self) -> list[PlotCard]:
        known = say("known kinds right, no threshold")
        first = PlotCard(say("Table 1, and ours"), known, self.first, self.first.numbers)
        second = PlotCard(say("Table 2, and ours"), "", self.second, self.second.numbers)
        for key, (word, _) in _MEASURES.items():
            self.measure.addItem(word, key)
        self.measure.setFixedHeight(32)
        for card in (first, second):  # whole names, and both tables begin at one height
            card.title.setMinimumSize(card.title.sizeHint().width(), 32)
        second.header.insertWidget(2, self.measure)
        second.header.insertWidget(3, self.protocol)
        for place, (term, told) in enumerate(PROTOCOLS.items()):
            self.protocol.set_option_enabled(
                place, True, say("{told} (protocol {term})", told=told, term=term).capitalize()
            )
        return [first, second, *(card for pair in self.pairs for card in pair.cards)]

    def _lay_out(self) -> None:
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(self.source)
        for widgets, stretch in ((self.cards[:2], 11), (self.pairs, 9)):
            row = QHBoxLayout()
            row.setSpacing(14)
            for widget in widgets:
                row.addWidget(widget, 1)
            column.addLayout(row, stretch)
        column.addWidget(self.none)

    def _listen(self) -> None:
        self.measure.currentIndexChanged.connect(self._show_tables)
        self.protocol.changed.connect(self._choose_protocol)
        self.first.wanted.connect(lambda row: self._want(table_1()[row]))
        self.second.wanted.connect(lambda row: self._want(table_2()[row]))
        for table in (self.first, self.second):
            table.chosen.connect(lambda row, table=table: self.opened.emit(table.rows[row].line))
        for pair in self.pairs:
            pair.chosen.connect(self.chosen)

    def _choose_protocol(self) -> None:
        self._protocol_chosen = True
        self._show_tables()

    def _want(self, row: Row) -> None:
        self.wanted.emit(row)
