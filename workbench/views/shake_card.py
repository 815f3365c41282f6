"""Shake the picture: the handle, how well the run stands it, and another run beside it."""

from PySide6.QtWidgets import QHBoxLayout, QWidget

from engine.words import say
from workbench.kit import Card, Picker, Text
from workbench.models.classroom import ClassroomModel
from workbench.models.classroom_words import greys
from workbench.views.shake_plot import ShakePlot
from workbench.views.shake_slider import ShakeSlider

_FAR = {
    "linf": say("at most so many of 255 grey levels anywhere (L∞)"),
    "l2": say(
        "so many of 255 grey levels over the whole picture: the root of their mean square (L2)"
    ),
}


def _why(far: str) -> str:
    return say(
        "Noise that was made to mislead the student (adversarial noise), {far}. The picture and the "
        "boxes at the left are those of the shaken picture.",
        far=far,
    )


class ShakeCard(Card):
    """Follows a classroom model."""

    def __init__(self, model: ClassroomModel) -> None:
        super().__init__()
        self._model = model
        self.body.setContentsMargins(14, 10, 14, 8)
        self.body.setSpacing(2)
        self.readout = Text("", "strong")
        self.slider, self.plot = ShakeSlider(), ShakePlot()
        self.picker = Picker(say("Which run is compared with"))
        head = QHBoxLayout()
        self.title = Text(say("Shake the picture"), "h2", elide=True)
        head.addWidget(self.title, 1)
        head.addWidget(self.readout)
        self._beside = QWidget()
        beside = QHBoxLayout(self._beside)
        beside.setContentsMargins(0, 2, 0, 0)
        beside.addWidget(Text(say("beside it"), "small", "ink2"))
        beside.addWidget(self.picker, 1)
        self.body.addLayout(head)
        self.body.addWidget(self.slider)
        self.body.addWidget(self.plot, 1)
        self.body.addWidget(self._beside)
        self._beside.hide()
        self.slider.valueChanged.connect(lambda step: model.shake(self.slider.steps[step]))
        self.picker.activated.connect(model.compare_with)
        model.replaced.connect(self._suit)
        model.frame_changed.connect(self._show)
        model.shaken_changed.connect(self._show)
        model.rivals_changed.connect(self._offer)

    def _suit(self) -> None:
        if self._model.classroom is not None:
            norm = self._model.all.robustness.norm
            self.title.setToolTip(_why(_FAR[norm]))
        self.slider.set_steps(self._model.steps)
        self._offer()

    def _offer(self) -> None:
        model = self._model
        self.picker.clear()
        for rival in model.rivals:
            taught = "" if rival.teachers else say(" (no teachers)")
            self.picker.addItem(f"{rival.name}{taught}")
        if model.rival is not None:
            self.picker.setCurrentIndex(list(model.rivals).index(model.rival))
        self._beside.setVisible(bool(model.rivals))
        self._show()

    def _show(self) -> None:
        model = self._model
        if model.classroom is None:
            return
        steps = self.slider.steps
        self.slider.setValue(steps.index(model.epsilon) if model.epsilon in steps else 0)
        self.readout.setText(greys(model.epsilon) if len(steps) > 1 else say("not measured"))
        self.slider.setAccessibleDescription(greys(model.epsilon))
        if model.ready and model.drawn != model.epsilon:
            self.readout.setText(
                say("{greys}, shown: {drawn:g}", greys=greys(model.epsilon), drawn=model.drawn)
            )
        self.plot.show_curves(model.curve, model.rival, model.epsilon, steps[-1])
