"""How a thing was taken: which way is up, its size, how it was thinned, and whether it is like what was learnt."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from engine.words import say
from workbench.kit import Button, Card, IconButton, Text
from workbench.models import brought_words as words
from workbench.models.brought import Brought

_LABELS = (say("Up is"), say("Size"), say("Thinned"), say("Like our data?"))


class ThingFacts(Card):
    """Four facts beside each other. `upright`: another way up is wanted; `around`: a quarter turn."""

    upright = Signal()
    around = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._values = {label: Text("–", "strong", elide=True) for label in _LABELS}
        self.turn = Button(say("Turn upright"))
        self.turn.setToolTip(say("Try the next likeliest of the six ways up (U)"))
        self.turn.clicked.connect(self.upright)
        self.quarter = IconButton("turn", say("Turn it around by 90 degrees (A)"))
        self.quarter.clicked.connect(self.around)
        row = QHBoxLayout()
        row.setSpacing(18)
        for label, value in self._values.items():
            fact = QVBoxLayout()
            fact.setSpacing(2)
            fact.addWidget(Text(label, "small", "ink2", elide=True))
            fact.addWidget(value)
            row.addLayout(fact, 1)
        row.addWidget(self.quarter, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.turn)
        self.body.setContentsMargins(16, 8, 12, 8)
        self.body.addLayout(row)

    def show_answer(self, brought: Brought) -> None:
        """Those of another thing."""
        size, sides = words.size(brought)
        self._set(say("Up is"), words.up(brought), words.up_in_full(brought))
        self._set(say("Size"), size, sides)
        self._set(say("Thinned"), words.thinned(brought), say("Farthest point first"))
        self._set(say("Like our data?"), words.like(brought), words.usual(brought))

    def fact(self, label: str) -> str:
        """The value shown."""
        return self._values[label].text()

    def _set(self, label: str, value: str, why: str = "") -> None:
        text = self._values[label]
        text.setText(value or "–")
        text.setToolTip(f"{value}. {why}" if why else value)
        text.setAccessibleName(f"{label} {value or say('not known')}")
