"""What goes on while somebody brings things: who is asked, what was answered, what is kept, and what is taught."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from engine.bring.asking import MOST_EXAMPLES, Asking, Lesson
from engine.words import say
from workbench.background import in_background, read_in_background
from workbench.models.brought import Brought, read_brought
from workbench.models.former_answers import former, remember

if TYPE_CHECKING:
    from workbench.desk import Desk

_REMEMBERED = 24
LONGEST = 40  # letters of a kind


def tidy(kind: str) -> str:
    """A kind as it is taught: on one line, and not too long."""
    return " ".join(kind.split())[:LONGEST].strip()


def _read_and_kept(value: dict[str, Any]) -> Brought:
    """An answer, which is there in the next session as well."""
    brought = read_brought(value)
    remember(value)
    return brought


def told_together(sentences: list[str]) -> str:
    """What went wrong with several files: the first whole, and how many more."""
    more = len(sentences) - 1
    return (
        sentences[0]
        if not more
        else say("{sentences} {more} more could not be read.", sentences=sentences[0], more=more)
    )


def same_kind(one: str, other: str) -> bool:
    """Night_stand is a night stand."""
    return tidy(one.replace("_", " ")).lower() == tidy(other.replace("_", " ")).lower()


class Bringing(QObject):
    """`answered` when there is another answer, `working` with what is going on (empty: nothing), `failed` and `taught`
    with a sentence, `kept_changed` when an example was kept or used, `pictured` when the nearest can be shown now."""

    answered = Signal()
    working = Signal(str)
    failed = Signal(str)
    taught = Signal(str)
    kept_changed = Signal()
    pictured = Signal()

    def __init__(self, desk: "Desk") -> None:
        super().__init__(desk)
        self._desk = desk
        self._number = 0
        self._queue: list[Path] = []
        self._failures: list[str] = []
        self.continuing = False  # with the next of several files
        self.run: Path | None = None
        self.now: Brought | None = None
        self.before: list[Brought] = []  # the newest first
        self.kept: list[Brought] = []
        self.kept_kind = ""  # all that is kept is of this one
        self._told: dict[Path, str] = {}  # what the person called a thing, by its file
        desk.data_changed.connect(self.look_for_pictures)

    def ask(self, file: Path, up: str = "", quarter: int = 0) -> None:
        """Ask the chosen run about a file; an answer that is waited for is not wanted any more."""
        self._queue, self._failures = [], []
        self.continuing = False
        self._ask(file, up, quarter)

    def ask_all(self, files: list[Path]) -> None:
        """Ask about one after the other; the last one stays on show, and what was not read is told at the end."""
        if files:
            self.ask(files[0])
            self._queue = list(files[1:])

    def _ask(self, file: Path, up: str = "", quarter: int = 0) -> None:
        self._number += 1
        self.working.emit("looking")
        asking = Asking(file=file, run=self.run, up=up, quarter=quarter)
        self._desk.ask_about(asking, partial(self._take, self._number))

    def bring_back(self) -> None:
        """Show what was dropped in former sessions, unless something was dropped in this one."""
        in_background(self, former, self._take_former)

    def _take_former(self, found: list[Brought]) -> None:
        shown = {one.file for one in self.before}
        self.before = [*self.before, *(one for one in found if one.file not in shown)][:_REMEMBERED]
        if self.now is not None:
            self.answered.emit()
        elif self.before and not self._number:
            self.look_again(0)

    def look_for_pictures(self) -> None:
        """The data that were not there when the thing on show was answered may have been prepared since."""
        if self.now is not None and self.now.clouds is None:
            in_background(self, self.now.with_clouds, partial(self._take_pictures, self.now))

    def _take_pictures(self, bare: Brought, found: Brought) -> None:
        if found.clouds is None:
            return
        self.before = [found if one is bare else one for one in self.before]
        if self.now is bare:
            self.now = found
            self.pictured.emit()

    def choose(self, run: Path | None) -> None:
        """Have another run answer, about the same thing too."""
        if run != self.run:
            self.run = run
            self._again(self.now)

    def turn_upright(self) -> None:
        """The way up at which a kind would be named; else the next one, from the likeliest to the least likely."""
        if self.now is not None:
            ups, otherwise = self.now.ups, self.now.otherwise
            following = ups[(ups.index(self.now.up) + 1) % len(ups)]
            following = otherwise.up if otherwise is not None else following
            self.ask(self.now.file, following, self.now.quarter)

    def turn_around(self) -> None:
        """A quarter turn about the way up; the first one is of what stands there."""
        if self.now is not None:
            self.ask(self.now.file, self.now.up, (self.now.quarter + 1) % 4)

    def look_again(self, place: int) -> None:
        """Show one that was dropped before; another run than answered it is asked first."""
        brought = self.before[place]
        if self.run not in (None, brought.run):
            self._again(brought)
        elif brought is not self.now:
            self._number += 1
            self._queue, self._failures = [], []
            self.now = brought
            self.working.emit("")
            self.answered.emit()
            self.look_for_pictures()

    def keep(self, kind: str = "") -> None:
        """Keep what is shown as an example, unless it is kept already; the first one gives all of them its kind."""
        kind = self.kept_kind or tidy(kind)
        if self.now is not None and kind and not self.is_kept and len(self.kept) < MOST_EXAMPLES:
            self.kept.append(self.now)
            self.kept_kind = self._told[self.now.file] = kind
            self.kept_changed.emit()

    def take_out(self, place: int) -> None:
        """This one is no example any more; without any there is no kind."""
        self._told.pop(self.kept.pop(place).file, None)
        self.kept_kind = self.kept_kind if self.kept else ""
        self.kept_changed.emit()

    def take_all_out(self) -> None:
        """Begin again, perhaps with another kind."""
        self.kept, self.kept_kind = [], ""
        self.kept_changed.emit()

    @property
    def corrected(self) -> str:
        """The kind the person gave what is shown, where the model named another; else empty."""
        if self.now is None or self.now.said is None:
            return ""
        kind = self._told.get(self.now.file, "")
        return "" if same_kind(kind, self.now.said) else kind

    @property
    def is_kept(self) -> bool:
        """Whether what is shown is an example already."""
        return self.now is not None and self.now.arrays in {one.arrays for one in self.kept}

    def is_of_kept(self, kind: str) -> bool:
        """Whether this is the kind of what is kept."""
        return bool(self.kept) and same_kind(kind, self.kept_kind)

    def examples(self, kind: str) -> list[Brought]:
        """What a lesson about a kind would learn from: what is shown, and what is kept of that kind."""
        if not self.is_of_kept(kind):
            return [] if self.now is None else [self.now]
        shown = [] if self.now is None or self.is_kept else [self.now]
        return [*self.kept, *shown]

    def teach(self, kind: str) -> None:
        """Have a copy of the run learn a kind from its examples."""
        name = tidy(kind)
        if self.now is None or not name:
            return
        self._number += 1
        self._queue, self._failures, self.continuing = [], [], False
        self._told[self.now.file] = name
        self.working.emit("teaching")
        paths = tuple(one.arrays for one in self.examples(name))
        lesson = Lesson(run=self.now.run, kind=name, examples=paths[:MOST_EXAMPLES])
        self._desk.teach_kind(lesson, partial(self._learnt, self._number, name))

    def _again(self, brought: Brought | None) -> None:
        if brought is not None:
            self.ask(brought.file, "" if brought.guessed else brought.up, brought.quarter)

    def _take(self, number: int, value: dict[str, Any]) -> None:
        if number != self._number:
            return
        if "problem" in value:
            self._fail(value["problem"])
        else:
            read_in_background(self, partial(_read_and_kept, value), partial(self._show, number))

    def _show(self, number: int, found: Brought | str) -> None:
        if number != self._number:
            return
        if isinstance(found, str):
            self._fail(found)
            return
        self.now = found
        others = [one for one in self.before if one.file != found.file]
        self.before = [found, *others][:_REMEMBERED]
        if not self._queue:
            self.working.emit("")
        self.answered.emit()
        self._next()

    def _next(self) -> None:
        """The next of several; after the last one, what went wrong."""
        if self._queue:
            self.continuing = True
            self._ask(self._queue.pop(0))
        elif self._failures:
            sentences, self._failures = self._failures, []
            self.failed.emit(told_together(sentences))

    def _fail(self, sentence: str) -> None:
        self._failures.append(sentence)
        if not self._queue:
            self.working.emit("")
        self._next()

    def _learnt(self, number: int, kind: str, value: dict[str, Any]) -> None:
        if number != self._number:
            return
        if "problem" in value:
            self._fail(value["problem"])
            return
        if self.is_of_kept(kind):
            self.take_all_out()
        self.run = Path(value["run"])
        self._desk.shelf.read()
        self._again(self.now)
        # Last: a question takes messages away.
        self.taught.emit(
            say(
                "“{name}” is a run of its own now. {sentence}",
                name=value["name"],
                sentence=value["sentence"],
            )
        )
