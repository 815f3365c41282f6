"""Buttons: a verb on a painted plate, or an icon alone."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QPushButton, QSizePolicy

from workbench import theme
from workbench.kit.icon import pixmap
from workbench.kit.paint import focus_ring, focused, painter_of, panel

# role: (fill, edge, ink); empty = none
_LOOKS = {
    "primary": ("accent", "accent", "accentInk"),
    "plain": ("bg2", "line2", "ink"),
    "danger": ("", "bad", "bad"),
    "quiet": ("", "", "ink2"),
}
_ICON = 16
_GAP = 7


class Button(QPushButton):
    """A push button with a role (primary, plain, danger, quiet) and perhaps an icon by name."""

    def __init__(self, text: str, icon: str = "", role: str = "plain") -> None:
        super().__init__(text)
        self._icon_name = icon
        self._role = role
        self.setFont(theme.font("strong"))
        self.setAccessibleName(text)
        self.setFixedHeight(32)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def set_look(self, text: str, icon: str = "", role: str = "") -> None:
        """Change the words, and the icon and role with them."""
        self._icon_name = icon
        self._role = role or self._role
        self.setText(text)
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(int(self._content_width()) + 32, self.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(int(self._content_width()) + 20, self.height())

    def _content_width(self) -> float:
        icon = _ICON + _GAP if self._icon_name else 0
        return icon + self.fontMetrics().horizontalAdvance(self.text())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_of(self)
        rect = QRectF(self.rect())
        fill, edge, ink = self._colors()
        panel(painter, rect, fill, edge, 8)
        self._paint_content(painter, ink)
        if focused(self):
            focus_ring(painter, rect, 7)

    def _colors(self) -> tuple[QColor | None, QColor | None, str]:
        fill, edge, ink = _LOOKS[self._role]
        if not self.isEnabled():
            fill, edge, ink = ("bg2", "line", "ink3") if self._role != "quiet" else ("", "", "ink3")
        plate = theme.color(fill) if fill else None
        if self.isEnabled() and self.underMouse():
            plate = self._hovered(fill)
        return plate, theme.color(edge) if edge else None, ink

    def _hovered(self, fill: str) -> QColor:
        strength = 0.22 if self.isDown() else 0.12
        if self._role == "primary":
            return theme.mix("accent", "accentInk" if self.isDown() else "ink", strength)
        return (
            theme.mix(fill, "bg3", 1.0)
            if fill
            else theme.color("badSoft" if self._role == "danger" else "bg2")
        )

    def _paint_content(self, painter: QPainter, ink: str) -> None:
        left = (self.width() - self._content_width()) / 2
        if self._icon_name:
            top = (self.height() - _ICON) / 2
            painter.drawPixmap(QPointF(left, top), pixmap(self._icon_name, ink, _ICON))
            left += _ICON + _GAP
        painter.setFont(self.font())
        painter.setPen(theme.text_color(ink))
        words = QRectF(left, 0, self.width() - left, self.height())
        painter.drawText(
            words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self.text()
        )


class IconButton(QAbstractButton):
    """An icon that can be pressed; its tooltip is its name. Checkable ones show a plate while on."""

    def __init__(self, icon: str, tooltip: str, size: int = 32) -> None:
        super().__init__()
        self._icon_name = icon
        self.setToolTip(tooltip)
        self.setAccessibleName(tooltip)
        self.setFixedSize(size, size)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def set_icon(self, icon: str, tooltip: str) -> None:
        """Show another icon with another meaning."""
        self._icon_name = icon
        self.setToolTip(tooltip)
        self.setAccessibleName(tooltip)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_of(self)
        rect = QRectF(self.rect())
        live = self.isEnabled() and (self.underMouse() or self.isDown())
        if live or self.isChecked():
            panel(painter, rect, theme.color("bg3"), None, 8)
        ink = "ink3" if not self.isEnabled() else ("accent" if self.isChecked() else "ink2")
        side = 18
        corner = QPointF((self.width() - side) / 2, (self.height() - side) / 2)
        painter.setOpacity(1.0 if self.isEnabled() else 0.5)
        painter.drawPixmap(
            corner, pixmap(self._icon_name, "ink" if live and ink == "ink2" else ink, side)
        )
        painter.setOpacity(1.0)
        if focused(self):
            focus_ring(painter, rect, 7)
