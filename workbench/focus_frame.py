"""The ring around a list, plot or field that scrolls, when keys brought the focus there; others paint their own."""

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QWidget

from workbench.kit.paint import focus_ring, focused, painter_of

_RADIUS = 8


class FocusFrame(QObject):
    """One for the window: lays a ring over whatever view of it has the focus."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._ring: _Ring | None = None
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._follow)

    def _follow(self, _old: QWidget | None, new: QWidget | None) -> None:
        if self._ring is not None:
            self._ring.leave()
            self._ring = None
        if isinstance(new, QAbstractScrollArea) and self._window.isAncestorOf(new):
            self._ring = _Ring(new)


class _Ring(QWidget):
    def __init__(self, view: QAbstractScrollArea) -> None:
        super().__init__(view)
        self._view = view
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setGeometry(view.rect())
        view.installEventFilter(self)
        self.show()
        self.raise_()

    def leave(self) -> None:
        self.hide()
        self.deleteLater()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self.setGeometry(self._view.rect())
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        if focused(self._view):
            focus_ring(painter_of(self), QRectF(self.rect()), _RADIUS)
