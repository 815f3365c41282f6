"""A small card with one number of a run, and how it went."""

from collections.abc import Sequence

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from engine.words import say
from workbench.kit import Card, Sparkline, Text

NOT_MEASURED = "–"


class Meter(Card):
    """Plain name, number, a line below; with a token, a sparkline of that colour at the right."""

    def __init__(self, title: str, note: str, token: str = "") -> None:
        super().__init__()
        self._title = Text(title, "small", "ink2", elide=True)
        self._number = Text(NOT_MEASURED, "h1")
        self._note = Text(note, "small", "ink3", elide=True)
        self._line = Sparkline(token)
        self._line.setFixedSize(104 if token else 0, 48)
        self.body.setContentsMargins(16, 8, 14, 8)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._title)
        words.addWidget(self._number)
        words.addWidget(self._note)
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addLayout(words, 1)
        row.addWidget(self._line)
        self.body.addLayout(row)
        self.setFixedHeight(84)
        self.setMinimumWidth(150)

    def show_number(self, text: str, note: str = "", title: str = "") -> None:
        """A number as text, empty while not measured; note and title stay unless given."""
        self._number.setText(text or NOT_MEASURED)
        if note:
            self.set_note(note)
        if title:
            self._title.setText(title)
        self.setAccessibleName(f"{self._title.text()}: {text or say('not measured')}, {note}")

    def set_note(self, note: str) -> None:
        """Another line below it."""
        self._note.setText(note)
        self._note.setToolTip(note)

    def show_course(self, values: Sequence[float]) -> None:
        """The course of the number; nothing is drawn of fewer than two values."""
        self._line.set_values(values)

    def number(self) -> str:
        """The number shown."""
        return self._number.text()

    def note(self) -> str:
        """The line below it."""
        return self._note.text()
