"""What was on show when the window was closed comes back: page, run and threshold; the draft keeps the data."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer

from workbench import prefs

if TYPE_CHECKING:
    from workbench.desk import Desk
    from workbench.models.threshold import ThresholdModel
    from workbench.window import Window

_LEFT = ("paused", "interrupted")
_NONE = -1
_WORDS = ("page", "run", "training", "rule")
_TARGETS = ("recall", "cost_ratio")  # of rules; 0 and none: as usual
_LATER_MS = 1000  # writing takes longer than showing a page may


class Session(QObject):
    """Kept a moment after another page is shown, and when the window closes; taken up once the runs are read."""

    def __init__(self, window: "Window") -> None:
        super().__init__(window)
        self._window = window
        self._ready = False
        self.later = QTimer(self, singleShot=True, interval=_LATER_MS)
        self.later.timeout.connect(self.keep)

    def begin(self, desk: "Desk") -> None:
        """Wait for the list of runs, then show what was on show."""
        self._kept = {key: prefs.get(f"session/{key}", "") for key in _WORDS}
        self._step = prefs.get("session/step", _NONE)
        self._asked = {key: prefs.get(f"session/{key}", 0.0) or None for key in _TARGETS}
        once = Qt.ConnectionType.SingleShotConnection
        desk.shelf.changed.connect(self._take_up, once)  # a method: none is called after the window

    def keep(self) -> None:
        """Remember what is on show; not before the last session was taken up."""
        desk = self._window.desk
        if not self._ready or desk is None:
            return
        model = self._model()
        reason = model.reason if model is not None and model.ready else None
        asked = {} if model is None else asdict(model.targets)
        prefs.put_all(
            {
                "session/page": self._window.shown_key(),
                "session/run": str(desk.opened or ""),
                "session/training": str(desk.live.run or ""),
                "session/step": model.step if model is not None and model.ready else _NONE,
                "session/rule": reason.rule if reason is not None else "",
            }
            | {f"session/{key}": value for key, value in asked.items()}
        )

    def _take_up(self) -> None:
        desk = self._window.desk
        if desk is None:
            return
        self._ready = True
        runs = {str(run.path): run for run in desk.shelf.runs}
        run, key = runs.get(self._kept["run"]), self._kept["page"]
        if run is not None and run.predicts and desk.opened is None:
            desk.open_run(run.path, by_hand=False)
        elsewhere = self._window.shown_key() != "home"  # the person was quicker
        if elsewhere or not self._window.has_page(key):
            return
        left = any(other.state in _LEFT for other in runs.values())
        learnt = self._kept["training"]
        if key == "training" and learnt in runs and not left and not desk.live.alive:
            desk.show_run(Path(learnt))
            return
        self._window.go(key)
        model = self._model()
        if model is not None and run is not None and self._step != _NONE:
            once = Qt.ConnectionType.SingleShotConnection
            model.replaced.connect(lambda: self._move(desk, run.path, model), once)

    def _move(self, desk: "Desk", run: Path, model: "ThresholdModel") -> None:
        if desk.opened != run or self._step == model.step:  # between two steps a rule put it
            return
        from workbench.models.snapping import RULES  # heavy; the page has it by now

        model.aim(**self._asked)
        for rule in RULES:
            found = model.pick(rule).value if rule == self._kept["rule"] else None
            if found is not None and model.scale.step(found) == self._step:
                model.snap(rule)  # not by hand, so nobody has looked at the test part
                return
        model.set_step(self._step)
        model.commit()

    def _model(self) -> "ThresholdModel | None":
        return getattr(self._window.page("openset"), "model", None)
