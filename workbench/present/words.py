"""The words of a slide: which step it is, one headline in large type, and a sentence; smaller where they must be."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from workbench import theme
from workbench.kit.paint import painter_of

_SIZES = ((64, 26), (58, 26), (52, 24), (46, 22), (40, 20), (34, 20))
_CAPS, _GAP = 40.0, 16.0
_WRAP = Qt.TextFlag.TextWordWrap
_TALL = 10_000.0


class Words(QWidget):
    """Painted, so that all of it always fits: `sizes` are the pixels of headline and sentence in use."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._caps, self._headline, self._sentence = "", "", ""
        self.sizes = _SIZES[0]
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        return QSize(560, 320)

    def say(self, caps: str, headline: str, sentence: str) -> None:
        """Other words."""
        self._caps, self._headline, self._sentence = caps, headline, sentence
        self.setAccessibleName(f"{caps}. {headline} {sentence}".replace("\n", " "))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_of(self)
        width = float(self.width())
        self._paint(painter, QRectF(0, 0, width, _CAPS), _caps_font(), "accent", self._caps)
        self.sizes = next(
            (pair for pair in _SIZES if self._height(pair) <= self.height()), _SIZES[-1]
        )
        large, lead = _fonts(self.sizes)
        top = _CAPS
        high = _high(large, self._headline, width)
        self._paint(painter, QRectF(0, top, width, high), large, "ink", self._headline)
        place = QRectF(0, top + high + _GAP, width, self.height() - top - high - _GAP)
        self._paint(painter, place, lead, "ink2", self._sentence)

    def _height(self, sizes: tuple[int, int]) -> float:
        large, lead = _fonts(sizes)
        width = float(self.width())
        return (
            _CAPS + _high(large, self._headline, width) + _GAP + _high(lead, self._sentence, width)
        )

    def _paint(self, painter: QPainter, place: QRectF, font: QFont, token: str, words: str) -> None:
        painter.setFont(font)
        painter.setPen(theme.text_color(token))
        painter.drawText(place, int(_WRAP), words)


def _high(font: QFont, words: str, width: float) -> float:
    """Of wrapped words; a word that is wider than the room makes it endless."""
    metrics = QFontMetricsF(font)
    if any(metrics.horizontalAdvance(word) > width for word in words.split()):
        return _TALL
    return metrics.boundingRect(QRectF(0, 0, width, _TALL), int(_WRAP), words).height() + 2


def _caps_font() -> QFont:
    font = theme.font("aside")
    font.setWeight(QFont.Weight.DemiBold)
    font.setCapitalization(QFont.Capitalization.AllUppercase)
    return font


def _fonts(sizes: tuple[int, int]) -> tuple[QFont, QFont]:
    large, lead = theme.font("slide"), theme.font("lead")
    large.setPixelSize(sizes[0])
    lead.setPixelSize(sizes[1])
    return large, lead
