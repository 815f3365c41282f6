"""A page that looks at a file which tested runs leave: which run is shown, and what is said where there is none."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from PySide6.QtWidgets import QStackedWidget, QWidget

from engine.store import RunSummary
from engine.words import say
from workbench.background import read_in_background
from workbench.kit import Chip, EmptyState, IconButton, Picker, Text
from workbench.models.recipes import recipes, with_recipe
from workbench.models.run_table import names_of
from workbench.pages.page import Page

if TYPE_CHECKING:
    from workbench.desk import Desk


class Steps(Protocol):
    """What of a model is needed here."""

    def step(self, by: int) -> None:
        """Show the piece so many further on."""


class RunPage(Page):
    """Subclasses set the words below, `model`, and fill the second sheet of `_stack`, which is shown once it follows
    a piece of the file; `read` runs in the background, where nothing may hold the page."""

    file: ClassVar[str]  # its name in the run folder
    piece: ClassVar[str]  # what it holds many of: “pair”
    icon: ClassVar[str]
    made_words: ClassVar[str]
    nothing: ClassVar[tuple[str, str]]  # where no run has such a file: title and sentence
    recipe: ClassVar[str]  # of a run that would have it
    wish: ClassVar[str]  # to set such a run up, in words
    model: Steps

    def __init__(self, desk: "Desk") -> None:
        super().__init__(desk)
        self._runs: list[RunSummary] = []
        self._wanted: tuple[Path, float] | None = None
        self._build_header()
        self.empty = EmptyState(self.icon, *self.nothing, action=self.wish)
        self.empty.acted.connect(self.set_up)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.empty)
        self.body.addWidget(self._stack, 1)
        desk.runs_changed.connect(self._list_runs)

    @staticmethod
    def read(path: Path) -> Any:
        """What the file of a run holds; an EngineError says why it cannot be read."""
        raise NotImplementedError

    def count(self, found: Any) -> int:
        """How many pieces it holds."""
        return len(found)

    def take(self, path: Path, found: Any) -> None:
        """Show what was read of a run, which holds at least one piece."""
        raise NotImplementedError

    def about(self) -> list[QWidget]:
        """Further widgets of the header that tell of the piece on show."""
        return []

    @property
    def on_show(self) -> Path | None:
        """The run whose pieces are shown, or about to be."""
        return self._wanted[0] if self._wanted else None

    def origin(self) -> str:
        return say("run “{name}”", name=self.picker.currentText()) if self._runs else ""

    def set_up(self) -> None:
        """Go where such a run begins, with its recipe picked."""
        schema = self.desk.schema
        own = next((one for one in recipes(schema) if one.name == self.recipe), None)
        if own is None:
            self.desk.go("setup")
        else:
            draft = with_recipe(self.desk.draft, own, schema)
            self.desk.suggest(draft, say("Recipe {own}", own=own.title))

    def shown(self) -> None:
        """Look for such runs again."""
        self.desk.shelf.look()
        self._list_runs()

    def add_keys(self, doing: Mapping[str, tuple[str, Callable[[], object]]]) -> None:
        """Keys of this page with what they do, beside [ and ], which step from piece to piece."""
        steps = {
            "[": (say("The {piece} before", piece=self.piece), partial(self.model.step, -1)),
            "]": (say("The next {piece}", piece=self.piece), partial(self.model.step, 1)),
        }
        for keys, (words, do) in (steps | dict(doing)).items():
            self.add_deed(words, keys, do, when=self.is_showing)

    def is_showing(self) -> bool:
        """Whether a piece of a run is on show."""
        return self._stack.currentIndex() == 1

    def follow(self, called: str, place: int, count: int) -> None:
        """A piece is ready."""
        for widget in (self.back, self.place, self.forth):
            widget.setVisible(count > 1)
        self.place.setText(
            say("{called} {place} of {count}", called=called, place=place + 1, count=count)
        )
        self._stack.setCurrentIndex(1)

    def _build_header(self) -> None:
        self._made = Chip(say("Made by this program"), "warn", icon="info")
        self._made.setToolTip(self.made_words)
        self.back = IconButton("chevron-left", say("The {piece} before ([)", piece=self.piece), 28)
        self.forth = IconButton("chevron-right", say("The next {piece} (])", piece=self.piece), 28)
        self.place = Text("", "small", "ink2")
        self.chip = Chip("", "accent", dot=True)
        self.picker = Picker(say("Which run is shown"))
        self.picker.setMaximumWidth(260)
        self._about = [self._made, *self.about(), self.back, self.place, self.forth]
        for widget in (*self._about, self.chip, self.picker):
            widget.hide()
            self.actions.addWidget(widget)
        self.back.clicked.connect(lambda: self.model.step(-1))
        self.forth.clicked.connect(lambda: self.model.step(1))
        self.picker.activated.connect(lambda place: self._open(self._runs[place].path))

    def _list_runs(self) -> None:
        """The runs that have such a file; the newest opens where none was chosen."""
        if not self.isVisible():
            return
        self._runs = [run for run in self.desk.shelf.runs if (run.path / self.file).exists()]
        names = names_of(self._runs)
        self.picker.clear()
        for run in self._runs:
            self.picker.addItem(names[run.path], str(run.path))
        there = [run.path for run in self._runs]
        if not there:
            self._wanted = None
            self._say_empty(*self.nothing)
        else:
            here = self._wanted[0] if self._wanted is not None else there[0]
            self._open(here if here in there else there[0])

    def _open(self, path: Path) -> None:
        """Show a run, unless it is on show as it is now."""
        try:
            wanted = path, (path / self.file).stat().st_mtime
        except OSError:
            return
        if wanted != self._wanted:
            self._wanted = wanted
            if self._stack.currentIndex() == 0:
                self._say_empty(say("Opening the run"), say("What it left behind is being read."))
                self.empty.button.hide()
            read_in_background(self, partial(self.read, path), partial(self._take, wanted))
        self._show_choice()

    def _show_choice(self) -> None:
        """The name of the run on a chip, or in the list to choose from where there are several."""
        place = self.picker.findData(str(self._wanted[0])) if self._wanted else -1
        self.picker.setCurrentIndex(place)
        self.picker.setVisible(len(self._runs) > 1)
        self.chip.setVisible(len(self._runs) == 1)
        if place >= 0:
            self.chip.set_text(self.picker.itemText(place))
            for widget in (self.picker, self.chip):
                widget.setToolTip(self._runs[place].id)

    def _take(self, wanted: tuple[Path, float], found: Any) -> None:
        if wanted != self._wanted:
            return
        if isinstance(found, str):
            self._say_empty(say("This run cannot be shown"), found)
        elif not self.count(found):
            words = say("No {piece} was left over to test it on.", piece=self.piece)
            self._say_empty(say("This run was not tested"), words)
        else:
            self.take(wanted[0], found)

    def _say_empty(self, title: str, sentence: str) -> None:
        self.empty.set_words(title, sentence)
        self.empty.button.show()
        for widget in self._about:
            widget.hide()
        if not self._runs:
            self.picker.hide()
            self.chip.hide()
        self._stack.setCurrentIndex(0)
