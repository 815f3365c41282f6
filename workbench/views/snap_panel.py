"""Where the threshold may jump to: rules that do not look at the test part."""

from functools import partial

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QDoubleSpinBox, QGridLayout, QVBoxLayout, QWidget

from engine.words import say
from workbench.kit import Button, Card, Text
from workbench.models.snapping import RULES, Pick, Rule
from workbench.models.threshold import ThresholdModel

_NAMES: dict[Rule, tuple[str, str]] = {
    "own": (say("The run's own"), say("as it was tested")),
    "fixed": (say("Fixed 0.5"), say("half sure is enough")),
    "recall": (say("Keep known"), say("share of validation kept (recall)")),
    "youden": (say("Best balance"), say("validation against mixtures of it (Youden)")),
    "cost": (say("Least cost"), say("what a stranger let in costs (cost ratio)")),
}


class SnapPanel(QWidget):
    """A panel that opens below a button. A rule pressed moves the model and closes it."""

    def __init__(self, model: ThresholdModel, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self._model = model
        card = Card()
        card.body.addWidget(Text(say("Snap to"), "h2"))
        card.body.addWidget(
            Text(say("None of these looks at the test part."), "small", "ink3", wrap=True)
        )
        grid = QGridLayout()
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(6)
        card.body.addLayout(grid)
        self.recall = _field(say("Share of known kept on validation"), 1, 100, 95, " %")
        self.cost = _field(say("What a stranger let in costs"), 0, 1000, 1, " ×")
        self.recall.valueChanged.connect(lambda value: self._aim(recall=value / 100))
        self.cost.valueChanged.connect(lambda value: self._aim(cost_ratio=value))
        self.buttons: dict[Rule, Button] = {}
        self._values: dict[Rule, Text] = {}
        for row, rule in enumerate(RULES):
            self._add_row(grid, row, rule)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(card)

    def _add_row(self, grid: QGridLayout, row: int, rule: Rule) -> None:
        name, about = _NAMES[rule]
        button = self.buttons[rule] = Button(name)
        button.clicked.connect(partial(self._snap, rule))
        value = self._values[rule] = Text("", "strong", "ink2")
        value.setMinimumWidth(66)
        grid.addWidget(button, row, 0)
        grid.addWidget(Text(about, "small", "ink3"), row, 1)
        field = {"recall": self.recall, "cost": self.cost}.get(rule)
        if field is not None:
            grid.addWidget(field, row, 2)
        grid.addWidget(value, row, 3, Qt.AlignmentFlag.AlignRight)

    def open_below(self, button: QWidget) -> None:
        """Show it with its right edge under the button's."""
        self.refresh()
        self.adjustSize()
        corner = button.mapToGlobal(button.rect().bottomRight())
        self.move(corner - QPoint(self.width() - 1, -4))
        self.show()

    def refresh(self) -> None:
        """Say what each rule gives now."""
        self.recall.setValue(100 * self._model.targets.recall)
        self.cost.setValue(self._model.targets.cost_ratio)
        for rule in RULES:
            self._show(rule, self._model.pick(rule))

    def _show(self, rule: Rule, pick: Pick) -> None:
        given = pick.value is not None
        self.buttons[rule].setEnabled(given)
        self.buttons[rule].setToolTip(pick.why_not)
        self._values[rule].setText("–" if pick.value is None else self._model.scale.say(pick.value))
        self._values[rule].setToolTip(pick.why_not)

    def _aim(self, recall: float | None = None, cost_ratio: float | None = None) -> None:
        self._model.aim(recall, cost_ratio)
        self.refresh()

    def _snap(self, rule: Rule) -> None:
        self._model.snap(rule)
        self.hide()


def _field(name: str, low: float, high: float, value: float, unit: str) -> QDoubleSpinBox:
    field = QDoubleSpinBox()
    field.setAccessibleName(name)
    field.setRange(low, high)
    field.setDecimals(1)
    field.setValue(value)
    field.setSuffix(unit)
    field.setFixedWidth(92)
    return field
