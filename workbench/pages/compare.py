"""Compare: runs beside each other, beside the paper, and what differs between them."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import QPoint
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QStackedWidget, QVBoxLayout, QWidget

from engine.compare.lines import Line, folded
from engine.compare.paper import Row
from engine.experiment import Choice, Experiment
from engine.store import RunSummary
from engine.words import counted, say
from workbench.kit import Button, Card, EmptyState, IconButton, SearchField, Segmented, Text, Toggle
from workbench.models.compare_table import CompareTable
from workbench.models.dumbbell_rows import experiment_of
from workbench.pages.compare_files import CompareFiles
from workbench.pages.page import Page
from workbench.views.compare_list import CompareList
from workbench.views.notes_pane import NotesPane
from workbench.views.pair_view import PairView
from workbench.views.paper_view import PaperView

if TYPE_CHECKING:
    from workbench.desk import Desk

_TALL = 800
_NARROW, _WIDE = 5, 9  # the table’s share of the height, where what lies below has 8
_EMPTY = (
    say("Nothing to compare yet"),
    say(
        "When runs have finished, they stand here side by side and beside the numbers the paper printed."
    ),
)
_NO_MODELNET = say(
    "The paper’s numbers are of ModelNet10. Open ModelNet on the Data page, then start this recipe; "
    "it waits on Set-up."
)


class ComparePage(Page):
    """The table of runs above; below, the paper's tables and temperatures, or the picked runs side by side."""

    key: ClassVar[str] = "compare"
    title: ClassVar[str] = say("Compare")
    sentence: ClassVar[str] = say(
        "Check runs to lay them side by side. Each figure is at the run’s own threshold."
    )

    def __init__(self, desk: "Desk") -> None:
        super().__init__(desk)
        self.table = CompareTable(desk)
        self.list = CompareList(self.table)
        self.notes = NotesPane()
        self.paper = PaperView()
        self.pair = PairView(desk, self.table)
        self.files = CompareFiles(desk, self)
        self._build_header()
        self._build_tools()
        self._lay_out()
        self._listen()
        self._add_keys()
        self._show_runs()

    def shown(self) -> None:
        """Look for new runs."""
        self.desk.shelf.look()
        self._show_runs()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.list.set_compact(self.height() < _TALL)

    def set_up(self, row: Row) -> None:
        """Fill Set-up with what a row of the paper describes, on ModelNet10 where it is at hand."""
        desk = self.desk
        modelnet = self._modelnet()
        try:
            own = desk.suited(desk.draft.model_copy(update={"recipe": Choice(name=row.recipe)}))
            draft = experiment_of(row, own, desk.schema)
        except StopIteration:
            desk.message.emit(
                "info", say("The engine is still getting ready. Try again in a moment.")
            )
            return
        if modelnet is None:
            self._suggest(draft.model_copy(update={"data": own.data}), row)
            desk.message.emit("warn", _NO_MODELNET)
            return
        name = say("{draft}, ModelNet10", draft=draft.name[:68])[:80]
        draft = draft.model_copy(update={"name": name})
        if desk.data_choice.name == "modelnet":
            desk.set_known(draft.data.known)
            self._suggest(draft, row)
        else:
            # The data follow what is open, so they are no part of the step that can be undone.
            self._suggest(draft.model_copy(update={"data": own.data}), row)
            wanted = draft.data.model_dump(mode="json", include={"known", "protocol"})
            desk.open_data(Choice.model_validate(modelnet.model_dump(mode="json") | wanted))

    def _suggest(self, draft: Experiment, row: Row) -> None:
        self.desk.suggest(draft, say("the paper’s {row}", row=row.name))

    def _modelnet(self) -> Choice | None:
        """ModelNet where it is open, or where a run of ours found it."""
        every = [self.desk.data_choice, *(run.experiment.data for run in self.desk.shelf.runs)]
        return next((data for data in every if data.name == "modelnet"), None)

    def views(self) -> dict[str, QWidget]:
        """Every chart that has something to show now, by its title."""
        cards = [*self.paper.cards, *self.pair.cards]
        found: dict[str, QWidget] = {
            card.chart.accessibleName(): card.chart for card in cards if not card.empty
        }
        self._settle_hidden()
        return found

    # --- showing ---

    def _show_runs(self) -> None:
        runs = self.desk.shelf.runs
        self.table.show(runs)
        self.paper.show_lines(folded(self.table.lines), self.desk.schema)
        if self._stack.currentIndex() == 0 and _of_other_tasks(runs):
            self.view.set_index(1)
        self._stack.setCurrentIndex(1 if runs else 0)
        self._export.setEnabled(bool(runs))
        self._share_room()
        if runs and not self.list.currentIndex().isValid():
            self.list.setCurrentIndex(self.list.found.index(0, 0))

    def _share_room(self) -> None:
        """The table of runs takes what the tables of the paper leave while there is no curve below them."""
        alone = self.view.index == 0 and not self.paper.has_curves
        self._column.setStretch(0, _WIDE if alone else _NARROW)

    def _follow_picks(self) -> None:
        picked = len(self.table.picked)
        told = counted(len(self.table.lines), "row")
        hint = (
            say("pick two to see what differs")
            if picked < 2
            else say("{picked} picked", picked=picked)
        )
        self._count.setText(f"{told} · {hint}")
        self._none.setVisible(picked > 0)
        self._report.setEnabled(any(line.run.tested for line in self.table.picked))
        self._show_pin()

    def _show_pin(self) -> None:
        line = self.list.line
        self.pin.setEnabled(line is not None)
        self.pin.setChecked(line is not None and line is self.table.baseline)

    def _select(self, line: Line | None) -> None:
        self._show_pin()
        self.pair.embolden(line)
        if self.notes.isVisible():
            self.notes.show_run(line.run if line is not None else None)

    def _show_notes(self, on: bool) -> None:
        self.notes.setVisible(on)
        line = self.list.line
        if on:
            self.notes.show_run(line.run if line is not None else None)

    def _ask_notes(self) -> None:
        """From the menu of a line, which is the current one now."""
        self.note.setChecked(True)
        self.notes.tags.setFocus()

    def _open(self, line: Line) -> None:
        if line.run.tested:
            self.desk.look(line.run.path)
        else:
            self.desk.show_run(line.run.path)

    def _settle_hidden(self) -> None:
        """A view that was never on screen gets its size by being drawn once."""
        for view in (self.paper, self.pair):
            if not view.isVisible():
                view.resize(self._below.size())
                view.grab()

    # --- building ---

    def _build_header(self) -> None:
        self.view = Segmented([say("Beside the paper"), say("Side by side")])
        self._export = Button(say("Export"), "download")
        menu = QMenu(self)
        menu.addAction(say("The table as CSV…"), lambda: self.files.ask_table(*self._table_now()))
        menu.addAction(
            say("Every chart as PNG and SVG…"), lambda: self.files.ask_pictures(self.views())
        )
        self._report = menu.addAction(
            say("A report of the picked runs…"), lambda: self.files.ask_report(self._tested())
        )
        self._export.setMenu(menu)
        for widget in (self.view, self._export):
            self.actions.addWidget(widget)

    def _table_now(self) -> tuple[list[Line], list[str]]:
        rows = [self.list.found.line(row) for row in range(self.list.found.rowCount())]
        return rows, [column.key for column in self.table.columns if column.kind == "setting"]

    def _tested(self) -> list[Line]:
        return [line for line in self.table.picked if line.run.tested]

    def _build_tools(self) -> None:
        self.search = SearchField(say("Find runs"))
        self.search.setFixedWidth(190)
        self.fold = Toggle(say("Fold runs that differ only in the seed"))
        self.only = Toggle(say("Show only settings that differ among the picked runs"))
        self.sort = IconButton("sort", say("Sort by a column"), 28)
        self.pin = IconButton(
            "pin", say("Pin the selected run as baseline (B): differences to it are shown"), 28
        )
        self.note = IconButton("note", say("Name, notes and tags of the selected run"), 28)
        self._none = Button(say("Uncheck all"), role="quiet")
        self._count = Text("", "small", "ink3", elide=True)
        for toggle in (self.fold, self.only):
            toggle.setToolTip(toggle.accessibleName())
            toggle.setChecked(True)
        for button in (self.pin, self.note):
            button.setCheckable(True)

    def _tools(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.setContentsMargins(14, 6, 12, 0)
        row.addWidget(self.search)
        row.addWidget(self._count, 1)
        row.addWidget(self._none)
        for toggle, words in (
            (self.fold, say("fold seeds")),
            (self.only, say("only what differs")),
        ):
            row.addWidget(toggle)
            row.addWidget(Text(words, "small", "ink2"))
        for button in (self.sort, self.pin, self.note):
            row.addWidget(button)
        return row

    def _lay_out(self) -> None:
        self.empty = EmptyState("bars", *_EMPTY, action=say("Set up a run"))
        self.empty.acted.connect(partial(self.desk.go, "setup"))
        table = Card()
        table.body.setContentsMargins(1, 1, 1, 6)
        table.body.setSpacing(0)
        table.body.addLayout(self._tools())
        inside = QHBoxLayout()
        inside.setSpacing(8)
        inside.setContentsMargins(0, 0, 6, 0)
        inside.addWidget(self.list, 1)
        inside.addWidget(self.notes)
        table.body.addLayout(inside, 1)
        self.notes.hide()
        self._below = QStackedWidget()
        for view in (self.paper, self.pair):
            self._below.addWidget(view)
        content = QWidget()
        self._column = column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14)
        column.addWidget(table, _NARROW)
        column.addWidget(self._below, 8)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.empty)
        self._stack.addWidget(content)
        self.body.addWidget(self._stack, 1)

    def _listen(self) -> None:
        desk = self.desk
        for signal in (desk.runs_changed, desk.schema_changed):
            signal.connect(self._show_runs)
        self.table.picks_changed.connect(self._follow_picks)
        self.search.textChanged.connect(self.list.found.search)
        self.fold.toggled.connect(self.table.set_folds)
        self.only.toggled.connect(self.table.set_only_differing)
        self.view.changed.connect(self._below.setCurrentIndex)
        self.view.changed.connect(lambda _place: self._share_room())
        self._none.clicked.connect(self.table.pick_none)
        self.sort.clicked.connect(self._show_sort_menu)
        self.pin.clicked.connect(self._pin)
        self.note.toggled.connect(self._show_notes)
        self.list.notes_wanted.connect(self._ask_notes)
        self.list.report_wanted.connect(lambda line: self.files.ask_report([line]))
        self.notes.failed.connect(partial(desk.message.emit, "bad"))
        self.notes.tagged.connect(desk.shelf.read)
        self.notes.named.connect(desk.rename)
        self.list.selected.connect(self._select)
        self.list.activated.connect(lambda index: self._open(self.list.found.line(index.row())))
        self.paper.opened.connect(self._open)
        self.paper.wanted.connect(self.set_up)
        for view in (self.paper, self.pair):
            view.chosen.connect(self.list.select_line)
            for card in view.cards:
                card.said.connect(desk.message)
                card.saved.connect(desk.saved)

    def _add_keys(self) -> None:
        def has_line() -> bool:
            return self.list.isVisible() and self.list.line is not None

        self.add_deed(say("Find runs"), "Ctrl+F", self.search.setFocus, when=self.search.isVisible)
        self.add_deed(
            say("Rename the selected run | name, call"), "F2", self._rename, when=has_line
        )
        self.add_deed(say("Pin or let go the baseline"), "B", self._pin, yields=True, when=has_line)
        self.add_deed(
            say("Compare the selected run or not"),
            "Space",
            self.list.pick_current,
            yields=True,
            when=has_line,
        )

    def _rename(self) -> None:
        self.note.setChecked(True)
        self.notes.ask_name()

    def _pin(self) -> None:
        self.list.pin_current()
        self._show_pin()

    def _show_sort_menu(self) -> None:
        self.list.sort_menu().popup(self.sort.mapToGlobal(QPoint(0, self.sort.height())))


def _of_other_tasks(runs: Sequence[RunSummary]) -> bool:
    """Whether there are results, and none that the paper’s tables have a place for."""
    return any(run.tested for run in runs) and not any(run.predicts for run in runs)
