"""The key of a plot: a stroke as it is drawn, the plain word, the newest value."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.words import say
from workbench import theme
from workbench.kit.paint import painter_of

_STROKE, _GAP, _ROW = 20, 18, 20


@dataclass(frozen=True)
class Entry:
    """One line of the plot; the value is text already, empty while not measured."""

    word: str
    token: str
    dash: tuple[float, ...]
    value: str


class Legend(QWidget):
    """Entries side by side, on a second row when they do not fit."""

    def __init__(self) -> None:
        super().__init__()
        self._entries: list[Entry] = []
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(_ROW)

    def set_entries(self, entries: list[Entry]) -> None:
        """Show these."""
        if entries != self._entries:
            self._entries = entries
            words = [f"{entry.word} {entry.value or say('not measured')}" for entry in entries]
            self.setAccessibleName(", ".join(words))
            self._settle()
            self.update()

    def entries(self) -> list[Entry]:
        """What is shown."""
        return list(self._entries)

    def sizeHint(self) -> QSize:
        return QSize(160, self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._settle()

    def _settle(self) -> None:
        places = self._places()
        rows = int(places[-1].y() // _ROW) + 1 if places else 1
        if self.height() != rows * _ROW:
            self.setFixedHeight(rows * _ROW)

    def _places(self) -> list[QPointF]:
        places, x, y = [], 0.0, 0.0
        for entry in self._entries:
            width = _width(entry)
            if x and x + width > self.width():
                x, y = 0.0, y + _ROW
            places.append(QPointF(x, y))
            x += width + _GAP
        return places

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_of(self)
        small, strong = theme.font("small"), theme.font("strong")
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        for entry, place in zip(self._entries, self._places(), strict=True):
            pen = QPen(theme.color(entry.token), 2.2, c=Qt.PenCapStyle.FlatCap)
            if entry.dash:
                pen.setDashPattern(list(entry.dash))
            painter.setPen(pen)
            middle = place + QPointF(0, _ROW / 2)
            painter.drawLine(middle, middle + QPointF(_STROKE, 0))
            rest = QRectF(place.x() + _STROKE + 6, place.y(), self.width(), _ROW)
            painter.setFont(small)
            painter.setPen(theme.color("ink2"))
            painter.drawText(rest, flags, entry.word)
            painter.setFont(strong)
            painter.setPen(theme.color("ink"))
            rest.translate(QFontMetricsF(small).horizontalAdvance(entry.word) + 7, 0)
            painter.drawText(rest, flags, entry.value or "–")


def _width(entry: Entry) -> float:
    word = QFontMetricsF(theme.font("small")).horizontalAdvance(entry.word)
    value = QFontMetricsF(theme.font("strong")).horizontalAdvance(entry.value or "–")
    return _STROKE + 6 + word + 7 + value
