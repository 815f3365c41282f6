"""What every editor of a setting has in common."""

from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy, QWidget

from workbench.forms.fields import Field


class Editor(QWidget):
    """A control for one field. `edited` carries only values that will do."""

    edited = Signal(object)
    complained = Signal(str)
    wide = False

    def __init__(self, field: Field, control: QWidget) -> None:
        super().__init__()
        self.field = field
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(control)
        if control.sizePolicy().horizontalPolicy() == QSizePolicy.Policy.Fixed:
            layout.setAlignment(control, Qt.AlignmentFlag.AlignLeft)
        self.setFocusProxy(control)
        control.setAccessibleName(field.title)
        control.setAccessibleDescription(field.why)

    def show_value(self, value: Any) -> None:
        """Show a value without telling anyone."""
        raise NotImplementedError


class _UndoPasser(QObject):
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        ours = event.type() == QEvent.Type.ShortcutOverride and _is_undo(event)
        if ours:
            event.ignore()
        return ours


def _is_undo(event: QEvent) -> bool:
    keys = (QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo)
    return isinstance(event, QKeyEvent) and any(event.matches(key) for key in keys)


def leave_undo_to_the_page(line: QLineEdit) -> None:
    """Ctrl+Z in a line takes back a change of the draft, not a letter."""
    line.installEventFilter(_UndoPasser(line))
