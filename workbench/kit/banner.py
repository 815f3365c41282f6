"""A message across the page: what happened, what was not harmed, what to do."""

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel

from engine.words import say
from workbench import theme
from workbench.kit.button import Button, IconButton
from workbench.kit.icon import pixmap
from workbench.kit.paint import painter_of, panel
from workbench.kit.text import Text

# role: (icon, colour of icon and edge, fill)
_LOOKS = {
    "info": ("info", "accent", "accentSoft"),
    "good": ("check", "good", "bg2"),
    "warn": ("info", "warn", "bg2"),
    "bad": ("warning", "bad", "badSoft"),
}


class Banner(QFrame):
    """Icon, sentence, perhaps one action, and a cross to put it away."""

    acted = Signal()
    dismissed = Signal()

    def __init__(self, text: str, role: str = "info", action: str = "") -> None:
        super().__init__()
        self._role = role
        self._icon = QLabel()
        self._text = Text(text, "body", "ink", wrap=True)
        self.button = Button(action or say("Fine"), role="plain")
        self.button.setVisible(bool(action))
        self.close_button = IconButton("close", say("Put this message away"), 28)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 9, 9, 9)
        row.setSpacing(12)
        row.addWidget(self._icon)
        row.addWidget(self._text, 1)
        row.addWidget(self.button)
        row.addWidget(self.close_button)
        self.button.clicked.connect(self.acted)
        self.close_button.clicked.connect(self._put_away)
        theme.changed().connect(self._dye)
        self.set_text(text, role)

    def text(self) -> str:
        """The sentence shown."""
        return self.accessibleName()

    def set_text(self, text: str, role: str = "", action: str | None = None) -> None:
        """Say something else, perhaps in another role and with another action."""
        self._role = role or self._role
        # Paths have no spaces; a break after a slash is no part of the words.
        self._text.setText(text.replace("/", "/\u200b"))
        self.setAccessibleName(text)
        if action is not None:
            self.button.set_look(action)
            self.button.setVisible(bool(action))
        self._dye()

    def _put_away(self) -> None:
        self.hide()
        self.dismissed.emit()

    def _dye(self) -> None:
        name, token, _ = _LOOKS[self._role]
        self._icon.setPixmap(pixmap(name, token, 18))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        _, edge, fill = _LOOKS[self._role]
        panel(painter_of(self), QRectF(self.rect()), theme.color(fill), theme.color(edge), 10)
