"""Fields to type or pick in: search, and a list to choose from."""

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QAction, QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QComboBox, QLineEdit

from workbench import theme
from workbench.kit.icon import icon, pixmap
from workbench.kit.paint import painter_of


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
    """A combo box with our own arrow."""

    def __init__(self, name: str = "") -> None:
        super().__init__()
        self.setAccessibleName(name)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        corner = QPointF(self.width() - 24, (self.height() - 14) / 2)
        painter_of(self).drawPixmap(corner, pixmap("chevron-down", "ink2", 14))
