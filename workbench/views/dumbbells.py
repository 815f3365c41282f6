"""The paper against ours, row by row: a diamond that was printed, a dot that was measured here."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF, QResizeEvent

from engine.compare.paper import NOT_RUN
from engine.words import say
from workbench import theme
from workbench.kit.button import Button
from workbench.models.dumbbell_rows import Dumbbell
from workbench.models.sheets import Sheet
from workbench.views.chart import Chart, nice_ticks

_HEAD, _FOOT, _GAP, _NOTE = 18.0, 18.0, 14.0, 16.0
_ROW = 24
_PAPER, _LEAST, _BUTTON = (
    56.0,
    60.0,
    96.0,
)  # the paper’s column, the scale at least, a button’s column
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_CENTRE = Qt.AlignmentFlag.AlignCenter
SET_UP = say("Set this up")
_OPENS = say(". A click opens our run")


@dataclass(frozen=True)
class _Columns:
    """Left and right of the scale, then the right edges of paper, ours and what ours was measured with."""

    left: float
    right: float
    paper: float
    ours: float
    end: float


class Dumbbells(Chart):
    """Rows on one scale. `wanted(row)`: a row that has no run of ours is to be set up; `chosen(row)`: ours is."""

    wanted = Signal(int)

    def __init__(self, name: str, token: str) -> None:
        super().__init__(name)
        self._token = token
        self._rows: list[Dumbbell] = []
        self._note = ""
        self.buttons: list[Button] = []

    def set_rows(self, rows: Sequence[Dumbbell], token: str = "", note: str = "") -> None:
        """Other rows, perhaps in another colour, with a note below."""
        self._rows, self._token, self._note = list(rows), token or self._token, note
        self.pointed = -1
        for button in self.buttons:
            button.deleteLater()
        self.buttons = [
            self._button(i, row) for i, row in enumerate(self._rows) if row.ours is None
        ]
        self._place_buttons()
        self.setMinimumHeight(round(_HEAD + _FOOT + self._note_height + _ROW * len(self._rows)))
        self.update()

    @property
    def rows(self) -> list[Dumbbell]:
        """What is shown."""
        return list(self._rows)

    def count(self) -> int:
        return len(self._rows)

    def say(self, item: int) -> str:
        return self._rows[item].words() + (_OPENS if self.opens(item) else "")

    def opens(self, item: int) -> bool:
        return item >= 0 and self._rows[item].line is not None

    def item_at(self, place: QPointF) -> int:
        rows = (i for i in range(len(self._rows)) if self._row(i).contains(place))
        return next(rows, -1)

    def numbers(self) -> Sheet:
        heads = (
            say("row"),
            say("loss terms"),
            say("paper, %"),
            say("ours, %"),
            say("measured with"),
            say("other settings"),
        )
        rows = [
            (
                *(row.name, row.term, f"{row.paper:.2f}", row.ours_text),
                row.told or row.why or NOT_RUN,
                "; ".join(row.apart),
            )
            for row in self._rows
        ]
        return Sheet(heads, rows)

    def sizeHint(self) -> QSize:
        return QSize(480, 220)

    def minimumSizeHint(self) -> QSize:
        return QSize(400, self.minimumHeight())

    # --- geometry ---

    @property
    def _note_height(self) -> float:
        return _NOTE if self._note else 0.0

    def _row(self, item: int) -> QRectF:
        height = (self.height() - _HEAD - _FOOT - self._note_height) / max(1, len(self._rows))
        return QRectF(0, _HEAD + height * item, self.width(), height)

    def _repeats(self, item: int) -> bool:
        """Whether the row above has the same name, so that it need not be said again."""
        return item > 0 and self._rows[item - 1].name == self._rows[item].name

    def _columns(self) -> _Columns:
        strong, small = QFontMetricsF(theme.font("strong")), QFontMetricsF(theme.font("tick"))
        words = [
            (0.0 if self._repeats(item) else strong.horizontalAdvance(row.name) + 10)
            + small.horizontalAdvance(row.term)
            for item, row in enumerate(self._rows)
        ]
        told = max((small.horizontalAdvance(row.beside) for row in self._rows), default=0.0)
        told = max(told, 84.0 if self.buttons else 0.0) + 12
        ours = (
            max((strong.horizontalAdvance(row.ours_text) for row in self._rows), default=0.0) + _GAP
        )
        left = min(max(words, default=0.0), self.width() * 0.36) + _GAP
        end = float(self.width())
        ours = max(ours, 40)
        told = min(told, max(_BUTTON, end - left - _LEAST - _PAPER - ours))
        return _Columns(left, end - told - ours - _PAPER, end - told - ours, end - told, end)

    def _scale(self) -> list[float]:
        values = [row.paper for row in self._rows]
        for row in self._rows:
            if row.ours is not None:
                spread = row.ours.deviation or 0.0
                values += [100 * (row.ours.mean - spread), 100 * (row.ours.mean + spread)]
                values += [100 * other for other in row.others]
        low, high = min(values, default=0.0), max(values, default=100.0)
        room = 0.04 * (high - low)
        return nice_ticks(max(0.0, low - room), min(100.0, high + room), 4)

    # --- buttons ---

    def _button(self, item: int, row: Dumbbell) -> Button:
        button = Button(SET_UP)
        button.setParent(self)
        button.setFont(theme.font("small"))
        button.setAccessibleName(f"{SET_UP}: {row.name} {row.term}".strip())
        why = (row.why or NOT_RUN).capitalize()
        button.setToolTip(say("{why}. Opens Set-up with this row’s recipe.", why=why))
        button.clicked.connect(lambda: self.wanted.emit(item))
        button.show()
        return button

    def _place_buttons(self) -> None:
        free = [i for i, row in enumerate(self._rows) if row.ours is None]
        for button, item in zip(self.buttons, free, strict=True):
            row = self._row(item)
            button.setFixedSize(84, 24)
            button.move(self.width() - 84, round(row.center().y() - 12))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_buttons()

    # --- painting ---

    def draw(self, painter: QPainter) -> None:
        if not self._rows:
            return
        columns, ticks = self._columns(), self._scale()
        self._paint_scale(painter, columns, ticks)
        for item, row in enumerate(self._rows):
            self._paint_words(painter, item, columns)
            self._paint_marks(painter, self._row(item).center().y(), row, columns, ticks)
        if self._note:
            painter.setFont(theme.font("tick"))
            painter.setPen(theme.text_color("warn"))
            foot = QRectF(0, self.height() - _NOTE, self.width(), _NOTE)
            words = painter.fontMetrics().elidedText(
                self._note, Qt.TextElideMode.ElideRight, int(foot.width())
            )
            painter.drawText(foot, _LEFT, words)

    def _paint_scale(self, painter: QPainter, columns: _Columns, ticks: list[float]) -> None:
        bottom = self.height() - _FOOT - self._note_height
        painter.setFont(theme.font("tick"))
        for tick in ticks:
            x = _x(tick, columns, ticks)
            painter.setPen(QPen(theme.color("line"), 1))
            painter.drawLine(QPointF(x, _HEAD), QPointF(x, bottom))
            painter.setPen(theme.color("ink2"))
            painter.drawText(QRectF(x - 30, bottom + 2, 60, _FOOT - 2), _CENTRE, f"{tick:g}")
        painter.setPen(theme.color("ink3"))
        for words, right in ((say("paper"), columns.paper - 8), (say("ours"), columns.ours - 8)):
            painter.drawText(QRectF(right - 60, 0, 60, _HEAD), _RIGHT, words)

    def _paint_words(self, painter: QPainter, item: int, columns: _Columns) -> None:
        rect, row = self._row(item), self._rows[item]
        if item == self.pointed:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("bg2"))
            painter.drawRoundedRect(rect.adjusted(-2, 1, 2, -1), 5, 5)
        cells = (
            (
                "" if self._repeats(item) else row.name,
                "strong",
                "ink",
                0.0,
                columns.left - _GAP,
                _LEFT,
            ),
            (row.term, "tick", "ink3", 0.0, columns.left - _GAP, _RIGHT),
            (f"{row.paper:.2f}", "small", "ink2", 0.0, columns.paper - 8, _RIGHT),
            (row.ours_text, "strong", "ink" if row.ours else "ink3", 0.0, columns.ours - 8, _RIGHT),
            (
                row.beside,
                "tick",
                "warn" if row.apart else "ink3",
                columns.ours + 4,
                columns.end,
                _LEFT,
            ),
        )
        for words, font, ink, left, right, align in cells:
            painter.setFont(theme.font(font))
            painter.setPen(theme.color(ink))
            place = QRectF(left, rect.top(), right - left, rect.height())
            shown = painter.fontMetrics().elidedText(
                words, Qt.TextElideMode.ElideRight, int(place.width()) + 2
            )
            painter.drawText(place, align, shown)

    def _paint_marks(
        self, painter: QPainter, y: float, row: Dumbbell, columns: _Columns, ticks: list[float]
    ) -> None:
        paper = _x(row.paper, columns, ticks)
        colour = theme.color(self._token)
        if row.ours is not None:
            faint = QColor(colour)
            faint.setAlphaF(0.45)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(faint, 1.4))
            for other in row.others:
                painter.drawEllipse(QPointF(_x(100 * other, columns, ticks), y), 3, 3)
            place = _x(100 * row.ours.mean, columns, ticks)
            painter.setPen(QPen(theme.color("line2"), 2))
            painter.drawLine(QPointF(paper, y), QPointF(place, y))
            if row.ours.deviation:
                painter.setPen(QPen(colour, 1.4))
                ends = [
                    _x(100 * (row.ours.mean + side * row.ours.deviation), columns, ticks)
                    for side in (-1, 1)
                ]
                painter.drawLine(QPointF(ends[0], y), QPointF(ends[1], y))
                for end in ends:
                    painter.drawLine(QPointF(end, y - 4), QPointF(end, y + 4))
            painter.setPen(QPen(theme.color("bg1"), 1.2))
            painter.setBrush(colour)
            painter.drawEllipse(QPointF(place, y), 5, 5)
        painter.setPen(QPen(theme.color("ink2"), 1.6))
        painter.setBrush(theme.color("bg1") if row.ours is None else Qt.BrushStyle.NoBrush)
        painter.drawPolygon(diamond(QPointF(paper, y), 5.5))


def diamond(middle: QPointF, radius: float) -> QPolygonF:
    """The mark of a printed number."""
    sides = (QPointF(0, -radius), QPointF(radius, 0), QPointF(0, radius), QPointF(-radius, 0))
    return QPolygonF([middle + side for side in sides])


def _x(value: float, columns: _Columns, ticks: list[float]) -> float:
    return columns.left + (columns.right - columns.left) * (value - ticks[0]) / (
        ticks[-1] - ticks[0]
    )
