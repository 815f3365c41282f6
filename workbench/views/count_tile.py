"""A number with what it is of, and a few words below, on a small tile."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QHBoxLayout

from workbench import theme
from workbench.kit import Card, Text
from workbench.kit.paint import painter_of, panel


class CountTile(Card):
    """`show_count` says everything; a bar at the left in the colour of a token."""

    def __init__(self, token: str) -> None:
        super().__init__(level=2)
        self._token = token
        self.body.setContentsMargins(24, 6, 8, 7)
        self.body.setSpacing(0)
        self.number, self.of = Text("–", "num"), Text("", "small", "ink2")
        self.words = Text("", "small", "ink2", elide=True)
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.number)
        row.addWidget(self.of)
        row.addStretch(1)
        self.body.addLayout(row)
        self.body.addWidget(self.words)
        self.setFixedHeight(58)

    def show_count(self, number: int | str, of: str, words: str) -> None:
        """Number, what it is out of, what it counts."""
        self.number.setText(str(number))
        self.of.setText(of)
        self.words.setText(words)
        self.words.setToolTip(words)
        self.setAccessibleName(f"{number} {of} {words}".replace("  ", " "))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        bar = QRectF(11, 13, 4, self.height() - 26)
        panel(painter_of(self), bar, theme.color(self._token), None, 2)
