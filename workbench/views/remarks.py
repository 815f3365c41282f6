"""All notes on a data set: what was left out and what should be known, in a card that scrolls."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from engine.words import say
from workbench.kit import Card, IconButton, Text
from workbench.kit.fading_scroll import FadingScroll

_MOST = 190


class Remarks(Card):
    """One line a note; as high as they need, and from some height on they scroll."""

    def __init__(self) -> None:
        super().__init__()
        self.body.setContentsMargins(16, 10, 10, 10)
        self.body.setSpacing(4)
        self._words = Text("", "body", "ink2", wrap=True)
        self._inside = QWidget()
        column = QVBoxLayout(self._inside)
        column.setContentsMargins(0, 0, 12, 8)
        column.addWidget(self._words)
        column.addStretch(1)
        self.pane = FadingScroll("bg1")
        self.pane.setWidget(self._inside)
        self.pane.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.pane.setAccessibleName(say("Notes on the data"))
        self.pane.viewport().installEventFilter(self)
        self.close_button = IconButton("close", say("Put the notes away"), 28)
        self.close_button.clicked.connect(self.hide)
        head = QHBoxLayout()
        head.addWidget(Text(say("Notes on these data"), "strong"))
        head.addStretch(1)
        head.addWidget(self.close_button)
        self.body.addLayout(head)
        self.body.addWidget(self.pane)

    def show_notes(self, notes: Sequence[str]) -> None:
        """Say these."""
        self._words.setText("\n".join(note.replace("/", "/\u200b") for note in notes))
        self.setAccessibleName("\n".join(notes))
        self._fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._fit()
        return super().eventFilter(watched, event)

    def _fit(self) -> None:
        needed = self._words.heightForWidth(max(100, self.pane.viewport().width() - 12)) + 8
        self.pane.setFixedHeight(min(_MOST, needed))
