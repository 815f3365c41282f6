"""The list of kinds: a dot or a ring, the name, how many, and the switch between known and stranger."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from engine.words import say
from workbench import theme
from workbench.kit.paint import focused, panel
from workbench.kit.toggle import paint_toggle
from workbench.models.kinds import Heading, Kind, KindsModel
from workbench.views.colours import token_color

_ROW, _HEADING = 31, 38
_SWITCH = 32
_BAR = 44
_WIDE = 222  # below this width the bars are left out
_Index = QModelIndex | QPersistentModelIndex


class KindList(QListView):
    """Click or arrow to a row to pick its kind; click its switch, or press Space, to switch it."""

    picked = Signal(str)

    def __init__(self, kinds: KindsModel) -> None:
        super().__init__()
        self.kinds = kinds
        self._pressed = ""
        self.setModel(kinds)
        self.setItemDelegate(_Painter(self))
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.setAccessibleName(say("Kinds of object"))
        self.selectionModel().currentChanged.connect(self._say)
        theme.changed().connect(self.viewport().update)

    def pick(self, name: str) -> None:
        """Pick a kind, if it is in the list."""
        index = self.kinds.place_of(name)
        if index.isValid():
            self.setCurrentIndex(index)

    def switch_rect(self, name: str) -> QRectF:
        """Where the switch of a kind is, in the coordinates of the viewport."""
        return switch_in(QRectF(self.visualRect(self.kinds.place_of(name))))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        # Pressing a switch does not also pick the row.
        self._pressed = self._switch_at(event.position())
        if not self._pressed:
            super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, self._pressed = self._pressed, ""
        if not pressed:
            super().mouseReleaseEvent(event)
        elif pressed == self._switch_at(event.position()):
            self._flip(self.kinds.place_of(pressed))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and self.currentIndex().isValid():
            self._flip(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def _switch_at(self, position: QPointF) -> str:
        """The kind whose switch is there, or nothing."""
        index = self.indexAt(position.toPoint())
        row = self.kinds.row(index) if index.isValid() else None
        target = switch_in(QRectF(self.visualRect(index))).adjusted(-4, -6, 4, 6)
        return row.name if isinstance(row, Kind) and target.contains(position) else ""

    def _flip(self, index: QModelIndex) -> None:
        row = self.kinds.row(index)
        if isinstance(row, Kind):
            state = Qt.CheckState.Unchecked if row.known else Qt.CheckState.Checked
            self.kinds.setData(index, state, Qt.ItemDataRole.CheckStateRole)

    def _say(self, index: QModelIndex) -> None:
        row = self.kinds.row(index) if index.isValid() else None
        if isinstance(row, Kind):
            self.picked.emit(row.name)


def switch_in(row: QRectF) -> QRectF:
    """The switch at the right end of a row."""
    return QRectF(row.right() - _SWITCH - 4, row.center().y() - 9, _SWITCH, 18)


class _Painter(QStyledItemDelegate):
    def __init__(self, view: KindList) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        heading = isinstance(self._view.kinds.row(index), Heading)
        return QSize(100, _HEADING if heading else _ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        rect = QRectF(option.rect)  # type: ignore[attr-defined]
        state = option.state  # type: ignore[attr-defined]
        row = self._view.kinds.row(index)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if isinstance(row, Heading):
            _paint_heading(painter, rect, row)
        else:
            selected = bool(state & QStyle.StateFlag.State_Selected)
            if selected or state & QStyle.StateFlag.State_MouseOver:
                shade = theme.color("bg2")
                shade.setAlphaF(1.0 if selected else 0.6)
                panel(painter, rect.adjusted(0, 1, 0, -1), shade, None, 6)
            _paint_kind(painter, rect, row, selected)
            if state & QStyle.StateFlag.State_HasFocus and focused(self._view):
                painter.setPen(QPen(theme.color("accent"), 2))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRoundedRect(rect.adjusted(1, 2, -1, -2), 6, 6)
        painter.restore()


def _paint_heading(painter: QPainter, rect: QRectF, heading: Heading) -> None:
    line = rect.adjusted(4, 10, -6, 0)
    painter.setFont(theme.font("caps"))
    painter.setPen(theme.color("ink3"))
    painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, heading.text.upper())
    painter.setFont(theme.font("small"))
    side = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
    wide = rect.width() >= _WIDE
    painter.drawText(line, side, heading.note if wide else heading.note.split()[0])


def _paint_kind(painter: QPainter, rect: QRectF, kind: Kind, strong: bool) -> None:
    _paint_mark(painter, QPointF(rect.left() + 13, rect.center().y()), kind)
    switch = switch_in(rect)
    paint_toggle(painter, switch, kind.known, "known")
    side = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
    number = QRectF(switch.left() - 8 - 46, rect.top(), 46, rect.height())
    painter.setFont(theme.font("body"))
    painter.setPen(theme.color("ink2"))
    painter.drawText(number, side, f"{kind.count:,}")
    end = number.right() - 34
    if rect.width() >= _WIDE:
        track = QRectF(end - _BAR, rect.center().y() - 2, _BAR, 4)
        panel(painter, track, theme.color("bg3"), None, 2)
        track.setWidth(max(4.0, _BAR * kind.share))
        panel(painter, track, token_color(kind.color), None, 2)
        end -= _BAR
    painter.setFont(theme.font("strong" if strong else "body"))
    painter.setPen(theme.color("ink"))
    name = QRectF(rect.left() + 28, rect.top(), end - 8 - rect.left() - 28, rect.height())
    shown = painter.fontMetrics().elidedText(
        kind.title, Qt.TextElideMode.ElideRight, int(name.width())
    )
    painter.drawText(name, Qt.AlignmentFlag.AlignVCenter, shown)


def _paint_mark(painter: QPainter, centre: QPointF, kind: Kind) -> None:
    """A filled dot for a known kind, a ring for a stranger."""
    color = token_color(kind.color)
    painter.setPen(Qt.PenStyle.NoPen if kind.known else QPen(color, 2))
    painter.setBrush(color if kind.known else Qt.BrushStyle.NoBrush)
    radius = 5.0 if kind.known else 4.0
    painter.drawEllipse(centre, radius, radius)
