"""The folded groups of settings, each a form made from its fields."""

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from workbench import theme
from workbench.forms import Field, Form
from workbench.kit import Fold
from workbench.models.section import Section


class SettingFolds(QWidget):
    """One fold for each section. Emits changed(dotted path, value)."""

    changed = Signal(str, object)
    problem_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.folds: dict[str, SettingFold] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)

    def show_sections(self, sections: list[Section]) -> None:
        """Show these groups; a group whose settings are the same stays as it is, open or not."""
        for key in [key for key in self.folds if key not in {item.key for item in sections}]:
            self._drop(key)
        for place, section in enumerate(sections):
            fold = self.folds.get(section.key)
            if fold is None or fold.fields != section.fields:
                fold = self._put(section, was_open=fold is not None and fold.is_open)
            if self._column.indexOf(fold) != place:
                self._column.removeWidget(fold)
                self._column.insertWidget(place, fold)
            fold.set_note(section.note)

    def set_values(self, values: dict[str, Any], baseline: dict[str, Any]) -> None:
        """Show these nested values, and mark what differs from the baseline."""
        for fold in self.folds.values():
            fold.set_values(values, baseline)

    def problem(self) -> str:
        """The first thing typed that will not do."""
        return next((found for fold in self.folds.values() if (found := fold.problem())), "")

    def put_back(self) -> bool:
        """Show the last good values where something typed will not do; False: there was none."""
        wrong = [fold for fold in self.folds.values() if fold.problem()]
        for fold in wrong:
            fold.form.put_back()
        return bool(wrong)

    def _put(self, section: Section, was_open: bool) -> "SettingFold":
        if section.key in self.folds:
            self._drop(section.key)
        fold = SettingFold(section)
        fold.set_open(was_open)
        fold.changed.connect(self.changed)
        fold.problem_changed.connect(self.problem_changed)
        self.folds[section.key] = fold
        self._column.addWidget(fold)
        return fold

    def _drop(self, key: str) -> None:
        fold = self.folds.pop(key)
        self._column.removeWidget(fold)
        fold.hide()
        fold.deleteLater()


class SettingFold(Fold):
    """A fold with the form of one section, made when it is first opened."""

    changed = Signal(str, object)
    problem_changed = Signal()

    def __init__(self, section: Section) -> None:
        super().__init__(section.title, section.note)
        self.fields: tuple[Field, ...] = section.fields
        self._form: Form | None = None
        self._values: tuple[dict[str, Any], dict[str, Any]] = ({}, {})
        self.body.setContentsMargins(6, 4, 2, 16)
        self.toggled.connect(lambda is_open: self.form if is_open else None)

    @property
    def form(self) -> Form:
        """The form; made now if it was not there yet."""
        if self._form is None:
            self._form = Form(self.fields)
            self._form.changed.connect(self.changed)
            self._form.problem_changed.connect(self.problem_changed)
            self.body.addWidget(self._form)
            self.set_values(*self._values)
        return self._form

    def set_values(self, values: dict[str, Any], baseline: dict[str, Any]) -> None:
        """Show these values, now or when there is a form."""
        self._values = values, baseline
        if self._form is not None:
            self._form.set_baseline(baseline)
            self._form.set_values(values)

    def problem(self) -> str:
        """The first thing typed that will not do."""
        return self._form.problem() if self._form is not None else ""

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(0, 0, self.width(), 1, theme.color("line"))

    @property
    def is_open(self) -> bool:
        """Whether its settings are shown."""
        return self.header.isChecked()
