"""An OpenGL canvas that is never put into a window: its picture is read back and painted like any other.

A window that holds an OpenGL widget is put together by OpenGL at every repaint of anything in it. A graphics chip
does that for nothing; where the processor draws, it costs more than painting all widgets of a page.
"""

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QImage, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QWidget

from workbench.kit.paint import painter_of


class ReadBack(QWidget):
    """Shows what a QOpenGLWidget without a parent draws, in its own size; `update` asks for another picture."""

    read = Signal()  # a picture was asked for, whether or not there was one

    def __init__(self, native: Any) -> None:
        super().__init__()
        self._native = native
        self._picture: QImage | None = None
        self.destroyed.connect(native.deleteLater)

    def update(self) -> None:  # type: ignore[override]
        """There is something else to draw; repaints because of what lies over it draw nothing anew."""
        self._picture = None
        super().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._picture = None
        self._native.resize(event.size())
        # Qt keeps this from a widget that is not shown.
        QApplication.sendEvent(self._native, QResizeEvent(event.size(), event.oldSize()))

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._picture is None:
            self._picture = self._read()
        painter_of(self).drawImage(self.rect(), self._picture)

    def _read(self) -> QImage:
        picture: QImage = self._native.grabFramebuffer()
        self.read.emit()
        return picture
