"""How a cell of the table of runs is drawn: box, chip and name; number with a rule, or with its difference."""

from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from engine.compare.lines import Line
from workbench import theme
from workbench.kit.icon import pixmap
from workbench.kit.paint import panel
from workbench.kit.sparkline import paint_sparkline
from workbench.models.compare_columns import Column, is_better
from workbench.models.compare_table import COLOUR, COLUMN, DIFFERENCE, LINE, PINNED
from workbench.views.line_plot import colour_of
from workbench.views.tag_chips import paint_tags

if TYPE_CHECKING:
    from workbench.views.compare_list import CompareList

Index = QModelIndex | QPersistentModelIndex
CHECK_WIDTH = 40
_MIDDLE = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
_END = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
_AMID = Qt.TextElideMode.ElideMiddle  # of names: their ends tell apart what begins alike
_TOKENS = {"acc_closed": "known", "acc_open": "unknown", "f_measure": "ce"}
_DOTTED = ("acc_closed",)  # a narrow range is a dot on a rule, never a cut bar


class CompareCells(QStyledItemDelegate):
    """Paints every cell of a CompareList."""

    def __init__(self, runs: "CompareList") -> None:
        super().__init__(runs)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        box: QRect = option.rect  # type: ignore[attr-defined]
        state: QStyle.StateFlag = option.state  # type: ignore[attr-defined]
        line: Line = index.data(LINE)
        column: Column = index.data(COLUMN)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, theme.color("accentSoft"))
            if index.column() == 0:
                panel(
                    painter,
                    QRectF(0, box.top() + 2, 3, box.height() - 4),
                    theme.color("accent"),
                    None,
                    1.5,
                )
        painter.setPen(theme.color("line"))
        painter.drawLine(box.bottomLeft(), box.bottomRight())
        rect = QRectF(box).adjusted(8, 0, -8, 0)
        if column.kind == "run":
            self._run(painter, rect, line, index)
        elif column.kind == "figure":
            self._figure(painter, rect, line, index)
        elif column.kind == "curve":
            paint_sparkline(painter, rect.adjusted(0, 3, 0, -3), line.run.curve, "accent")
        else:
            ink = (
                "ink3"
                if str(index.data()) == "–"
                else "ink"
                if column.kind == "setting"
                else "ink2"
            )
            _write(painter, rect, str(index.data()), "small", ink)
        painter.restore()

    def editorEvent(
        self, event: QEvent, model: QAbstractItemModel, option: QStyleOptionViewItem, index: Index
    ) -> bool:
        return False  # the list itself answers clicks on the box, wherever the style would have drawn it

    def _run(self, painter: QPainter, rect: QRectF, line: Line, index: Index) -> None:
        on = index.data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Checked
        box = QRectF(rect.left() + 6, rect.center().y() - 8, 16, 16)
        panel(
            painter,
            box,
            theme.color("accent" if on else "bg2"),
            None if on else theme.color("ctl"),
            4,
        )
        if on:
            painter.drawPixmap(box.topLeft() + QPointF(1, 1), pixmap("check", "accentInk", 14))
        slot = index.data(COLOUR)
        middle = QPointF(rect.left() + 40, rect.center().y())
        painter.setPen(QPen(theme.color("ctl"), 1.4) if slot is None else Qt.PenStyle.NoPen)
        painter.setBrush(Qt.BrushStyle.NoBrush if slot is None else colour_of(slot))
        painter.drawEllipse(middle, 4.5, 4.5)
        words = rect.adjusted(54, 0, 0, 0)
        if index.data(PINNED):
            painter.drawPixmap(
                QPointF(rect.right() - 16, rect.center().y() - 8), pixmap("pin", "accent", 16)
            )
            words.setRight(rect.right() - 20)
        _write(painter, words, str(index.data()), "strong", "ink", elide=_AMID)
        tags = list(dict.fromkeys(tag for run in line.runs for tag in run.tags))
        paint_tags(painter, words, str(index.data()), tags)

    def _figure(self, painter: QPainter, rect: QRectF, line: Line, index: Index) -> None:
        column: Column = index.data(COLUMN)
        text, apart = str(index.data()), index.data(DIFFERENCE)
        short = text.removesuffix(" %")
        _write(painter, rect, short, "body", "ink3" if text == "–" else "ink")
        if apart is not None:
            ink = (
                "ink3" if abs(apart) < 0.0005 else "good" if is_better(column.key, apart) else "bad"
            )
            _write(painter, rect, f"{100 * apart:+.1f}", "small", ink, _END)
            return
        token = _TOKENS.get(column.key)
        figure = line.figure(column.key)
        if token is not None and figure is not None:
            track = QRectF(rect.left() + 76, rect.center().y() - 2, rect.width() - 76, 4)
            _share(painter, track, figure.mean, token, column.key in _DOTTED)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        column: Column = index.data(COLUMN)
        return QSize(column.width, 32)


def _share(painter: QPainter, track: QRectF, share: float, token: str, dotted: bool) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    if dotted:
        panel(painter, track.adjusted(0, 1, 0, -1), theme.color("bg3"), None, 1)
        painter.setBrush(theme.color(token))
        painter.drawEllipse(QPointF(track.left() + track.width() * share, track.center().y()), 4, 4)
        return
    panel(painter, track, theme.color("bg3"), None, 2)
    panel(painter, QRectF(track.topLeft(), QPointF(track.left() + max(3.0, track.width() * share), track.bottom())),
          theme.color(token), None, 2)  # fmt: skip


def _write(
    painter: QPainter,
    rect: QRectF,
    text: str,
    style: str,
    token: str,
    align: Qt.AlignmentFlag = _MIDDLE,
    elide: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
) -> None:
    painter.setFont(theme.font(style))
    painter.setPen(theme.text_color(token))
    shown = painter.fontMetrics().elidedText(text, elide, int(rect.width()))
    painter.drawText(rect, align, shown)
