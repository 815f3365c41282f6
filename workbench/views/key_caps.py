"""Keys as they are printed on a keyboard: a small plate for each."""

import re

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter

from workbench import theme
from workbench.kit.paint import panel

_SPLIT = re.compile(r"\+(?=.)")
_PADDING, _GAP, _HEIGHT, _LEAST = 7.0, 4.0, 22.0, 22.0


def caps(keys: str) -> list[str]:
    """“Ctrl+Shift+Z” → Ctrl, Shift, Z; a plus that is itself the key stays."""
    return [cap for cap in _SPLIT.split(keys) if cap]


def width_of(keys: str) -> float:
    """How much room the plates need."""
    widths = [_width(cap) for cap in caps(keys)]
    return sum(widths) + _GAP * max(0, len(widths) - 1)


def paint_keys(painter: QPainter, right: QPointF, keys: str) -> None:
    """Plates that end at a point, in the middle of their height."""
    left = right.x() - width_of(keys)
    for cap in caps(keys):
        plate = QRectF(left, right.y() - _HEIGHT / 2, _width(cap), _HEIGHT)
        panel(painter, plate, theme.color("bg3"), theme.color("line2"), 5)
        painter.setFont(theme.font("small"))
        painter.setPen(theme.color("ink"))
        painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, cap)
        left += plate.width() + _GAP


def _width(cap: str) -> float:
    metrics = QFontMetricsF(theme.font("small"))
    return max(_LEAST, metrics.horizontalAdvance(cap) + 2 * _PADDING)
