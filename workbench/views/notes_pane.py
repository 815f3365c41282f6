"""What a person wrote down about a run: its name, its tags, and its notes.md, saved a moment after the last key."""

from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QFocusEvent, QHideEvent
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit

from engine.errors import EngineError, RunError
from engine.store import LONGEST_NAME, Run, RunSummary, tidy_tags
from engine.words import say
from workbench.kit import Card, Text

_SAVE_MS = 700
_WIDTH = 260
_ASK = say("What did you see, what will you try next?")


class _Editor(QPlainTextEdit):
    left = Signal()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.left.emit()


class NotesPane(Card):
    """Follows the selected run. `failed(sentence)` when the notes could not be saved; they stay on screen.
    `named(path, name)` when the run is to be called otherwise.

    Notes that cannot be read are left alone: the pane says why, and takes no others in their place.
    """

    failed = Signal(str)
    tagged = Signal()
    named = Signal(Path, str)

    def __init__(self, width: int = _WIDTH) -> None:
        super().__init__(level=2)
        self._run: Run | None = None
        self._called = self._saved = ""
        self.name = QLineEdit()
        self.name.setPlaceholderText(say("Its name"))
        self.name.setAccessibleName(say("Name of the selected run"))
        self.name.setMaxLength(LONGEST_NAME)
        self.name.editingFinished.connect(self.save_name)
        self.state = Text("", "small", "ink3", wrap=True)
        self.editor = _Editor()
        self.editor.setPlaceholderText(_ASK)
        self.editor.setAccessibleName(say("Notes on the selected run"))
        self.editor.setTabChangesFocus(True)
        self.editor.setMinimumHeight(48)
        self._saving = QTimer(self, singleShot=True, interval=_SAVE_MS)
        self._saving.timeout.connect(self.save)
        self.editor.textChanged.connect(self._touch)
        self.editor.left.connect(self.save)
        self.tags = QLineEdit()
        self.tags.setPlaceholderText(say("Tags, with commas between"))
        self.tags.setAccessibleName(say("Tags of the selected run, with commas between"))
        self.tags.editingFinished.connect(self.save_tags)
        self.body.setContentsMargins(12, 8, 12, 10)
        self.body.setSpacing(4)
        self.body.addWidget(self.name)
        self.body.addWidget(self.tags)
        self.body.addWidget(self.editor, 1)
        self.body.addWidget(self.state)
        self.setFixedWidth(width)
        self.show_run(None)

    def show_run(self, run: RunSummary | None) -> None:
        """Save what was written, then show another run's notes."""
        if run is not None and self._run is not None and run.path == self._run.path:
            self._called = run.name
            if not self.name.hasFocus():
                self.name.setText(run.name)
            return
        self.save()
        self.save_tags()
        self.save_name()
        self._run = None if run is None else Run(run.path)
        self._called = run.name if run is not None else ""
        self.name.setText(self._called)
        self.name.setCursorPosition(0)
        self.name.setEnabled(run is not None)
        told = (
            say("{id}\nseed {seed}", id=run.id, seed=run.experiment.seed) if run is not None else ""
        )
        self.name.setToolTip(told)
        self._saved, problem = self._read()
        self.editor.setPlainText(self._saved)
        self.editor.setPlaceholderText("" if problem else _ASK)
        self.editor.setEnabled(run is not None and not problem)
        self.tags.setText(", ".join(self._run.tags) if self._run is not None else "")
        self.tags.setEnabled(run is not None)
        usual = say("kept in the run’s folder") if run is not None else say("Select a run first")
        self.state.setText(problem or usual)
        self.state.set_ink("warn" if problem else "ink3")

    def _read(self) -> tuple[str, str]:
        """The notes, and why they cannot be shown."""
        try:
            return (self._run.notes if self._run is not None else ""), ""
        except RunError as error:
            return "", error.sentence

    def save(self) -> None:
        """Write the notes if they changed."""
        self._saving.stop()
        text = self.editor.toPlainText()
        if self._run is None or text == self._saved:
            return
        try:
            self._run.write_notes(text)
        except RunError as error:
            self.state.setText(say("not saved"))
            self.failed.emit(error.sentence)
            return
        self._saved = text
        self.state.setText(say("saved in the run’s folder"))

    def save_tags(self) -> None:
        """Write the tags if they changed."""
        if self._run is None:
            return
        wanted = tidy_tags(self.tags.text().split(","))
        if wanted == self._run.tags:
            return
        try:
            self._run.write_tags(wanted)
        except RunError as error:
            self.failed.emit(error.sentence)
            return
        self.tags.setText(", ".join(wanted))
        self.tagged.emit()

    def ask_name(self) -> None:
        """Have the name ready to be typed over."""
        self.name.setFocus()
        self.name.selectAll()

    def save_name(self) -> None:
        """Ask for another name if it changed; none at all is the one it began with."""
        if self._run is None or self.name.text().strip() == self._called:
            return
        self.named.emit(self._run.path, self.name.text())
        with suppress(EngineError):  # its folder may have gone; whoever was asked says so
            self._called = self._run.name
        self.name.setText(self._called)

    def _touch(self) -> None:
        if self._run is not None and self.editor.toPlainText() != self._saved:
            self.state.setText(say("not saved yet"))
            self._saving.start()

    def hideEvent(self, event: QHideEvent) -> None:
        self.save()
        self.save_tags()
        self.save_name()
        super().hideEvent(event)
