"""What every page shares: the open data, the run that goes on, the draft of the next one."""

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Literal

from PySide6.QtCore import QObject, QThreadPool, Signal

from engine import schema
from engine.clouds import Clouds
from engine.control import Wish
from engine.datasets.cache import read_cache
from engine.errors import EngineError
from engine.events import Answer, Event, Failed, Paused, Phase, Prepared, Resumed, Started
from engine.experiment import Choice, Experiment
from engine.jobs import Job
from engine.session import CHILD, ChildSession, Session, ThreadSession
from engine.store import RunStore, RunSummary
from workbench.lane import Lane, Request
from workbench.models.live_run import LiveRun

_CLOSING_SECONDS = 8.0
_LEFT = ("paused", "interrupted")


class Desk(QObject):
    """One for a window. Two engines work for it, for runs and for data, so that neither waits."""

    navigate = Signal(str)
    data_changed = Signal()
    data_problem = Signal(str)
    data_phase = Signal(str, float)  # fraction -1: not known
    known_changed = Signal()
    draft_changed = Signal()
    schema_changed = Signal()
    runs_changed = Signal()
    run_opened = Signal()
    message = Signal(str, str)
    _read = Signal(object, object)

    def __init__(
        self,
        store: RunStore | None = None,
        session: Literal["child", "thread"] = "child",
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.store = store or RunStore()
        self.clouds: Clouds | None = None
        self.data_choice = Choice(name="shapes")
        self.known: tuple[str, ...] = ()
        self.draft = Experiment()
        self.schema: dict[str, Any] = schema.remembered()
        self.live = LiveRun(self)
        self.opened: Path | None = None
        self.trashed: Path | None = None
        self._runs = Lane(_session(session, "--warm"), self)
        self._side = Lane(_session(session), self)
        self._request: Request | None = None
        self._wanted: Choice | None = None
        self._readers = QThreadPool(self)
        self._read.connect(self._take_clouds)

    def begin(self) -> None:
        """Once the window is painted: engines warm up, data open, a run left behind is shown."""
        self._runs.warm()
        if not self.schema:
            self._runs.submit(Request("schema", Job(do="schema"), self._take_schema))
        if self.clouds is None and self._wanted is None:
            self.open_data(self.data_choice)
        left = self.unfinished()
        if left and self.live.state == "idle":
            self.live.replay(self.store.open(left[0].path))
            self.message.emit(
                "info", f"“{left[0].name}” is {left[0].state}. Training can continue it."
            )

    def close(self) -> None:
        """Save and leave what goes on; no thread and no child is left after at most ten seconds."""
        deadline = time.monotonic() + _CLOSING_SECONDS
        lanes = (self._runs, self._side)
        for lane in lanes:
            lane.leave()
        for lane in lanes:
            lane.close(max(0.1, deadline - time.monotonic()))
        self._readers.waitForDone()

    def go(self, key: str) -> None:
        """Show a page."""
        self.navigate.emit(key)

    # Data

    def open_data(self, choice: Choice) -> None:
        """Prepare a data set in the side engine, read it, and lay it on the desk."""
        self._wanted = choice
        self.data_phase.emit("Opening the data", -1.0)
        self._side.submit(
            Request("data", Job(do="prepare", data=choice), partial(self._take_data, choice))
        )

    def set_known(self, kinds: tuple[str, ...] | list[str]) -> None:
        """These kinds are to be learnt, all others are strangers."""
        if self.clouds is None:
            return
        chosen = tuple(kind for kind in self.clouds.kinds if kind in kinds)
        if len(chosen) < 2:
            self.message.emit("warn", "At least two kinds have to be known. Nothing was changed.")
        elif chosen != self.known:
            self.known = chosen
            self.set_draft(self.draft.with_values(**{"data.known": list(chosen)}))
        self.known_changed.emit()

    def _take_data(self, choice: Choice, events: list[Event]) -> None:
        for event in events:
            if isinstance(event, Phase):
                fraction = -1.0 if event.fraction is None else event.fraction
                self.data_phase.emit(f"{event.name} {event.detail}".strip(), fraction)
            elif isinstance(event, Failed):
                self._wanted = None
                self.data_problem.emit(event.sentence)
            elif isinstance(event, Prepared):
                self._readers.start(partial(self._read_clouds, choice, Path(event.path)))

    def _read_clouds(self, choice: Choice, path: Path) -> None:
        try:
            self._read.emit(choice, read_cache(path))
        except EngineError as error:
            self._read.emit(choice, error)

    def _take_clouds(self, choice: Choice, clouds: Clouds | EngineError) -> None:
        if choice is not self._wanted:
            return
        if isinstance(clouds, EngineError):
            self._wanted = None
            self.data_problem.emit(clouds.sentence)
            return
        self.clouds, self.data_choice = clouds, choice
        asked = getattr(choice, "known", None) or choice.settings.get("known") or clouds.known
        self.known = tuple(kind for kind in clouds.kinds if kind in asked)
        data = choice.model_dump(mode="json") | {"known": list(self.known)}
        self.set_draft(self.draft.with_values(data=data))
        self.data_changed.emit()
        self.known_changed.emit()

    # Questions

    def set_draft(self, experiment: Experiment) -> None:
        """What Set-up edits."""
        if experiment != self.draft:
            self.draft = experiment
            self.draft_changed.emit()

    def describe(self, experiment: Experiment, answer: Callable[[dict[str, Any]], None]) -> None:
        """Ask for parameters and multiply-adds; {"problem": sentence} when there are none.

        Only the newest question is answered.
        """

        def tell(events: list[Event]) -> None:
            for event in events:
                if isinstance(event, Answer):
                    answer(event.value)
                elif isinstance(event, Failed):
                    answer({"problem": event.sentence})

        for lane in (self._runs, self._side):
            lane.cancel("describe")
        lane = self._side if self.live.alive else self._runs
        lane.submit(Request("describe", Job(do="describe", experiment=experiment), tell))

    def _take_schema(self, events: list[Event]) -> None:
        for event in events:
            if isinstance(event, Answer):
                self.schema = event.value
                self.schema_changed.emit()
            elif isinstance(event, Failed):
                self.message.emit("bad", event.sentence)

    # Runs

    def unfinished(self) -> list[RunSummary]:
        """Runs that were paused or interrupted, newest first."""
        return [run for run in self.store.runs() if run.state in _LEFT]

    def start(self, experiment: Experiment) -> None:
        """Begin a new run, unless one is going on."""
        if self._may_begin():
            self.live.begin(experiment)
            self._submit(Job(do="train", experiment=experiment, runs=self.store.folder))

    def resume(self, path: Path) -> None:
        """Go on with a run that was left, unless one is going on."""
        if not self._may_begin():
            return
        try:
            run = self.store.open(path)
            if run.alive:
                sentence = (
                    f"“{run.experiment.name}” is going on in another window. Nothing was changed."
                )
                self.message.emit("warn", sentence)
                return
            self.live.go_on(run)
        except EngineError as error:
            self.message.emit("bad", error.sentence)
            return
        self._submit(Job(do="resume", run=run.path, runs=self.store.folder), run.id)

    def ask(self, wish: str) -> None:
        """Pause, resume, finish or discard the run on Training."""
        if self.live.alive and self._request is not None:
            self.live.wish(wish)
            self._request.control.ask(wish)
        elif wish == "resume" and self.live.run is not None:
            self.resume(self.live.run)
        elif wish == "discard" and self.live.run is not None:
            self.forget(self.live.run)
        else:
            self.message.emit("info", "No run is going on.")

    def open_run(self, path: Path) -> None:
        """Lay a finished run on the desk, for the Open set page."""
        self.opened = path
        self.run_opened.emit()

    def forget(self, path: Path) -> None:
        """Move a run to the trash; `restore` takes it out again."""
        if self.live.alive and self.live.run == path:
            self.ask("discard")
            return
        try:
            name = self.store.open(path).experiment.name
            self.trashed = self.store.discard(path)
        except (EngineError, OSError) as error:
            self.message.emit("bad", f"The run could not be moved to the trash: {error}")
            return
        self._say_forgotten(path, name)

    def restore(self) -> None:
        """Take the run that was forgotten last out of the trash."""
        if self.trashed is None:
            return
        path, self.trashed = self.store.restore(self.trashed), None
        if self.live.state == "idle":
            self.live.replay(self.store.open(path))
        self.runs_changed.emit()

    def _may_begin(self) -> bool:
        if self.live.alive:
            sentence = f"“{self.live.name}” is still going on. Stop it first; nothing was started."
            self.message.emit("warn", sentence)
        return not self.live.alive

    def _submit(self, job: Job, run: str = "") -> None:
        request = Request("run", job, self._take_run, run=run)
        request.done = partial(self._end_run, request)
        self._request = request
        self._runs.submit(request)
        self.go("training")

    def _take_run(self, events: list[Event]) -> None:
        known = self.live.run is not None
        if not known and (ids := [event.run for event in events if event.run]):
            self.live.run = self.store.folder / ids[0]
        self.live.take(events)
        if not known or any(isinstance(event, Started | Paused | Resumed) for event in events):
            self.runs_changed.emit()

    def _end_run(self, request: Request) -> None:
        """The engine has no more to say of the run: whatever it left is now in its folder."""
        if request is not self._request:
            return
        live, discarding = self.live, request.control.wish is Wish.DISCARD
        self._request, live.attached = None, False
        path = live.run
        if discarding and path is not None:
            self.trashed = self.store.folder / ".trash" / path.name
            if path.exists():  # the engine was ended by force before it could do that itself
                self.store.discard(path)
            self._say_forgotten(path, live.name)
            return
        if discarding:
            live.clear()
        live.changed.emit()
        self.runs_changed.emit()

    def _say_forgotten(self, path: Path, name: str) -> None:
        if self.live.run == path:
            self.live.clear()
        if self.opened == path:
            self.opened = None
            self.run_opened.emit()
        self.runs_changed.emit()
        self.message.emit("info", f"“{name}” is in the trash, where it stays for 30 days.")


def _session(kind: str, *flags: str) -> Session:
    return ThreadSession() if kind == "thread" else ChildSession((*CHILD, *flags))
