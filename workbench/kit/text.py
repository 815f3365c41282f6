"""Words in one of the theme's text styles and inks."""

from typing import Literal

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPaintEvent, QPalette
from PySide6.QtWidgets import QLabel, QSizePolicy

from workbench import theme
from workbench.kit.paint import painter_of

_MIDDLE, _END = Qt.TextElideMode.ElideMiddle, Qt.TextElideMode.ElideRight


class Text(QLabel):
    """A label. `wrap` breaks lines; `elide` never widens its parent: it ends in an ellipsis, or
    holds one in the middle, where its end matters."""

    def __init__(
        self,
        text: str = "",
        style: str = "body",
        ink: str = "ink",
        *,
        wrap: bool = False,
        elide: bool | Literal["middle"] = False,
    ) -> None:
        super().__init__(text)
        self._ink = ink
        self._elide = elide
        self.setFont(theme.font(style))
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wrap)
        if elide:
            self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._dye()
        theme.changed().connect(self._dye)

    def set_ink(self, token: str) -> None:
        """Change the colour to another token."""
        if token != self._ink:
            self._ink = token
            self._dye()

    def set_style(self, style: str) -> None:
        """Change the text style."""
        self.setFont(theme.font(style))

    def _dye(self) -> None:
        palette = QPalette(self.palette())
        palette.setColor(QPalette.ColorRole.WindowText, theme.text_color(self._ink))
        self.setPalette(palette)

    def minimumSizeHint(self) -> QSize:
        hint = super().minimumSizeHint()
        return QSize(0, hint.height()) if self._elide else hint

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._elide:
            super().paintEvent(event)
            return
        painter = painter_of(self)
        painter.setPen(theme.text_color(self._ink))
        shown = self.fontMetrics().elidedText(
            self.text(), _MIDDLE if self._elide == "middle" else _END, self.width()
        )
        painter.drawText(self.contentsRect(), int(self.alignment()), shown)
