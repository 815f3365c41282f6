"""Everything that was looked at before a run, with what it means."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QSize
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from engine.checks import Check, State
from engine.words import say
from workbench.kit import Button, FadingScroll, Text
from workbench.kit.paint import painter_of
from workbench.models.classroom_words import measured, standing
from workbench.views.check_mark import paint_check

_STANDS = {"fine": say("Fine"), "know": say("To know about"), "mend": say("To mend")}
BEFORE = say("Before you start")


class CheckDialog(QDialog):
    """Checks from top to bottom, in their own order."""

    def __init__(
        self, checks: Sequence[Check], parent: QWidget | None, title: str = BEFORE
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.resize(720, min(620, 150 + 66 * len(checks)))
        self.rows = [_CheckRow(check) for check in checks]
        inner = QWidget()
        inner.setProperty("plain", "true")
        rows = QVBoxLayout(inner)
        rows.setContentsMargins(0, 0, 8, 8)
        rows.setSpacing(12)
        for row in self.rows:
            rows.addWidget(row)
        rows.addStretch(1)
        self._scroll = FadingScroll("bg1")
        self._scroll.setWidget(inner)
        self.close_button = Button(say("Close"), role="primary")
        self.close_button.clicked.connect(self.accept)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 22, 20, 18)
        column.setSpacing(10)
        column.addWidget(Text(title, "h2"))
        column.addWidget(Text(standing(checks), "body", "ink2"))
        column.addWidget(self._scroll, 1)
        column.addLayout(foot)

    def show_from(self, place: int) -> None:
        """Open it with one of the checks in sight."""
        self.open()
        self._scroll.ensureWidgetVisible(self.rows[place])


class _CheckRow(QWidget):
    def __init__(self, check: Check) -> None:
        super().__init__()
        self.check = check
        value = f"{measured(check)} {check.note}".strip()
        self.setAccessibleName(f"{check.name}, {_STANDS[check.state]}: {value}. {check.sentence}")
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(Text(check.name, "strong"))
        head.addWidget(Text(check.term, "small", "ink3", elide=True), 1)
        head.addWidget(Text(value, "strong"))
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addLayout(head)
        words.addWidget(Text(check.sentence, "body", "ink2", wrap=True))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(_Mark(check.state))
        row.addLayout(words, 1)


class _Mark(QWidget):
    def __init__(self, state: State) -> None:
        super().__init__()
        self._state = state
        self.setFixedSize(QSize(28, 40))

    def paintEvent(self, event: QPaintEvent) -> None:
        paint_check(painter_of(self), QPointF(14, 16), self._state)
