"""Fields to type or pick in: search, and a list to choose from."""

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QAction, QHelpEvent, QKeyEvent, QPaintEvent
from PySide6.QtWidgets import (
    QComboBox,
    QLineEdit,
    QStyle,
    QStyleOptionComboBox,
    QStylePainter,
    QToolTip,
)

from workbench import theme
from workbench.kit.icon import icon, pixmap

_MIDDLE = Qt.TextElideMode.ElideMiddle
_BESIDE_NAMES = 36  # edges, and a scroll bar
_WIDEST = 560


class SearchField(QLineEdit):
    """A line to search in, with a glass before it and a cross to clear it."""

    def __init__(self, placeholder: str) -> None:
        super().__init__()
        self.setPlaceholderText(placeholder)
        self.setAccessibleName(placeholder)
        self.setClearButtonEnabled(True)
        self._glass = QAction(self)
        self.addAction(self._glass, QLineEdit.ActionPosition.LeadingPosition)
        self._dye()
        theme.changed().connect(self._dye)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape clears what was searched for."""
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        else:
            super().keyPressEvent(event)

    def _dye(self) -> None:
        self._glass.setIcon(icon("search", "ink3", 16))


class Picker(QComboBox):
    """A combo box with our own arrow. A name it is too narrow for is shown without its middle, and whole in a tip."""

    def __init__(self, name: str = "") -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.view().setTextElideMode(_MIDDLE)

    @property
    def shown_text(self) -> str:
        """What is chosen, as far as there is room for it."""
        return self.fontMetrics().elidedText(self.currentText(), _MIDDLE, self._room())

    def _room(self) -> int:
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        box, field = QStyle.ComplexControl.CC_ComboBox, QStyle.SubControl.SC_ComboBoxEditField
        return self.style().subControlRect(box, option, field, self).width() - 2

    def showPopup(self) -> None:
        """The list, so wide that whole names are read in it where the screen allows it."""
        wanted = self.view().sizeHintForColumn(0) + _BESIDE_NAMES
        self.view().setMinimumWidth(min(max(wanted, self.view().minimumWidth()), _WIDEST))
        super().showPopup()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and self.shown_text != self.currentText():
            told = dict.fromkeys((self.currentText(), self.toolTip()))
            QToolTip.showText(event.globalPos(), "\n".join(filter(None, told)), self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, option = QStylePainter(self), QStyleOptionComboBox()
        self.initStyleOption(option)
        option.currentText = self.shown_text  # type: ignore[attr-defined]
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
        corner = QPointF(self.width() - 24, (self.height() - 14) / 2)
        painter.drawPixmap(corner, pixmap("chevron-down", "ink2", 14))
