"""The runs on the desk: one may go on, one is shown, one may be opened or thrown away."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from engine import classroom_answers, concept_maps, scene_answers
from engine.control import Wish
from engine.errors import EngineError
from engine.events import Event, Paused, Resumed, Started
from engine.experiment import Experiment
from engine.jobs import Job
from engine.store import Run, RunStore
from engine.words import say
from workbench.background import read_in_background
from workbench.lane import Lane, Request
from workbench.models.live_run import LiveRun
from workbench.models.run_table import free_name
from workbench.models.shelf import Shelf
from workbench.models.story import Story, read_story

_LEFT = {"paused": say("paused"), "interrupted": say("interrupted")}


class RunDesk(QObject):
    """Starts and follows runs in the engine of a lane, and knows all that were there before."""

    navigate = Signal(str)
    runs_changed = Signal()
    run_opened = Signal()
    concepts_opened = Signal(Path)
    scenes_opened = Signal(Path)
    classroom_opened = Signal(Path)
    demo_wanted = Signal()
    present_wanted = Signal()
    message = Signal(str, str)
    refused = Signal(str)  # why what was dropped or chosen cannot be opened
    unsaid = Signal(str)  # a sentence that is no longer true
    saved = Signal(str, object)  # a sentence, and the file or its folder that can be opened now
    left_behind = Signal(str)  # a sentence about a run that Training can continue
    can_take_back = Signal(str)  # what was done to a run; `restore` takes it back

    def __init__(self, store: RunStore | None, lane: Lane, parent: QObject | None) -> None:
        super().__init__(parent)
        self.store = store or RunStore()
        self.shelf = Shelf(self.store, self)
        self.live = LiveRun(self)
        self.opened: Path | None = None
        self.opened_concepts: Path | None = None
        self.opened_scenes: Path | None = None
        self.opened_classroom: Path | None = None
        self.trashed: Path | None = None
        self.renamed: tuple[Path, str] | None = None  # with the name it had
        self.last_opened: Path | None = None  # of whatever kind
        self.lines: dict[Path, float] = {}  # where the threshold of a run was last seen
        self._picked = False  # by the person, since the run that goes on began
        self._runs = lane
        lane.setParent(self)
        self._request: Request | None = None
        self._wanted_run: Path | None = None
        self.shelf.changed.connect(self.runs_changed)

    def go(self, key: str) -> None:
        """Show a page."""
        self.navigate.emit(key)

    def start(self, experiment: Experiment) -> None:
        """Begin a new run, unless one is going on; under a name of its own, so that none looks like another."""
        if self._may_begin():
            taken = {run.name for run in self.shelf.runs}
            experiment = experiment.model_copy(update={"name": free_name(experiment.name, taken)})
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
            self.message.emit("info", say("No run is going on."))

    def open_run(self, path: Path, by_hand: bool = True) -> None:
        """Lay a finished run on the desk: for Concepts where it learnt from pictures, for Classroom where it learnt
        from a laser and outlines, for Scenes where it was tested on scenes, else for Open set."""
        self._picked = by_hand
        self.last_opened = path
        page = _page_of(path)
        if page == "concepts":
            self.opened_concepts = path
            self.concepts_opened.emit(path)
        elif page == "scenes":
            self.opened_scenes = path
            self.scenes_opened.emit(path)
        elif page == "classroom":
            self.opened_classroom = path
            self.classroom_opened.emit(path)
        else:
            self.opened = path
            self.run_opened.emit()

    def look(self, path: Path) -> None:
        """Lay a finished run on the desk and show the page that looks at it."""
        self.open_run(path)
        self.go(_page_of(path))

    def forget(self, path: Path) -> None:
        """Move a run to the trash; `restore` takes it out again."""
        if self.live.alive and self.live.run == path:
            self.ask("discard")
            return
        try:
            name = self.store.open(path).name
            self.trashed, self.renamed = self.store.discard(path), None
        except (EngineError, OSError) as error:
            self.message.emit(
                "bad", say("The run could not be moved to the trash: {error}", error=error)
            )
            return
        self._say_forgotten(path, name)

    def rename(self, path: Path, name: str) -> None:
        """Call a run otherwise, wherever it is named; `restore` gives it the former name back."""
        before, after = self._call(path, name)
        if after != before:
            self.trashed, self.renamed = None, (path, before)
            self.can_take_back.emit(
                say("“{before}” is called “{after}” now.", before=before, after=after)
            )

    def _call(self, path: Path, name: str) -> tuple[str, str]:
        """The name it had and the one it has now; twice the same where it could not be renamed."""
        run, before = Run(path), ""
        try:
            before = run.name
            run.write_name(name)
        except EngineError as error:
            self.message.emit("bad", error.sentence)
            return before, before
        if self.live.run == path:
            self.live.rename(run.name)
        self.shelf.read()
        return before, run.name

    @property
    def can_restore(self) -> bool:
        """Whether what was done to a run last can be taken back."""
        return self.trashed is not None or self.renamed is not None

    def restore(self) -> None:
        """Take back what was done to a run last: out of the trash, or its former name."""
        if self.trashed is not None:
            self.take_back(self.trashed)
        elif self.renamed is not None:
            path, before = self.renamed
            self.renamed = None
            self._call(path, before)

    def take_back(self, trashed: Path) -> None:
        """Take a run out of the trash."""
        if trashed == self.trashed:
            self.trashed = None
        try:
            path = self.store.restore(trashed)
        except OSError as error:
            self.message.emit("bad", say("The run could not be taken back: {error}", error=error))
            return
        if self.live.state == "idle":
            self._hear(path, self.live.replay)
        self.shelf.read()

    def empty_trash(self) -> None:
        """Delete everything in the trash, which nothing can undo."""
        self.trashed = None
        self.store.empty_trash(older_than_days=0)
        self.shelf.read()

    def _show_what_was_left(self) -> None:
        left = next((run for run in self.shelf.runs if run.state in _LEFT), None)
        if left is not None and self.live.state == "idle":
            self._hear(left.path, self.live.replay)
            self.left_behind.emit(
                say(
                    "“{left}” is {state}. Training can continue it.",
                    left=left.name,
                    state=_LEFT[left.state],
                )
            )

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
                "warn",
                say("“{name}” is going on in another window. Nothing was changed.", name=name),
            )
            return
        self.live.go_on(story)
        job = Job(do="resume", run=story.path, runs=self.store.folder)
        self._submit(job, story.path.name)

    def _may_begin(self) -> bool:
        if self.live.alive:
            sentence = say(
                "“{live}” is still going on. Let it end or finish it first; nothing was started.",
                live=self.live.name,
            )
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
        if path is not None and not discarding and not path.exists():
            path = live.run = None  # refused before it began: nothing of it is left
        if discarding and path is not None:
            self.trashed, self.renamed = self.store.folder / ".trash" / path.name, None
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
        if self.opened_concepts == path:
            self.opened_concepts = None
        if self.opened_scenes == path:
            self.opened_scenes = None
        if self.opened_classroom == path:
            self.opened_classroom = None
        if self.opened == path:
            self.opened = None
            self.run_opened.emit()
        self.shelf.read()
        self.can_take_back.emit(
            say("“{name}” is in the trash, where it stays for 30 days.", name=name)
        )


def _page_of(path: Path) -> str:
    """The page that looks at a finished run: what it has left behind tells."""
    if (path / concept_maps.NAME).exists():
        return "concepts"
    if (path / classroom_answers.NAME).exists():
        return "classroom"
    return "scenes" if (path / scene_answers.NAME).exists() else "openset"
