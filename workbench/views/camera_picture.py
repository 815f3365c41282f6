"""What the camera sees, with boxes true and said, and right of a divider the laser's points laid over it."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractSlider

from engine.words import say
from workbench import theme
from workbench.kit.paint import focused, painter_of, panel
from workbench.models.classroom import BOTH, ClassroomModel
from workbench.models.classroom_words import metres
from workbench.views.box_labels import pushed_up
from workbench.views.colours import ramped, token_color
from workbench.views.layers import layer
from workbench.views.linked_picture import LinkedPicture, image_of, shade

_TAG, _STILL, _NEAR = 19.0, 4.0, 5.0
_DASH = (4.0, 3.0)
_READABLE = 4.5  # contrast of words
_STEPS = 1000  # of the divider
_DOT = (-1, 0)  # a dot is so many pixels of the screen wide and high, from its place


class CameraPicture(LinkedPicture):
    """A click chooses the smallest box there, or none."""

    ruled = False  # the one line over it is the divider

    def __init__(self, model: ClassroomModel) -> None:
        super().__init__(model, say("What the camera sees"))
        self.smooth = True
        self._with_points: QPixmap | None = None
        self._pressed = QPointF()
        self.divider = Divider(self)
        self.divider.valueChanged.connect(lambda _: self.update())
        for changed in (model.cut_changed, model.looks_changed, model.chosen_changed):
            changed.connect(self.update)
        model.shaken_changed.connect(self.forget)

    def sizeHint(self) -> QSize:
        return QSize(480, 240)

    def picture(self) -> QImage:
        return image_of(self._model.image)

    def told(self) -> str:
        found, missed, extra = self._model.counts()
        return say(
            "{told}; {found} of {there} boxes found, {extra} too many",
            told=super().told(),
            found=found,
            there=found + missed,
            extra=extra,
        )

    def box_at(self, place: QPointF) -> int | None:
        """The key of the smallest box under a place, None: there is none."""
        hits = []
        for key in self._model.shown():
            frame = self.rect_of(key)
            if frame.adjusted(-_NEAR, -_NEAR, _NEAR, _NEAR).contains(place):
                hits.append((frame.width() * frame.height(), key < 0, key))
        return min(hits)[2] if hits else None

    def rect_of(self, key: int) -> QRectF:
        """Where a box is."""
        box, _, _ = self._model.box_of(key)
        high, wide = self._model.frame.image.shape[:2]
        left, top, right, bottom = map(float, box)
        first = QPointF(self.x_of(left / wide), self.y_of(top / high))
        return QRectF(first, QPointF(self.x_of(right / wide), self.y_of(bottom / high)))

    def tags(self) -> list[tuple[int, str, QRectF]]:
        """(key, words, place): the distance of what is said, or else of what is there."""
        model = self._model
        metrics = QFontMetricsF(theme.font("strong"))
        taken: list[QRectF] = []
        found: list[tuple[int, str, QRectF]] = []
        keys = [
            key
            for key in model.shown()
            if key >= 0 or model.looks != BOTH or model.partner_of(key) is None
        ]
        for key in sorted(keys, key=lambda key: key not in model.lit):
            _, label, away = model.box_of(key)
            words = f"{model.all.things[label]} {metres(away)}".strip()
            frame, wide = self.rect_of(key), metrics.horizontalAdvance(words) + 14
            left = min(max(2.0, frame.left() - 1), self.width() - wide - 2)
            place = QRectF(left, max(2.0, frame.top() - _TAG - 3), wide, _TAG)
            place = pushed_up(place, taken)
            if place.top() >= 0:
                taken.append(place)
                found.append((key, words, place))
        return found

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = event.position()
        self.mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        still = (event.position() - self._pressed).manhattanLength() < _STILL
        if self._model.ready and still and event.button() == Qt.MouseButton.LeftButton:
            self._model.choose(self.box_at(event.position()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.divider.place()

    # --- painting ---

    def forget(self) -> None:
        self._with_points = None
        super().forget()

    def paint_picture(self, painter: QPainter, ground: QPixmap) -> None:
        if not self._model.ready:
            painter.drawPixmap(0, 0, ground)
            return
        if (
            self._with_points is None
            or self._with_points.devicePixelRatio() != self.devicePixelRatioF()
        ):
            self._with_points = layer(self, self._paint_with_points)
        cut = self.divider.x() + self.divider.width() / 2
        halves = (
            QRectF(0, 0, cut, self.height()),
            QRectF(cut, 0, self.width() - cut, self.height()),
        )
        for half, shown in zip(halves, (ground, self._with_points), strict=True):
            painter.setClipRect(half)
            painter.drawPixmap(0, 0, shown)
        painter.setClipping(False)

    def _paint_with_points(self, painter: QPainter) -> None:
        self.paint_ground(painter)
        look = self._model.look
        if look is None or not len(look.metres):
            return
        high, wide = self._model.frame.image.shape[:2]
        colours = (ramped((look.metres / look.reach).clip(0, 1), "depth") * 255).astype(np.uint8)
        ratio = self.devicePixelRatioF()
        size = round(self.width() * ratio), round(self.height() * ratio)
        at = (look.pixels / (wide, high) * size).astype(np.int64)
        painter.drawImage(self.rect(), image_of(dotted(at, colours, size)))

    def paint_over(self, painter: QPainter) -> None:
        model, lit = self._model, self._model.lit
        for key in sorted(model.shown(), key=lambda key: (key in lit, key >= 0)):
            color = self.color_of(key)
            pen = QPen(color, 3.2 if key in lit else 2.0)
            if key < 0:
                pen.setDashPattern(list(_DASH))
            painter.setOpacity(1.0 if not lit or key in lit else 0.5)
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(self.rect_of(key), 2.5, 2.5)
        painter.setOpacity(1.0)

    def paint_top(self, painter: QPainter) -> None:
        lit = self._model.lit
        painter.setFont(theme.font("strong"))
        for key, words, place in reversed(self.tags()):
            painter.setOpacity(1.0 if not lit or key in lit else 0.5)
            color = self.color_of(key)
            edge = theme.knob() if key in lit else None
            ground, ink = tag_colors(color)
            panel(painter, place, ground, edge, 5)
            painter.setPen(ink)
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, words)
        painter.setOpacity(1.0)

    def color_of(self, key: int) -> QColor:
        """Of the thing in a box."""
        return token_color(self._model.tints[self._model.box_of(key)[1]])


class Divider(QAbstractSlider):
    """An upright line over the camera's picture; dragged by its grip, or moved by the arrow keys."""

    def __init__(self, picture: CameraPicture) -> None:
        super().__init__(picture)
        self._picture = picture
        self.setOrientation(Qt.Orientation.Horizontal)
        self.setRange(0, _STEPS)
        self.setSingleStep(20)
        self.setPageStep(100)
        self.setValue(_STEPS // 2)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.SplitHCursor)
        self.setAccessibleName(say("Where the laser’s points begin"))
        self.setToolTip(
            say("Drag: to the right of this line the laser’s points lie over the picture")
        )
        self.valueChanged.connect(lambda _: self.place())

    def place(self) -> None:
        """Go to where the value says."""
        wide = 14
        middle = self.value() / _STEPS * self._picture.width()
        self.setGeometry(round(middle - wide / 2), 0, wide, self._picture.height())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setSliderDown(True)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.isSliderDown():
            x = self.mapTo(self._picture, event.position()).x()
            self.setSliderPosition(
                round(min(1.0, max(0.0, x / max(1, self._picture.width()))) * _STEPS)
            )

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.setSliderDown(False)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, middle = painter_of(self), self.width() / 2
        for color, width in ((shade(), 3.0), (theme.knob(), 1.2)):
            pen = QPen(color, width)
            pen.setDashPattern([3.0 * 1.2 / width, 3.0 * 1.2 / width])
            painter.setPen(pen)
            painter.drawLine(QPointF(middle, 0), QPointF(middle, self.height()))
        grip = QRectF(middle - 4.5, self.height() - 30, 9, 22)
        edge = theme.color("accent") if focused(self) or self.isSliderDown() else shade()
        panel(painter, grip, theme.knob(), edge, 4.5)


def dotted(
    at: NDArray[np.int64], colours: NDArray[np.uint8], size: tuple[int, int]
) -> NDArray[np.uint8]:
    """(h, w, 4) of a size (w, h): dots at pixels (M, 2) in colours (M, 3), the last above the others; else nothing.

    Painted at once: thousands of strokes take longer than a frame.
    """
    wide, high = size
    picture = np.zeros((high, wide, 4), np.uint8)
    across = np.stack([at[:, 0] + x for _ in _DOT for x in _DOT], axis=1)
    down = np.stack([at[:, 1] + y for y in _DOT for _ in _DOT], axis=1)
    inside = (across >= 0) & (across < wide) & (down >= 0) & (down < high)
    opaque = np.column_stack((colours, np.full(len(colours), 255, np.uint8)))
    picture[down[inside], across[inside]] = np.repeat(opaque[:, None], len(_DOT) ** 2, axis=1)[
        inside
    ]
    return picture


def tag_colors(color: QColor) -> tuple[QColor, QColor]:
    """Ground and words of a tag: the colour of a thing, as little lighter or darker as lets the words be read."""
    ink = max((theme.knob(), shade()), key=lambda ink: _contrast(ink, color))
    away = theme.knob() if ink == shade() else shade()
    for step in range(11):
        share = step * 0.05
        ground = QColor.fromRgbF(
            color.redF() + (away.redF() - color.redF()) * share,
            color.greenF() + (away.greenF() - color.greenF()) * share,
            color.blueF() + (away.blueF() - color.blueF()) * share,
        )
        if _contrast(ink, ground) >= _READABLE:
            break
    return ground, ink


def _contrast(first: QColor, second: QColor) -> float:
    """By the formula of WCAG 2."""
    low, high = sorted((_luminance(first), _luminance(second)))
    return (high + 0.05) / (low + 0.05)


def _luminance(color: QColor) -> float:
    parts = (color.redF(), color.greenF(), color.blueF())
    lin = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return float(np.dot(lin, (0.2126, 0.7152, 0.0722)))
