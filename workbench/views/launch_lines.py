"""What to type where several graphics cards or machines are to share a training; to be copied."""

import shlex

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout, QWidget

from engine.experiment import Experiment
from engine.launch import line
from engine.words import say
from workbench import theme
from workbench.kit import Button, Text

_LINES = 9


class LaunchLines(QWidget):
    """Hidden where one process learns alone; “Start learning” starts several of this computer by itself."""

    def __init__(self) -> None:
        super().__init__()
        self._words = Text("", "small", "ink2", wrap=True)
        self._lines = QPlainTextEdit()
        self._lines.setReadOnly(True)
        self._lines.setFont(theme.font("mono"))
        self._lines.setFixedHeight(_LINES * self._lines.fontMetrics().lineSpacing() + 12)
        self._lines.setAccessibleName(say("Commands for several processes"))
        self.copy = Button(say("Copy the commands"))
        self.copy.clicked.connect(self._copy)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for part in (self._words, self._lines, self.copy):
            column.addWidget(part)
        self.hide()

    @property
    def text(self) -> str:
        """The commands."""
        return self._lines.toPlainText()

    def show_draft(self, draft: Experiment, file: str) -> None:
        """Show the commands that train what is saved as this file."""
        processes = draft.training.processes
        self.setVisible(processes > 1)
        self._words.setText(
            say(
                "{processes} processes of this computer share every batch. Without this window, or with "
                "more machines that see the same folders, save the recipe and type on each:",
                processes=processes,
            )
        )
        name = shlex.quote(file)
        text = f"{line(name, processes)}\n\n{line(name, processes, 2)}"
        if text != self.text:
            self._lines.setPlainText(text)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text)
