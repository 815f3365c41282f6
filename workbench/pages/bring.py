"""Bring your own: drop any mesh or scan, and a finished model says what it is, or that it does not know it."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtGui import QHideEvent, QResizeEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from engine.bring.preferred import preferred
from engine.bundled import bundled_run
from engine.store import RunSummary
from engine.words import say
from workbench import prefs
from workbench.background import read_in_background
from workbench.kit import Banner, Chip, EmptyState, Picker
from workbench.models import brought_words as words
from workbench.models.bringing import Bringing
from workbench.models.brought import FILES
from workbench.models.last_folder import last_folder, use_folder
from workbench.models.run_table import names_of
from workbench.pages.page import Page
from workbench.views.answer_card import AnswerCard
from workbench.views.drop_strip import DropStrip
from workbench.views.thing_facts import ThingFacts
from workbench.views.thing_stage import ThingStage

if TYPE_CHECKING:
    from workbench.desk import Desk

_NO_MODEL, _FIRST, _ANSWER = range(3)
_WIDE = 1240
_PICKED = "bring/run"
_FILTER = say(
    "Meshes and scans ({files});;Every file (*)", files=" ".join("*" + suffix for suffix in FILES)
)


class BringPage(Page):
    """The thing in space, how it was taken, what is said of it and why; a picker tells who is asked."""

    key: ClassVar[str] = "bring"
    title: ClassVar[str] = say("Bring your own")
    sentence: ClassVar[str] = words.SENTENCE
    buttons_at_right: ClassVar[int] = 420

    def __init__(self, desk: "Desk") -> None:
        super().__init__(desk)
        self.model = Bringing(desk)
        self._runs: list[RunSummary] = []
        self._asked_for_bundle = self._brought_back = False
        self._waiting: list[Path] = []
        self._build_header()
        self.banner = Banner("", "bad")
        self.banner.hide()
        self._stack = QStackedWidget()
        self.nothing = EmptyState("upload", *words.NOTHING, action=say("Start the demo"))
        self.nothing.acted.connect(desk.demo_wanted)
        self.first = EmptyState("upload", *words.FIRST, action=say("Choose a file"))
        self.first.acted.connect(self.choose_file)
        for sheet in (self.nothing, self.first, self._content()):
            self._stack.addWidget(sheet)
        self.body.addWidget(self.banner)
        self.body.addWidget(self._stack, 1)
        self._connect()

    def look(self, path: Path) -> None:
        """Ask about a file, as soon as there is somebody to ask."""
        self.look_at_all([path])

    def look_at_all(self, paths: list[Path]) -> None:
        """The same with several files, one after the other."""
        self._quiet()
        if not self._runs:
            self._waiting = paths
            return
        self._stack.setCurrentIndex(_ANSWER)
        self.model.ask_all(paths)

    def say_refused(self, sentence: str) -> None:
        """What was dropped here and cannot be looked at is told where broken files are told."""
        self._tell("bad", sentence)

    def choose_file(self) -> None:
        """Ask for a file, then about it."""
        name, _ = QFileDialog.getOpenFileName(
            self, say("Choose a mesh or a scan"), str(last_folder()), _FILTER
        )
        if name:
            use_folder(Path(name).parent)
            self.look(Path(name))

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.banner.hide()  # what it told has been read

    def shown(self) -> None:
        """Look for runs and data that may have come since."""
        self.desk.shelf.look()
        self._list_runs()
        self.model.look_for_pictures()

    def _connect(self) -> None:
        model = self.model
        self.desk.runs_changed.connect(self._list_runs)
        self.desk.thing_brought.connect(self.look)
        self.desk.things_brought.connect(self.look_at_all)
        self.banner.dismissed.connect(self._give_room)
        model.answered.connect(self._show)
        model.working.connect(self._wait)
        model.failed.connect(self._fail)
        model.taught.connect(partial(self._tell, "good"))
        self.facts.upright.connect(model.turn_upright)
        self.facts.around.connect(model.turn_around)
        self.sliders_below = self.strip  # other messages stay above it
        self.strip.wanted.connect(self.choose_file)
        self.card.pointed.connect(self.stage.point_at)
        self.picker.activated.connect(self._pick)
        self.add_deed(say("Turn the thing upright"), "U", model.turn_upright)
        self.add_deed(say("Turn the thing a quarter around"), "A", model.turn_around)
        self.add_deed(
            say("Whole scan, or what the model saw of it"),
            "W",
            self.stage.show_other,
            when=self.stage.switch.isVisible,
        )
        self.add_view_keys(self.stage.view)

    def _build_header(self) -> None:
        self.chip = Chip("", "accent", dot=True)
        self.picker = Picker(say("Which model answers"))
        self.picker.setSizeAdjustPolicy(Picker.SizeAdjustPolicy.AdjustToContents)
        self.picker.setMaximumWidth(260)
        for widget in (self.chip, self.picker):
            widget.hide()
            self.actions.addWidget(widget)

    def _content(self) -> QWidget:
        self.stage, self.facts, self.strip = ThingStage(), ThingFacts(), DropStrip()
        self.card = AnswerCard(self.model)
        left = QVBoxLayout()
        left.setSpacing(12)
        left.addWidget(self.stage.view, 1)
        left.addWidget(self.facts)
        left.addWidget(self.strip)
        content = QWidget()
        row = QHBoxLayout(content)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(14)
        row.addLayout(left, 1)
        row.addWidget(self.card)
        return content

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.card.setFixedWidth(398 if self.width() >= _WIDE else 364)
        self._give_room()

    def _give_room(self) -> None:
        """A message takes its height from the card."""
        message = self.banner.sizeHint().height() + 14 if self.banner.isVisibleTo(self) else 0
        self.card.set_room(self.height() - message)

    # who is asked

    def _list_runs(self) -> None:
        if not self.isVisible():
            return
        self._runs = [run for run in self.desk.shelf.runs if run.predicts]
        names = names_of(self._runs)
        self.picker.clear()
        for run in self._runs:
            self.picker.addItem(names[run.path], str(run.path))
        if not self._runs:
            self._look_for_bundle()
            return
        here = [run.path for run in self._runs]
        if self.model.run not in here:
            self.model.choose(self._best(here))
        self._show_choice()
        if self._stack.currentIndex() == _NO_MODEL:
            self._stack.setCurrentIndex(_FIRST)
        if not (self._waiting or self._brought_back):
            self.model.bring_back()
        self._brought_back = True
        if self._waiting:
            paths, self._waiting = self._waiting, []
            self.look_at_all(paths)

    def _best(self, here: list[Path]) -> Path:
        """The run that was picked here last, perhaps in another session; else the preferred one."""
        picked = Path(prefs.get(_PICKED, ""))
        best = preferred(self._runs)
        return picked if picked in here or best is None else best.path

    def _pick(self, place: int) -> None:
        run = self._runs[place].path
        prefs.put(_PICKED, str(run))
        self.model.choose(run)

    def _show_choice(self) -> None:
        place = self.picker.findData(str(self.model.run))
        self.picker.setCurrentIndex(place)
        self.picker.setVisible(len(self._runs) > 1)
        self.chip.setVisible(len(self._runs) == 1)
        self.chip.set_text(self.picker.itemText(place))
        self.first.set_words(*words.first(self.picker.itemText(place)))

    def _look_for_bundle(self) -> None:
        """A store without a finished run gets the one that comes with the program, where there is one."""
        self.picker.hide()
        self.chip.hide()
        if not self._asked_for_bundle:
            self._asked_for_bundle = True
            self._stack.setCurrentIndex(_FIRST)
            read_in_background(self, partial(bundled_run, self.desk.store), self._take_bundle)

    def _take_bundle(self, found: Path | str) -> None:
        if isinstance(found, Path):
            self.desk.shelf.read()
        elif not self._runs:
            self._stack.setCurrentIndex(_NO_MODEL)
            self._tell("bad", found)

    # what is said

    def _show(self) -> None:
        brought = self.model.now
        if brought is not None:
            self._stack.setCurrentIndex(_ANSWER)
            self.stage.show_answer(brought)
            self.facts.show_answer(brought)

    def _wait(self, what: str) -> None:
        self.facts.setEnabled(not what and self.model.now is not None)
        if what and not self.model.continuing:
            self._quiet()

    def _fail(self, sentence: str) -> None:
        self._tell("bad", sentence)
        if self.model.now is None:
            self._stack.setCurrentIndex(_FIRST)

    def _tell(self, role: str, sentence: str) -> None:
        self.banner.set_text(sentence, role)
        self.banner.show()
        self._give_room()

    def _quiet(self) -> None:
        self.banner.hide()
        self._give_room()
