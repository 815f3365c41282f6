"""One editor for each kind of setting: shows a value, says when a person changed it."""

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QStandardItemModel, QValidator, QWheelEvent
from PySide6.QtWidgets import QAbstractSpinBox, QLineEdit, QSizePolicy

from engine.words import say
from workbench.forms.editor import Editor, leave_undo_to_the_page
from workbench.forms.fields import Field, parsed, shown
from workbench.forms.places import OfferEditor, PlaceEditor
from workbench.forms.steps import stepped
from workbench.kit import Picker, Segmented, Toggle

# What fits side by side in the narrow column of Set-up.
SEGMENT_LETTERS = 24


class SwitchEditor(Editor):
    """On or off."""

    def __init__(self, field: Field) -> None:
        self.toggle = Toggle()
        super().__init__(field, self.toggle)
        self.toggle.clicked.connect(lambda: self.edited.emit(self.toggle.isChecked()))

    def show_value(self, value: Any) -> None:
        self.toggle.setChecked(bool(value))


class SegmentEditor(Editor):
    """Two or three options side by side."""

    wide = True

    def __init__(self, field: Field) -> None:
        self.segmented = Segmented([str(option) for option in field.options])
        super().__init__(field, self.segmented)
        self.segmented.changed.connect(lambda index: self.edited.emit(field.options[index]))

    def show_value(self, value: Any) -> None:
        self.segmented.blockSignals(True)
        self.segmented.set_index(self.field.options.index(value))
        self.segmented.blockSignals(False)


class ComboEditor(Editor):
    """Many options, or long words for them, one below the other."""

    wide = True

    def __init__(self, field: Field) -> None:
        self.combo = Picker(field.title)
        super().__init__(field, self.combo)
        for label in field.labels or field.options:
            self.combo.addItem(str(label))
        for option, why in field.barred:
            self._bar(field.options.index(option), why)
        self.combo.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.combo.activated.connect(lambda index: self.edited.emit(field.options[index]))

    def show_value(self, value: Any) -> None:
        self.combo.setCurrentIndex(self.field.options.index(value))

    def _bar(self, place: int, why: str) -> None:
        """Shown, with the reason to read on it, but not to be chosen."""
        model = self.combo.model()
        assert isinstance(model, QStandardItemModel)
        model.item(place).setEnabled(False)
        self.combo.setItemData(place, why, Qt.ItemDataRole.ToolTipRole)
        self.combo.setItemData(place, why, Qt.ItemDataRole.AccessibleDescriptionRole)


class TextEditor(Editor):
    """Any text, or a list with commas between its items."""

    wide = True

    def __init__(self, field: Field) -> None:
        self.line = QLineEdit()
        super().__init__(field, self.line)
        self.line.textEdited.connect(self._typed)
        leave_undo_to_the_page(self.line)

    def show_value(self, value: Any) -> None:
        if self._read(self.line.text()) != value:
            self.line.setText(shown(value))

    def _typed(self, text: str) -> None:
        value = self._read(text)
        problem = (
            say("Numbers with commas between them.") if value is ... else self.field.problem(value)
        )
        self.complained.emit(problem)
        if not problem:
            self.edited.emit(value)

    def _read(self, text: str) -> Any:
        """The value of a text; `...` when there is none."""
        if self.field.optional and not text.strip():
            return None
        if self.field.kind != "list":
            return text
        try:
            return [parsed(part, self.field.item) for part in text.split(",") if part.strip()]
        except ValueError:
            return ...


class NumberEditor(Editor):
    """A number, typed or stepped with the arrow keys."""

    def __init__(self, field: Field) -> None:
        self.box = _NumberBox(field)
        super().__init__(field, self.box)
        self.box.lineEdit().textEdited.connect(self._typed)
        self.box.stepped.connect(self._stepped)
        leave_undo_to_the_page(self.box.lineEdit())

    def show_value(self, value: Any) -> None:
        if self._read(self.box.text()) != value:
            self.box.lineEdit().setText(shown(value))

    def _typed(self, text: str) -> None:
        value = self._read(text)
        problem = self.field.problem(value)
        self.complained.emit(problem)
        if not problem:
            self.edited.emit(value)

    def _stepped(self, value: float) -> None:
        self.complained.emit("")
        self.edited.emit(value)

    def _read(self, text: str) -> Any:
        """The number of a text, or the text itself for the field to complain about."""
        if not text.strip() and self.field.optional:
            return None
        try:
            return parsed(text, self.field.kind)
        except ValueError:
            return text


class _NumberBox(QAbstractSpinBox):
    """A spin box that lets anything be typed, so that a sentence can say what is wrong with it."""

    stepped = Signal(object)

    def __init__(self, field: Field) -> None:
        super().__init__()
        self._field = field
        self.setFixedWidth(96)
        self.lineEdit().setAlignment(Qt.AlignmentFlag.AlignRight)

    def stepBy(self, steps: int) -> None:
        try:
            value = parsed(self.text(), self._field.kind)
        except ValueError:
            value = self._field.default if self._field.default is not None else 0
        value = stepped(self._field, value, steps)
        self.lineEdit().setText(shown(value))
        self.lineEdit().selectAll()
        self.stepped.emit(value)

    def stepEnabled(self) -> QAbstractSpinBox.StepEnabledFlag:
        return (
            QAbstractSpinBox.StepEnabledFlag.StepUpEnabled
            | QAbstractSpinBox.StepEnabledFlag.StepDownEnabled
        )

    def validate(self, text: str, position: int) -> object:
        return QValidator.State.Acceptable, text, position

    def wheelEvent(self, event: QWheelEvent) -> None:
        # A page that is being scrolled must not change the numbers it passes.
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


def make_editor(field: Field) -> Editor:
    """The editor that suits a field."""
    if field.offers:
        return OfferEditor(field)
    if field.place:
        return PlaceEditor(field)
    if field.kind == "switch":
        return SwitchEditor(field)
    if field.kind == "choice":
        letters = sum(len(str(option)) for option in field.options)
        fits = len(field.options) <= 3 and letters <= SEGMENT_LETTERS and not field.labels
        return SegmentEditor(field) if fits else ComboEditor(field)
    if field.kind in ("integer", "number"):
        return NumberEditor(field)
    return TextEditor(field)
