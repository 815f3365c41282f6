"""Name, notes and tags of one run, from its menu."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from engine.store import RunSummary
from engine.words import say
from workbench.kit import Button
from workbench.kit.dialog import Dialog
from workbench.views.notes_pane import NotesPane

if TYPE_CHECKING:
    from workbench.desk import Desk

_WIDTH, _HEIGHT = 480, 380


class NotesDialog(Dialog):
    """What is written is kept while it is written; there is nothing to cancel."""

    def __init__(self, desk: "Desk", run: RunSummary, parent: QWidget | None = None) -> None:
        super().__init__(say("Name, notes and tags"), parent)
        self.pane = NotesPane(_WIDTH)
        self.pane.setMinimumHeight(_HEIGHT)
        self.pane.failed.connect(lambda sentence: desk.message.emit("bad", sentence))
        self.pane.tagged.connect(desk.shelf.read)
        self.pane.named.connect(desk.rename)
        self.close_button = Button(say("Close"), role="primary")
        self.close_button.setAutoDefault(False)  # Enter in the field of tags is meant for the field
        self.close_button.clicked.connect(self.accept)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 20, 20, 18)
        column.setSpacing(12)
        column.addWidget(self.pane, 1)
        column.addLayout(foot)
        self.pane.show_run(run)
        self.pane.tags.setFocus()
