"""Two smooth histograms over how sure a net is: known filled solid, strangers hatched."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QLinearGradient,
    QPainter,
    QPainterPath,
    QPen,
    QPolygonF,
)

from engine.words import say
from workbench import theme
from workbench.models.swept import Floats, Shape

_HATCH = 7.0
_HEADROOM = 0.94
LEGEND = 24.0  # the line above the curves in which both groups are named
HEIGHT = say("height: √ of how many")
_MARK, _GAP = 16.0, 16.0


def paint_histogram(painter: QPainter, area: QRectF, shape: Shape) -> None:
    """Both groups into `area`, with one common scale.

    Heights are square roots of the densities: a sure net puts nearly everything into the last
    hundredth, and the few elsewhere, which the threshold is about, would otherwise be invisible.
    """
    highest = max(shape.known.max(), shape.unknown.max())
    if highest <= 0:
        return
    if shape.n_unknown:
        _paint_group(painter, area, _outline(area, shape.at, shape.unknown / highest), "unknown")
    if shape.n_known:
        _paint_group(painter, area, _outline(area, shape.at, shape.known / highest), "known")


def legend_place(ground: QRectF, shape: Shape, ghost: float | None = None) -> QRectF:
    """One line above the curves, on the side of the ground that is away from a line at `ghost`, 0..1."""
    small, tick = QFontMetricsF(theme.font("small")), QFontMetricsF(theme.font("tick"))
    words = sum(_MARK + small.horizontalAdvance(said) + _GAP for _, said in _groups(shape))
    width = min(ground.width() - 12, words + tick.horizontalAdvance(HEIGHT))
    right = ghost is not None and ghost < 0.5
    left = ground.right() - 6 - width if right else ground.left() + 6
    return QRectF(left, ground.top() + 2, width, LEGEND - 4)


def paint_legend(painter: QPainter, place: QRectF, shape: Shape) -> None:
    """Ring and dot with the number of strangers and of known samples, and what a height means."""
    rest = QRectF(place)
    for token, words in _groups(shape):
        mark(painter, QPointF(rest.left() + 5, rest.center().y()), token, theme.color(token))
        rest.setLeft(rest.left() + _MARK)
        painter.setFont(theme.font("small"))
        painter.setPen(theme.text_color(token))
        painter.drawText(rest, Qt.AlignmentFlag.AlignVCenter, words)
        rest.setLeft(rest.left() + painter.fontMetrics().horizontalAdvance(words) + _GAP)
    painter.setFont(theme.font("tick"))
    painter.setPen(theme.color("ink2"))
    painter.drawText(rest, Qt.AlignmentFlag.AlignVCenter, HEIGHT)


def _groups(shape: Shape) -> tuple[tuple[str, str], ...]:
    """The colour and the words of both groups."""
    return (
        (
            "unknown",
            say("{n_unknown:,} strangers", n_unknown=shape.n_unknown)
            if shape.n_unknown
            else say("no strangers"),
        ),
        (
            "known",
            say("{n_known:,} known", n_known=shape.n_known) if shape.n_known else say("none known"),
        ),
    )


def mark(painter: QPainter, centre: QPointF, token: str, color: QColor, radius: float = 4) -> None:
    """A ring for strangers, a dot for everything known: the difference without colour."""
    if token == "unknown":
        painter.setPen(QPen(color, 1.8))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(centre, radius - 0.4, radius - 0.4)
    else:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        painter.drawEllipse(centre, radius, radius)


def _outline(area: QRectF, at: Floats, share: Floats) -> QPolygonF:
    x = area.left() + at * area.width()
    y = area.bottom() - np.sqrt(share) * area.height() * _HEADROOM
    ends = np.array([area.left(), *x, area.right()]), np.array([y[0], *y, y[-1]])
    return QPolygonF([QPointF(px, py) for px, py in zip(*ends, strict=True)])


def _paint_group(painter: QPainter, area: QRectF, line: QPolygonF, token: str) -> None:
    body = QPainterPath()
    body.addPolygon(line)
    body.lineTo(area.bottomRight())
    body.lineTo(area.bottomLeft())
    body.closeSubpath()
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_fill(area, token))
    painter.drawPath(body)
    if token == "unknown":
        _hatch(painter, area, body)
    painter.setPen(QPen(theme.color(token), 2.0))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPolyline(line)


def _fill(area: QRectF, token: str) -> QLinearGradient:
    top, bottom = theme.color(token), theme.color(token)
    top.setAlphaF(0.52 if token == "known" else 0.42)
    bottom.setAlphaF(0.22 if token == "known" else 0.16)
    gradient = QLinearGradient(area.topLeft(), area.bottomLeft())
    gradient.setColorAt(0, top)
    gradient.setColorAt(1, bottom)
    return gradient


def _hatch(painter: QPainter, area: QRectF, body: QPainterPath) -> None:
    color = theme.color("unknown")
    color.setAlphaF(0.38)
    painter.save()
    painter.setClipPath(body)
    painter.setPen(QPen(color, 1))
    x = area.left() - area.height()
    while x < area.right():
        painter.drawLine(QPointF(x, area.bottom()), QPointF(x + area.height(), area.top()))
        x += _HATCH
    painter.restore()
