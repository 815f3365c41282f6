"""Home: three ways to begin, and the runs there are."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import QModelIndex, QPoint, Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QMenu, QStackedWidget, QVBoxLayout, QWidget

from engine.explained import of_classroom, of_scenes
from engine.store import RunSummary
from engine.words import counted, say
from workbench.kit.button import Button, IconButton
from workbench.kit.card import Card
from workbench.kit.empty_state import EmptyState
from workbench.kit.fields import SearchField
from workbench.kit.icon import icon
from workbench.kit.text import Text
from workbench.models.run_table import RunTable
from workbench.opening import opening_menu
from workbench.pages.page import Page
from workbench.report_file import ask_report
from workbench.views.home_art import LessonArt, ShelfArt, StrangerArt, demo_shapes, shelf_of
from workbench.views.notes_dialog import NotesDialog
from workbench.views.run_list import RunList
from workbench.views.trash_dialog import TrashDialog

if TYPE_CHECKING:
    from workbench.desk import Desk

_DEMO = (
    say("See it work in one minute"),
    say("Watch a small model learn a few kinds of furniture, then meet things it has never seen."),
)
_DATA = (
    say("Open a data set"),
    say("Look at objects as clouds of points and choose which kinds the model may learn."),
)
_RUN = (
    say("Set up a run"),
    say(
        "Pick who teaches, what is passed on and in what mix. Every slider has a plain explanation."
    ),
)


class HomePage(Page):
    """Start the demo, open data, set up a run; below, what was done so far."""

    key: ClassVar[str] = "home"
    title: ClassVar[str] = say("Teach a small model what it knows, and to say so when it does not")
    sentence: ClassVar[str] = say("Everything runs on this computer. Nothing is sent anywhere.")

    def __init__(self, desk: "Desk") -> None:
        super().__init__(desk)
        self.demo = Button(say("Start the demo"), "play", "primary")
        self.folder = Button(say("Choose a folder or file"), "folder")
        self.set_up = Button(say("Set up a run"), "sliders")
        self._stranger, self._shelf = StrangerArt(), ShelfArt()
        self._recipes = Text("", "small", "ink3")
        self.body.addLayout(self._cards(), 9)
        self.model = RunTable(desk)
        self._count = Text("", "small", "ink3")
        self.search = SearchField(say("Find a run or a tag"))
        self.search.setFixedWidth(190)
        self.trash = IconButton("trash", say("Runs in the trash"))
        self.body.addLayout(self._runs(), 10)
        self.demo.clicked.connect(desk.demo_wanted)
        self.folder.setMenu(opening_menu(self, desk))
        self.set_up.clicked.connect(lambda: desk.go("setup"))
        self.model.modelReset.connect(self._show_runs)
        self.search.textChanged.connect(self.model.search)
        self.trash.clicked.connect(self._show_trash)
        self._add_keys()
        desk.data_changed.connect(self._show_shapes)
        desk.known_changed.connect(self._show_shapes)
        desk.schema_changed.connect(self._count_recipes)
        desk.shelf.look()  # before the pictures, which keep the pool busy
        self._stranger.set_shapes(demo_shapes())
        self._show_shapes()
        self._count_recipes()

    def shown(self) -> None:
        """Read the runs again."""
        self.desk.shelf.look()

    def _add_keys(self) -> None:
        for words, keys, do, when in (
            (say("Find a run or a tag"), "Ctrl+F", self.search.setFocus, self.search.isVisible),
            (
                say("Name, notes and tags of the selected run | comment, label"),
                "Ctrl+E",
                self._note_selected,
                self._has_selected,
            ),
            (
                say("Rename the selected run | name, call"),
                "F2",
                self._rename_selected,
                self._has_selected,
            ),
            (
                say("Move the selected run to the trash | delete, remove, throw away"),
                "Del",
                self._forget_selected,
                self._can_forget,
            ),
            (
                say("Show the trash | deleted, restore, recover, bin"),
                "",
                self._show_trash,
                self.trash.isVisible,
            ),
        ):
            self.add_deed(words, keys, do, yields=keys == "Del", when=when)

    def _selected(self) -> RunSummary | None:
        index = self.table.currentIndex()
        return self.model.summary(index.row()) if index.isValid() else None

    def _has_selected(self) -> bool:
        return self.table.isVisible() and self._selected() is not None

    def _note_selected(self) -> None:
        if (run := self._selected()) is not None:
            self._ask_notes(run)

    def _rename_selected(self) -> None:
        if (run := self._selected()) is not None:
            self._ask_notes(run).pane.ask_name()

    def _can_forget(self) -> bool:
        run, live = self._selected(), self.desk.live
        return run is not None and self._has_selected() and (run.path != live.run or not live.alive)

    def _forget_selected(self) -> None:
        if (run := self._selected()) is not None:
            self.desk.forget(run.path)

    def _cards(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(14)
        notes = (
            Text(say("no set-up needed"), "small", "ink3"),
            Text(say("ModelNet · ShapeNet · PLY"), "small", "ink3"),
        )
        row.addWidget(_card(self._stranger, _DEMO, self.demo, notes[0]), 1)
        row.addWidget(_card(self._shelf, _DATA, self.folder, notes[1]), 1)
        row.addWidget(_card(LessonArt(), _RUN, self.set_up, self._recipes), 1)
        return row

    def _runs(self) -> QVBoxLayout:
        self.table = RunList(self.model)
        self.table.activated.connect(self._open_index)
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.table.customContextMenuRequested.connect(self._show_menu)
        self._stack = QStackedWidget()
        self._stack.addWidget(
            EmptyState(
                "spark",
                say("Nothing has been taught yet"),
                say(
                    "Start the one-minute demo, or open a data set of your own. Finished runs will be "
                    "listed here."
                ),
            )
        )
        self._stack.addWidget(self.table)
        none = say(
            "No run is called that. Its recipe, its state and its tags were looked through, too."
        )
        self._stack.addWidget(EmptyState("search", say("Nothing found"), none))
        card = Card()
        card.body.setContentsMargins(1, 1, 1, 8)
        card.body.addWidget(self._stack)
        heading = QHBoxLayout()
        heading.addWidget(Text(say("Recent runs"), "h2"))
        heading.addStretch(1)
        heading.addWidget(self._count)
        heading.addSpacing(6)
        heading.addWidget(self.search)
        heading.addWidget(self.trash)
        column = QVBoxLayout()
        column.setSpacing(8)
        column.addLayout(heading)
        column.addWidget(card, 1)
        return column

    def _show_runs(self) -> None:
        count = self.model.rowCount()
        there = bool(self.desk.shelf.runs)
        self._stack.setCurrentIndex(1 if count else 2 if there else 0)
        self.search.setVisible(there)
        self.trash.setVisible(self.desk.store.has_trash)
        told = say("{runs} · Enter or a double click opens one", runs=counted(count, "run"))
        self._count.setText(told if count else "")

    def _show_shapes(self) -> None:
        self._shelf.set_shapes(shelf_of(self.desk.clouds, self.desk.known))

    def _count_recipes(self) -> None:
        count = len(self.desk.schema.get("recipe", {}))
        self._recipes.setText(say("{count} recipes", count=count) if count else "")

    def _open_index(self, index: QModelIndex) -> None:
        self._open(self.model.summary(index.row()))

    def _open(self, run: RunSummary) -> None:
        """A tested run opens where it can be looked at, any other in Training, where it can go on."""
        if run.tested:
            self.desk.look(run.path)
        else:
            self._show_in_training(run.path)

    def _show_in_training(self, path: Path) -> None:
        live = self.desk.live
        if live.alive and live.run != path:
            sentence = say(
                "“{live}” is still learning: Training shows it until it is done.", live=live.name
            )
            self.desk.message.emit("info", sentence)
        if live.alive or live.run == path:
            self.desk.go("training")
        else:
            self.desk.show_run(path)

    def _show_menu(self, place: QPoint) -> None:
        index = self.table.indexAt(place)
        if index.isValid():
            menu = self.menu(self.model.summary(index.row()))
            menu.exec(self.table.viewport().mapToGlobal(place))

    def _show_trash(self) -> None:
        dialog = TrashDialog(self.desk, self)
        dialog.finished.connect(self._show_runs)
        dialog.open()

    def _ask_notes(self, run: RunSummary) -> NotesDialog:
        dialog = NotesDialog(self.desk, run, self)
        dialog.open()
        return dialog

    def menu(self, run: RunSummary) -> QMenu:
        """What can be done with a run."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        look = icon(_icon(run))
        menu.addAction(look, say("Open") if run.tested else say("Show"), lambda: self._open(run))
        if run.tested:
            menu.addAction(
                icon("curve"), say("Show how it learnt"), lambda: self._show_in_training(run.path)
            )
        menu.addAction(icon("note"), say("Name, notes and tags…"), lambda: self._ask_notes(run))
        if run.tested:
            report = partial(ask_report, self.desk, self, [run.path])
            menu.addAction(icon("file"), say("Write a report…"), report)
        menu.addAction(icon("folder"), say("Open its folder"), lambda: _show_folder(run.path))
        menu.addSeparator()
        forget = menu.addAction(
            icon("trash"), say("Move to the trash"), lambda: self.desk.forget(run.path)
        )
        forget.setEnabled(run.path != self.desk.live.run or not self.desk.live.alive)
        return menu


def _card(art: QWidget, words: tuple[str, str], button: Button, note: Text) -> Card:
    card = Card()
    card.body.setContentsMargins(20, 18, 20, 18)
    card.body.setSpacing(6)
    card.body.addWidget(art, 1)
    card.body.addSpacing(8)
    card.body.addWidget(Text(words[0], "title"))
    card.body.addWidget(Text(words[1], "body", "ink2", wrap=True))
    card.body.addSpacing(4)
    row = QHBoxLayout()
    row.addWidget(button)
    row.addStretch(1)
    row.addWidget(note)
    card.body.addLayout(row)
    return card


def _icon(run: RunSummary) -> str:
    """Of the page that looks at it."""
    if not run.tested or run.predicts:
        return "openset"
    if of_classroom(run.results):
        return "classroom"
    return "room" if of_scenes(run.results) else "bulb"


def _show_folder(path: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))
