"""More figures of a classroom run: what its features know, and which attacked lesson hurts what."""

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from engine.words import say
from workbench.kit import Button, Card, Picker, Text
from workbench.kit.dialog import Dialog
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
_COLUMN = 112
_SIZE = QSize(820, 640)
_KNOWN = say("Simple readers of frozen features, fitted on some frames and asked about others")
_ATTACKS = say("Each row: the picture is shaken so that this part of the loss grows")
_ATTACKED = say("The part of the loss that the noise makes worse")
_LINE_TIP = say("Whoever always says the mean, or the commonest class")


class MoreFigures(Card):
    """What there is besides, with a button that shows it over the page. Follows a classroom model."""

    def __init__(self, model: ClassroomModel) -> None:
        super().__init__()
        self._model = model
        self.dialog: FiguresDialog | None = None
        self.body.setContentsMargins(14, 6, 10, 6)
        self.look = Button(say("Look"))
        self.look.setAccessibleName(say("Look at more figures"))
        self.look.setToolTip(
            say("Show what its features know, and which attacked lesson hurts what")
        )
        self.look.clicked.connect(self.show_dialog)
        note = Text(say("readers of features, attacks"), "small", "ink3", elide=True)
        row = QHBoxLayout()
        row.addWidget(Text(say("More figures"), "strong"))
        row.addWidget(note, 1)
        row.addWidget(self.look)
        self.body.addLayout(row)

    def show_dialog(self) -> None:
        """Over the page, so that nothing on it has to make room."""
        if self._model.classroom is None:
            return
        self.dialog = FiguresDialog(self._model, self.window())
        self.dialog.destroyed.connect(self._forget)
        self.dialog.open()

    def _forget(self) -> None:
        self.dialog = None


class FiguresDialog(Dialog):
    """Both tables, each with what it is asked of."""

    def __init__(self, model: ClassroomModel, parent: QWidget | None) -> None:
        super().__init__(say("More figures"), parent)
        self._model = model
        self.resize(_SIZE)
        self.group = Picker(say("Which channels are probed"))
        self.noise = Picker(say("How much the picture is shaken"))
        self.probes = CellList(CellTable(()), say("What the features know"), 28)
        self.transfer = CellList(CellTable(()), say("Which attacked lesson hurts what"), 28)
        self.close_button = Button(say("Close"), role="primary")
        self.close_button.clicked.connect(self.accept)
        self._lay_out()
        self.group.activated.connect(lambda _: self._show_probes())
        self.noise.activated.connect(lambda _: model.shake(self.noise.currentData()))
        model.shaken_changed.connect(self._show_transfer)
        self._suit()

    def _lay_out(self) -> None:
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 20, 16)
        column.setSpacing(8)
        column.addLayout(
            _head(
                say("What its features know"),
                say("simple readers (linear probes)"),
                _KNOWN,
                self.group,
            )
        )
        column.addWidget(self.probes, 5)
        column.addSpacing(6)
        column.addLayout(
            _head(say("Which attack hurts what"), say("attack transfer"), _ATTACKS, self.noise)
        )
        column.addWidget(self.transfer, 2)
        column.addLayout(foot)

    def _suit(self) -> None:
        probes = self._model.all.probes
        groups = list(dict.fromkeys(group for net in probes.values() for group in net))
        self.group.clear()
        for group in groups:
            self.group.addItem(
                say("All channels") if group == _EVERYTHING else group_word(group), group
            )
        self.group.setVisible(len(groups) > 1)
        for epsilon in self._model.steps:
            self.noise.addItem(say("noise of {greys}", greys=greys(epsilon)), epsilon)
        self._show_probes()
        self._show_transfer()

    def _show_probes(self) -> None:
        probes, group = self._model.all.probes, self.group.currentData()
        nets = list(probes)
        tables = {net: probes[net].get(group, {}) for net in nets}
        questions = list(dict.fromkeys(name for table in tables.values() for name in table))
        headings = (say("Question"), *(net_word(net) for net in nets), _LINE)
        tips = (
            say("What is asked of the features"),
            *(say("The net “{net}”", net=net) for net in nets),
            _LINE_TIP,
        )
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
        robustness, epsilon = self._model.all.robustness, self._model.epsilon
        terms = robustness.terms
        figures = list(dict.fromkeys(name for own in terms.values() for name in own))
        headings = (say("Attacked"), *(figure_word(name)[0] for name in figures))
        self._dress(
            self.transfer, headings, (_ATTACKED, *(figure_word(name)[1] for name in figures))
        )
        place = robustness.epsilons.index(epsilon) if epsilon in robustness.epsilons else -1
        self.noise.setCurrentIndex(self._model.steps.index(epsilon))
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


def _head(title: str, term: str, tip: str, picker: Picker) -> QHBoxLayout:
    """A plain title with the term beside it, and what is chosen at the right."""
    words = Text(title, "h2")
    words.setToolTip(tip)
    row = QHBoxLayout()
    row.setSpacing(10)
    row.addWidget(words)
    row.addWidget(Text(term, "small", "ink3", elide=True), 1)
    row.addWidget(picker)
    return row


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
