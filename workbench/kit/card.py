"""The surface that things lie on."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout

from workbench import theme
from workbench.kit.paint import painter_of, panel


class Card(QFrame):
    """A rounded panel with a `body` layout. Level 1 is a card, level 2 an inner tile."""

    def __init__(self, level: int = 1) -> None:
        super().__init__()
        self._level = level
        margin = 16 if level == 1 else 12
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(margin, margin, margin, margin)
        self.body.setSpacing(10 if level == 1 else 8)

    def paintEvent(self, event: QPaintEvent) -> None:
        fill = "bg1" if self._level == 1 else "bg2"
        edge = "line" if self._level == 1 else fill
        radius = 12 if self._level == 1 else 10
        panel(painter_of(self), QRectF(self.rect()), theme.color(fill), theme.color(edge), radius)
