"""What was on show when the window was closed comes back: page, run and threshold; the draft keeps the data."""

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
        self._kept = {key: prefs.get(f"session/{key}", "") for key in ("page", "run", "training")}
        self._step = prefs.get("session/step", _NONE)
        once = Qt.ConnectionType.SingleShotConnection
        desk.shelf.changed.connect(self._take_up, once)  # a method: none is called after the window

    def keep(self) -> None:
        """Remember what is on show; not before the last session was taken up."""
        desk = self._window.desk
        if not self._ready or desk is None:
            return
        model = self._model()
        prefs.put_all(
            {
                "session/page": self._window.shown_key(),
                "session/run": str(desk.opened or ""),
                "session/training": str(desk.live.run or ""),
                "session/step": model.step if model is not None and model.ready else _NONE,
            }
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
        if desk.opened == run and self._step != model.step:  # between two steps a rule put it
            model.set_step(self._step)
            model.commit()

    def _model(self) -> "ThresholdModel | None":
        return getattr(self._window.page("openset"), "model", None)
