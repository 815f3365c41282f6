"""What can be said of a draft before it starts: asked for, gone stale when the draft changes, refused or not."""

from collections.abc import Callable
from functools import partial
from typing import Any, Protocol

from PySide6.QtCore import QObject, QTimer, Signal

from engine.checks import Check
from engine.events import Phase
from engine.experiment import Experiment
from engine.explained import MATERIAL
from engine.words import say
from workbench.models.live_run import LiveRun

RECIPES = ("classroom", *MATERIAL)  # what learns from rooms, streets and shapes with parts
_ANCHORS = say("anchor recall")
_REST_MS = 500  # a slider that is dragged changes the draft many times
REFUSED = say("The run will be refused, unless “Train although anchors do not fit” is on.")
_NO_SUCH = say(
    "The engine answered with something else than checks. Nothing was changed; check again."
)


class Examines(Protocol):
    """What of the desk is needed here."""

    live: LiveRun

    def examine(
        self,
        experiment: Experiment,
        answer: Callable[[dict[str, Any]], None],
        phase: Callable[[Phase], None],
        if_prepared: bool = False,
    ) -> None:
        """Ask for the checks."""

    def stop_examining(self) -> None:
        """Drop the question."""


class Preflight(QObject):
    """`checks` are of the draft as it is now, or None; `phase` is (words, fraction or -1) while they are looked for."""

    changed = Signal()

    def __init__(self, desk: Examines, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._draft = Experiment()
        self._seen, self._alive = False, desk.live.alive
        self._wait = QTimer(self, singleShot=True, interval=_REST_MS)
        self._wait.timeout.connect(partial(self.ask, if_prepared=True))
        self.checks: tuple[Check, ...] | None = None
        self.phase: tuple[str, float] | None = None
        self.problem, self.stale = "", False
        desk.live.changed.connect(self._make_way)

    @property
    def fits(self) -> bool:
        """Whether the draft's recipe has checks."""
        return self._draft.recipe.name in RECIPES

    @property
    def of_class(self) -> bool:
        """Whether more than the files is looked at."""
        return self._draft.recipe.name == RECIPES[0]

    @property
    def refusing(self) -> Check | None:
        """The check because of which the run will be refused; None where it will not or nobody knows."""
        if self._draft.recipe.settings.get("override"):
            return None
        bad = (one for one in self.checks or () if one.term == _ANCHORS and one.state == "mend")
        return next(bad, None)

    def follow(self, draft: Experiment) -> None:
        """The draft is this now: what was found of another one counts no more."""
        draft = draft.model_copy(update={"name": self._draft.name})  # nothing checked depends on it
        if draft == self._draft:
            return
        self._draft, self.stale = draft, self.checks is not None or self.stale
        self._forget()
        self._plan()

    def set_seen(self, seen: bool) -> None:
        """Only where somebody looks is something asked by itself."""
        self._seen = seen
        self._wait.stop()
        self._plan()

    def ask(self, if_prepared: bool = False) -> None:
        """Look at the draft now; or only if that needs no preparing."""
        draft = self._draft
        self._forget()
        self.phase = (say("Getting the engine ready"), -1.0)
        self.changed.emit()
        take, tell = partial(self._take, draft), partial(self._take_phase, draft)
        self._desk.examine(draft, take, tell, if_prepared)

    def stop(self) -> None:
        """Leave off looking."""
        self._forget()

    def _plan(self) -> None:
        wanted = self._seen and self.fits and self.checks is None and self.phase is None
        if wanted and not self.problem and not self._desk.live.alive:
            self._wait.start()

    def _make_way(self) -> None:
        """A run that begins prepares the same data, and has the computer to itself."""
        alive, self._alive = self._alive, self._desk.live.alive
        if self._alive and not alive:
            self._wait.stop()
            if self.phase is not None:
                self.stop()

    def _forget(self) -> None:
        self._wait.stop()
        if self.phase is not None:
            self._desk.stop_examining()
        self.checks, self.phase, self.problem = None, None, ""
        self.changed.emit()

    def _take_phase(self, draft: Experiment, event: Phase) -> None:
        if draft == self._draft and self.phase is not None:
            share = -1.0 if event.fraction is None else event.fraction
            self.phase = (f"{event.name} {event.detail}".strip(), share)
            self.changed.emit()

    def _take(self, draft: Experiment, value: dict[str, Any]) -> None:
        if draft != self._draft or self.phase is None:
            return
        self.phase, self.problem = None, str(value.get("problem", ""))
        if not self.problem and value.get("checks", ()) is not None:
            try:
                self.checks, self.stale = tuple(Check(**own) for own in value["checks"]), False
            except (KeyError, TypeError):
                self.problem = _NO_SUCH
        self.changed.emit()
