"""What a page says while it has nothing to show."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from engine.words import say
from workbench import theme
from workbench.kit.button import Button
from workbench.kit.icon import pixmap
from workbench.kit.paint import painter_of, panel
from workbench.kit.text import Text

_READABLE = 620  # pixels: a longer line is hard to follow back
_MOST = 1000


class IconTile(QWidget):
    """An icon on a rounded tile."""

    def __init__(self, icon: str, token: str = "accent", size: int = 52) -> None:
        super().__init__()
        self._icon_name = icon
        self._token = token
        self.setFixedSize(QSize(size, size))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_of(self)
        panel(painter, QRectF(self.rect()), theme.color("bg2"), None, self.width() * 0.27)
        side = round(self.width() * 0.45)
        corner = (self.width() - side) / 2
        painter.drawPixmap(QPointF(corner, corner), pixmap(self._icon_name, self._token, side))


class EmptyState(QWidget):
    """Icon, a few words, one sentence, perhaps one action, all in the middle."""

    acted = Signal()

    def __init__(self, icon: str, title: str, sentence: str, action: str = "") -> None:
        super().__init__()
        centre = Qt.AlignmentFlag.AlignHCenter
        self._title = Text(title, "h2")
        self._sentence = Text(sentence, "body", "ink2", wrap=True)
        self._sentence.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.button = Button(action or say("Go on"), role="primary")
        self.button.setVisible(bool(action))
        self.button.clicked.connect(self.acted)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 16, 24, 16)
        column.setSpacing(8)
        column.addStretch(1)
        column.addWidget(IconTile(icon), 0, centre)
        column.addSpacing(4)
        column.addWidget(self._title, 0, centre)
        self._sentence.setMaximumWidth(_READABLE)
        for widget in (self._sentence, self.button):
            row = QHBoxLayout()
            row.addStretch(1)
            row.addWidget(widget, _MOST if widget is self._sentence else 0)
            row.addStretch(1)
            column.addLayout(row)
        column.addStretch(1)

    def set_words(self, title: str, sentence: str) -> None:
        """Say something else."""
        self._title.setText(title)
        self._sentence.setText(sentence)
