"""Strokes that every painted widget shares: rounded panels and the focus ring."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPen, QTransform
from PySide6.QtWidgets import QWidget

from workbench import theme


def painter_of(widget: QWidget) -> QPainter:
    """A painter on a widget, smooth."""
    painter = QPainter(widget)
    painter.setRenderHints(
        QPainter.RenderHint.Antialiasing
        | QPainter.RenderHint.TextAntialiasing
        | QPainter.RenderHint.SmoothPixmapTransform
    )
    return painter


def panel(
    painter: QPainter, rect: QRectF, fill: QColor | None, edge: QColor | None, radius: float
) -> None:
    """A rounded rectangle with a one-pixel edge inside `rect`."""
    painter.setPen(QPen(edge, 1) if edge is not None else Qt.PenStyle.NoPen)
    painter.setBrush(fill if fill is not None else Qt.BrushStyle.NoBrush)
    inset = 0.5 if edge is not None else 0.0
    painter.drawRoundedRect(rect.adjusted(inset, inset, -inset, -inset), radius, radius)


def rounded_picture(
    painter: QPainter, rect: QRectF, picture: QImage, part: QRectF, radius: float
) -> None:
    """A part of a picture, in its own pixels, in a rounded rectangle; a brush is much quicker than a clip path."""
    picture = QImage(picture)
    picture.setDevicePixelRatio(1)
    place = QTransform.fromTranslate(rect.x(), rect.y())
    place.scale(rect.width() / part.width(), rect.height() / part.height())
    place.translate(-part.x(), -part.y())
    brush = QBrush(picture)
    brush.setTransform(place)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(brush)
    painter.drawRoundedRect(rect, radius, radius)


def focused(widget: QWidget) -> bool:
    """Whether the keyboard brought the focus here: then the ring is drawn."""
    by_keys = widget.window().testAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange)
    return widget.hasFocus() and by_keys


def focus_ring(painter: QPainter, rect: QRectF, radius: float) -> None:
    """The two-pixel ring of the widget that has the focus."""
    painter.setPen(QPen(theme.color("accent"), 2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), radius, radius)
