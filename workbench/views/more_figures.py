"""More figures of a classroom run: what its features know, and which attacked lesson hurts what."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from workbench.kit import Card, Fold, Picker, Text
from workbench.models.cells import Cell, CellTable, Row
from workbench.models.classroom import ClassroomModel
from workbench.models.classroom_words import (
    WORSE_HIGH,
    figure_word,
    greys,
    group_word,
    net_word,
    number,
    percent,
    question_word,
    term_word,
)
from workbench.views.cell_list import CellList

_EVERYTHING, _LINE = "all", "line"
_COLUMN = 74
_ATTACKED = "The part of the loss that the noise makes worse"
_LINE_TIP = "Whoever always says the mean, or the commonest class"


class MoreFigures(Card):
    """Folded at first; `unfolded(bool)` asks for room. Follows a classroom model."""

    unfolded = Signal(bool)

    def __init__(self, model: ClassroomModel) -> None:
        super().__init__()
        self._model = model
        self.body.setContentsMargins(10, 2, 10, 2)
        self.fold = Fold("More figures", "probes, attacks")
        self.fold.body.setContentsMargins(4, 0, 4, 8)
        self.fold.body.setSpacing(4)
        self.group = Picker("Which channels are probed")
        self.probes = CellList(CellTable(()), "What the features know", 26)
        self.transfer = CellList(CellTable(()), "Which attacked lesson hurts what", 26)
        self._at = Text("", "small", "ink3", elide=True)
        self._add_heads()
        self.body.addWidget(self.fold)
        self.fold.toggled.connect(self._unfold)
        self.group.activated.connect(lambda _: self._show_probes())
        model.replaced.connect(self._suit)
        model.shaken_changed.connect(self._show_transfer)

    def _add_heads(self) -> None:
        column: QVBoxLayout = self.fold.body
        first, second = QHBoxLayout(), QHBoxLayout()
        known = Text("What its features know (linear probes)", "strong", elide=True)
        known.setToolTip(
            "Simple readers of frozen features, fitted on some frames and asked about others"
        )
        first.addWidget(known, 1)
        first.addWidget(self.group)
        second.addWidget(Text("Which attacked lesson hurts what", "strong", elide=True), 3)
        second.addWidget(self._at, 2)
        column.addLayout(first)
        column.addWidget(self.probes, 3)
        column.addLayout(second)
        column.addWidget(self.transfer, 2)

    def _unfold(self, is_open: bool) -> None:
        self.unfolded.emit(is_open)

    def _suit(self) -> None:
        probes = self._model.all.probes
        groups = list(dict.fromkeys(group for net in probes.values() for group in net))
        self.group.clear()
        for group in groups:
            self.group.addItem("All channels" if group == _EVERYTHING else group_word(group), group)
        self.group.setVisible(len(groups) > 1)
        self._show_probes()
        self._show_transfer()

    def _show_probes(self) -> None:
        probes, group = self._model.all.probes, self.group.currentData()
        nets = list(probes)
        tables = {net: probes[net].get(group, {}) for net in nets}
        questions = list(dict.fromkeys(name for table in tables.values() for name in table))
        headings = ("Question", *(net_word(net) for net in nets), _LINE)
        tips = ("What is asked of the features", *(f"The net “{net}”" for net in nets), _LINE_TIP)
        self._dress(self.probes, headings, tips)
        rows = [Row(place, self._probe(tables, name)) for place, name in enumerate(questions)]
        self.probes.cells.set_rows(rows)

    def _probe(
        self, tables: dict[str, dict[str, dict[str, float | None]]], name: str
    ) -> tuple[Cell, ...]:
        values = [table.get(name, {}).get("value") for table in tables.values()]
        lines = [table[name].get("line") for table in tables.values() if name in table]
        line = next((value for value in lines if value is not None), None)
        word = question_word(name)
        return Cell(word, word), *(_figure(value) for value in values), _figure(line, "ink2")

    def _show_transfer(self) -> None:
        if self._model.classroom is None:
            return
        robustness, epsilon = self._model.all.robustness, self._model.epsilon
        terms = robustness.terms
        figures = list(dict.fromkeys(name for own in terms.values() for name in own))
        headings = ("Attacked", *(figure_word(name)[0] for name in figures))
        self._dress(
            self.transfer, headings, (_ATTACKED, *(figure_word(name)[1] for name in figures))
        )
        place = robustness.epsilons.index(epsilon) if epsilon in robustness.epsilons else -1
        self._at.setText(f"at {greys(epsilon)}" if place >= 0 else f"not measured at {epsilon:g}")
        self._at.setToolTip(self._at.text())
        values = {
            name: [_at(own.get(name, ()), place) for own in terms.values()] for name in figures
        }
        rows = []
        for row, term in enumerate(terms):
            cells = [_hurt(values[name], row, name) for name in figures]
            rows.append(Row(row, (Cell(term_word(term), term_word(term)), *cells)))
        self.transfer.cells.set_rows(rows)

    def _dress(self, table: CellList, headings: tuple[str, ...], tips: tuple[str, ...]) -> None:
        if table.cells.columnCount() != len(headings):
            table.cells.beginResetModel()
            table.cells.set_headings(headings, tips)
            table.cells.set_rows([])
            table.cells.endResetModel()
        else:
            table.cells.set_headings(headings, tips)
        table.set_widths([0, *[_COLUMN] * (len(headings) - 1)])


def _at(values: tuple[float | None, ...], place: int) -> float | None:
    return values[place] if 0 <= place < len(values) else None


def _figure(value: float | None, ink: str = "ink") -> Cell:
    return Cell(
        number(value),
        float("nan") if value is None else value,
        ink=ink if value is not None else "ink3",
    )


def _hurt(column: list[float | None], row: int, name: str) -> Cell:
    """A figure under attack; the worst of all attacks stands out."""
    value = column[row]
    if value is None:
        return _figure(None)
    told = [own for own in column if own is not None]
    worst = max(told) if name in WORSE_HIGH else min(told)
    stands_out = len(told) > 1 and value == worst and min(told) != max(told)
    return Cell(percent(value), value, ink="bad" if stands_out else "ink", strong=stands_out)
