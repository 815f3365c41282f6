"""A card with one chart: title, term, the same as a table, and a picture to keep."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QStackedWidget,
    QTableView,
)

from workbench.kit import Card, IconButton, Text
from workbench.views.chart import Chart, Numbers


class _Why(Text):
    def hasHeightForWidth(self) -> bool:
        return False  # else all charts of a row would become as high as the words of one


class ChartCard(Card):
    """`wants_picture` when the picture is to be saved. While there is nothing, `say_empty` says why."""

    wants_picture = Signal()

    def __init__(self, title: str, term: str, chart: Chart) -> None:
        super().__init__()
        self.title, self.chart = title, chart
        self.heading, self.term = Text(title, "h2"), Text(term, "small", "ink3", elide=True)
        self.as_table = IconButton("table", f"Show “{title}” as a table", 26)
        self.as_table.setCheckable(True)
        self.as_table.toggled.connect(self._turn)
        self.save = IconButton("download", f"Save “{title}” as a picture", 26)
        self.save.clicked.connect(self.wants_picture)
        self._why = _Why("", "small", "ink2", wrap=True)
        self._table = numbers_table(f"{title}, as a table")
        self._stack = QStackedWidget()
        for view in (chart, self._table, self._why):
            self._stack.addWidget(view)
        self.head = QHBoxLayout()
        self.head.setSpacing(6)
        self.head.addWidget(self.heading)
        self.head.addWidget(self.term, 1)
        self.head.addWidget(self.as_table)
        self.head.addWidget(self.save)
        self.body.setContentsMargins(16, 8, 10, 8)
        self.body.setSpacing(4)
        self.body.addLayout(self.head)
        self.body.addWidget(self._stack, 1)

    def refresh(self) -> None:
        """The chart shows something else now."""
        self._why.setText("")
        self._turn(self.as_table.isChecked())

    def say_empty(self, why: str) -> None:
        """There is nothing to draw: say why and what to do."""
        self._why.setText(why)
        self._turn(self.as_table.isChecked())

    @property
    def empty(self) -> str:
        """Why there is nothing to draw; no words when there is something."""
        return self._why.text()

    def _turn(self, table: bool) -> None:
        something = not self.empty
        for button in (self.as_table, self.save):
            button.setEnabled(something)
        if something and table:
            fill(self._table, self.chart.numbers())
        self._stack.setCurrentIndex(int(table) if something else 2)


def numbers_table(name: str) -> QTableView:
    """A plain table to be filled with numbers."""
    table = QTableView()
    table.setModel(QStandardItemModel(table))
    table.setAccessibleName(name)
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(24)
    table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setTabKeyNavigation(False)
    table.setShowGrid(False)
    return table


def fill(table: QTableView, numbers: Numbers) -> None:
    """Show other headings and rows."""
    model = table.model()
    assert isinstance(model, QStandardItemModel)
    model.clear()
    model.setHorizontalHeaderLabels(numbers[0])
    for row in numbers[1]:
        model.appendRow([QStandardItem(cell) for cell in row])
