"""A choice of one out of a few, side by side."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QHBoxLayout, QSizePolicy, QWidget

from workbench import theme
from workbench.kit.paint import focus_ring, focused, painter_of, panel


class _Segment(QAbstractButton):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.setText(text)
        self.setAccessibleName(text)
        self.setCheckable(True)
        self.setFont(theme.font("small"))
        self.setFixedHeight(26)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance(self.text()) + 26, 26)

    def minimumSizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance(self.text()) + 12, 26)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_of(self)
        rect = QRectF(self.rect())
        if self.isChecked():
            fill = "bg3" if theme.is_dark() else "bg1"
            panel(painter, rect, theme.color(fill), theme.color("line2"), 6)
        painter.setFont(self.font())
        lit = self.isEnabled() and (self.isChecked() or self.underMouse())
        painter.setPen(theme.color("ink" if lit else "ink2" if self.isEnabled() else "ink3"))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, self.text())
        if focused(self):
            focus_ring(painter, rect, 6)


class Segmented(QWidget):
    """A row of options of which one is on; arrow keys move along it."""

    changed = Signal(int)

    def __init__(self, options: list[str]) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(3, 3, 3, 3)
        row.setSpacing(2)
        self._group = QButtonGroup(self)
        for position, option in enumerate(options):
            segment = _Segment(option)
            self._group.addButton(segment, position)
            row.addWidget(segment)
        self._group.button(0).setChecked(True)
        self._group.idToggled.connect(self._toggled)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(32)

    @property
    def index(self) -> int:
        """Which option is on."""
        return self._group.checkedId()

    def set_index(self, index: int) -> None:
        """Put another option on; says `changed` when it is another."""
        self._group.button(index).setChecked(True)

    def set_options(self, options: list[str]) -> None:
        """Other words for the same number of options."""
        for button, text in zip(self._group.buttons(), options, strict=True):
            button.setText(text)
            button.setAccessibleName(text)

    def set_option_enabled(self, index: int, enabled: bool, why: str = "") -> None:
        """Make one option (un)available, with a tip that says why or what it is."""
        self._group.button(index).setEnabled(enabled)
        self._group.button(index).setToolTip(why)

    def option(self, index: int) -> QAbstractButton:
        """The button of one option."""
        return self._group.button(index)

    def _toggled(self, index: int, on: bool) -> None:
        if on:
            self.changed.emit(index)

    def paintEvent(self, event: QPaintEvent) -> None:
        panel(painter_of(self), QRectF(self.rect()), theme.color("bg2"), theme.color("line"), 8)
