"""The card at the left of Data: what is open, a search, and all kinds with their switches."""

from PySide6.QtWidgets import QHBoxLayout

from engine.words import say
from workbench.kit import Card, SearchField, Text
from workbench.models.kinds import KindsModel
from workbench.views.data_picker import DataPicker
from workbench.views.kind_list import KindList

NOTE = say("Switch a kind off and it becomes a stranger.")


class KindsCard(Card):
    """Picker, search, list and a note below it."""

    def __init__(self) -> None:
        super().__init__()
        self.body.setContentsMargins(14, 14, 14, 14)
        self.picker = DataPicker()
        self.search = SearchField(say("Find a kind…"))
        self.kinds = KindsModel()
        self.list = KindList(self.kinds)
        self.nothing = Text("", "small", "ink2", wrap=True)
        self.nothing.hide()
        self._note = Text(NOTE, "small", "ink2", wrap=True)
        row = QHBoxLayout()
        row.addSpacing(4)
        row.addWidget(self._note)
        for part in (self.picker, self.search, self.nothing):
            self.body.addWidget(part)
        self.body.addWidget(self.list, 1)
        self.body.addLayout(row)

    def search_for(self, words: str) -> None:
        """Only the kinds with these words in their name."""
        self.kinds.set_filter(words)
        self.nothing.setText(say("Nothing is called “{words}”.", words=words.strip()))
        self.nothing.setVisible(bool(words.strip()) and not self.kinds.rowCount())

    def say(self, words: str = "") -> None:
        """A warning in place of the usual note; without words the usual note."""
        self._note.setText(words or NOTE)
        self._note.set_ink("warn" if words else "ink2")

    def note(self) -> str:
        """What the note says."""
        return self._note.text()
