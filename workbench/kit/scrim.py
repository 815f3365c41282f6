"""What dims a window while a dialog stands before it."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QColor, QPaintEvent
from PySide6.QtWidgets import QWidget

from workbench.kit.paint import painter_of

_DIM = QColor(0, 0, 0, 115)


class Scrim(QWidget):
    """Over everything in its parent, which is a window, as long as that is blocked by a dialog."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        parent.installEventFilter(self)
        self.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Come and go with the dialog, as large as the window."""
        match event.type():
            case QEvent.Type.WindowBlocked:
                self._fit()
                self.raise_()
                self.show()
            case QEvent.Type.WindowUnblocked:
                self.hide()
            case QEvent.Type.Resize:
                self._fit()
        return False

    def _fit(self) -> None:
        parent = self.parentWidget()
        if parent is not None:
            self.setGeometry(parent.rect())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter_of(self).fillRect(self.rect(), _DIM)
