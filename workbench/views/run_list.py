"""The list of runs as it is drawn: a tile, two lines, a dot, two numbers and a small curve."""

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from engine.store import RunSummary
from engine.words import say
from workbench import theme
from workbench.kit.icon import pixmap
from workbench.kit.paint import panel
from workbench.kit.sparkline import paint_sparkline
from workbench.models.run_table import (
    CURVE,
    DETAIL,
    KNOWN,
    RUN,
    STATUS,
    STRANGERS,
    SUMMARY,
    RunTable,
)
from workbench.views.tag_chips import paint_tags

# state: (icon, token)
_LOOKS = {
    "running": ("curve", "accent"),
    "done": ("check", "good"),
    "finished early": ("check", "warn"),
    "paused": ("pause", "warn"),
    "interrupted": ("warning", "warn"),
    "failed": ("warning", "bad"),
}
_OTHER = ("clock", "ink3")
_ROW = 68
_OPEN = 84  # the width of “Open →”
_WIDTHS = {STATUS: 168, KNOWN: 134, STRANGERS: 168, CURVE: 212}
_MIDDLE = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft


class RunList(QTableView):
    """The table of runs. Enter, a double click or “Open” at the end of a row says `activated`."""

    hovered = -1

    def __init__(self, model: RunTable) -> None:
        super().__init__()
        self.setModel(model)
        self.setItemDelegate(_RunDelegate(self))
        self.setAccessibleName(say("Recent runs"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_ROW)
        header = self.horizontalHeader()
        header.setFixedHeight(36)
        header.setDefaultAlignment(_MIDDLE)
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        header.setMinimumSectionSize(60)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(RUN, QHeaderView.ResizeMode.Stretch)
        for column, width in _WIDTHS.items():
            header.resizeSection(column, width)

    def minimumSizeHint(self) -> QSize:
        return QSize(600, 36 + _ROW)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        place = event.position().toPoint()
        self._hover(self.indexAt(place).row())
        over = self._at_open(place)
        shape = Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor
        self.viewport().setCursor(shape)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        place = event.position().toPoint()
        if event.button() == Qt.MouseButton.LeftButton and self._at_open(place):
            self.activated.emit(self.indexAt(place))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hover(-1)

    def _hover(self, row: int) -> None:
        if row != self.hovered:
            self.hovered = row
            self.viewport().update()

    def _at_open(self, place: QPoint) -> bool:
        index = self.indexAt(place)
        return index.column() == CURVE and place.x() > self.visualRect(index).right() - _OPEN


class _RunDelegate(QStyledItemDelegate):
    def __init__(self, runs: RunList) -> None:
        super().__init__(runs)
        self._list = runs

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        run: RunSummary = index.data(SUMMARY)
        box: QRect = option.rect  # type: ignore[attr-defined]
        state: QStyle.StateFlag = option.state  # type: ignore[attr-defined]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, theme.color("bg2"))
            if index.column() == RUN:
                panel(
                    painter,
                    QRectF(0, box.top() + 14, 3, box.height() - 28),
                    theme.color("accent"),
                    None,
                    1.5,
                )
        painter.setPen(theme.color("line"))
        painter.drawLine(box.bottomLeft(), box.bottomRight())
        rect = QRectF(box).adjusted(8, 0, -8, 0)
        if index.column() == RUN:
            self._run(painter, rect, run, index)
        elif index.column() == STATUS:
            self._status(painter, rect, run, index)
        elif index.column() == CURVE:
            token = _LOOKS.get(run.state, _OTHER)[1]
            paint_sparkline(painter, rect.adjusted(0, 12, -_OPEN, -12), run.curve, token)
            if index.row() == self._list.hovered or state & QStyle.StateFlag.State_Selected:
                _open(painter, QRectF(box.right() - _OPEN + 8, box.top(), _OPEN - 20, box.height()))
        else:
            self._number(painter, rect, index)
        painter.restore()

    def _run(
        self,
        painter: QPainter,
        rect: QRectF,
        run: RunSummary,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        icon, token = _LOOKS.get(run.state, _OTHER)
        tile = QRectF(rect.left() + 8, rect.center().y() - 14, 28, 28)
        panel(painter, tile, theme.color("bg2"), None, 8)
        painter.drawPixmap(tile.topLeft() + QPointF(6, 6), pixmap(icon, token, 16))
        words = rect.adjusted(50, 0, 0, 0)
        _two_lines(painter, words, str(index.data()), str(index.data(DETAIL)))
        words.setHeight(words.height() / 2 + 9)  # the first line, and as much again above it
        paint_tags(
            painter, words.adjusted(0, words.height() - 28, 0, -9), str(index.data()), run.tags
        )

    def _status(
        self,
        painter: QPainter,
        rect: QRectF,
        run: RunSummary,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color(_LOOKS.get(run.state, _OTHER)[1]))
        painter.drawEllipse(QPointF(rect.left() + 4, rect.center().y()), 3.5, 3.5)
        area = rect.adjusted(14, 0, 0, 0)
        _two_lines(painter, area, str(index.data()), str(index.data(DETAIL)), "small")

    def _number(
        self, painter: QPainter, rect: QRectF, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        text = str(index.data())
        token = "known" if index.column() == KNOWN else "unknown"
        painter.setFont(theme.font("h2"))
        painter.setPen(theme.text_color("ink3" if text == "–" else token))
        painter.drawText(rect, _MIDDLE, text)

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(_WIDTHS.get(index.column(), 240), _ROW)


def _open(painter: QPainter, rect: QRectF) -> None:
    """The word and the arrow, as a button looks."""
    button = QRectF(rect.left(), rect.center().y() - 14, rect.width(), 28)
    panel(painter, button, theme.color("bg2"), theme.color("line2"), 8)
    painter.setFont(theme.font("small"))
    painter.setPen(theme.color("ink"))
    painter.drawText(button.adjusted(9, 0, 0, 0), _MIDDLE, say("Open"))
    at = QPointF(button.right() - 21, button.center().y() - 7)
    painter.drawPixmap(at, pixmap("arrow-right", "accent", 14))


def _two_lines(
    painter: QPainter, rect: QRectF, first: str, second: str, style: str = "strong"
) -> None:
    middle = rect.center().y()
    # The end of a name tells apart what begins alike.
    for text, font, ink, top, elide in (
        (first, style, "ink", middle - 19, Qt.TextElideMode.ElideMiddle),
        (second, "small", "ink3", middle, Qt.TextElideMode.ElideRight),
    ):
        painter.setFont(theme.font(font))
        painter.setPen(theme.color(ink))
        shown = painter.fontMetrics().elidedText(text, elide, int(rect.width()))
        painter.drawText(QRectF(rect.left(), top, rect.width(), 19), _MIDDLE, shown)
