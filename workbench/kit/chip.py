"""A small rounded label for a state or a fact."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from workbench import theme
from workbench.kit.icon import pixmap
from workbench.kit.paint import painter_of, panel

_SOFT = {"accent": "accentSoft", "known": "knownSoft", "unknown": "unknownSoft", "bad": "badSoft"}


class Chip(QWidget):
    """Text on a pill, in the colour of a token, perhaps with a dot or an icon before it."""

    def __init__(self, text: str, token: str = "ink2", dot: bool = False, icon: str = "") -> None:
        super().__init__()
        self._text = text
        self._token = token
        self._dot = dot
        self._icon_name = icon
        self.setFont(theme.font("small"))
        self.setFixedHeight(24)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(text)

    def text(self) -> str:
        """The words on the chip."""
        return self._text

    @property
    def shown_text(self) -> str:
        """The same as far as there is room for it, without its middle."""
        metrics, lacking = self.fontMetrics(), self.sizeHint().width() - self.width()
        if lacking <= 0:  # asked for exactly its own width, Qt would leave letters out
            return self._text
        room = metrics.horizontalAdvance(self._text) - lacking
        return metrics.elidedText(self._text, Qt.TextElideMode.ElideMiddle, room)

    def set_text(self, text: str, token: str = "", icon: str = "") -> None:
        """Other words, perhaps in another colour and with another icon."""
        self._icon_name = icon or self._icon_name
        self._text = text
        self._token = token or self._token
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        lead = 13 if self._dot else (19 if self._icon_name else 0)
        return QSize(self.fontMetrics().horizontalAdvance(self._text) + 20 + lead, 24)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_of(self)
        soft = _SOFT.get(self._token)
        edge = None if soft else theme.color("line")
        panel(painter, QRectF(self.rect()), theme.color(soft or "bg2"), edge, 12)
        left = 10.0
        if self._dot:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color(self._token))
            painter.drawEllipse(QPointF(left + 4, self.height() / 2), 4, 4)
            left += 13
        elif self._icon_name:
            painter.drawPixmap(QPointF(left, 5), pixmap(self._icon_name, self._token, 14))
            left += 19
        painter.setFont(self.font())
        painter.setPen(theme.text_color(self._token))
        words = QRectF(left, 0, self.width() - left, self.height())
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, self.shown_text)
