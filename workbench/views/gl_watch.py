"""Notices when an OpenGL canvas cannot draw any more: its context is gone, or drawing raises."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QOpenGLContext

from engine.words import say

_GONE = say("its OpenGL context is gone")


class GlWatch(QObject):
    """Stands before what Qt calls to draw a vispy canvas. From the first failure on nothing is drawn on it."""

    lost = Signal(str)  # why, once; never while something is being painted

    def __init__(self, scene: Any, lost: Callable[[str], None]) -> None:
        self._native = scene.native
        super().__init__(self._native)
        self._over = False
        self._begun = False
        self.lost.connect(lost, Qt.ConnectionType.QueuedConnection)
        # By itself vispy logs what goes wrong in these, and the view stays blank.
        for emitter in (scene.events.initialize, scene.events.resize, scene.events.draw):
            emitter.ignore_callback_errors = False
        native = self._native
        native.initializeGL = self._guarded(self._begin, native.initializeGL)
        native.resizeGL = self._guarded(self._look, native.resizeGL)
        native.paintGL = self._guarded(self._look, native.paintGL)
        native.installEventFilter(self)

    def end(self, why: str) -> None:
        """Draw no more, and say so."""
        if not self._over:
            self._over = True
            self.lost.emit(why)

    def look_after(self) -> None:
        """After a picture was asked for: nothing was drawn where there is no context."""
        if not self._native.isValid():
            self.end(_GONE)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self.look_after()  # Qt paints nothing then, without a word
        return super().eventFilter(watched, event)

    def _guarded(self, check: Callable[[], None], do: Callable[..., None]) -> Callable[..., None]:
        def guarded(*sizes: int) -> None:
            if self._over:
                return
            try:
                check()
                do(*sizes)
            except Exception as error:  # noqa: BLE001 - whatever a driver or vispy raises ends this view alone
                self.end(str(error) or type(error).__name__)

        return guarded

    def _begin(self) -> None:
        if self._begun:  # another context: all that was uploaded went with the one before
            raise RuntimeError(_GONE)
        self._begun = True

    def _look(self) -> None:
        if QOpenGLContext.currentContext() is None:
            raise RuntimeError(_GONE)
