"""What went wrong with a run, its details folded below."""

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout, QWidget

from engine.words import say
from workbench import theme
from workbench.kit import Banner, Fold


class Trouble(QWidget):
    """Hidden while all is well."""

    def __init__(self) -> None:
        super().__init__()
        self._sentence = ""
        self.failure = Banner("", "bad", say("Copy details"))
        self.details = Fold(say("Show details"))
        self._text = QPlainTextEdit()
        self._text.setReadOnly(True)
        self._text.setFont(theme.font("mono"))
        self._text.setFixedHeight(130)
        self._text.setAccessibleName(say("Details of the failure"))
        self.details.body.addWidget(self._text)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for part in (self.failure, self.details):
            column.addWidget(part)
            part.hide()
        self.failure.acted.connect(self._copy)
        self.failure.dismissed.connect(self._put_away)
        self.hide()

    def show_failure(self, sentence: str, detail: str) -> None:
        """Show a failure once; an empty sentence takes it away."""
        if sentence == self._sentence:
            return
        self._sentence = sentence
        self.failure.set_text(sentence, "bad")
        self._text.setPlainText(detail)
        self.failure.setVisible(bool(sentence))
        self.details.setVisible(bool(sentence and detail))
        self._settle()

    def _copy(self) -> None:
        text = f"{self._sentence}\n\n{self._text.toPlainText()}".strip()
        QGuiApplication.clipboard().setText(text)

    def _put_away(self) -> None:
        self.details.hide()
        self._settle()

    def _settle(self) -> None:
        self.setVisible(not self.failure.isHidden())
