"""The Data page: which objects there are, which kinds are known, and a close look at one object."""

from functools import partial
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from engine.clouds import Clouds
from engine.experiment import Choice
from engine.words import counted, say
from workbench.kit import Banner, Button, Chip, EmptyState, Segmented, Text
from workbench.models.drafting import switch
from workbench.models.kinds import kind_color, plain
from workbench.models.recent_data import remember
from workbench.opening import choose_file, choose_folder, opening_menu
from workbench.pages.page import Page
from workbench.views.close_look import CloseLook
from workbench.views.data_picker import BUILT_IN
from workbench.views.gallery import Gallery, GalleryTile
from workbench.views.kinds_card import KindsCard
from workbench.views.remarks import Remarks
from workbench.views.work_bar import WorkBar

if TYPE_CHECKING:
    from workbench.desk import Desk

LEAST_KNOWN = 2
REFUSED = say("At least two kinds stay known: a model needs something to tell apart.")
PARTS = [say("All"), say("To learn from"), say("To test")]
_LEFT, _LEFT_NARROW, _WIDE = 268, 232, 1230


class DataPage(Page):
    """Left the kinds, in the middle the objects of one kind, at the right one object."""

    key: ClassVar[str] = "data"
    title: ClassVar[str] = say("Data")
    sentence: ClassVar[str] = say(
        "What there is to learn from, and what will arrive as a stranger."
    )

    def __init__(self, desk: "Desk") -> None:
        super().__init__(desk)
        self._kind = ""
        self.undo = desk.steps
        self._build_header()
        self.work = WorkBar()
        self.banner = Banner("", "warn")
        self.banner.hide()
        self.body.addWidget(self.work)
        self.body.addWidget(self.banner)
        self.remarks = Remarks()
        self.remarks.hide()
        self.body.addWidget(self.remarks)
        self.stack = QStackedWidget()
        self.stack.addWidget(self._build_empty())
        self.stack.addWidget(self._build_content())
        self.body.addWidget(self.stack, 1)
        self._connect()
        self._add_keys()
        self._take_clouds()

    def origin(self) -> str:
        return "" if self.desk.clouds is None else self.desk.clouds.title

    def _build_header(self) -> None:
        self.made = Chip(say("Made by this program"), "warn", icon="info")
        self.problems = Button("", icon="warning", role="quiet")
        self.open_button = Button(say("Open another"), icon="folder")
        self.open_button.setMenu(opening_menu(self, self.desk))
        for part in (self.made, self.problems, self.open_button):
            self.actions.addWidget(part)

    def _build_empty(self) -> EmptyState:
        self.empty = EmptyState(
            "cube",
            say("No data set is open"),
            say("The built-in shapes are made on this computer; nothing is downloaded."),
            say("Open the built-in shapes"),
        )
        return self.empty

    def _build_content(self) -> QWidget:
        content = QWidget()
        columns = QHBoxLayout(content)
        columns.setContentsMargins(0, 0, 0, 0)
        columns.setSpacing(14)
        self.card = KindsCard()
        self.look = CloseLook()
        columns.addWidget(self.card)
        columns.addLayout(self._build_gallery(), 10)
        columns.addWidget(self.look, 15)
        return content

    def _build_gallery(self) -> QVBoxLayout:
        self._kind_title = Text("", "h2", elide=True)
        self._kind_count = Text("", "small", "ink3", elide=True)
        self.part = Segmented(PARTS)
        self.gallery = Gallery(say("Objects of this kind"))
        head = QHBoxLayout()
        head.setSpacing(8)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._kind_title)
        words.addWidget(self._kind_count)
        head.addLayout(words, 1)
        head.addWidget(self.part)
        column = QVBoxLayout()
        column.setSpacing(10)
        column.addLayout(head)
        column.addWidget(self.gallery, 1)
        return column

    def _connect(self) -> None:
        desk = self.desk
        desk.data_changed.connect(self._take_clouds)
        desk.known_changed.connect(self._take_known)
        desk.data_phase.connect(self.work.show_work)
        desk.data_problem.connect(self._say_problem)
        self.open_button.menu().aboutToShow.connect(self.banner.hide)
        self.problems.clicked.connect(self._list_problems)
        self.empty.acted.connect(self._open_built_in)
        self.card.picker.wanted.connect(self._open)
        self.card.picker.folder_wanted.connect(lambda: choose_folder(self, desk))
        self.card.picker.file_wanted.connect(lambda: choose_file(self, desk))
        self.card.search.textChanged.connect(self._search)
        self.card.kinds.switched.connect(self._switch)
        self.card.list.picked.connect(self.pick_kind)
        self.part.changed.connect(self._fill_gallery)
        self.gallery.chosen.connect(self._look_at)

    def _add_keys(self) -> None:
        search = self.card.search
        self.add_deed(say("Find a kind"), "Ctrl+F", search.setFocus, when=search.isVisible)
        for words, keys, by in (
            (say("The object before"), "[", -1),
            (say("The next object"), "]", 1),
        ):
            self.add_deed(words, keys, partial(self.gallery.step, by), when=self.gallery.isVisible)
        self.add_view_keys(self.look.view)

    # the data set

    def _open(self, choice: Choice) -> None:
        self.banner.hide()
        self.desk.open_data(choice)

    def _open_built_in(self) -> None:
        self._open(BUILT_IN)

    def _say_problem(self, sentence: str) -> None:
        self.work.hide()
        self.banner.set_text(sentence, "bad", "")
        self.banner.show()

    def _list_problems(self) -> None:
        """Show all notes on the data set, or put them away again."""
        self.remarks.setVisible(not self.remarks.isVisible())

    def _take_clouds(self) -> None:
        clouds = self.desk.clouds
        self.work.hide()
        self.banner.hide()
        self.remarks.hide()
        self.stack.setCurrentIndex(0 if clouds is None else 1)
        self.made.setVisible(clouds is not None and clouds.made)
        notes = clouds.problems if clouds is not None else ()
        self.problems.set_look(counted(len(notes), "note"), "warning")
        self.problems.setVisible(bool(notes))
        self.remarks.show_notes(notes)
        self.open_button.set_look(
            say("Open another") if clouds is not None else say("Open a data set"), "folder"
        )
        if clouds is None:
            return
        remember(clouds.title, self.desk.data_choice)
        self.card.picker.show_clouds(clouds)
        self.card.search.clear()
        if self._kind not in clouds.kinds:
            self._kind = (self.desk.known or clouds.kinds)[0]
        self._take_known()

    # the kinds

    def _take_known(self) -> None:
        """Counts, groups and colours follow the kinds that are known now."""
        clouds, known = self.desk.clouds, self.desk.known
        if clouds is None:
            return
        self.card.say()
        self.card.kinds.set_clouds(clouds, known)
        self.card.list.pick(self._kind)
        self.set_sentence(_sentence(len(clouds.kinds), len(known)))
        self._fill_gallery()

    def _switch(self, kind: str, known: bool) -> None:
        now = self.desk.known
        wanted = (*now, kind) if known else tuple(each for each in now if each != kind)
        refused = len(wanted) < LEAST_KNOWN
        self.card.say(REFUSED if refused else "")
        if not refused:
            switch(self.undo, self.desk, wanted, kind)

    def _search(self, words: str) -> None:
        self.card.search_for(words)
        self.card.list.pick(self._kind)

    def pick_kind(self, kind: str) -> None:
        """Show the objects of one kind."""
        if kind != self._kind:
            self._kind = kind
            self._fill_gallery()

    # the objects

    def _fill_gallery(self) -> None:
        clouds = self.desk.clouds
        if clouds is None:
            return
        rows = _rows(clouds, self._kind, self.part.index)
        color = kind_color(self._kind, clouds, self.desk.known)
        before = self.gallery.chosen_row
        self._kind_title.setText(plain(self._kind).capitalize())
        self._kind_count.setText(counted(len(rows), "object"))
        self._kind_count.setToolTip(_split_told(clouds, rows))
        self.gallery.show_tiles(clouds, [GalleryTile(row, color) for row in rows.tolist()])
        if len(rows):
            here = before is not None and before in rows
            self.gallery.choose(before if here and before is not None else int(rows[0]))

    def _look_at(self, row: int) -> None:
        clouds = self.desk.clouds
        if clouds is not None:
            part = say("learn from") if clouds.train[row] else say("test")
            color = kind_color(clouds.kinds[int(clouds.labels[row])], clouds, self.desk.known)
            self.look.show_cloud(clouds, row, color, [part])

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.card.setFixedWidth(_LEFT if self.width() >= _WIDE else _LEFT_NARROW)


def _rows(clouds: Clouds, kind: str, part: int) -> NDArray[np.int64]:
    """The rows of a kind: all, those to learn from, or those to test."""
    rows = clouds.of_kind(kind)
    if part == 0:
        return rows
    return np.asarray(rows[clouds.train[rows] == (part == 1)])


def _split_told(clouds: Clouds, rows: NDArray[np.int64]) -> str:
    """How the shown objects are split."""
    learnt = int(clouds.train[rows].sum())
    return say("{learnt:,} to learn from, {rows:,} to test", learnt=learnt, rows=len(rows) - learnt)


def _sentence(kinds: int, known: int) -> str:
    strangers = kinds - known
    if strangers == 0:
        return say(
            "{kinds} kinds of object. The model may learn all of them; no strangers are left.",
            kinds=kinds,
        )
    verb = (
        say("arrives later as a stranger") if strangers == 1 else say("arrive later as strangers")
    )
    return say(
        "{kinds} kinds of object. The model may learn {known}; the other {strangers} {verb}.",
        kinds=kinds,
        known=known,
        strangers=strangers,
        verb=verb,
    )
