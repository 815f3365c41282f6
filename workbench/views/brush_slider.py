"""A slider whose ground can be brushed: a drag on its handle moves it, a drag beside it marks a band."""

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent

from workbench.kit.drag_slider import DragSlider

_GRIP = 9.0  # so close to its line the handle is meant, not the ground
_CLICK = 4.0


class BrushSlider(DragSlider):
    """`brushed(low, high)` in steps while a band is drawn, (-1, -1) once it is cleared, by Escape or a click.

    A click on the ground moves the handle there. Subclasses say where ground and handle are.
    """

    brushed = Signal(int, int)

    def __init__(self, minimum: int, maximum: int) -> None:
        self._band: tuple[int, int] | None = None
        self._brush_from: float | None = None
        super().__init__(minimum, maximum)

    def ground(self) -> QRectF:
        """Where a drag brushes."""
        raise NotImplementedError

    def handle(self) -> QPointF:
        """The centre of the handle, whose line crosses the ground."""
        raise NotImplementedError

    @property
    def band(self) -> tuple[int, int] | None:
        """The brushed band, in steps."""
        return self._band

    def clear_band(self) -> None:
        """No band is brushed any more."""
        self._brush_from = None
        if self._band is not None:
            self._band = None
            self.update()
            self.brushed.emit(-1, -1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._band is not None:
            self.clear_band()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = event.position()
        beside = self.ground().contains(place) and abs(place.x() - self.handle().x()) > _GRIP
        if event.button() == Qt.MouseButton.LeftButton and beside:
            self._brush_from = place.x()
            event.accept()
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        start, now = self._brush_from, event.position().x()
        if start is None:
            super().mouseMoveEvent(event)
        elif self._band is not None or abs(now - start) > _CLICK:
            low, high = sorted((self._step_at(start), self._step_at(now)))
            self._band = low, high
            self.update()
            self.brushed.emit(low, high)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        start, self._brush_from = self._brush_from, None
        if start is None:
            super().mouseReleaseEvent(event)
        elif abs(event.position().x() - start) <= _CLICK:  # a click, not a drag
            self.clear_band()
            self._follow(event)

    def _step_at(self, x: float) -> int:
        share = (x - self.margin) / max(1.0, self.width() - 2 * self.margin)
        reach = self.maximum() - self.minimum()
        return self.minimum() + round(min(1.0, max(0.0, share)) * reach)
