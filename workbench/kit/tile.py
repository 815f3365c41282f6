"""A number with its name, its term and a coloured bar."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from engine.words import say
from workbench import theme
from workbench.kit.card import Card
from workbench.kit.paint import painter_of, panel
from workbench.kit.text import Text

NOT_MEASURED = "–"


class Tile(Card):
    """Plain name, big number with a unit, and a small line below (the term until a note is set)."""

    def __init__(self, title: str, term: str, token: str) -> None:
        super().__init__()
        self._token = token
        self._title = title
        self.body.setContentsMargins(27, 9, 12, 9)
        self.body.setSpacing(0)
        self.number = Text(NOT_MEASURED, "tile")
        self.unit = Text("", "body", "ink2")
        self.note = Text(term, "small", "ink3", elide=True)
        self.body.addWidget(Text(title, "small", "ink2", elide=True))
        row = QHBoxLayout()
        row.setSpacing(3)
        row.addWidget(self.number)
        row.addLayout(_lowered(self.unit))
        row.addStretch(1)
        self.body.addLayout(row)
        self.body.addWidget(self.note)
        self.setMinimumWidth(120)
        self.setFixedHeight(92)
        self.setAccessibleName(say("{title}: not measured", title=title))

    def set_number(self, text: str, unit: str = "") -> None:
        """Show a number; an empty text means not measured, shown as a dash."""
        self.number.setText(text or NOT_MEASURED)
        self.unit.setText(unit if text else "")
        self.setAccessibleName(f"{self._title}: {text or say('not measured')} {unit}".strip())

    def set_note(self, text: str) -> None:
        """Replace the small line below the number."""
        self.note.setText(text)
        self.note.setToolTip(text)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.number.set_style("tile" if self.width() >= 150 else "num")

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        bar = QRectF(13, 15, 4, self.height() - 30)
        panel(painter_of(self), bar, theme.color(self._token), None, 2)


def _lowered(unit: Text) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setContentsMargins(0, 0, 0, 6)
    column.addStretch(1)
    column.addWidget(unit)
    return column
