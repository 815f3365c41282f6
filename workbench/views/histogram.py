"""Two smooth histograms over how sure a net is: known filled solid, strangers hatched."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPainterPath, QPen, QPolygonF

from workbench import theme
from workbench.kit.paint import panel
from workbench.models.swept import Floats, Shape

_HATCH = 7.0
_HEADROOM = 0.94
LEGEND_WIDTH, _LEGEND_HEIGHT = 190, 62


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


def legend_place(area: QRectF, shape: Shape) -> QRectF:
    """Where the legend covers least of the curves: at the left or at the right."""
    room = area.adjusted(6, 7, -6, 0)
    width = float(LEGEND_WIDTH - 6)
    lefts = [room.left(), max(room.left(), room.right() - width)]
    x = area.left() + shape.at * area.width()
    heights = np.maximum(shape.known, shape.unknown)

    def highest(left: float) -> float:
        below = heights[(x > left - 4) & (x < left + width + 4)]
        return float(below.max(initial=0.0))

    # Where it touches no curve anyway, the usual place is the left.
    free = area.height() - _LEGEND_HEIGHT - 7
    most = max(float(heights.max(initial=0.0)), 1e-12)
    clear = (free / (area.height() * _HEADROOM)) ** 2 * most if free > 0 else 0.0
    best = min(lefts, key=lambda left: max(highest(left), clear))
    return QRectF(best, room.top(), width, _LEGEND_HEIGHT)


def paint_legend(painter: QPainter, corner: QPointF, shape: Shape) -> None:
    """Ring and dot with the number of strangers and of known samples, and what a height means."""
    metrics_top = corner.y()
    ground = theme.color("bg1")
    ground.setAlphaF(0.6)
    box = QRectF(corner.x() - 6, metrics_top - 3, LEGEND_WIDTH - 6, _LEGEND_HEIGHT)
    panel(painter, box, ground, None, 6)
    painter.setFont(theme.font("small"))
    for row, (token, words) in enumerate(
        (
            ("unknown", f"{shape.n_unknown:,} strangers" if shape.n_unknown else "no strangers"),
            ("known", f"{shape.n_known:,} known" if shape.n_known else "none known"),
        )
    ):
        middle = metrics_top + 9 + 19 * row
        mark(painter, QPointF(corner.x() + 5, middle), token, theme.color(token))
        painter.setPen(theme.text_color(token))
        painter.drawText(
            QRectF(corner.x() + 17, middle - 10, LEGEND_WIDTH, 20),
            Qt.AlignmentFlag.AlignVCenter,
            words,
        )
    painter.setFont(theme.font("tick"))
    painter.setPen(theme.color("ink2"))
    line = QRectF(corner.x(), metrics_top + 38, LEGEND_WIDTH, 18)
    painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, "height: square root of how many")


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
