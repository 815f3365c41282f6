"""What is asked when the window is closed while a run is going on."""

from typing import Literal

from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from workbench.kit.button import Button
from workbench.kit.text import Text

Leave = Literal["pause", "finish", "cancel"]


class LeavingDialog(QDialog):
    """Pause and save (the default), stop and keep, or stay, which is the answer until one is given."""

    def __init__(self, parent: QWidget | None, run_name: str) -> None:
        super().__init__(parent)
        self.answer: Leave = "cancel"
        self.setWindowTitle("A run is going on")
        self.setModal(True)
        self.setFixedWidth(480)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 22, 24, 20)
        column.setSpacing(8)
        column.addWidget(Text(f"“{run_name}” is still learning", "h2", wrap=True))
        words = (
            "Pause and save: it goes on from here next time. "
            "Stop and keep: the model as it is now is tested and kept. Nothing is lost either way."
        )
        column.addWidget(Text(words, "body", "ink2", wrap=True))
        column.addSpacing(10)
        column.addLayout(self._buttons())

    def _buttons(self) -> QHBoxLayout:
        self.stay = Button("Cancel", role="quiet")
        self.finish = Button("Stop and keep", "stop")
        self.pause = Button("Pause and save", "pause", "primary")
        self.pause.setDefault(True)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.stay)
        row.addStretch(1)
        row.addWidget(self.finish)
        row.addWidget(self.pause)
        self.stay.clicked.connect(self.reject)
        self.finish.clicked.connect(lambda: self._choose("finish"))
        self.pause.clicked.connect(lambda: self._choose("pause"))
        self.pause.setFocus()
        return row

    def _choose(self, answer: Leave) -> None:
        self.answer = answer
        self.accept()


def ask_how_to_leave(parent: QWidget | None, run_name: str) -> Leave:
    """Ask, and wait for the answer."""
    dialog = LeavingDialog(parent, run_name)
    dialog.exec()
    return dialog.answer
