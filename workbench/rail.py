"""The rail at the left: logo, pages in groups, the device meter and the theme switch."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QCursor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QSizePolicy, QVBoxLayout, QWidget

from engine.words import say
from workbench import theme
from workbench.device_meter import DeviceMeter
from workbench.kit.icon import pixmap
from workbench.kit.paint import focus_ring, focused, painter_of, panel
from workbench.kit.text import Text

WIDE, NARROW = 188, 64


@dataclass(frozen=True)
class Place:
    """One page as the rail shows it: its key, name, icon, group, and where its class is; other words it is looked for
    by; keys other than Ctrl and its number."""

    key: str
    name: str
    icon: str
    group: str
    target: str
    also: str = ""
    keys: str = ""


class Rail(QWidget):
    """Says `chosen(key)` when a page is picked, `theme_wanted` when the theme is to change, and `more_wanted` when
    somebody looks for what else there is."""

    chosen = Signal(str)
    theme_wanted = Signal()
    more_wanted = Signal()

    def __init__(self, places: tuple[Place, ...], version: str) -> None:
        super().__init__()
        self._buttons: dict[str, _RailButton] = {}
        self._group = QButtonGroup(self)
        self._narrow_parts: list[QWidget] = []
        self._wide_parts: list[QWidget] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(10, 14, 9, 10)
        self._column.setSpacing(2)
        self._logo = _Logo(version)
        self._column.addWidget(self._logo)
        self._column.addSpacing(14)
        group = ""
        for place in places:
            if place.group != group:
                group = place.group
                self._add_heading(group)
            self._add_place(place)
        self._column.addStretch(1)
        self.meter = DeviceMeter()
        self._column.addWidget(self.meter)
        self._column.addSpacing(4)
        self.more = _RailButton(say("Keys and settings"), "more")
        self.more.clicked.connect(self.more_wanted)
        self._column.addWidget(self.more)
        self._theme_button = _RailButton(say("Light theme"), "sun")
        self._theme_button.clicked.connect(self.theme_wanted)
        self._column.addWidget(self._theme_button)
        theme.changed().connect(self._name_theme)
        self._name_theme()
        self.set_narrow(False)

    def _add_heading(self, group: str) -> None:
        heading = Text(group, "caps", "ink3")
        heading.setContentsMargins(10, 12, 0, 4)
        rule = _Rule()
        self._wide_parts.append(heading)
        self._narrow_parts.append(rule)
        self._column.addWidget(heading)
        self._column.addWidget(rule)

    def _add_place(self, place: Place) -> None:
        button = _RailButton(place.name, place.icon)
        button.setCheckable(True)
        button.clicked.connect(lambda: self.chosen.emit(place.key))
        self._group.addButton(button)
        self._buttons[place.key] = button
        self._column.addWidget(button)

    def set_current(self, key: str) -> None:
        """Mark the page that is shown."""
        self._buttons[key].setChecked(True)
        for button in self._buttons.values():
            button.forget_mouse()

    def set_alive(self, key: str, alive: bool) -> None:
        """Show or hide the dot of a page where something is going on."""
        self._buttons[key].set_dot(alive)

    def set_narrow(self, narrow: bool) -> None:
        """Icons alone, or icons with words."""
        for part in self._wide_parts:
            part.setVisible(not narrow)
        for part in self._narrow_parts:
            part.setVisible(narrow)
        for button in (*self._buttons.values(), self.more, self._theme_button):
            button.set_narrow(narrow)
        self._logo.set_narrow(narrow)
        self.meter.set_narrow(narrow)
        self.setFixedWidth(NARROW if narrow else WIDE)

    def _name_theme(self) -> None:
        dark = theme.is_dark()
        self._theme_button.set_words(
            say("Light theme") if dark else say("Dark theme"), "sun" if dark else "moon"
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_of(self)
        painter.setPen(QPen(theme.color("line"), 1))
        x = self.width() - 0.5
        painter.drawLine(QPointF(x, 0), QPointF(x, self.height()))


class _RailButton(QAbstractButton):
    def __init__(self, text: str, icon: str) -> None:
        super().__init__()
        self._narrow = False
        self._dot = False
        self.set_words(text, icon)
        self.setFont(theme.font("body"))
        self.setFixedHeight(36)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def set_words(self, text: str, icon: str) -> None:
        self._icon_name = icon
        self.setText(text)
        self.setAccessibleName(text)
        self._explain()

    def set_narrow(self, narrow: bool) -> None:
        self._narrow = narrow
        self._explain()

    def set_dot(self, dot: bool) -> None:
        self._dot = dot
        self.setAccessibleDescription(say("a run is going on") if dot else "")
        self.update()

    def forget_mouse(self) -> None:
        """While a page is built the mouse may leave unseen: look where it is."""
        inside = self.rect().contains(self.mapFromGlobal(QCursor.pos()))
        self.setAttribute(Qt.WidgetAttribute.WA_UnderMouse, self.underMouse() and inside)
        self.update()

    def _explain(self) -> None:
        self.setToolTip(self.text() if self._narrow else "")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(44, 36)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_of(self)
        rect = QRectF(self.rect())
        on = self.isChecked()
        if on or self.underMouse():
            fill = theme.color("bg2" if theme.is_dark() else "bg1")
            panel(painter, rect, fill, theme.color("line") if on else None, 8)
        if on:
            mark = QRectF(0, self.height() / 2 - 9, 3, 18)
            panel(painter, mark, theme.color("accent"), None, 1.5)
        left = (self.width() - 18) / 2 if self._narrow else 13.0
        token = "accent" if on else "ink2"
        painter.drawPixmap(QPointF(left, 9), pixmap(self._icon_name, token, 18))
        if not self._narrow:
            painter.setFont(theme.font("strong" if on else "body"))
            painter.setPen(theme.color("ink" if on else "ink2"))
            words = rect.adjusted(41, 0, 0, 0)
            painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, self.text())
        if self._dot:
            centre = QPointF(self.width() - 12, 10 if self._narrow else self.height() / 2)
            _ball(painter, centre, 4, theme.color("accent"))
        if focused(self):
            focus_ring(painter, rect, 7)


class _Logo(QWidget):
    """Teacher, student, stranger: a violet ball, a teal ball, an orange ring."""

    def __init__(self, version: str) -> None:
        super().__init__()
        self._version = version
        self._narrow = False
        self.setFixedHeight(36)

    def set_narrow(self, narrow: bool) -> None:
        self._narrow = narrow
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_of(self)
        left = (self.width() - 22) / 2 if self._narrow else 9.0
        paint_logo(painter, QRectF(left, 6, 23, 23))
        if self._narrow:
            return
        painter.setFont(theme.font("strong"))
        painter.setPen(theme.color("ink"))
        painter.drawText(QRectF(41, 0, 140, 18), Qt.AlignmentFlag.AlignVCenter, "pcd-workbench")
        painter.setFont(theme.font("tick"))
        painter.setPen(theme.color("ink3"))
        words = say("v{version} · local", version=self._version)
        painter.drawText(QRectF(41, 18, 140, 16), Qt.AlignmentFlag.AlignVCenter, words)


def paint_logo(painter: QPainter, rect: QRectF) -> None:
    """The mark, inside a square."""
    unit = rect.width() / 22
    corner = rect.topLeft()
    _ball(painter, corner + QPointF(7, 7) * unit, 6.6 * unit, theme.color("kd"))
    _ball(painter, corner + QPointF(16.6, 11.6) * unit, 4.8 * unit, theme.color("accent"))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(theme.color("unknown"), 2 * unit))
    painter.drawEllipse(corner + QPointF(5.6, 18.2) * unit, 3.4 * unit, 3.4 * unit)


def _ball(painter: QPainter, centre: QPointF, radius: float, colour: QColor) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawEllipse(centre, radius, radius)


class _Rule(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(17)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_of(self)
        painter.setPen(QPen(theme.color("line"), 1))
        painter.drawLine(QPointF(8, 8.5), QPointF(self.width() - 8, 8.5))
