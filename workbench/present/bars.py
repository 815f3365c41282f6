"""Large bars from zero with the line across them, and a thing's place on a score's way."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from workbench import theme
from workbench.kit.paint import painter_of, panel
from workbench.present.slide import Bars, Row, Way
from workbench.views.colours import token_color

_ROW, _LINE_WORDS = 38.0, 32.0
_TRACK, _TWO_LINES = 14.0, 66.0
_NUMBER = 18.0  # between a bar and its number


class BarsView(QWidget):
    """Under the words, or as the picture itself."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._shown: Bars | Way | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_bars(self, shown: Bars | Way | None) -> None:
        """Others; None takes them away."""
        self._shown = shown
        self.setVisible(shown is not None)
        if isinstance(shown, Bars):
            self.setFixedHeight(round(height_of(shown)))
            self.setAccessibleName(spoken(shown))
        elif shown is not None:
            self.setFixedHeight(round(_ROW + 2 * _LINE_WORDS))
            self.setAccessibleName(f"{shown.words}; {shown.line_words}")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(400, self.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_of(self)
        if isinstance(self._shown, Bars):
            paint_bars(painter, QRectF(self.rect()), self._shown, _ROW)
        elif self._shown is not None:
            _paint_way(painter, QRectF(self.rect()), self._shown)


def height_of(bars: Bars) -> float:
    """What they need at least."""
    return _ROW * len(bars.rows) + (_LINE_WORDS if bars.line is not None else 0)


def spoken(bars: Bars) -> str:
    """The same in words."""
    told = [f"{row.name} {row.number}".strip() for row in bars.rows]
    return "; ".join([*told, bars.line_words] if bars.line_words else told)


def paint_bars(painter: QPainter, place: QRectF, bars: Bars, row_height: float) -> None:
    """From the top of a place downwards; names give way to bars, and are elided."""
    metrics = QFontMetricsF(theme.font("aside"))
    names = max((metrics.horizontalAdvance(row.name) for row in bars.rows), default=0.0) + 40
    numbers = max((metrics.horizontalAdvance(row.number) for row in bars.rows), default=0.0)
    above = names > place.width() / 2 and row_height >= _TWO_LINES  # of the bar: long names
    named = 26.0 if above else min(names, place.width() / 2)
    track = QRectF(place.left() + named, 0, place.width() - named - numbers - _NUMBER, _TRACK)
    for number, row in enumerate(bars.rows):
        middle = place.top() + row_height * (number + 0.5) + (14 if above else 0)
        track.moveTop(middle - _TRACK / 2)
        room = QRectF(place.left() + 26, middle - 16, named - 40, 32)
        if above:
            room = QRectF(place.left() + 26, middle - 42, place.width() - 26, 32)
        _paint_row(painter, place, track, room, row)
    if bars.line is None:
        return
    x = track.left() + track.width() * bars.line
    bottom = place.top() + row_height * len(bars.rows)
    painter.setPen(QPen(theme.color("ink"), 2.4))
    painter.drawLine(QPointF(x, place.top() + 2), QPointF(x, bottom))
    _centred(painter, place, x, bottom, bars.line_words, "ink2")


def _paint_row(painter: QPainter, place: QRectF, track: QRectF, room: QRectF, row: Row) -> None:
    middle, color = track.center().y(), token_color(row.color)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    painter.drawEllipse(QPointF(place.left() + 8, room.center().y()), 7, 7)
    painter.setFont(theme.font("aside"))
    painter.setPen(theme.color("ink2"))
    elide = Qt.TextElideMode.ElideRight
    name = QFontMetricsF(theme.font("aside")).elidedText(row.name, elide, room.width())
    painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, name)
    if row.number or row.share is not None:
        panel(painter, track, theme.color("bg3"), None, _TRACK / 2)
    if row.share is not None and row.share > 0:
        done = QRectF(track)
        done.setWidth(track.width() * min(1.0, row.share))
        panel(painter, done, color, None, min(_TRACK, done.width()) / 2)
    painter.setPen(theme.color("ink"))
    number = QRectF(track.right(), middle - 16, place.right() - track.right(), 32)
    right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
    painter.drawText(number, right, row.number)


def _paint_way(painter: QPainter, place: QRectF, way: Way) -> None:
    """Strangers’ side left of the line, known side right of it, the thing as a ring or a dot on it."""
    y = place.top() + _LINE_WORDS + _ROW / 2
    left, width = place.left() + 16, place.width() - 32
    line, thing = left + width * way.line, left + width * way.place
    track = QRectF(left, y - _TRACK / 2, width, _TRACK)
    panel(painter, track, theme.color("known"), None, _TRACK / 2)
    track.setRight(line)
    panel(painter, track, theme.color("unknown"), None, min(_TRACK, track.width()) / 2)
    painter.setPen(QPen(theme.color("ink"), 2.4))
    painter.drawLine(QPointF(line, y - 26), QPointF(line, y + 26))
    token = "unknown" if way.stranger else "known"
    painter.setPen(QPen(theme.color(token), 4))
    painter.setBrush(theme.color("bg0" if way.stranger else token))
    painter.drawEllipse(QPointF(thing, y), 14, 14)
    _centred(painter, place, thing, place.top(), way.words, token)
    _centred(painter, place, line, y + _ROW / 2 + 4, way.line_words, "ink2")


def _centred(
    painter: QPainter, place: QRectF, x: float, top: float, words: str, token: str
) -> None:
    """Words around an x, moved as far inside as they need."""
    painter.setFont(theme.font("aside"))
    painter.setPen(theme.text_color(token))
    width = QFontMetricsF(theme.font("aside")).horizontalAdvance(words) + 4
    left = min(max(place.left(), x - width / 2), place.right() - width)
    painter.drawText(QRectF(left, top, width, _LINE_WORDS), Qt.AlignmentFlag.AlignCenter, words)
