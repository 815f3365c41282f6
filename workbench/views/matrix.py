"""Who is taken for whom: a painted confusion table, shares of each row, counts on asking."""

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontInfo,
    QFontMetricsF,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from engine.metrics.open_set import Table
from engine.words import of_100, say
from workbench import theme
from workbench.kit.paint import focused, painter_of
from workbench.views.histogram import mark
from workbench.views.layers import layer

_NOWHERE = (-1, -1)
_GAP = 2.0
_FOOT = 38.0
_SHADES = 100
_LEAST = 8  # pixels of a font


class MatrixView(QWidget):
    """Rows are what a thing is, columns what is said of it; the last of both is the stranger.

    `cell(true, said)` follows the mouse and the arrow keys, (-1, -1) when nothing is pointed at;
    a click or Space holds a cell, the same again or Escape lets it go. Names are painted once, cells each time.
    """

    cell = Signal(int, int)

    def __init__(self) -> None:
        super().__init__()
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(200, 170)
        self.setAccessibleName(say("Who is taken for whom, confusion matrix"))
        self._table: Table = np.zeros((0, 0), dtype=np.int32)
        self._names: list[str] = []
        self._speaker = say("the student")
        self._pointed = self._held = _NOWHERE
        self._rects: list[list[QRectF]] = []
        self._names_layer: QPixmap | None = None
        self._shades: dict[str, list[QColor]] = {}
        theme.changed().connect(self._theme_changed)

    def sizeHint(self) -> QSize:
        return QSize(300, 300)

    def set_names(self, names: list[str], speaker: str) -> None:
        """The kinds of rows and columns, strangers last, and who is speaking."""
        self._names, self._speaker = names, speaker
        self._pointed = self._held = _NOWHERE
        self._forget()
        self.update()

    def set_table(self, table: Table) -> None:
        """Other counts, (K+1, K+1), rows = true."""
        self._table = table
        self.update()

    @property
    def current(self) -> tuple[int, int]:
        """The cell held or pointed at, (-1, -1) for none."""
        return self._held if self._held != _NOWHERE else self._pointed

    def say(self, true: int, said: int) -> str:
        """One cell in words."""
        count, whole = int(self._table[true, said]), int(self._table[true].sum())
        last = len(self._names) - 1
        taken = (
            say("turned away") if said == last else say("called {names}", names=self._names[said])
        )
        who = say("strangers") if true == last else self._names[true]
        return say(
            "{who}: {count:,} of {whole:,} {taken}", who=who, count=count, whole=whole, taken=taken
        )

    # --- pointing ---

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point(self._under(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        self._point(_NOWHERE)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._hold(self._under(event.position()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        ways = {
            Qt.Key.Key_Left: (0, -1),
            Qt.Key.Key_Right: (0, 1),
            Qt.Key.Key_Up: (-1, 0),
            Qt.Key.Key_Down: (1, 0),
        }
        key = Qt.Key(event.key())
        if key in ways and self._names:
            self._walk(*ways[key])
        elif key in (Qt.Key.Key_Space, Qt.Key.Key_Return) and self._pointed != _NOWHERE:
            self._hold(self._pointed)
        elif key == Qt.Key.Key_Escape and self.current != _NOWHERE:
            self._held = _NOWHERE
            self._point(_NOWHERE)
            self._tell()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            under = self._under(event.pos().toPointF())
            if under == _NOWHERE:
                QToolTip.hideText()
            else:
                QToolTip.showText(event.globalPos(), self.say(*under), self)
            return True
        return super().event(event)

    def _walk(self, down: int, right: int) -> None:
        last = len(self._names) - 1
        row, column = self.current if self.current != _NOWHERE else (0, 0)
        self._held = _NOWHERE
        there = min(last, max(0, row + down)), min(last, max(0, column + right))
        self._point(there)
        self.setAccessibleDescription(self.say(*there))

    def _point(self, there: tuple[int, int]) -> None:
        if there != self._pointed:
            self._pointed = there
            if self._held == _NOWHERE:
                self._tell()

    def _hold(self, there: tuple[int, int]) -> None:
        self._held = _NOWHERE if there == self._held else there
        self._tell()

    def _tell(self) -> None:
        self.update()
        self.cell.emit(*self.current)

    def _under(self, place: QPointF) -> tuple[int, int]:
        for row, cells in enumerate(self._rects):
            if cells[0].top() <= place.y() < cells[0].bottom() + _GAP:
                for column, cell in enumerate(cells):
                    if cell.left() <= place.x() < cell.right() + _GAP:
                        return row, column
        return _NOWHERE

    # --- painting ---

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._forget()

    def _forget(self) -> None:
        self._rects, self._names_layer = [], None

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._names or self._table.shape[0] != len(self._names):
            return
        painter = painter_of(self)
        kept = self._names_layer
        if kept is None or kept.devicePixelRatio() != self.devicePixelRatioF():
            kept = self._names_layer = layer(self, self._paint_names)
        painter.drawPixmap(0, 0, kept)
        self._paint_cells(painter)
        if self.current != _NOWHERE:
            row, column = self.current
            painter.setPen(QPen(theme.color("accent"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(self._rects[row][column], 3, 3)
        elif focused(self):
            painter.setPen(QPen(theme.color("accent"), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)

    def draw(self, painter: QPainter) -> None:
        """All of it but what is pointed at."""
        self._paint_names(painter)
        self._paint_cells(painter)

    def _paint_names(self, painter: QPainter) -> None:
        """All that stays while counts change; places the cells where that is not done."""
        painter.setFont(theme.font("tick"))
        self._rects = self._rects or self._layout(painter)
        self._paint_rows(painter)
        self._paint_columns(painter)

    def _layout(self, painter: QPainter) -> list[list[QRectF]]:
        count = len(self._names)
        widest = max(painter.fontMetrics().horizontalAdvance(name) for name in self._names)
        left = min(widest + 10.0, self.width() * 0.34)
        width = (self.width() - left) / count
        height = (self.height() - _FOOT) / count
        return [
            [
                QRectF(left + width * column, height * row, width - _GAP, height - _GAP)
                for column in range(count)
            ]
            for row in range(count)
        ]

    def _paint_cells(self, painter: QPainter) -> None:
        whole = np.maximum(self._table.sum(1, keepdims=True), 1)
        shares = self._table / whole
        last = len(self._names) - 1
        cell = self._rects[0][0]
        room = cell.width() >= 15 and cell.height() >= 10.5
        painter.setPen(Qt.PenStyle.NoPen)
        levels = np.ceil(shares * _SHADES).astype(int)
        for row, cells in enumerate(self._rects):
            for column, rect in enumerate(cells):
                token = "unknown" if last in (row, column) else "known"
                painter.setBrush(self._shade(token)[levels[row, column]])
                painter.drawRoundedRect(rect, 3, 3)
        if not room:
            return
        font = theme.font("tick")
        if cell.width() < 20:
            font.setPixelSize(10)
        for i in range(last + 1):
            words = of_100(shares[i, i])
            painter.setFont(fitting(font, words, cell.width()))
            painter.setPen(theme.color("bg0" if shares[i, i] > 0.5 else "ink"))
            painter.drawText(self._rects[i][i], Qt.AlignmentFlag.AlignCenter, words)

    def _paint_rows(self, painter: QPainter) -> None:
        height = self._rects[0][0].height() + _GAP
        every = max(1, int(np.ceil(11 / height)))
        last = len(self._names) - 1
        metrics = painter.fontMetrics()
        for row, name in enumerate(self._names):
            if row % every and row != last:
                continue
            cell = self._rects[row][0]
            painter.setPen(theme.text_color("unknown" if row == last else "ink2"))
            place = QRectF(0, cell.center().y() - 8, cell.left() - 7, 16)
            words = metrics.elidedText(name, Qt.TextElideMode.ElideRight, int(place.width()))
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(place, right, words)

    def _paint_columns(self, painter: QPainter) -> None:
        bottom = self._rects[-1][0].bottom()
        last = len(self._names) - 1
        radius = min(3.5, self._rects[0][0].width() / 3)
        for column, cell in enumerate(self._rects[-1]):
            token = "unknown" if column == last else "known"
            color = theme.color("unknown") if column == last else theme.class_color(column)
            mark(painter, QPointF(cell.center().x(), bottom + 10), token, color, radius)
        left = self._rects[0][0].left()
        painter.setPen(theme.color("ink3"))
        place = QRectF(left, bottom + 18, self.width() - left, 18)
        painter.drawText(
            place,
            Qt.AlignmentFlag.AlignCenter,
            say("what {speaker} says  →", speaker=self._speaker),
        )

    def _shade(self, token: str) -> list[QColor]:
        if token not in self._shades:
            faint, strong = 0.05 if token == "known" else 0.12, 0.9
            self._shades[token] = [theme.color("bg2")] + [
                theme.mix("bg2", token, faint + (strong - faint) * (level / _SHADES) ** 0.8)
                for level in range(1, _SHADES + 1)
            ]
        return self._shades[token]

    def _theme_changed(self) -> None:
        self._shades = {}
        self._forget()
        self.update()


def fitting(font: QFont, words: str, room: float) -> QFont:
    """The font, smaller where the words are wider than the room, down to what can still be read."""
    own = QFont(font)
    size = QFontInfo(own).pixelSize()
    while QFontMetricsF(own).horizontalAdvance(words) > room - 1 and size > _LEAST:
        size -= 1
        own.setPixelSize(size)
    return own
