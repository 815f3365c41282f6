"""The largest card of Open set: whose sureness, the handle, and where validation would put it."""

from math import isnan

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from engine.metrics.open_set import STEPS
from workbench.kit import Button, Card, Segmented, Text
from workbench.models.threshold import ThresholdModel
from workbench.views.threshold_plot import ThresholdPlot

_TUNED = "You are looking at the test set: choose on validation."
_TERM = "rejection threshold on the highest probability"


class ThresholdCard(Card):
    """Moves a threshold model and follows it."""

    def __init__(self, model: ThresholdModel) -> None:
        super().__init__()
        self._model = model
        self._question = Text("", "h2")
        self.note = Text(_TERM, "small", "ink3", elide=True)
        self.snap = Button("Snap to validation")
        self.who = Segmented(["Student", "Teacher"])
        self.plot = ThresholdPlot()
        heading = QHBoxLayout()
        heading.setSpacing(10)
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(self._question)
        words.addWidget(self.note)
        heading.addLayout(words, 1)
        heading.addWidget(self.snap)
        heading.addWidget(self.who)
        self.body.setContentsMargins(16, 10, 16, 10)
        self.body.addLayout(heading)
        self.body.addWidget(self.plot, 1)
        self.plot.valueChanged.connect(self._moved)
        self.plot.sliderReleased.connect(model.commit)
        self.snap.clicked.connect(model.snap)
        self.who.changed.connect(self._choose_who)
        model.replaced.connect(self._replace)
        model.changed.connect(self._follow)
        model.committed.connect(self._rest)

    def _moved(self, step: int) -> None:
        self._model.set_value(step / STEPS)
        if not self.plot.isSliderDown():
            self._model.commit()

    def _choose_who(self, index: int) -> None:
        self._model.use("teacher" if index else "student")

    def _replace(self) -> None:
        model = self._model
        self._question.setText(f"How sure must the {model.who} be?")
        self.who.setVisible(model.has_teacher)
        self.who.set_index(1 if model.who == "teacher" else 0)
        self.snap.setVisible(model.picked is not None)
        self.snap.setToolTip(f"Move to the threshold that {model.pick_words}.")
        self.plot.set_shape(model.shape(), model.picked)
        self._follow()
        self._rest()

    def _follow(self) -> None:
        self.plot.setValue(self._model.step)
        model, tuned = self._model, self._model.tuned_on_test
        chosen = f"chosen on validation: {model.pick_words}"
        term = chosen if model.value == model.picked else _TERM
        self.note.setText(_TUNED if tuned else term)
        self.note.set_ink("warn" if tuned else "ink3")

    def _rest(self) -> None:
        figures = self._model.figures()
        said = [f"Threshold {self._model.value:.2f}"]
        for name, words in (
            (figures["acc_closed"], "of known kept and right"),
            (figures["acc_open"], "of strangers turned away"),
        ):
            said += [] if isnan(name) else [f"{name:.0%} {words}"]
        self.plot.set_spoken("; ".join(said))
        self.snap.setEnabled(self._model.value != self._model.picked)
