"""What every page shares: the open data, the draft of the next run, and the runs there are."""

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Literal

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from engine import schema
from engine.bring.asking import Asking, Lesson
from engine.clouds import Clouds
from engine.datasets.cache import read_cache
from engine.embedding import Method, Side
from engine.events import Answer, Event, Failed, Phase, Prepared
from engine.experiment import Choice, Experiment
from engine.jobs import Job, Mixing
from engine.store import RunStore
from engine.words import say
from workbench.background import read_in_background
from workbench.lane import Lane, Request, session_of
from workbench.models import kept_draft, material
from workbench.models.drafting import Steps
from workbench.run_desk import RunDesk

_CLOSING_SECONDS = 8.0
_AT_ONCE_SECONDS = 0.2  # a map under way holds nothing that must be saved
_KEEP_MS = 1000
_BUILT_IN = Choice(name="shapes")


class Desk(RunDesk):
    """One for a window. Engines of its own work for runs, for data and for maps, so that none waits."""

    data_changed = Signal()
    data_problem = Signal(str)
    data_phase = Signal(str, float)  # fraction -1: not known
    known_changed = Signal()
    draft_changed = Signal()
    suggested = Signal(Experiment, str)  # a draft another page made, and what it is called
    schema_changed = Signal()
    teacher_ready = Signal(str)  # a sentence about a draft that waits on Set-up
    thing_brought = Signal(Path)
    things_brought = Signal(list)  # several at once, as paths

    def __init__(
        self,
        store: RunStore | None = None,
        session: Literal["child", "thread"] = "child",
        parent: QObject | None = None,
    ) -> None:
        super().__init__(store, Lane(session_of(session, "--warm")), parent)
        self.clouds: Clouds | None = None
        self.data_choice = _BUILT_IN
        self.known: tuple[str, ...] = ()
        self.draft = Experiment()
        self.steps = Steps(self, self.go)
        self.schema: dict[str, Any] = schema.remembered()
        self._side = Lane(session_of(session), self)
        self._maps = Lane(session_of(session), self)  # starts no process before it is asked
        self._wanted: Choice | None = None
        self._restored: Choice | None = None
        self._keeping = QTimer(self, singleShot=True, interval=_KEEP_MS)
        self._keeping.timeout.connect(self._keep_draft)

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

    # Data

    def open_data(self, choice: Choice) -> None:
        """Prepare a data set in the side engine, read it, and lay it on the desk."""
        self._wanted = choice
        self.data_phase.emit(say("Opening the data"), -1.0)
        self._side.submit(
            Request("data", Job(do="prepare", data=choice), partial(self._take_data, choice))
        )

    def prepare(self, choice: Choice, then: Callable[[], None]) -> None:
        """Prepare a data set beside the open one; `then` is called when that has ended, however it went."""
        self._side.submit(Request("prepare", Job(do="prepare", data=choice), _unheard, then))

    def set_known(self, kinds: tuple[str, ...] | list[str]) -> None:
        """These kinds are to be learnt, all others are strangers."""
        if self.clouds is None:
            return
        chosen = tuple(kind for kind in self.clouds.kinds if kind in kinds)
        if len(chosen) < 2:
            self.message.emit(
                "warn", say("At least two kinds have to be known. Nothing was changed.")
            )
        elif chosen != self.known:
            self.known = chosen
            if not material.apart(self.draft, self.schema):
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
        before, self.data_choice = self.data_choice, choice
        self.clouds = clouds
        asked = getattr(choice, "known", None) or choice.settings.get("known") or clouds.known
        self.known = tuple(kind for kind in clouds.kinds if kind in asked)
        self._follow_data(before)
        self.data_changed.emit()
        self.known_changed.emit()

    def _follow_data(self, before: Choice) -> None:
        """The draft learns from what is open now, or from the pairs that go with it unless others were chosen."""
        draft = self.draft
        source, known = self.data_choice, self.known
        if material.takes_pairs(draft, self.schema):
            if not material.follows(draft.data, before):
                return
            source, known = material.pairs_of(source), ()
        elif material.apart(draft, self.schema):
            return
        data = material.told(source, draft.data.validation, known)
        self.set_draft(draft.model_copy(update={"data": data}))

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
            if not material.apart(draft, self.schema):
                self._restored = Choice.model_validate(draft.data.model_dump(mode="json"))
            self.set_draft(draft)

    def _keep_draft(self) -> None:
        self._keeping.stop()
        kept_draft.keep(self.draft)

    # Questions

    def set_draft(self, experiment: Experiment) -> None:
        """What Set-up edits, with material its recipe can learn from."""
        experiment = self.suited(experiment)
        if experiment != self.draft:
            self.draft = experiment
            self.draft_changed.emit()

    def suited(self, experiment: Experiment) -> Experiment:
        """On the open data set, or on pairs that go with it, where its own data would not do for its recipe."""
        return material.suited(experiment, self.schema, self.data_choice, self.known)

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

    def bring(self, path: Path) -> None:
        """Show the page that asks a model about a mesh or scan, and have it look at this one."""
        self.go("bring")
        self.thing_brought.emit(path)

    def bring_all(self, paths: list[Path]) -> None:
        """The same with several, one after the other."""
        self.go("bring")
        self.things_brought.emit(paths)

    def ask_about(self, asking: Asking, answer: Callable[[dict[str, Any]], None]) -> None:
        """Ask a finished run about a thing; {"problem": sentence} when there is no answer. The newest is answered."""
        self._question("ask", Job(do="ask", ask=asking, runs=self.store.folder), answer)

    def teach_kind(self, lesson: Lesson, answer: Callable[[dict[str, Any]], None]) -> None:
        """Have a copy of a run learn a kind from examples; {"problem": sentence} when it cannot."""
        job = Job(do="teach_kind", lesson=lesson, runs=self.store.folder)
        self._question("teach_kind", job, answer)

    def examine(
        self,
        experiment: Experiment,
        answer: Callable[[dict[str, Any]], None],
        phase: Callable[[Phase], None],
        if_prepared: bool = False,
    ) -> None:
        """Ask what can be said of a class before it begins: {"checks": their fields}, or {"problem": sentence}; the
        fields are None where data are not prepared and only prepared ones are to be looked at.

        Only the newest question is answered. It may take long, so it never stands before a run.
        """

        def tell(events: list[Event]) -> None:
            for event in events:
                if isinstance(event, Phase):
                    phase(event)
            _tell_answer(events, answer)

        job = Job(do="examine", experiment=experiment, if_prepared=if_prepared)
        self._side.submit(Request("examine", job, tell))

    def stop_examining(self) -> None:
        """The answer to `examine` is not wanted any more; nothing comes."""
        self._side.cancel("examine")

    def _question(self, topic: str, job: Job, answer: Callable[[dict[str, Any]], None]) -> None:
        """While a run goes on the engine for data answers, else the one that has torch loaded."""
        for lane in (self._runs, self._side):
            lane.cancel(topic)
        lane = self._side if self.live.alive else self._runs
        lane.submit(Request(topic, job, partial(_tell_answer, answer=answer)))

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
                self.set_draft(self.draft)  # what its recipe learns from is known only now
                self.schema_changed.emit()
            elif isinstance(event, Failed):
                self.message.emit("bad", event.sentence)


def _unheard(_events: list[Event]) -> None:
    """Nothing is shown of these."""


def _tell_answer(events: list[Event], answer: Callable[[dict[str, Any]], None]) -> None:
    for event in events:
        if isinstance(event, Answer):
            answer(event.value)
        elif isinstance(event, Failed):
            answer({"problem": event.sentence})
