"""What every page shares: the open data, the run that goes on, the draft of the next one."""

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Literal

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from engine import schema
from engine.clouds import Clouds
from engine.control import Wish
from engine.datasets.cache import read_cache
from engine.embedding import Method, Side
from engine.errors import EngineError
from engine.events import Answer, Event, Failed, Paused, Phase, Prepared, Resumed, Started
from engine.experiment import Choice, Experiment
from engine.jobs import Job, Mixing
from engine.session import CHILD, ChildSession, Session, ThreadSession
from engine.store import RunStore
from workbench.background import read_in_background
from workbench.lane import Lane, Request
from workbench.models import kept_draft
from workbench.models.live_run import LiveRun
from workbench.models.shelf import Shelf
from workbench.models.story import Story, read_story

_CLOSING_SECONDS = 8.0
_AT_ONCE_SECONDS = 0.2  # a map under way holds nothing that must be saved
_KEEP_MS = 1000
_BUILT_IN = Choice(name="shapes")
_LEFT = ("paused", "interrupted")


class Desk(QObject):
    """One for a window. Engines of its own work for runs, for data and for maps, so that none waits."""

    navigate = Signal(str)
    data_changed = Signal()
    data_problem = Signal(str)
    data_phase = Signal(str, float)  # fraction -1: not known
    known_changed = Signal()
    draft_changed = Signal()
    suggested = Signal(Experiment, str)  # a draft another page made, and what it is called
    schema_changed = Signal()
    runs_changed = Signal()
    run_opened = Signal()
    message = Signal(str, str)
    left_behind = Signal(str)  # a sentence about a run that Training can continue
    forgotten = Signal(str)  # a run went to the trash: what to say; `restore` takes it back

    def __init__(
        self,
        store: RunStore | None = None,
        session: Literal["child", "thread"] = "child",
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.store = store or RunStore()
        self.shelf = Shelf(self.store, self)
        self.clouds: Clouds | None = None
        self.data_choice = _BUILT_IN
        self.known: tuple[str, ...] = ()
        self.draft = Experiment()
        self.schema: dict[str, Any] = schema.remembered()
        self.live = LiveRun(self)
        self.opened: Path | None = None
        self._picked = False  # by the person, since the run that goes on began
        self.trashed: Path | None = None
        self._runs = Lane(_session(session, "--warm"), self)
        self._side = Lane(_session(session), self)
        self._maps = Lane(_session(session), self)  # starts no process before it is asked
        self._request: Request | None = None
        self._wanted: Choice | None = None
        self._wanted_run: Path | None = None
        self._restored: Choice | None = None
        self._keeping = QTimer(self, singleShot=True, interval=_KEEP_MS)
        self._keeping.timeout.connect(self._keep_draft)
        self.shelf.changed.connect(self.runs_changed)

    def begin(self) -> None:
        """Once the window is painted: engines warm up, data open, a run left behind is shown."""
        self._runs.warm()
        if not self.schema:
            self._runs.submit(Request("schema", Job(do="schema"), self._take_schema))
        if self.clouds is None and self._wanted is None:
            self._take_up_draft()
            self.open_data(self._restored or self.data_choice)
        self.draft_changed.connect(self._keeping.start)
        self.shelf.changed.connect(self._show_what_was_left, Qt.ConnectionType.SingleShotConnection)
        self.shelf.look()

    def close(self) -> None:
        """Save and leave what goes on; no thread and no child is left after at most ten seconds."""
        deadline = time.monotonic() + _CLOSING_SECONDS
        if self._keeping.isActive():
            self._keep_draft()
        self._maps.close(_AT_ONCE_SECONDS)
        lanes = (self._runs, self._side)
        for lane in lanes:
            lane.leave()
        for lane in lanes:
            lane.close(max(0.1, deadline - time.monotonic()))

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
                self._refuse_data(choice, event.sentence)
            elif isinstance(event, Prepared):
                read = partial(read_cache, Path(event.path))
                read_in_background(self, read, partial(self._take_clouds, choice))

    def _take_clouds(self, choice: Choice, clouds: Clouds | str) -> None:
        if choice is not self._wanted:
            return
        if isinstance(clouds, str):
            self._refuse_data(choice, clouds)
            return
        self.clouds, self.data_choice = clouds, choice
        asked = getattr(choice, "known", None) or choice.settings.get("known") or clouds.known
        self.known = tuple(kind for kind in clouds.kinds if kind in asked)
        kept = {"validation": self.draft.data.validation}
        data = kept | choice.model_dump(mode="json") | {"known": list(self.known)}
        self.set_draft(self.draft.with_values(data=data))
        self.data_changed.emit()
        self.known_changed.emit()

    def _refuse_data(self, choice: Choice, sentence: str) -> None:
        self._wanted = None
        if choice is self._restored:  # nobody asked for it in this session, so nobody is told
            self.open_data(_BUILT_IN)
        else:
            self.data_problem.emit(sentence)

    # The draft

    def _take_up_draft(self) -> None:
        """Go on with the draft of the last session and its data, unless its recipe is gone."""
        draft = kept_draft.kept()
        recipes = self.schema.get("recipe", {})
        if draft is not None and (not recipes or draft.recipe.name in recipes):
            self._restored = Choice.model_validate(draft.data.model_dump(mode="json"))
            self.set_draft(draft)

    def _keep_draft(self) -> None:
        self._keeping.stop()
        kept_draft.keep(self.draft)

    # Questions

    def set_draft(self, experiment: Experiment) -> None:
        """What Set-up edits."""
        if experiment != self.draft:
            self.draft = experiment
            self.draft_changed.emit()

    def suggest(self, experiment: Experiment, words: str) -> None:
        """Another page made a draft: Set-up is shown and takes it as a step that can be undone."""
        self.go("setup")
        self.suggested.emit(experiment, words)

    def describe(self, experiment: Experiment, answer: Callable[[dict[str, Any]], None]) -> None:
        """Ask for parameters and multiply-adds; {"problem": sentence} when there are none.

        Only the newest question is answered.
        """
        self._question("describe", Job(do="describe", experiment=experiment), answer)

    def mix(self, mixing: Mixing, answer: Callable[[dict[str, Any]], None]) -> None:
        """Ask for one mixture, point by point; {"problem": sentence} when there is none.

        Only the newest question is answered.
        """
        self._question("mix", Job(do="mix", mix=mixing), answer)

    def _question(self, topic: str, job: Job, answer: Callable[[dict[str, Any]], None]) -> None:
        """While a run goes on the engine for data answers, else the one that has torch loaded."""

        def tell(events: list[Event]) -> None:
            for event in events:
                if isinstance(event, Answer):
                    answer(event.value)
                elif isinstance(event, Failed):
                    answer({"problem": event.sentence})

        for lane in (self._runs, self._side):
            lane.cancel(topic)
        lane = self._side if self.live.alive else self._runs
        lane.submit(Request(topic, job, tell))

    def draw_map(
        self, run: Path, method: Method, side: Side, tell: Callable[[list[Event]], None]
    ) -> None:
        """Ask for a map of a tested run, as a file in its folder; `tell` hears how it goes.

        Only the newest question is answered; it begins once the one before it has ended.
        """
        job = Job(do="embed", run=run, runs=self.store.folder, method=method, side=side)
        self._maps.submit(Request("map", job, tell))

    def _take_schema(self, events: list[Event]) -> None:
        for event in events:
            if isinstance(event, Answer):
                self.schema = event.value
                self.schema_changed.emit()
            elif isinstance(event, Failed):
                self.message.emit("bad", event.sentence)

    # Runs

    def start(self, experiment: Experiment) -> None:
        """Begin a new run, unless one is going on."""
        if self._may_begin():
            self.live.begin(experiment)
            self._submit(Job(do="train", experiment=experiment, runs=self.store.folder))

    def resume(self, path: Path) -> None:
        """Go on with a run that was left, unless one is going on."""
        if self._may_begin():
            self._hear(path, self._go_on)

    def show_run(self, path: Path) -> None:
        """Show a run on Training as it was left, unless one is going on there."""
        self._hear(path, self._show)

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

    def open_run(self, path: Path, by_hand: bool = True) -> None:
        """Lay a finished run on the desk, for the Open set page."""
        self.opened, self._picked = path, by_hand
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
        trashed, self.trashed = self.trashed, None
        try:
            path = self.store.restore(trashed)
        except OSError as error:
            self.message.emit("bad", f"The run could not be taken back: {error}")
            return
        if self.live.state == "idle":
            self._hear(path, self.live.replay)
        self.shelf.read()

    def _show_what_was_left(self) -> None:
        left = next((run for run in self.shelf.runs if run.state in _LEFT), None)
        if left is not None and self.live.state == "idle":
            self._hear(left.path, self.live.replay)
            self.left_behind.emit(f"“{left.name}” is {left.state}. Training can continue it.")

    def _hear(self, path: Path, then: Callable[[Story], None]) -> None:
        self._wanted_run = path
        read = partial(read_story, self.store, path)
        read_in_background(self, read, partial(self._tell, path, then))

    def _tell(self, path: Path, then: Callable[[Story], None], story: Story | str) -> None:
        if path != self._wanted_run or self.live.alive:
            return  # something else was asked for meanwhile
        if isinstance(story, str):
            self.message.emit("bad", story)
        else:
            then(story)

    def _show(self, story: Story) -> None:
        self.live.replay(story)
        self.go("training")

    def _go_on(self, story: Story) -> None:
        name = story.experiment.name
        if story.alive:
            self.message.emit(
                "warn", f"“{name}” is going on in another window. Nothing was changed."
            )
            return
        self.live.go_on(story)
        job = Job(do="resume", run=story.path, runs=self.store.folder)
        self._submit(job, story.path.name)

    def _may_begin(self) -> bool:
        if self.live.alive:
            sentence = f"“{self.live.name}” is still going on. Stop it first; nothing was started."
            self.message.emit("warn", sentence)
        return not self.live.alive

    def _submit(self, job: Job, run: str = "") -> None:
        request = Request("run", job, self._take_run, run=run)
        request.done = partial(self._end_run, request)
        self._request, self._picked = request, False
        self._runs.submit(request)
        self.go("training")

    def _take_run(self, events: list[Event]) -> None:
        known = self.live.run is not None
        if not known and (ids := [event.run for event in events if event.run]):
            self.live.run = self.store.folder / ids[0]
        self.live.take(events)
        if not known or any(isinstance(event, Started | Paused | Resumed) for event in events):
            self.shelf.read()

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
        elif live.results and path is not None and not self._picked:
            self.open_run(path, by_hand=False)
        live.changed.emit()
        self.shelf.read()

    def _say_forgotten(self, path: Path, name: str) -> None:
        if self.live.run == path:
            self.live.clear()
        if self.opened == path:
            self.opened = None
            self.run_opened.emit()
        self.shelf.read()
        self.forgotten.emit(f"“{name}” is in the trash, where it stays for 30 days.")


def _session(kind: str, *flags: str) -> Session:
    return ThreadSession() if kind == "thread" else ChildSession((*CHILD, *flags))
