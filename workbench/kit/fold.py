"""A row that unfolds."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QVBoxLayout, QWidget

from workbench import theme
from workbench.kit.icon import pixmap
from workbench.kit.paint import focus_ring, focused, painter_of, panel

_ONE_LINE, _TWO_LINES = 38, 54
_INDENT, _GAP = 26, 12


class _Header(QAbstractButton):
    def __init__(self, title: str, note: str) -> None:
        super().__init__()
        self.note = note
        self.setText(title)
        self.setAccessibleName(f"{title}, {note}" if note else title)
        self.setCheckable(True)
        self.setFixedHeight(_ONE_LINE)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def sizeHint(self) -> QSize:
        return QSize(180, self.height())

    def fit(self) -> None:
        """Two lines where the note has no room beside the title."""
        title, note = QFontMetricsF(theme.font("strong")), QFontMetricsF(theme.font("small"))
        used = _INDENT + title.horizontalAdvance(self.text()) + _GAP
        below = used + note.horizontalAdvance(self.note) > self.width() - 1
        self.setFixedHeight(_TWO_LINES if below else _ONE_LINE)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_of(self)
        rect = QRectF(self.rect())
        if self.underMouse():
            panel(painter, rect.adjusted(0, 2, 0, -2), theme.color("bg2"), None, 8)
        arrow = pixmap("chevron-down" if self.isChecked() else "chevron-right", "ink2", 16)
        painter.drawPixmap(QPointF(2, (self.height() - 16) / 2), arrow)
        painter.setFont(theme.font("strong"))
        painter.setPen(theme.color("ink"))
        below = self.height() == _TWO_LINES
        title = rect.adjusted(_INDENT, 0, 0, -19 if below else 0)
        painter.drawText(title, Qt.AlignmentFlag.AlignVCenter, self.text())
        used = _INDENT + painter.fontMetrics().horizontalAdvance(self.text()) + _GAP
        painter.setFont(theme.font("small"))
        painter.setPen(theme.color("ink3"))
        room = rect.adjusted(_INDENT, 21, -2, 0) if below else rect.adjusted(used, 0, -1, 0)
        note = painter.fontMetrics().elidedText(
            self.note, Qt.TextElideMode.ElideRight, int(room.width())
        )
        side = Qt.AlignmentFlag.AlignLeft if below else Qt.AlignmentFlag.AlignRight
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | side, note)
        if focused(self):
            focus_ring(painter, rect, 7)


class Fold(QWidget):
    """A title with a note at its right; pressing it shows or hides `body`."""

    toggled = Signal(bool)

    def __init__(self, title: str, note: str = "") -> None:
        super().__init__()
        self.header = _Header(title, note)
        self._inner = QWidget()
        self.body = QVBoxLayout(self._inner)
        self.body.setContentsMargins(26, 4, 2, 12)
        self.body.setSpacing(8)
        self._inner.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(self._inner)
        self.header.toggled.connect(self._inner.setVisible)
        self.header.toggled.connect(self.toggled)

    def set_note(self, note: str) -> None:
        """Change the note at the right."""
        self.header.note = note
        self.header.setAccessibleName(f"{self.header.text()}, {note}")
        self.header.setToolTip(note)
        self.header.fit()
        self.header.update()

    def set_open(self, is_open: bool) -> None:
        """Show or hide the body."""
        self.header.setChecked(is_open)
