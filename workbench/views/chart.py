"""What all charts of Compare share: painted items that mouse and keys can point at, words, numbers."""

from math import floor, log10

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from workbench import theme
from workbench.kit.paint import focused, painter_of
from workbench.models.sheets import Sheet

_NEAR = 14.0
_CHOOSE = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


class Chart(QWidget):
    """Subclasses paint, and say where their items are and what they are.

    `chosen(item)` on a click, Enter or Space; arrow keys walk along the items.
    """

    chosen = Signal(int)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.pointed = -1
        theme.changed().connect(self.update)

    def count(self) -> int:
        """How many items there are."""
        raise NotImplementedError

    def say(self, item: int) -> str:
        """One item in words."""
        raise NotImplementedError

    def opens(self, item: int) -> bool:
        """Whether choosing an item does something."""
        return item >= 0

    def item_at(self, place: QPointF) -> int:
        """The item at a place, -1 for none."""
        raise NotImplementedError

    def numbers(self) -> Sheet:
        """The same as a table."""
        raise NotImplementedError

    def draw(self, painter: QPainter) -> None:
        """Draw everything but the focus."""
        raise NotImplementedError

    # --- pointing ---

    def point(self, item: int) -> None:
        """Point at an item, -1 for none."""
        if item != self.pointed:
            self.pointed = item
            self.setAccessibleDescription(self.say(item) if item >= 0 else "")
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        item = self.item_at(event.position())
        hand, arrow = Qt.CursorShape.PointingHandCursor, Qt.CursorShape.ArrowCursor
        self.setCursor(hand if self.opens(item) else arrow)
        self.point(item)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        item = self.item_at(event.position())
        if self.opens(item) and event.button() == Qt.MouseButton.LeftButton:
            self.chosen.emit(item)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.point(-1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_Left: -1}
        key = Qt.Key(event.key())
        if key in steps and self.count():
            start = self.pointed if self.pointed >= 0 else -1 if steps[key] > 0 else 0
            self.point((start + steps[key]) % self.count())
        elif key in _CHOOSE and self.opens(self.pointed):
            self.chosen.emit(self.pointed)
        elif key == Qt.Key.Key_Escape and self.pointed >= 0:
            self.point(-1)
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            item = self.item_at(event.pos().toPointF())
            QToolTip.showText(event.globalPos(), self.say(item) if item >= 0 else "", self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_of(self)
        self.draw(painter)
        if focused(self):
            painter.setPen(QPen(theme.color("accent"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)


def near(place: QPointF, spots: list[tuple[int, QPointF]]) -> int:
    """The item whose spot is closest to a place, -1 when none is close."""
    apart = [((spot - place).manhattanLength(), item) for item, spot in spots]
    distance, item = min(apart, default=(_NEAR, -1))
    return item if distance < _NEAR else -1


def nice_ticks(low: float, high: float, count: int = 5) -> list[float]:
    """Round numbers that cover low..high, at most about `count` of them."""
    reach = max(high - low, 1e-9)
    power = 10.0 ** floor(log10(reach / count))
    step = next(factor * power for factor in (1, 2, 5, 10) if reach / (factor * power) <= count)
    first = int(low // step)
    ticks = [round((first + i) * step, 10) for i in range(count + 3)]
    last = next((i for i, tick in enumerate(ticks) if tick >= high - 1e-9), len(ticks) - 1)
    return ticks[: last + 1]
