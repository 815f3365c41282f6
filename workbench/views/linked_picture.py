"""One of several pictures of the same frame, one below the other, with one cursor for all of them."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractSlider, QSizePolicy

from engine.words import say
from workbench import theme
from workbench.kit.paint import focus_ring, focused, painter_of, panel, rounded_picture
from workbench.models.classroom import ClassroomModel
from workbench.views.layers import layer

RADIUS, _RING = 10.0, 5.5
_FAST = 8  # pixels for one arrow key with Shift
_STEPS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class LinkedPicture(QAbstractSlider):
    """The mouse and the arrow keys move the cursor of the model. Subclasses say what is in the picture by `picture`;
    of its height the part from share `top` to share `foot` is shown. As a slider its value is the cursor's column."""

    ruled = True  # whether a line from top to foot goes through the cursor

    def __init__(self, model: ClassroomModel, name: str) -> None:
        super().__init__()
        self._model = model
        self.top, self.foot = 0.0, 1.0
        self.smooth = False  # whether its pixels run into each other
        self._ground: QPixmap | None = None
        self.setAccessibleName(name)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(120, 40)
        model.frame_changed.connect(self._refit)
        model.cursor_moved.connect(self._point)
        theme.changed().connect(self.forget)

    def picture(self) -> QImage | None:
        """What to show of the frame, None: there is nothing."""
        raise NotImplementedError

    def missing(self) -> str:
        """What to say where there is nothing."""
        return ""

    def crop(self, top: float, foot: float) -> None:
        """Show these shares of the height."""
        if (top, foot) != (self.top, self.foot):
            self.top, self.foot = top, foot
            self.forget()

    def forget(self) -> None:
        """Something in the picture is another."""
        self._ground = None
        self.update()

    def x_of(self, share: float) -> float:
        """Where a share of the whole width is."""
        return share * self.width()

    def y_of(self, share: float) -> float:
        """Where a share of the whole height is; outside where that is not shown."""
        return (share - self.top) / (self.foot - self.top) * self.height()

    def shares_of(self, place: QPointF) -> tuple[float, float]:
        """The inverse of both."""
        down = self.top + place.y() / max(1, self.height()) * (self.foot - self.top)
        return place.x() / max(1, self.width()), down

    def _refit(self) -> None:
        self.setRange(0, self._model.frame.image.shape[1] - 1)
        self._point()
        self.forget()

    def _point(self) -> None:
        across, _ = self._model.cursor
        self.setValue(round(across * self.maximum()))
        self.setAccessibleDescription(self.told())
        self.update()

    def told(self) -> str:
        """What is at the cursor, in words."""
        across, down = self._model.cursor
        return say(
            "Cursor at {across:.0%} from the left, {down:.0%} from the top",
            across=across,
            down=down,
        )

    # --- mouse and keys ---

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._model.ready:
            self._model.move_cursor(*self.shares_of(event.position()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _STEPS.get(Qt.Key(event.key()))
        if step is None or not self._model.ready:
            super().keyPressEvent(event)
            return
        fast = _FAST if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
        high, wide = self._model.frame.image.shape[:2]
        across, down = self._model.cursor
        self._model.move_cursor(across + fast * step[0] / wide, down + fast * step[1] / high)

    # --- painting ---

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.forget()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._ground is None or self._ground.devicePixelRatio() != self.devicePixelRatioF():
            self._ground = layer(self, self.paint_ground)
        painter = painter_of(self)
        self.paint_picture(painter, self._ground)
        if self._model.ready:
            self.paint_over(painter)
            self._paint_cursor(painter)
            self.paint_top(painter)
        if focused(self):
            focus_ring(painter, QRectF(self.rect()), RADIUS)

    def paint_picture(self, painter: QPainter, ground: QPixmap) -> None:
        """The picture, painted before."""
        painter.drawPixmap(0, 0, ground)

    def paint_over(self, painter: QPainter) -> None:
        """What lies over the picture and changes more often."""

    def paint_top(self, painter: QPainter) -> None:
        """Words, which no cursor crosses."""

    def paint_ground(self, painter: QPainter) -> None:
        """The picture with round corners, on the colour of what has no value."""
        frame = QRectF(self.rect())
        panel(painter, frame, theme.color("view1"), None, RADIUS)
        shown = self.picture() if self._model.ready else None
        if shown is not None:
            part = QRectF(
                0, self.top * shown.height(), shown.width(), (self.foot - self.top) * shown.height()
            )
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self.smooth)
            rounded_picture(painter, frame, shown, part, RADIUS)
        elif self._model.ready:
            painter.setFont(theme.font("small"))
            painter.setPen(theme.color("ink2"))
            painter.drawText(frame, Qt.AlignmentFlag.AlignCenter, self.missing())

    def _paint_cursor(self, painter: QPainter) -> None:
        across, down = self._model.cursor
        x, y = self.x_of(across), self.y_of(down)
        ink, dark = theme.knob(), shade()
        for color, width in ((dark, 3.2), (ink, 1.4)) if self.ruled else ():
            painter.setPen(QPen(color, width))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawLine(QLineF(x, 0, x, min(y - _RING, self.height())))
            painter.drawLine(QLineF(x, max(0.0, y + _RING), x, self.height()))
        for color, width in ((dark, 4.0), (ink, 2.2)):
            painter.setPen(QPen(color, width))
            painter.drawEllipse(QPointF(x, y), _RING, _RING)


def image_of(pixels: NDArray[np.uint8]) -> QImage:
    """(H, W, 3) or, see-through where the fourth is 0, (H, W, 4)."""
    pixels = np.ascontiguousarray(pixels)
    high, wide, channels = pixels.shape
    kind = QImage.Format.Format_RGB888 if channels == 3 else QImage.Format.Format_RGBA8888
    return QImage(pixels.data, wide, high, channels * wide, kind).copy()


def shade() -> QColor:
    """Dark in both themes: the edge of what must be seen on any picture."""
    return theme.color("bg0" if theme.is_dark() else "ink")
