"""What mouse and keys do to the eye of a 3D view."""

from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

STEP = 15.0  # degrees for one press of an arrow key or turn button
_DEGREES_PER_PIXEL = 0.5
_ZOOM = 1.15
_STILL = 4.0  # pixels: who moves less than that clicks
_TURNS = {
    Qt.Key.Key_Left: (-STEP, 0.0),
    Qt.Key.Key_Right: (STEP, 0.0),
    Qt.Key.Key_Up: (0.0, STEP),
    Qt.Key.Key_Down: (0.0, -STEP),
}
_ZOOMS = {Qt.Key.Key_Plus: _ZOOM, Qt.Key.Key_Equal: _ZOOM, Qt.Key.Key_Minus: 1 / _ZOOM}


class Hand(QObject):
    """A press of the mouse grabs, drags and lets go; arrow keys turn; the wheel, + and - zoom. Angles in degrees.

    A press that does not move also clicks; without a press the mouse points, until it has left.
    """

    grabbed = Signal()
    dragged = Signal(float, float)  # azimuth, elevation, while the mouse moves
    let_go = Signal()
    turned = Signal(float, float)  # azimuth, elevation, at once
    zoomed = Signal(float)
    clicked = Signal(QPointF)
    pointed = Signal(QPointF)
    left = Signal()

    def __init__(self, canvas: QWidget) -> None:
        super().__init__(canvas)
        self._from: QPointF | None = None
        self._pressed = QPointF()
        self._still = False
        canvas.setMouseTracking(True)
        canvas.installEventFilter(self)

    def key(self, event: QKeyEvent) -> bool:
        """Do what a key stands for; False where it stands for nothing here."""
        key = Qt.Key(event.key())
        if key in _TURNS:
            self.turned.emit(*_TURNS[key])
        elif key in _ZOOMS:
            self.zoomed.emit(_ZOOMS[key])
        return key in _TURNS or key in _ZOOMS

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QWheelEvent):
            self.zoomed.emit(1.0015 ** event.angleDelta().y())
            return True
        if isinstance(event, QMouseEvent):
            self._mouse(event)
            return True
        if event.type() == QEvent.Type.Leave:
            self.left.emit()
        return super().eventFilter(watched, event)

    def _mouse(self, event: QMouseEvent) -> None:
        kind = event.type()
        if kind == QEvent.Type.MouseButtonPress:
            self._from = self._pressed = event.position()
            self._still = event.button() == Qt.MouseButton.LeftButton
            self.grabbed.emit()
        elif kind == QEvent.Type.MouseMove and self._from is not None:
            if (event.position() - self._pressed).manhattanLength() > _STILL:
                self._still = False
            moved = (event.position() - self._from) * _DEGREES_PER_PIXEL
            self._from = event.position()
            self.dragged.emit(-moved.x(), moved.y())
        elif kind == QEvent.Type.MouseButtonRelease and self._from is not None:
            self._from = None
            self.let_go.emit()
            if self._still:
                self.clicked.emit(event.position())
        elif kind == QEvent.Type.MouseMove:
            self.pointed.emit(event.position())
