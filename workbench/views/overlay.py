"""What lies over a 3D view: rounded corners, a legend, and the strip of tools."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QLinearGradient, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QWidget

from engine.words import say
from workbench import theme
from workbench.kit import Chip, IconButton
from workbench.kit.paint import focus_ring, focused, painter_of, panel

RADIUS = 12.0


class CornerMask(QWidget):
    """Paints only the four corners and the edge: a style sheet cannot clip an OpenGL child."""

    def __init__(self, view: QWidget, behind: str) -> None:
        super().__init__(view)
        self._behind = behind
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_of(self)
        rect = QRectF(self.rect())
        corners = QPainterPath()
        corners.addRect(rect)
        inside = QPainterPath()
        inside.addRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
        painter.fillPath(corners.subtracted(inside), theme.color(self._behind))
        painter.setPen(QPen(theme.color("line"), 1))
        painter.drawPath(inside)
        view = self.parentWidget()
        if view is not None and focused(view):
            focus_ring(painter, rect, RADIUS - 1)


class ChipRow:
    """Chips side by side over a view; one that does not fit is not shown."""

    def __init__(self, view: QWidget) -> None:
        self._view = view
        self._chips: list[Chip] = []

    def texts(self) -> list[str]:
        """What the chips say."""
        return [chip.text() for chip in self._chips]

    def show_texts(self, texts: list[str]) -> None:
        """Say these instead."""
        while len(self._chips) > len(texts):
            gone = self._chips.pop()
            gone.hide()
            gone.deleteLater()
        for chip, text in zip(self._chips, texts, strict=False):
            chip.set_text(text)
        for text in texts[len(self._chips) :]:
            chip = Chip(text, "ink")
            chip.setParent(self._view)
            chip.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            self._chips.append(chip)

    def explain(self, place: int, words: str) -> None:
        """What is said when one points at a chip."""
        self._chips[place].setToolTip(words)
        self._chips[place].setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, False)

    def arrange(self, left: int, top: int, end: int) -> None:
        """Place them from `left` on, above everything, as far as `end`."""
        for chip in self._chips:
            chip.adjustSize()
            chip.move(left, top)
            left += chip.width() + 8
            chip.setVisible(left - 8 <= end)
            chip.raise_()


class Legend(QWidget):
    """An upright colour ramp with a word at either end."""

    def __init__(self, view: QWidget) -> None:
        super().__init__(view)
        self._ramp, self._high, self._low = "", "", ""
        self.setFont(theme.font("small"))
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def show_ramp(self, ramp: str, low: str, high: str) -> None:
        """A ramp of the theme, lowest value at the foot; an empty name hides the legend."""
        self._ramp, self._low, self._high = ramp, low, high
        self.setAccessibleName(
            say("Colours from {low} to {high}", low=low, high=high) if ramp else ""
        )
        self.resize(self.sizeHint())
        self.setVisible(bool(ramp))
        self.update()

    def sizeHint(self) -> QSize:
        words = max(self.fontMetrics().horizontalAdvance(word) for word in (self._low, self._high))
        return QSize(words + 2, 148)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_of(self)
        bar = QRectF(0, 22, 8, self.height() - 44)
        fill = QLinearGradient(bar.bottomLeft(), bar.topLeft())
        stops = theme.ramp(self._ramp)
        for position, stop in enumerate(stops):
            fill.setColorAt(position / (len(stops) - 1), stop)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(fill)
        painter.drawRoundedRect(bar, 3, 3)
        painter.setPen(theme.color("ink2"))
        line = QRectF(0, 0, self.width(), 18)
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, self._high)
        line.moveBottom(self.height())
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, self._low)


class ToolStrip(QWidget):
    """Icon buttons on one plate."""

    def __init__(self, view: QWidget) -> None:
        super().__init__(view)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(3, 3, 3, 3)
        self._row.setSpacing(2)

    def add(self, icon: str, tooltip: str) -> IconButton:
        """One more button at the right end."""
        button = IconButton(icon, tooltip, 28)
        self._row.addWidget(button)
        return button

    def paintEvent(self, event: QPaintEvent) -> None:
        panel(painter_of(self), QRectF(self.rect()), theme.color("bg1"), theme.color("line"), 8)
