"""The painted pictures of slides: a course of learning, what the line trades, so many of a hundred."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen, QPolygonF

from engine.words import say
from workbench import theme
from workbench.present.bars import height_of, paint_bars
from workbench.present.slide import Bars, Course, Hundred, Trade, hundred

_FOOT, _AXIS = 40.0, 62.0
_MOST_ROW = 84.0
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_MIDDLE = Qt.AlignmentFlag.AlignCenter


def paint_course(painter: QPainter, place: QRectF, course: Course) -> None:
    """One curve over the passes, with its last value beside its end."""
    area = _axes(painter, place)
    x = np.linspace(0, 1, len(course.values))
    _curve(painter, area, x, course.values, course.color)
    end = _point(area, 1.0, float(course.values[-1]))
    _dot(painter, end, course.color)
    words = say(
        "{hundred} of 100 {course}", hundred=hundred(float(course.values[-1])), course=course.name
    )
    late = course.values[len(course.values) // 2 :]
    high = float(late.min()) > 0.2
    clear = _point(area, 1.0, float(late.min() if high else late.max())).y()
    label = QRectF(area.left(), clear + (12 if high else -42), area.width(), 30)
    _words(painter, label, words, course.color, _RIGHT)
    foot = QRectF(area.left(), area.bottom() + 6, area.width(), _FOOT - 6)
    _words(painter, foot, say("first pass"), "ink3", _LEFT)
    _words(painter, foot, say("pass {values:,}", values=len(course.values)), "ink3", _RIGHT)


def paint_trade(painter: QPainter, place: QRectF, trade: Trade) -> None:
    """Two curves over the line’s way, and the line where it is with both values on it."""
    head = QRectF(place.left(), place.top(), place.width(), 34)
    _key(
        painter,
        head,
        (say("known named right"), "known", False),
        (say("strangers turned away"), "unknown", True),
    )
    area = _axes(painter, place.adjusted(0, 52, 0, 0))
    x = np.linspace(0, 1, len(trade.right))
    line = area.left() + area.width() * trade.at
    painter.setPen(QPen(theme.color("ink"), 2.4))
    painter.drawLine(QPointF(line, area.top()), QPointF(line, area.bottom()))
    for values, token, dashed in ((trade.away, "unknown", True), (trade.right, "known", False)):
        _curve(painter, area, x, values, token, dashed)
        value = float(np.interp(trade.at, x, values))
        if value == value:
            _tag(painter, area, _point(area, trade.at, value), hundred(value), token, dashed)
    foot = QRectF(place.left(), area.bottom() + 6, place.width(), _FOOT - 6)
    half = QFontMetricsF(theme.font("aside")).horizontalAdvance(trade.at_words) / 2 + 4
    middle = min(max(foot.left() + half, line), foot.right() - half)
    _words(
        painter,
        QRectF(middle - half, foot.top(), 2 * half, foot.height()),
        trade.at_words,
        "ink",
        _MIDDLE,
    )


def paint_hundred(painter: QPainter, place: QRectF, shown: Hundred) -> None:
    """For each share a field of ten by ten: dots for the known, rings for strangers; the number under it."""
    gap, count = 40.0, len(shown.parts)
    width = (place.width() - gap * (count - 1)) / count
    side = min(width, place.height() - 120)
    top = place.top() + (place.height() - side - 120) / 2
    for number, (share, words, strange) in enumerate(shown.parts):
        column = QRectF(place.left() + number * (width + gap), top, width, side)
        field = QRectF(column.center().x() - side / 2, top, side, side)
        token = "unknown" if strange else "known"
        _field(painter, field, 0 if share is None else int(hundred(share)), token, strange)
        painter.setFont(theme.font("slide"))
        painter.setPen(theme.text_color(token))
        painter.drawText(QRectF(column.left(), top + side + 10, width, 72), _MIDDLE, hundred(share))
        foot = QRectF(column.left() - gap / 2, top + side + 84, width + gap, 32)
        _words(painter, foot, words, "ink2", _MIDDLE)


def paint_rows(painter: QPainter, place: QRectF, bars: Bars) -> None:
    """Bars that fill the room, as far as that looks well."""
    row = min(_MOST_ROW, place.height() / max(1, len(bars.rows)))
    high = max(height_of(bars), row * len(bars.rows))
    top = place.top() + max(0.0, (place.height() - high) / 2)
    paint_bars(painter, QRectF(place.left(), top, place.width(), high), bars, row)


PAINTED: dict[type, Callable[[QPainter, QRectF, object], None]] = {
    Course: paint_course,  # type: ignore[dict-item]
    Trade: paint_trade,  # type: ignore[dict-item]
    Hundred: paint_hundred,  # type: ignore[dict-item]
    Bars: paint_rows,  # type: ignore[dict-item]
}


def _axes(painter: QPainter, place: QRectF) -> QRectF:
    """Lines at 0, 50 and 100 of 100; returns where the curves go."""
    area = place.adjusted(_AXIS, 14, -14, -_FOOT)
    for share in (0.0, 0.5, 1.0):
        y = area.bottom() - share * area.height()
        painter.setPen(QPen(theme.color("line2" if not share else "line"), 1.5))
        painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
        _words(
            painter,
            QRectF(place.left(), y - 15, _AXIS - 14, 30),
            f"{share * 100:.0f}",
            "ink3",
            _RIGHT,
        )
    return area


def _curve(
    painter: QPainter,
    area: QRectF,
    x: NDArray[np.float64],
    values: NDArray[np.float64],
    token: str,
    dashed: bool = False,
) -> None:
    told = np.isfinite(values)
    points = [_point(area, float(a), float(b)) for a, b in zip(x[told], values[told], strict=True)]
    pen = QPen(theme.color(token), 4)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    if dashed:
        pen.setDashPattern([2.5, 1.5])
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPolyline(QPolygonF(points))


def _tag(
    painter: QPainter, area: QRectF, at: QPointF, words: str, token: str, rising: bool
) -> None:
    """A dot on the line and its number beside it, on the side where there is room and no curve."""
    _dot(painter, at, token)
    left = at.x() > area.center().x()
    top = at.y() + (6 if rising != left else -36)
    top = min(max(area.top() - 4, top), area.bottom() - 30)
    place = QRectF(at.x() - 74 if left else at.x() + 16, top, 58, 30)
    _words(painter, place, words, token, _RIGHT if left else _LEFT)


def _dot(painter: QPainter, at: QPointF, token: str) -> None:
    painter.setPen(QPen(theme.color("bg1"), 3))
    painter.setBrush(theme.color(token))
    painter.drawEllipse(at, 10, 10)


def _key(painter: QPainter, place: QRectF, *entries: tuple[str, str, bool]) -> None:
    left = place.left()
    for words, token, dashed in entries:
        pen = QPen(theme.color(token), 4)
        if dashed:
            pen.setDashPattern([2.5, 1.5])
        painter.setPen(pen)
        middle = place.center().y()
        painter.drawLine(QPointF(left, middle), QPointF(left + 36, middle))
        width = QFontMetricsF(theme.font("aside")).horizontalAdvance(words) + 4
        _words(painter, QRectF(left + 46, place.top(), width, place.height()), words, "ink2", _LEFT)
        left += 46 + width + 24


def _field(painter: QPainter, place: QRectF, filled: int, token: str, rings: bool) -> None:
    cell = place.width() / 10
    radius = cell * 0.34
    for number in range(100):
        row, column = divmod(number, 10)
        at = QPointF(place.left() + (column + 0.5) * cell, place.top() + (row + 0.5) * cell)
        on = number < filled
        if rings and on:
            painter.setPen(QPen(theme.color(token), cell * 0.16))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(at, radius * 0.8, radius * 0.8)
        else:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color(token if on else "bg3"))
            painter.drawEllipse(
                at, radius if on else radius * 0.55, radius if on else radius * 0.55
            )


def _point(area: QRectF, x: float, share: float) -> QPointF:
    return QPointF(area.left() + x * area.width(), area.bottom() - share * area.height())


def _words(
    painter: QPainter, place: QRectF, words: str, token: str, side: Qt.AlignmentFlag
) -> None:
    painter.setFont(theme.font("aside"))
    painter.setPen(theme.text_color(token))
    painter.drawText(place, int(side), words)
