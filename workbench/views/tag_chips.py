"""Tags behind the name of a run, as many as there is room for."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter

from workbench import theme
from workbench.kit.paint import panel

_HEIGHT, _PADDING, _GAP, _APART = 20.0, 8.0, 5.0, 10.0


def paint_tags(painter: QPainter, line: QRectF, name: str, tags: Sequence[str]) -> None:
    """On the line of a name that is written with `strong` from its left end; “+2” for those without room."""
    metrics = QFontMetricsF(theme.font("small"))
    left = line.left() + QFontMetricsF(theme.font("strong")).horizontalAdvance(name) + _APART
    for place, tag in enumerate(tags):
        more = len(tags) - place - 1
        spare = _GAP + metrics.horizontalAdvance(f"+{more}") if more else 0.0
        wide = metrics.horizontalAdvance(tag) + 2 * _PADDING
        if left + wide + spare > line.right():
            painter.setFont(theme.font("small"))
            painter.setPen(theme.color("ink3"))
            rest = QRectF(left, line.top(), line.right() - left, line.height())
            words = f"+{more + 1}"
            if metrics.horizontalAdvance(words) <= rest.width():
                painter.drawText(rest, Qt.AlignmentFlag.AlignVCenter, words)
            return
        plate = QRectF(left, line.center().y() - _HEIGHT / 2, wide, _HEIGHT)
        panel(painter, plate, theme.color("bg2"), theme.color("line2"), _HEIGHT / 2)
        painter.setFont(theme.font("small"))
        painter.setPen(theme.color("ink2"))
        painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, tag)
        left += wide + _GAP
