"""The one dialog for errors nobody expected, with details to copy."""

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPlainTextEdit, QVBoxLayout

from engine.words import counted, say
from workbench import theme
from workbench.kit.button import Button
from workbench.kit.text import Text


class ErrorDialog(QDialog):
    """Stays one dialog however many errors come; the same one again only raises its count."""

    def __init__(self) -> None:
        super().__init__()
        self._seen: set[str] = set()
        self.setWindowTitle(say("Something went wrong"))
        self.resize(640, 420)
        self.message = Text("", "body", "ink2", wrap=True)
        self.details = QPlainTextEdit()
        self.details.setReadOnly(True)
        self.details.setFont(theme.font("mono"))
        self.details.setAccessibleName(say("Details"))
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 22, 24, 20)
        column.setSpacing(10)
        column.addWidget(Text(say("Something went wrong in this window"), "h2"))
        column.addWidget(self.message)
        column.addWidget(self.details, 1)
        column.addLayout(self._buttons())

    def add(self, key: str, details: str, count: int) -> None:
        """Show an error, or that it came again."""
        times = "" if count == 1 else say(" It happened {times}.", times=counted(count, "time"))
        self.message.setText(
            say(
                "{key}.{times} Runs go on in their own process and what was saved is not harmed. You can "
                "go on; if something looks odd, close the window and open it again.",
                key=key,
                times=times,
            )
        )
        if key not in self._seen:
            self._seen.add(key)
            self.details.appendPlainText(details)
            self.show()

    def _buttons(self) -> QHBoxLayout:
        copy = Button(say("Copy details"), "copy")
        close = Button(say("Go on"), role="primary")
        copy.clicked.connect(self._copy)
        close.clicked.connect(self.accept)
        row = QHBoxLayout()
        row.addWidget(copy)
        row.addStretch(1)
        row.addWidget(close)
        return row

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.details.toPlainText())
