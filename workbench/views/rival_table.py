"""Runs side by side in a few lines: how many strangers each lets in, and how many known it keeps."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QPaintEvent, QPen
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from engine.words import say
from workbench import theme
from workbench.kit import IconButton, Text, Toggle
from workbench.kit.paint import painter_of
from workbench.models.run_table import percent

LOOKS = (
    ("known", Qt.PenStyle.SolidLine),
    ("kd", Qt.PenStyle.DashLine),
    ("crd", Qt.PenStyle.DotLine),
    ("ce", Qt.PenStyle.DashDotLine),
)
_LOCK = say("Same share let in")


@dataclass(frozen=True)
class RivalRow:
    """One run at one threshold; shares, NaN where not measured."""

    name: str
    let_in: float
    right: float
    kept: float


class _Stroke(QWidget):
    """A piece of the line that stands for a run."""

    def __init__(self, look: tuple[str, Qt.PenStyle]) -> None:
        super().__init__()
        self._token, self._dash = look
        self.setFixedSize(QSize(18, 16))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_of(self)
        painter.setPen(QPen(theme.color(self._token), 2, self._dash))
        painter.drawLine(QPointF(0, 8), QPointF(16, 8))


class RivalTable(QWidget):
    """The first row is the run on screen. `locked(on)` with the switch, `removed(row)` with a cross."""

    locked = Signal(bool)
    removed = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.lock = Toggle(say("{lock}: every run at the same false positive rate", lock=_LOCK))
        self.lock.setToolTip(
            say("Every run at the threshold where it lets in no more strangers (FPR).")
        )
        self.lock.toggled.connect(self.locked)
        head = QHBoxLayout()
        head.addWidget(self.lock)
        head.addWidget(Text(_LOCK, "small", "ink2", elide=True), 1)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(6)
        self._grid.setVerticalSpacing(1)
        self._grid.setColumnStretch(1, 1)
        self._cells: list[tuple[Text, Text, Text]] = []
        self._rows: list[list[QWidget]] = []
        self._grid.addLayout(head, 0, 0, 1, 2)
        for column, words in ((2, say("let in")), (3, "right")):
            self._grid.addWidget(Text(words, "tick", "ink3"), 0, column)
        for row, look in enumerate(LOOKS):
            self._add_row(row, look)
        column_ = QVBoxLayout(self)
        column_.setContentsMargins(0, 0, 0, 0)
        column_.setSpacing(2)
        column_.addLayout(self._grid)
        self.hide()

    @property
    def same(self) -> bool:
        """Whether all runs are looked at where they let in the same share of strangers."""
        return self.lock.isChecked()

    def show_rows(self, rows: Sequence[RivalRow]) -> None:
        """At most four."""
        for place, widgets in enumerate(self._rows):
            for widget in widgets:
                widget.setVisible(place < len(rows))
        for (name, let_in, right), row in zip(self._cells, rows, strict=False):
            name.setText(row.name)
            name.setToolTip(
                say(
                    "{row}: {percent} of known kept, right or wrong",
                    row=row.name,
                    percent=percent(row.kept),
                )
            )
            let_in.setText(percent(row.let_in))
            right.setText(percent(row.right))

    def texts(self) -> list[tuple[str, str, str]]:
        """What the rows in sight say."""
        shown = [cells for cells in self._cells if not cells[0].isHidden()]
        return [(name.text(), let_in.text(), right.text()) for name, let_in, right in shown]

    def _add_row(self, row: int, look: tuple[str, Qt.PenStyle]) -> None:
        cells = Text("", "tick", "ink", elide=True), Text("", "tick"), Text("", "tick")
        widgets: list[QWidget] = [_Stroke(look), *cells]
        if row:
            cross = IconButton("close", say("Do not draw this run"), 16)
            cross.clicked.connect(lambda _=False, row=row: self.removed.emit(row - 1))
            widgets.append(cross)
        for column, widget in enumerate(widgets):
            self._grid.addWidget(widget, row + 1, column)
        self._cells.append(cells)
        self._rows.append(widgets)
