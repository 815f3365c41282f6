"""Two curves over one setting, known and strangers: which setting is picked, and which runs where there are several."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from engine.compare.ablation import Ablation
from engine.compare.paper import chosen_temperature, losses_of, table_1
from engine.compare.settings import Schema, differing
from engine.words import say
from workbench.kit import Picker
from workbench.models.dumbbell_rows import ACCURACY
from workbench.views.ablation_plot import AblationPlot, Choice
from workbench.views.plot_card import PlotCard

CURVES = (
    (ACCURACY, say("Known right"), "known"),
    ("acc_open", say("Strangers turned away"), "unknown"),
)
_PLAIN = {
    "losses.kd.temperature": say("softness of the teacher"),
    "losses.crd.temperature": "contrast",
    "losses.kd.weight": say("how much soft answers count (α)"),
    "losses.crd.weight": say("how much the same place counts (β)"),
    "losses.ce.weight": say("how much the right answer counts (γ)"),
}
_NOTHING = say("Nothing to draw: this was not measured by runs that differ in the setting only.")
_ALL_THREE = next(row for row in table_1() if len(row.lessons) == len(("kd", "crd", "ce")))


@dataclass(frozen=True)
class _Axis:
    """A setting: its path in an experiment, and the field's term for it."""

    path: str

    @property
    def loss(self) -> str:
        return self.path.split(".")[1]

    @property
    def key(self) -> str:
        return self.path.rpartition(".")[2]

    @property
    def term(self) -> str:
        return f"{self.loss.upper()} {self.key}"

    def choice(self, schema: Schema) -> Choice:
        """The paper's temperature; of weights, of which it prints none, the recipe's usual one."""
        if self.key == "temperature":
            return Choice(chosen_temperature(self.loss), say("paper’s choice"))
        return Choice(losses_of(_ALL_THREE, schema)[self.loss].weight, say("usual here"))


class CurvePair(QWidget):
    """`chosen(line)`: a point was clicked."""

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._schema: Schema = {}
        self._curves: Mapping[str, list[Ablation]] = {}
        self.over = Picker(say("Over which setting, and which runs where there are several sets"))
        self.plots: Mapping[str, AblationPlot] = {
            key: AblationPlot(word, token) for key, word, token in CURVES
        }
        self.cards = [
            PlotCard(word, "", self.plots[key], self.plots[key].numbers, long_term=True)
            for key, word, _ in CURVES
        ]
        self._lay_out()
        self.over.currentIndexChanged.connect(self._draw)
        for plot in self.plots.values():
            plot.chosen.connect(self._choose)

    def show_curves(
        self, curves: Mapping[str, list[Ablation]], schema: Schema, start: str | None
    ) -> None:
        """The curves of every setting that has some, `start` first shown; the schema says what is usual."""
        self._schema, self._curves = schema, curves
        self._list(start)
        self.setVisible(bool(curves))
        self._draw()

    def _list(self, start: str | None) -> None:
        """Every setting; several times where several sets of runs differ in it alone. What was picked stays."""
        before = self.over.currentData() or (start, 0)
        self.over.blockSignals(True)
        self.over.clear()
        for path, curves in self._curves.items():
            for place, words in enumerate(_sets(curves, path)):
                self.over.addItem(", ".join(filter(None, (_Axis(path).term, words))), (path, place))
        spots = [self.over.itemData(spot) for spot in range(self.over.count())]
        wanted = before if before in spots else (start, 0)
        self.over.setCurrentIndex(spots.index(wanted) if wanted in spots else -1)
        self.over.blockSignals(False)

    def _curve(self) -> Ablation | None:
        path, place = self.over.currentData() or ("", 0)
        return self._curves[path][place] if path in self._curves else None

    def _draw(self) -> None:
        curve = self._curve()
        if curve is None:
            for card in self.cards:
                card.say_empty(_NOTHING)
            return
        axis = _Axis(self.over.currentData()[0])
        self.over.setToolTip(self.over.currentText())
        choice = axis.choice(self._schema)
        for card, (key, word, _) in zip(self.cards, CURVES, strict=True):
            card.term.setText(f"{_PLAIN[axis.path]} · {axis.term}")
            plot = self.plots[key]
            plot.set_axis(say("{word} over {term}", word=word, term=axis.term), axis.term, choice)
            points = [
                (value, figure, line.measured_with)
                for value, line in curve.points
                if (figure := line.figure(key)) is not None
            ]
            plot.set_points(points)
            if len(points) > 1:
                card.refresh()
            else:
                card.say_empty(_NOTHING)

    def _choose(self, point: int) -> None:
        curve = self._curve()
        if curve is not None:
            self.chosen.emit(curve.points[point][1])

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(14)
        for card in self.cards:
            row.addWidget(card, 1)
        first = self.cards[0]
        first.term.hide()  # the picker says it
        self.over.setFixedHeight(32)
        self.over.setSizeAdjustPolicy(Picker.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.over.setMinimumContentsLength(8)
        self.over.view().setMinimumWidth(260)
        first.below.addWidget(self.over, 1)


def _sets(curves: Sequence[Ablation], axis: str) -> list[str]:
    """What tells each curve from the others, in a few words; no words where there is one or none."""
    every = [curve.points[0][1].settings for curve in curves]
    apart = [path for path in differing(every) if path != axis][:3]
    return [
        ", ".join(f"{_short(path)} {settings.get(path, '–')}" for path in apart)
        for settings in every
    ]


def _short(path: str) -> str:
    """“crd weight” of losses.crd.weight."""
    return " ".join(path.split(".")[-2:]).replace("_", " ")
