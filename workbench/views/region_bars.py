"""What spoke for the answer: one bar for each region, from a zero line; a region that is pointed at is shown."""

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QFocusEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QHBoxLayout,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from engine.words import say
from workbench import theme
from workbench.kit import Text
from workbench.kit.paint import focus_ring, focused, painter_of, panel
from workbench.models import brought_words as words
from workbench.models.brought import Brought, Region

ROWS = 4
_ROW, _AXIS = 30, 18
_ZERO = 0.7  # where the zero line is, of the width
_NUMBER = 46.0  # room for the number beside a bar


class RegionBars(QWidget):
    """`pointed` gives the number of a region, 0 for none."""

    pointed = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._heading = Text(say("What spoke for it"), "h2", elide=True)
        self._rows, self._there = ROWS, 0
        self._axis = _Axis()
        self.bars = [_Bar(self) for _ in range(ROWS)]
        top = QHBoxLayout()
        top.addWidget(self._heading, 1)
        top.addWidget(Text(say("leave it out and ask again"), "small", "ink3"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(self._axis)
        for bar in self.bars:
            column.addWidget(bar)
            bar.pointed.connect(self.pointed)

    def show_answer(self, brought: Brought) -> None:
        """The regions that change the answer most."""
        self._heading.setText(words.spoke(brought))
        pairs = words.strongest(brought)
        self._axis.set_kind(brought.about, words.IN_LOG_ODDS if words.weak(brought) else "")
        most = max((abs(change) for _, change in pairs), default=0.0)
        for bar, (region, change) in zip(self.bars, pairs, strict=False):
            bar.show_region(region, brought.about, change, max(most, words.SMALL))
        self._there = len(pairs)
        self.set_rows(self._rows)

    def set_rows(self, rows: int) -> None:
        """At most so many bars: there may be no room for more."""
        self._rows = rows
        for place, bar in enumerate(self.bars):
            bar.setVisible(place < min(rows, self._there))


class _Axis(QWidget):
    """“against” and “for” over the zero line, or what is shown where that is no probability."""

    def __init__(self) -> None:
        super().__init__()
        self._for = self._unit = ""
        self.setFixedHeight(_AXIS)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_kind(self, kind: str, unit: str) -> None:
        self._for, self._unit = say("for “{kind}”", kind=words.plain(kind)), unit
        self.setAccessibleName(
            say("Bars to the right speak {for_} {unit}", for_=self._for, unit=unit).strip()
        )
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_of(self)
        painter.setFont(theme.font("tick"))
        painter.setPen(theme.color("ink2"))
        middle = Qt.AlignmentFlag.AlignVCenter
        zero = self.width() * _ZERO
        left = QRectF(0, 0, zero - 6, _AXIS)
        if self._unit:
            painter.drawText(left, middle, self._unit)
        else:
            painter.drawText(left, middle | Qt.AlignmentFlag.AlignRight, say("against"))
        room = QRectF(zero + 6, 0, self.width() - zero - 6, _AXIS)
        shown = painter.fontMetrics().elidedText(
            self._for, Qt.TextElideMode.ElideRight, int(room.width())
        )
        painter.drawText(room, middle, shown)


class _Bar(QAbstractButton):
    """One region: its number and place, and its bar. Pointing at it, or focus, shows it; a press keeps it shown."""

    pointed = Signal(int)

    def __init__(self, owner: RegionBars) -> None:
        super().__init__(owner)
        self._region: Region | None = None
        self._change, self._most = 0.0, 1.0
        self.setFixedHeight(_ROW)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.clicked.connect(self._say)

    def show_region(self, region: Region, kind: str, change: float, most: float) -> None:
        """Another region and what it changes, on a scale that ends at `most`."""
        self._region, self._change, self._most = region, change, most
        told = words.change_in_words(region, kind)
        self.setAccessibleName(told)
        self.setToolTip(told)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(240, _ROW)

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self._say()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.pointed.emit(0)
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if focused(self):
            self._say()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.pointed.emit(0)

    def _say(self) -> None:
        self.pointed.emit(0 if self._region is None else self._region.number)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        region = self._region
        if region is None:
            return
        painter = painter_of(self)
        if self.underMouse() or focused(self):
            panel(painter, QRectF(self.rect()), theme.color("bg2"), None, 6)
        zero = self.width() * _ZERO
        self._paint_name(painter, region, zero)
        painter.setPen(QPen(theme.color("ctl"), 1))
        painter.drawLine(QPointF(zero, 0), QPointF(zero, _ROW))
        self._paint_bar(painter, zero)
        if focused(self):
            focus_ring(painter, QRectF(self.rect()), 5)

    def _paint_name(self, painter: QPainter, region: Region, zero: float) -> None:
        badge = QRectF(2, _ROW / 2 - 9, 18, 18)
        panel(painter, badge, theme.color("bg3"), None, 9)
        painter.setFont(theme.font("tick"))
        painter.setPen(theme.color("ink"))
        painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, str(region.number))
        painter.setFont(theme.font("body"))
        room = QRectF(28, 0, zero - 28 - (_NUMBER + self._length(zero)) * self._left, _ROW)
        shown = painter.fontMetrics().elidedText(
            words.place(region), Qt.TextElideMode.ElideRight, int(room.width())
        )
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, shown)

    def _paint_bar(self, painter: QPainter, zero: float) -> None:
        length = max(2.0, self._length(zero))
        left = zero - length if self._left else zero
        rect = QRectF(left, _ROW / 2 - 5, length, 10)
        panel(
            painter,
            rect,
            theme.color("unknown" if self._left else "known"),
            None,
            min(2.5, length / 2),
        )
        painter.setFont(theme.font("strong"))
        painter.setPen(theme.color("ink"))
        number = QRectF(rect.left() - _NUMBER - 5, 0, _NUMBER, _ROW)
        side = Qt.AlignmentFlag.AlignRight
        if not self._left:
            number.moveLeft(rect.right() + 6)
            side = Qt.AlignmentFlag.AlignLeft
        painter.drawText(number, Qt.AlignmentFlag.AlignVCenter | side, words.signed(self._change))

    @property
    def _left(self) -> bool:
        return self._change < 0

    def _length(self, zero: float) -> float:
        room = min(zero * 0.28, self.width() - zero - _NUMBER - 8)
        return abs(self._change) / self._most * max(room, 10.0)
