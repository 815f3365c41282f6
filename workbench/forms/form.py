"""The one form generator: rows that a person can read, change and take back."""

from collections.abc import Iterable
from typing import Any

from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QVBoxLayout, QWidget

from engine.words import say
from workbench import theme
from workbench.forms.editors import make_editor
from workbench.forms.fields import Field, shown
from workbench.kit import Text


class Form(QWidget):
    """A row for each field. Emits changed(dotted path, value), only for values that will do."""

    changed = Signal(str, object)
    problem_changed = Signal()

    def __init__(self, fields: Iterable[Field]) -> None:
        super().__init__()
        self.rows = {field.path: Row(field) for field in fields}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(14)
        for path, row in self.rows.items():
            layout.addWidget(row)
            row.changed.connect(lambda value, path=path: self.changed.emit(path, value))
            row.problem_changed.connect(self.problem_changed)

    def set_values(self, values: dict[str, Any]) -> None:
        """Show the values of a nested dict; what is missing there shows its default."""
        for path, row in self.rows.items():
            row.set_value(look_up(values, path, row.field.default))

    def set_baseline(self, values: dict[str, Any]) -> None:
        """What counts as unchanged, and what a reset goes back to; else the defaults do."""
        for path, row in self.rows.items():
            row.set_baseline(look_up(values, path, row.field.default))

    def put_back(self) -> None:
        """Where something typed will not do, show the last value that did."""
        for row in self.rows.values():
            row.put_back()

    def problem(self) -> str:
        """The first thing typed that will not do, with its title; empty when all is well."""
        wrong = [f"{row.field.title}: {row.problem}" for row in self.rows.values() if row.problem]
        return wrong[0] if wrong else ""


class Row(QWidget):
    """One setting: title, term, control, why; a dot when changed; a sentence when wrong."""

    changed = Signal(object)
    problem_changed = Signal()

    def __init__(self, field: Field) -> None:
        super().__init__()
        self.field = field
        self.problem = ""
        self._value: Any = field.default
        self._baseline: Any = field.default
        self.editor = make_editor(field)
        self.dot = ResetDot()
        self.why = Text(_why(field), "small", "ink2", wrap=True)
        self.complaint = Text("", "small", "bad", wrap=True)
        self._lay_out()
        self.editor.edited.connect(self._edited)
        self.editor.complained.connect(self._complained)
        self.dot.clicked.connect(self.reset)
        self.set_value(field.default)

    def set_value(self, value: Any) -> None:
        """Show a value. The same value again leaves alone what is just being typed."""
        value = list(value) if isinstance(value, tuple) else value
        if value != self._value or not self.problem:
            self._show(value)

    def set_baseline(self, value: Any) -> None:
        """The value that counts as unchanged."""
        self._baseline = list(value) if isinstance(value, tuple) else value
        self._mark()

    def put_back(self) -> None:
        """Show the value again in place of what was typed and refused."""
        if self.problem:
            self._show(self._value)

    def reset(self) -> None:
        """Go back to the unchanged value."""
        self._show(self._baseline)
        self.editor.setFocus()
        self.changed.emit(self._value)

    def _show(self, value: Any) -> None:
        self._value = value
        if value is not None or self.field.optional:
            self.editor.show_value(value)
        self._complained("")
        self._mark()

    def _edited(self, value: Any) -> None:
        self._value = value
        self._mark()
        self.changed.emit(value)

    def _complained(self, sentence: str) -> None:
        self.complaint.setText(sentence)
        self.complaint.setVisible(bool(sentence))
        if sentence != self.problem:
            self.problem = sentence
            self._mark()
            self.problem_changed.emit()

    def _mark(self) -> None:
        different = self._value != self._baseline or bool(self.problem)
        self.dot.set_shown(
            different, say("Changed. Click to go back to {spoken}.", spoken=_spoken(self._baseline))
        )

    def _lay_out(self) -> None:
        self.why.setVisible(bool(self.why.text()))
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(Text(self.field.title, "body", wrap=True))
        if self.field.term:
            words.addWidget(Text(self.field.term, "small", "ink3", wrap=True))
        head = QHBoxLayout()
        head.setSpacing(4)
        head.addLayout(words, 1)
        head.addWidget(self.dot)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(head)
        if self.editor.wide:
            layout.addWidget(self.editor)
        else:
            head.addWidget(self.editor)
        if self.field.unit:
            head.addWidget(Text(self.field.unit, "small", "ink3"))
        layout.addWidget(self.why)
        layout.addWidget(self.complaint)


class ResetDot(QAbstractButton):
    """An accent dot: this was changed. A click takes the change back."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(24, 24)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.set_shown(False, "")

    def set_shown(self, shown: bool, words: str) -> None:
        """Show or hide the dot; its place in the row stays free."""
        self.setEnabled(shown)
        self.setToolTip(words if shown else "")
        self.setAccessibleName(words)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if shown else Qt.FocusPolicy.NoFocus)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(24, 24)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self.isEnabled():
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = QPointF(self.rect().center()) + QPointF(0.5, 0.5)
        if self.hasFocus():
            painter.setPen(theme.color("accent"))
            painter.drawEllipse(middle, 8, 8)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.color("accent")))
        radius = 4.5 if self.underMouse() else 3.5
        painter.drawEllipse(middle, radius, radius)


def look_up(values: dict[str, Any], path: str, default: Any) -> Any:
    """The value at a dotted path of a nested dict, or the default where there is none."""
    place: Any = values
    for part in path.split("."):
        if not isinstance(place, dict) or part not in place:
            return default
        place = place[part]
    return place


def _spoken(value: Any) -> str:
    if isinstance(value, bool):
        return say("on") if value else say("off")
    return shown(value) or say("nothing")


def _why(field: Field) -> str:
    """What a setting is for; where options cannot be chosen, the reason of the first, the others tell theirs."""
    barred = [say("Grey ones cannot be chosen now. {why}", why=why) for _, why in field.barred[:1]]
    return " ".join(filter(None, (field.why, *barred)))
