"""Facts in rows: what it is at the left, how it is at the right; and a number that is not ours."""

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QPaintEvent, QPolygonF
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from engine.words import say
from workbench import theme
from workbench.kit import Card, Text
from workbench.kit.paint import painter_of
from workbench.models.paper import source

NOT_KNOWN = "–"


class Facts(QWidget):
    """Rows of label and value, by label."""

    def __init__(self, labels: list[str]) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(7)
        self._values = {label: Text(NOT_KNOWN, "strong", elide=True) for label in labels}
        for label, value in self._values.items():
            value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            row = QHBoxLayout()
            row.setSpacing(10)
            row.addWidget(Text(label, "small", "ink2"))
            row.addWidget(value, 1)
            column.addLayout(row)

    def set_fact(self, label: str, value: str, why: str = "") -> None:
        """Show a value, and why it is so in its tooltip; an empty one is a dash."""
        text = self._values[label]
        text.setText(value or NOT_KNOWN)
        text.setToolTip(f"{value}. {why}" if why else value)
        text.setAccessibleName(f"{label}: {value or say('not known')}")

    def fact(self, label: str) -> str:
        """The value shown."""
        return self._values[label].text()


class PaperNote(Card):
    """The paper's number for a recipe, with the diamond that marks what is not ours."""

    def __init__(self) -> None:
        super().__init__(level=2)
        self.number = Text("", "h2", "known")
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(Diamond("known"))
        row.addWidget(self.number)
        row.addWidget(Text(say("of known kinds right"), "small", "ink2", wrap=True), 1)
        self.body.addWidget(
            Text(say("In the paper this recipe reached"), "small", "ink2", wrap=True)
        )
        self.body.addLayout(row)
        self.body.addWidget(
            Text(say("{source}. Not measured here.", source=source()), "small", "ink3", wrap=True)
        )

    def set_percent(self, percent: float | None) -> None:
        """Show the paper's number; without one the note is hidden."""
        self.setVisible(percent is not None)
        if percent is not None:
            self.number.setText(f"{percent:.2f} %")
            self.setAccessibleName(
                say("In the paper: {percent:.2f} percent of known kinds right", percent=percent)
            )


class Diamond(QWidget):
    """A printed number's mark."""

    def __init__(self, token: str) -> None:
        super().__init__()
        self._token = token
        self.setFixedSize(QSize(12, 12))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_of(self)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color(self._token))
        corners = [QPointF(6, 0.5), QPointF(11.5, 6), QPointF(6, 11.5), QPointF(0.5, 6)]
        painter.drawPolygon(QPolygonF(corners))
