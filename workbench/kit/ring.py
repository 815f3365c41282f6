"""A progress ring with a number in its middle."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from workbench import theme
from workbench.kit.paint import painter_of


class Ring(QWidget):
    """How much is done. Without a fraction only the empty track is drawn."""

    def __init__(self, token: str = "accent", size: int = 120) -> None:
        super().__init__()
        self._token = token
        self._fraction: float | None = None
        self._big = ""
        self._small = ""
        self.setFixedSize(QSize(size, size))

    def set(self, fraction: float | None, big_text: str, small_text: str) -> None:
        """Show a fraction (0..1, None: not known) and two lines of text."""
        self._fraction = fraction
        self._big = big_text
        self._small = small_text
        self.setAccessibleName(f"{big_text}, {small_text}")
        self.update()

    def set_token(self, token: str) -> None:
        """Change the colour of the part that is done."""
        self._token = token
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_of(self)
        width = max(4.0, self.width() * 0.075)
        circle = QRectF(self.rect()).adjusted(
            width / 2 + 1, width / 2 + 1, -width / 2 - 1, -width / 2 - 1
        )
        painter.setPen(QPen(theme.color("bg3"), width))
        painter.drawEllipse(circle)
        if self._fraction:
            pen = QPen(theme.color(self._token), width, c=Qt.PenCapStyle.RoundCap)
            painter.setPen(pen)
            painter.drawArc(circle, 90 * 16, -round(min(1.0, self._fraction) * 360 * 16))
        middle = self.height() / 2
        painter.setFont(theme.font("h1"))
        painter.setPen(theme.color("ink"))
        big = QRectF(0, middle - 22, self.width(), 28)
        painter.drawText(big, Qt.AlignmentFlag.AlignCenter, self._big)
        painter.setFont(theme.font("small"))
        painter.setPen(theme.color("ink2"))
        painter.drawText(big.translated(0, 22), Qt.AlignmentFlag.AlignCenter, self._small)
