"""A card with a chart that can also be read as a table, and kept as a picture or as numbers."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    Qt,
    Signal,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFileDialog,
    QHBoxLayout,
    QMenu,
    QStackedWidget,
    QTableView,
    QWidget,
)

from engine.atomic import write_text
from engine.words import say
from workbench.kit import Card, IconButton, Text
from workbench.models.last_folder import last_folder, use_folder
from workbench.models.sheets import Sheet
from workbench.views.pictures import save_picture

_Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


class SheetModel(QAbstractTableModel):
    """Shows a sheet; the words of a cell are made when it comes into sight."""

    def __init__(self) -> None:
        super().__init__()
        self._sheet = Sheet((), ())

    def show(self, sheet: Sheet) -> None:
        """Show another one."""
        self.beginResetModel()
        self._sheet = sheet
        self.endResetModel()

    def rowCount(self, parent: _Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._sheet.rows)

    def columnCount(self, parent: _Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._sheet.columns)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if role != Qt.ItemDataRole.DisplayRole or orientation != Qt.Orientation.Horizontal:
            return None
        return self._sheet.columns[section].replace("_", " ")

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        value = self._sheet.rows[index.row()][index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole and not isinstance(value, str):
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if isinstance(value, float):
            return "–" if value != value else f"{value:.4g}"
        return f"{value:,}" if isinstance(value, int) else value


class _Why(Text):
    def hasHeightForWidth(self) -> bool:
        return False  # else all charts of a row would become as high as the words of one


class PlotCard(Card):
    """Title, term, controls in `header` and `below`, the chart. `saved(sentence, folder)` tells of a file that was
    written, `said(level, sentence)` of all else.

    While there is nothing to draw, `say_empty` says why; `refresh` shows the chart again.
    """

    said = Signal(str, str)
    saved = Signal(str, object)

    def __init__(
        self,
        title: str,
        term: str,
        chart: QWidget,
        tabulate: Callable[[], Sheet],
        *,
        long_term: bool = False,
    ) -> None:
        """`long_term`: the term is a sentence and gets a line of its own."""
        super().__init__()
        self.title = Text(title, "h2", elide=True)
        self.term = Text(term, "small", "ink3", elide=long_term)
        self.chart, self._tabulate = chart, tabulate
        self._name = title
        self.more = IconButton("more", say("More for “{title}”", title=title), 26)
        self.more.clicked.connect(self._open_menu)
        self.as_table = False
        self._sheet = SheetModel()
        self._why = _Why("", "small", "ink2", wrap=True)
        self._why.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._why.setMinimumWidth(60)
        self.numbers = _table_of(self._sheet, title)
        self.stack = QStackedWidget()
        for view in (chart, self.numbers, self._why):
            self.stack.addWidget(view)
        self.header, self.below = QHBoxLayout(), QHBoxLayout()
        self.header.setSpacing(6)
        self.below.setSpacing(6)
        self.header.addWidget(self.title, 1)
        (self.below if long_term else self.header).addWidget(self.term)
        self.term.setVisible(bool(term) or long_term)
        self.header.addWidget(self.more)
        self.body.setContentsMargins(14, 8, 9, 8)
        self.body.setSpacing(5)
        self.body.addLayout(self.header)
        self.body.addLayout(self.below)
        self.body.addWidget(self.stack, 1)

    def refresh(self) -> None:
        """Other numbers: the chart shows them, and the table where that is what one sees."""
        self._why.setText("")
        self._turn()

    def say_empty(self, why: str) -> None:
        """There is nothing to draw: say why and what to do."""
        self._why.setText(why)
        self._turn()

    @property
    def empty(self) -> str:
        """Why there is nothing to draw; no words when there is something."""
        return self._why.text()

    def show_as_table(self, table: bool) -> None:
        """Numbers instead of the chart, or the chart again."""
        self.as_table = table
        self._turn()

    def _turn(self) -> None:
        if self.as_table and not self.empty:
            self._sheet.show(self._tabulate())
            self.numbers.resizeColumnsToContents()
        self.stack.setCurrentIndex(2 if self.empty else int(self.as_table))

    def menu(self) -> QMenu:
        """What can be done with the chart."""
        menu = QMenu(self)
        table = menu.addAction(say("Show as a table"))
        table.setCheckable(True)
        table.setChecked(self.as_table)
        table.triggered.connect(self.show_as_table)
        menu.addSeparator()
        for words, kind in (("picture", "png"), ("drawing", "svg"), ("numbers", "csv")):
            action = menu.addAction(
                say("Save the {words} ({kind}) …", words=words, kind=kind.upper())
            )
            action.triggered.connect(partial(self._ask_where, kind))
        for action in menu.actions():
            action.setEnabled(not self.empty)
        return menu

    def save(self, path: Path) -> None:
        """Keep the chart as PNG or SVG, or its numbers as CSV, by the end of the name; says how that went."""
        try:
            _KEEP[path.suffix.lower()](self, path)
        except (OSError, KeyError) as error:
            why = (
                say("“{suffix}” is no kind of file it can be", suffix=path.suffix)
                if path.suffix
                else say("no kind")
            )
            why = why if isinstance(error, KeyError) else str(error)
            self.said.emit(
                "bad",
                say(
                    "“{name}” could not be saved: {why}. Nothing was changed.",
                    name=self._name,
                    why=why,
                ),
            )
        else:
            self.saved.emit(
                say("“{name}” is saved as {path}.", name=self._name, path=path.name), path.parent
            )

    def _ask_where(self, kind: str) -> None:
        name = str(last_folder() / f"{self._name.lower().rstrip('?')}.{kind}")
        chosen, _ = QFileDialog.getSaveFileName(self, say("Save"), name, f"*.{kind}")
        if chosen:
            path = Path(chosen)
            use_folder(path.parent)
            self.save(path if path.suffix else path.with_suffix(f".{kind}"))

    def _open_menu(self) -> None:
        menu = self.menu()
        corner = self.more.mapToGlobal(self.more.rect().bottomRight())
        menu.exec(corner - QPoint(menu.sizeHint().width() - 1, -4))
        menu.deleteLater()

    def _keep_picture(self, path: Path) -> None:
        save_picture(self.chart, path)

    def _keep_numbers(self, path: Path) -> None:
        write_text(path, self._tabulate().csv())


_KEEP: dict[str, Callable[[PlotCard, Path], None]] = {
    ".png": PlotCard._keep_picture,
    ".svg": PlotCard._keep_picture,
    ".csv": PlotCard._keep_numbers,
}


def _table_of(model: SheetModel, name: str) -> QTableView:
    table = QTableView()
    table.setModel(model)
    table.setAccessibleName(say("{name}, as a table", name=name))
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(24)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setShowGrid(False)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setTabKeyNavigation(False)
    table.horizontalHeader().setResizeContentsPrecision(
        0
    )  # only the rows in sight: there may be a thousand
    table.setMinimumSize(100, 60)
    return table
