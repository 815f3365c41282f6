"""The log of a run as a drawer: newest line first, to be copied whole."""

import time
from collections.abc import Sequence
from math import ceil

from PySide6.QtGui import QFontMetricsF, QGuiApplication, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPlainTextEdit

from engine.words import say
from workbench import theme
from workbench.kit import Button, Card, IconButton, Text, pixmap
from workbench.models.log_lines import LogLine

_SHOWN = 400


class LogDrawer(Card):
    """`add` lines as they come; `open` and closed by its arrow."""

    def __init__(self, lines: int = 4) -> None:
        super().__init__()
        self._all: list[LogLine] = []
        self._icon = QLabel()
        self._text = QPlainTextEdit()
        self._text.setReadOnly(True)
        self._text.setFont(theme.font("mono"))
        self._text.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        self._text.document().setDocumentMargin(0)
        self._text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self._text.setAccessibleName(say("Log, newest line first"))
        self._text.setStyleSheet(
            "QPlainTextEdit { background: transparent; border: none; padding: 0; }"
        )
        self.copy = Button(say("Copy"), role="quiet")
        self.copy.clicked.connect(self._copy)
        self.arrow = IconButton("chevron-down", say("Close the log (Ctrl+L)"), 28)
        self.arrow.clicked.connect(self.toggle)
        header = QHBoxLayout()
        header.setSpacing(8)
        header.addWidget(self._icon)
        header.addWidget(Text(say("Log"), "h2"))
        header.addWidget(
            Text(say("what the machine is writing down"), "small", "ink3", elide=True), 1
        )
        header.addWidget(self.copy)
        header.addWidget(self.arrow)
        self.body.setContentsMargins(18, 6, 12, 8)
        self.body.setSpacing(2)
        self.body.addLayout(header)
        self.body.addWidget(self._text)
        self.set_lines(lines)
        theme.changed().connect(self._dye)
        self._dye()

    def set_lines(self, lines: int) -> None:
        """How many lines are in sight while it is open."""
        height = QFontMetricsF(self._text.font()).lineSpacing()
        self._text.setFixedHeight(ceil(lines * height))

    @property
    def is_open(self) -> bool:
        """Whether the lines are in sight."""
        return not self._text.isHidden()

    def toggle(self) -> None:
        """Open or close."""
        shut = self.is_open
        self._text.setHidden(shut)
        name = say("Open the log (Ctrl+L)") if shut else say("Close the log (Ctrl+L)")
        self.arrow.set_icon("chevron-up" if shut else "chevron-down", name)

    def show_all(self, lines: Sequence[LogLine]) -> None:
        """Replace what is shown."""
        self._all = list(lines)
        self._text.clear()
        for line in self._all[-_SHOWN:]:
            self._insert(line)

    def add(self, line: LogLine) -> None:
        """One more line, at the top."""
        self._all.append(line)
        self._insert(line)
        document = self._text.document()
        if document.blockCount() > _SHOWN + 50:
            cursor = QTextCursor(document.findBlockByNumber(_SHOWN))
            cursor.movePosition(QTextCursor.MoveOperation.End, QTextCursor.MoveMode.KeepAnchor)
            cursor.removeSelectedText()

    def plain(self) -> str:
        """The whole log as text, oldest line first."""
        return "\n".join(f"{_clock(line)}  {line.what:<8}  {line.text}" for line in self._all)

    def _insert(self, line: LogLine) -> None:
        first = self._text.document().isEmpty()
        cursor = QTextCursor(self._text.document())
        cursor.movePosition(QTextCursor.MoveOperation.Start)
        cursor.insertText(f"{_clock(line)}  ", _ink("ink3"))
        cursor.insertText(f"{line.what:<8}  ", _ink(line.token))
        cursor.insertText(line.text.replace("\n", " ") + ("" if first else "\n"), _ink("ink2"))

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.plain())

    def _dye(self) -> None:
        self._icon.setPixmap(pixmap("terminal", "ink2", 18))
        self.show_all(self._all)


def _clock(line: LogLine) -> str:
    return time.strftime("%H:%M:%S", time.localtime(line.time))


def _ink(token: str) -> QTextCharFormat:
    style = QTextCharFormat()
    style.setForeground(theme.text_color(token))
    return style
