"""The table of runs to compare: boxes to check, sorted by a click on a heading, keys for all of it."""

from functools import partial
from itertools import accumulate

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QMenu

from engine.compare.lines import Line
from engine.words import say
from workbench.kit.icon import icon
from workbench.models.compare_table import CompareTable, FoundLines
from workbench.views.compare_cells import CHECK_WIDTH, CompareCells
from workbench.views.kept_column import KeptColumn

_NARROWEST, _MOST_MORE = 150, 240  # of the names, and beyond what they want
_WIDEST = 320  # of a setting
_ROW, _COMPACT, _HEAD = 32, 28, 30
_FIRST = ("when", Qt.SortOrder.DescendingOrder)


class CompareList(KeptColumn):
    """`selected(line or None)` follows the current row; Enter or a double click says `activated`."""

    selected = Signal(object)
    notes_wanted = Signal()
    report_wanted = Signal(object)  # of a line

    def __init__(self, table: CompareTable) -> None:
        super().__init__()
        self._table, self.found = table, FoundLines(table)
        self._sorted: tuple[str, Qt.SortOrder] = _FIRST
        self._wanted: Line | None = None
        self.setModel(self.found)
        self.setItemDelegate(CompareCells(self))
        self.setAccessibleName(say("Runs to compare"))
        self._look()
        header = self.horizontalHeader()
        header.sectionClicked.connect(self._sort_by_section)
        table.modelAboutToBeReset.connect(self._remember)
        for changed in (table.modelReset, table.columnsInserted, table.columnsRemoved):
            changed.connect(self._settle)
        table.picks_changed.connect(self.viewport().update)
        self.selectionModel().currentRowChanged.connect(self._tell)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._show_menu)
        self._settle()

    def set_compact(self, compact: bool) -> None:
        """Lower rows, so that more of them fit a small window."""
        self.verticalHeader().setDefaultSectionSize(_COMPACT if compact else _ROW)

    @property
    def line(self) -> Line | None:
        """The line of the current row."""
        index = self.currentIndex()
        return self.found.line(index.row()) if index.isValid() else None

    def pin_current(self) -> None:
        """Make the current line the baseline, or let it go, and keep it in sight."""
        if self.line is not None:
            self._table.pin(self.line)
            self.scrollTo(self.currentIndex())

    def select_line(self, line: Line) -> None:
        """Make a line's row the current one and show it."""
        row = self._table.row_of(line.run.path)
        if row >= 0:
            index = self.found.mapFromSource(self._table.index(row, 0))
            self.setCurrentIndex(index)
            self.scrollTo(index)

    def sort_by(self, key: str, order: Qt.SortOrder) -> None:
        """Sort by a column, by its key; the order lasts when columns come and go."""
        self._sorted = key, order
        places = [place for place, column in enumerate(self._table.columns) if column.key == key]
        if not places:
            self.sort_by(*_FIRST)
            return
        self.horizontalHeader().setSortIndicator(places[0], order)
        self.found.sort(places[0], order)

    def sort_menu(self) -> QMenu:
        """The columns to sort by, for those who use keys."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for place, column in enumerate(self._table.columns):
            menu.addAction(column.title, lambda place=place: self._sort_by_section(place))
        return menu

    def menu(self, line: Line) -> QMenu:
        """What can be done with a line."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        picked = line in self._table.picked
        pinned = line is self._table.baseline
        menu.addAction(
            icon("check"),
            say("Do not compare") if picked else say("Compare"),
            lambda: self._table.pick(line, not picked),
        )
        menu.addAction(
            icon("pin"),
            say("Let the baseline go") if pinned else say("Pin as baseline"),
            lambda: self._table.pin(line),
        )
        menu.addAction(icon("note"), say("Name, notes and tags…"), partial(self._want_notes, line))
        if line.run.tested:
            report = partial(self.report_wanted.emit, line)
            menu.addAction(icon("file"), say("Write a report…"), report)
        return menu

    def _want_notes(self, line: Line) -> None:
        self.select_line(line)
        self.notes_wanted.emit()

    def pick_current(self) -> None:
        """Compare the current line, or not any more."""
        if (line := self.line) is not None:
            self._table.pick(line, line not in self._table.picked)

    # --- mouse and keys ---

    def keyPressEvent(self, event: QKeyEvent) -> None:
        line = self.line
        if event.key() == Qt.Key.Key_Space and line is not None:
            self.pick_current()
        elif event.key() == Qt.Key.Key_B and line is not None and not event.modifiers():
            self.pin_current()
        elif event.key() in (Qt.Key.Key_Menu,) and line is not None:
            self._show_menu(self.visualRect(self.currentIndex()).center())
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and index.isValid() and index.column() == 0:
            inside = event.position().x() - self.visualRect(index).left()
            if inside < CHECK_WIDTH:
                line = self.found.line(index.row())
                self._table.pick(line, line not in self._table.picked)

    def _show_menu(self, place: QPoint) -> None:
        index = self.indexAt(place)
        if index.isValid():
            self.menu(self.found.line(index.row())).exec(self.viewport().mapToGlobal(place))

    # --- keeping up ---

    def _sort_by_section(self, place: int) -> None:
        key = self._table.columns[place].key
        first = Qt.SortOrder.AscendingOrder if place == 0 else Qt.SortOrder.DescendingOrder
        turned = (
            Qt.SortOrder.AscendingOrder
            if self._sorted[1] == Qt.SortOrder.DescendingOrder
            else Qt.SortOrder.DescendingOrder
        )
        self.sort_by(key, turned if self._sorted[0] == key else first)

    def _remember(self) -> None:
        self._wanted = self.line

    def _settle(self) -> None:
        self._fit()
        self.sort_by(*self._sorted)
        if self._wanted is not None and not self.currentIndex().isValid():
            self.select_line(self._wanted)
            self._wanted = None

    def _fit(self) -> None:
        """As wide as wanted; the names give way or take what is left, so that no column in sight is cut off."""
        header, wanted = self.horizontalHeader(), self._widths()
        room, ends = self.viewport().width(), list(accumulate(wanted))
        whole = [end for end in ends if end - room <= wanted[0] - _NARROWEST]
        if whole and len(wanted) > 1:
            wanted[0] += min(room - whole[-1], _MOST_MORE)
        for place, width in enumerate(wanted):
            header.resizeSection(place, width)

    def _widths(self) -> list[int]:
        """Those of settings have room for their headings, which are of any length."""
        hint = self.horizontalHeader().sectionSizeHint
        return [
            min(max(one.width, hint(place)), _WIDEST) if one.kind == "setting" else one.width
            for place, one in enumerate(self._table.columns)
        ]

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _tell(self, current: QModelIndex) -> None:
        self.selected.emit(self.found.line(current.row()) if current.isValid() else None)

    def _look(self) -> None:
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setMinimumHeight(_HEAD + 3 * _ROW)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_ROW)
        header = self.horizontalHeader()
        header.setFixedHeight(_HEAD)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setHighlightSections(False)
        header.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        header.setSectionsClickable(True)
        header.setSortIndicatorShown(True)
        header.setMinimumSectionSize(48)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
