"""A switch that is on or off."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from workbench import theme
from workbench.kit.paint import focus_ring, focused, painter_of, panel


class Toggle(QAbstractButton):
    """A painted switch, 32 x 18 in a row 24 high. `name` is what a screen reader says."""

    def __init__(self, name: str = "", token: str = "accent") -> None:
        super().__init__()
        self._token = token
        self.setCheckable(True)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def sizeHint(self) -> QSize:
        return QSize(38, 24)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_of(self)
        painter.setOpacity(1.0 if self.isEnabled() else 0.45)
        paint_toggle(painter, QRectF(3, 3, 32, 18), self.isChecked(), self._token)
        painter.setOpacity(1.0)
        if focused(self):
            focus_ring(painter, QRectF(self.rect()), 11)


def paint_toggle(painter: QPainter, rect: QRectF, on: bool, token: str = "accent") -> None:
    """The switch alone, for delegates: fill when on, edge when off."""
    if on:
        panel(painter, rect, theme.color(token), None, rect.height() / 2)
    else:
        panel(painter, rect, theme.color("bg3"), theme.color("ctl"), rect.height() / 2)
    radius = rect.height() / 2 - 3
    x = rect.right() - radius - 3 if on else rect.left() + radius + 3
    painter.setPen(QPen(Qt.PenStyle.NoPen))
    painter.setBrush(theme.knob() if on else theme.color("ctl"))
    painter.drawEllipse(QPointF(x, rect.center().y()), radius, radius)
