"""Shapes that diagrams are painted from: words, balls, bands with a head."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFontMetricsF,
    QLinearGradient,
    QPainter,
    QPainterPath,
    QPainterPathStroker,
    QPen,
    QPolygonF,
    QRadialGradient,
)

from workbench import theme

LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
MIDDLE = Qt.AlignmentFlag.AlignCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def width_of(text: str, style: str) -> float:
    """How wide a text is in a style, in pixels."""
    return QFontMetricsF(theme.font(style)).horizontalAdvance(text)


def write(
    painter: QPainter,
    where: QRectF,
    text: str,
    look: tuple[str, str] = ("body", "ink"),
    align: Qt.AlignmentFlag = LEFT,
) -> None:
    """One line of text in (style, token), elided where it does not fit."""
    style, token = look
    font = theme.font(style)
    fitting = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, where.width())
    painter.setFont(font)
    painter.setPen(theme.text_color(token))
    painter.drawText(where, int(align), fitting)


def ball(painter: QPainter, middle: QPointF, radius: float, token: str) -> None:
    """A lit ball with a glow around it."""
    color = theme.color(token)
    glow = QRadialGradient(middle, radius * 1.5)
    glow.setColorAt(0.6, _faded(color, 0.28))
    glow.setColorAt(1.0, _faded(color, 0.0))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QBrush(glow))
    painter.drawEllipse(middle, radius * 1.5, radius * 1.5)
    light = QRadialGradient(middle, radius * 1.25, middle - QPointF(radius * 0.4, radius * 0.4))
    light.setColorAt(0.0, color.lighter(118))
    light.setColorAt(0.45, color)
    light.setColorAt(1.0, color.darker(165))
    painter.setBrush(QBrush(light))
    painter.drawEllipse(middle, radius, radius)


def band(painter: QPainter, path: QPainterPath, width: float, token: str) -> None:
    """An arrow as wide as it counts; a dashed hairline when it counts for nothing."""
    painter.save()
    if width < 0.5:
        pen = QPen(theme.color(token), 1, Qt.PenStyle.CustomDashLine)
        pen.setDashPattern([4, 4])
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(path)
    else:
        _filled_band(painter, path, width, theme.color(token))
    painter.restore()


def _filled_band(painter: QPainter, path: QPainterPath, width: float, color: QColor) -> None:
    head = min(max(10.0, width * 1.1), 26.0)
    tail = path.percentAtLength(max(path.length() - head * 1.3, 0.0))
    stroker = QPainterPathStroker()
    stroker.setWidth(width)
    stroker.setCapStyle(Qt.PenCapStyle.FlatCap)
    fill = QLinearGradient(path.pointAtPercent(0), path.pointAtPercent(1))
    fill.setColorAt(0.0, _faded(color, 0.45))
    fill.setColorAt(1.0, color)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QBrush(fill))
    painter.drawPath(stroker.createStroke(_start_of(path, tail)))
    painter.setBrush(color)
    painter.drawPolygon(_head(path, tail, max(head, width * 0.85)))
    if width >= 6:
        painter.setBrush(_faded(theme.color("bg1"), 0.55))
        for share in (0.12, 0.2, 0.72, 0.82):
            painter.drawEllipse(path.pointAtPercent(tail * share), 2.4, 2.4)


def _start_of(path: QPainterPath, share: float) -> QPainterPath:
    """The first part of a path, in short straight pieces."""
    cut = QPainterPath(path.pointAtPercent(0))
    for step in range(1, 41):
        cut.lineTo(path.pointAtPercent(share * step / 40))
    return cut


def _head(path: QPainterPath, tail: float, half: float) -> QPolygonF:
    foot, tip = path.pointAtPercent(tail), path.pointAtPercent(1)
    along = tip - foot
    length = max((along.x() ** 2 + along.y() ** 2) ** 0.5, 1e-6)
    across = QPointF(-along.y(), along.x()) * (half / length)
    return QPolygonF([foot + across, tip, foot - across])


def _faded(color: QColor, alpha: float) -> QColor:
    faded = QColor(color)
    faded.setAlphaF(alpha)
    return faded
