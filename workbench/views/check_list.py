"""A few sentences, each with a tick where it holds and a mark where it does not."""

from collections.abc import Sequence

from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from engine.words import say
from workbench import theme
from workbench.kit import Text, pixmap
from workbench.models.mixture_words import Check


class CheckList(QWidget):
    """Shows checks; none while there is nothing to check."""

    def __init__(self) -> None:
        super().__init__()
        self._checks: tuple[Check, ...] = ()
        self._lines: list[tuple[QWidget, QLabel, Text]] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        theme.changed().connect(self._show)

    @property
    def checks(self) -> tuple[Check, ...]:
        """What is shown."""
        return self._checks

    def show_checks(self, checks: Sequence[Check]) -> None:
        """Show these instead."""
        self._checks = tuple(checks)
        while len(self._lines) < len(checks):
            self._add()
        self._show()

    def _add(self) -> None:
        line, mark, words = QWidget(), QLabel(), Text("", "small", "ink2", elide=True)
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(mark)
        row.addWidget(words, 1)
        self._lines.append((line, mark, words))
        self._column.addWidget(line)

    def _show(self) -> None:
        for place, (line, mark, words) in enumerate(self._lines):
            line.setVisible(place < len(self._checks))
            if place < len(self._checks):
                check = self._checks[place]
                look = ("check", "good") if check.holds else ("info", "warn")
                mark.setPixmap(pixmap(*look, 16))
                words.setText(check.words)
                words.setToolTip(check.words)
                line.setAccessibleName(
                    f"{(say('True') if check.holds else say('Not so'))}: {check.words}"
                )
