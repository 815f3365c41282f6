"""Editors of texts that name a file or a folder: typed, looked for, or picked from what is at hand."""

from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QLineEdit, QSizePolicy, QWidget

from engine.words import say
from workbench.forms.editor import Editor, leave_undo_to_the_page
from workbench.forms.fields import Field
from workbench.kit import IconButton, Picker
from workbench.models.last_folder import last_folder, use_folder

_OTHER = object()
_TIP = Qt.ItemDataRole.ToolTipRole


class PlaceEditor(Editor):
    """A line for a path, and a button that asks for it."""

    wide = True

    def __init__(self, field: Field) -> None:
        self.line = QLineEdit()
        super().__init__(field, self.line)
        self.button = IconButton("folder", say("Look for it: {field}", field=field.title), 28)
        row = self.layout()
        assert row is not None
        row.addWidget(self.button)
        self.line.setPlaceholderText(say("A folder") if field.place == "folder" else say("A file"))
        self.line.textEdited.connect(self._typed)
        self.button.clicked.connect(self._ask)
        leave_undo_to_the_page(self.line)

    def show_value(self, value: Any) -> None:
        if self.line.text().strip() != str(value or ""):
            self.line.setText(str(value or ""))

    def _typed(self, text: str) -> None:
        problem = self.field.problem(text.strip())
        self.complained.emit(problem)
        if not problem:
            self.edited.emit(text.strip())

    def _ask(self) -> None:
        found = ask(self, self.field)
        if found:
            self.line.setText(found)
            self._typed(found)


class OfferEditor(Editor):
    """A list of what is at hand, the last of it being a file that is asked for."""

    wide = True

    def __init__(self, field: Field) -> None:
        self.picker = Picker(field.title)
        super().__init__(field, self.picker)
        for value, words in field.offers:
            self.picker.addItem(words, value)
        if field.place:
            self.picker.addItem(f"A {field.place}…", _OTHER)
        self.picker.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.picker.activated.connect(self._picked)
        self._value = ""

    def show_value(self, value: Any) -> None:
        self._value = str(value or "")
        place = self.picker.findData(self._value)
        if place < 0:  # a file, or a run that is not here any more
            place = len(self.field.offers)
            self.picker.insertItem(place, Path(self._value).name, self._value)
            self.picker.setItemData(place, self._value, _TIP)
        self.picker.setCurrentIndex(place)

    def _picked(self, place: int) -> None:
        value = self.picker.itemData(place)
        if value is _OTHER:
            value = ask(self, self.field) or self._value
        self.show_value(value)
        self.edited.emit(self._value)


def ask(parent: QWidget, field: Field) -> str:
    """Ask for the file or folder a field wants; empty when nothing was chosen."""
    start = str(last_folder())
    if field.place == "folder":
        title = say("Choose a folder: {field}", field=field.title)
        found = QFileDialog.getExistingDirectory(parent, title, start)
    else:
        title = say("Choose a file: {field}", field=field.title)
        found, _ = QFileDialog.getOpenFileName(parent, title, start)
    if found:
        use_folder(Path(found).parent)
    return found
