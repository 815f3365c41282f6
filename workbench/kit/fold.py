"""A row that unfolds."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QVBoxLayout, QWidget

from workbench import theme
from workbench.kit.icon import pixmap
from workbench.kit.paint import focus_ring, focused, painter_of, panel


class _Header(QAbstractButton):
    def __init__(self, title: str, note: str) -> None:
        super().__init__()
        self.note = note
        self.setText(title)
        self.setAccessibleName(f"{title}, {note}" if note else title)
        self.setCheckable(True)
        self.setFixedHeight(38)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def sizeHint(self) -> QSize:
        return QSize(180, 38)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_of(self)
        rect = QRectF(self.rect())
        if self.underMouse():
            panel(painter, rect.adjusted(0, 2, 0, -2), theme.color("bg2"), None, 8)
        arrow = pixmap("chevron-down" if self.isChecked() else "chevron-right", "ink2", 16)
        painter.drawPixmap(QPointF(2, (self.height() - 16) / 2), arrow)
        painter.setFont(theme.font("strong"))
        painter.setPen(theme.color("ink"))
        painter.drawText(rect.adjusted(26, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, self.text())
        used = 26 + painter.fontMetrics().horizontalAdvance(self.text()) + 12
        painter.setFont(theme.font("small"))
        painter.setPen(theme.color("ink3"))
        room = rect.adjusted(used, 0, -2, 0)
        note = painter.fontMetrics().elidedText(
            self.note, Qt.TextElideMode.ElideRight, int(room.width())
        )
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, note)
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
        self.header.update()

    def set_open(self, is_open: bool) -> None:
        """Show or hide the body."""
        self.header.setChecked(is_open)
