"""What the model says of a thing, on a tinted strip as wide as its card."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from workbench import theme
from workbench.kit import pixmap
from workbench.kit.paint import painter_of, panel

HEIGHT = 74
_LOOKS = {  # fill, ink, icon
    "known": ("knownSoft", "known", "check"),
    "unknown": ("unknownSoft", "unknown", "ghost"),
    "told": ("bg2", "ink", "note"),
    "wait": ("bg2", "ink2", "clock"),
}


class VerdictBand(QWidget):
    """Two lines: what is said, and what to make of it."""

    def __init__(self) -> None:
        super().__init__()
        self._look, self._said, self._meaning = "wait", "", ""
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def say(self, look: str, said: str, meaning: str) -> None:
        """`look`: known, unknown, told (by the person, otherwise than the model), or wait."""
        self._look, self._said, self._meaning = look, said, meaning
        self.setAccessibleName(f"{said} {meaning}".strip())
        self.setToolTip(meaning)
        self.update()

    @property
    def look(self) -> str:
        """Which look it has."""
        return self._look

    def words(self) -> tuple[str, str]:
        """The two lines."""
        return self._said, self._meaning

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_of(self)
        fill, ink, icon = _LOOKS[self._look]
        panel(painter, QRectF(self.rect()), theme.color(fill), None, 10)
        painter.drawPixmap(QPointF(20, HEIGHT / 2 - 13), pixmap(icon, ink, 26))
        room = self.width() - 74
        self._line(painter, QRectF(62, 11, room, 30), "h1", ink, self._said)
        self._line(painter, QRectF(62, 41, room, 20), "body", "ink2", self._meaning)

    def _line(self, painter: QPainter, place: QRectF, style: str, ink: str, words: str) -> None:
        painter.setFont(theme.font(style))
        painter.setPen(theme.text_color(ink))
        shown = painter.fontMetrics().elidedText(
            words, Qt.TextElideMode.ElideRight, int(place.width())
        )
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, shown)
