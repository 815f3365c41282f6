"""How a check stands: a tick, a warning or a cross in a round field."""

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter

from engine.checks import State
from workbench import theme
from workbench.kit import pixmap

LOOKS = {"fine": ("check", "good"), "know": ("warning", "warn"), "mend": ("close", "bad")}
_ICON = 15


def paint_check(painter: QPainter, middle: QPointF, state: State, radius: float = 13.0) -> None:
    """Around a place."""
    name, token = LOOKS[state]
    ground = theme.color(token)
    ground.setAlphaF(0.18)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    painter.drawEllipse(middle, radius, radius)
    painter.drawPixmap(middle - QPointF(_ICON / 2, _ICON / 2), pixmap(name, token, _ICON))
