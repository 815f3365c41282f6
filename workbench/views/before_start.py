"""The checks of the draft beside Start: asked for, being looked for with how far it is, or there."""

from collections.abc import Sequence

from PySide6.QtGui import QHideEvent, QShowEvent

from engine.checks import Check
from engine.words import say
from workbench.kit import Button, Text
from workbench.models.preflight import REFUSED, Preflight
from workbench.views.preflight_strip import PreflightStrip
from workbench.views.work_bar import WorkBar

_HINT = say(
    "Looks at boxes, anchors and distances without training anybody. It prepares the data first."
)
_FILES = say("Reads every file and tells which are missing or damaged. It prepares the data first.")
_STALE = say("The draft was changed since, so what was found counts no more.")


class BeforeStart(PreflightStrip):
    """A strip that follows a Preflight; it is there only where the recipe has checks."""

    around = 356

    def __init__(self, model: Preflight) -> None:
        super().__init__()
        self._model = model
        self.hint = Text(_HINT, "small", "ink3", wrap=True)
        self.work = WorkBar()
        self.said = Text("", "small", "warn", wrap=True)
        self.button = Button(say("Check"))
        for widget in (self.hint, self.work, self.said):
            self.row.insertWidget(self.row.count() - 1, widget, 1)
        self.row.addWidget(self.button)
        self.button.clicked.connect(self._press)
        model.changed.connect(self._follow)
        self._follow()

    def chosen(self, room: int) -> Sequence[Check]:
        """Only that because of which the run is refused, where there is one: the rest of the room says so."""
        refusing = self._model.refusing
        return super().chosen(room) if refusing is None else (refusing,)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._model.set_seen(True)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._model.set_seen(False)

    def _press(self) -> None:
        if self._model.phase is None:
            self._model.ask()
        else:
            self._model.stop()

    def _follow(self) -> None:
        model, looking = self._model, self._model.phase is not None
        self.show_checks(model.checks or ())
        if model.checks is None:
            self.standing.setText(say("looking") if looking else say("not checked"))
        self.hint.setText(_STALE if model.stale else _HINT if model.of_class else _FILES)
        self.hint.setVisible(model.checks is None and not looking and not model.problem)
        self.work.setVisible(looking)
        if model.phase is not None:
            self.work.show_work(*model.phase)
        self.button.set_look(say("Stop") if looking else say("Check"))
        said = model.problem or (REFUSED if model.refusing is not None else "")
        self.said.setText(said)
        self.said.setVisible(bool(said))
        self.said.setToolTip(said)
        self.setVisible(model.fits)
