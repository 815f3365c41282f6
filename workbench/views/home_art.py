"""The pictures on Home, made from real shapes: a known thing and a stranger, a shelf, a lesson."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from math import atan2, cos, sin
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPaintEvent, QPen, QRadialGradient
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.words import say
from workbench import theme
from workbench.background import in_background
from workbench.kit.paint import painter_of, panel
from workbench.models.kinds import kind_color

if TYPE_CHECKING:
    from engine.clouds import Clouds

_SHARPNESS = 2
_POINTS = 1024
_SEED = 3


@dataclass(frozen=True)
class Shape:
    """One thing to draw: kind, colour token or class index, and points (None: the built-in one)."""

    kind: str
    paint: str | int
    points: Any = None

    def color(self) -> QColor:
        """Its colour in the theme of now."""
        paint = self.paint
        return theme.class_color(paint) if isinstance(paint, int) else theme.color(paint)


Job = tuple[Shape, QColor]


def demo_shapes() -> list[Shape]:
    """A known kind and a stranger of the demo, which learns from the built-in shapes whatever is open."""
    return [Shape("chair", 2), Shape("airplane", "unknown")]


def shelf_of(clouds: "Clouds | None", known: Sequence[str]) -> list[Shape]:
    """Up to six things of the open data set, known ones first; built-in ones while none is open."""
    if clouds is None:
        built_in = ["table", "toilet", "monitor", "bed", "desk", "dresser"]
        return [
            Shape(kind, place) for kind, place in zip(built_in, (8, 9, 5, 1, 3, 4), strict=True)
        ]
    there = [kind for kind in clouds.kinds if len(clouds.of_kind(kind))]
    known = sorted(set(known) & set(there)) or there
    paints = {kind: kind_color(kind, clouds, tuple(known)) for kind in known}
    shelf = [_from(clouds, kind, paint) for kind, paint in paints.items()][-6:]
    others = [_from(clouds, kind, "unknown") for kind in there if kind not in known]
    return (shelf + others)[:6]


def _from(clouds: "Clouds", kind: str, paint: str | int) -> Shape:
    return Shape(kind, paint, clouds.points[clouds.of_kind(kind)[0]])


class _Art(QWidget):
    """A picture with shapes that are drawn in the background."""

    def __init__(self) -> None:
        super().__init__()
        self._shapes: list[Shape] = []
        self._jobs: list[Job] = []
        self._images: list[QImage] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(120)
        theme.changed().connect(self._draw)

    def sizeHint(self) -> QSize:
        return QSize(320, 200)

    def set_shapes(self, shapes: list[Shape]) -> None:
        """Show these."""
        self._shapes = shapes
        self._draw()

    def _draw(self) -> None:
        self._jobs = jobs = [(shape, shape.color()) for shape in self._shapes]
        dark = theme.is_dark()
        in_background(
            self, lambda: [_picture(*job, dark) for job in jobs], partial(self._show, jobs)
        )

    def _show(self, jobs: list[Job], images: list[QImage]) -> None:
        if jobs is self._jobs:  # else other shapes or colours were wanted meanwhile
            self._images = images
            self.update()


class StrangerArt(_Art):
    """Something known and something never seen."""

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_of(self)
        half = self.width() / 2
        boxes = (QRectF(0, 0, half, 1), QRectF(half, 0, half, 1))
        looks = (("known", "knownSoft"), ("unknown", "unknownSoft"))
        for place, image in enumerate(self._images[:2]):
            box = boxes[place].adjusted(0, 0, 0, self.height() - 33)
            paint_image(painter, box.adjusted(6, 0, -6, 0), image)
            words = f"“{self._shapes[place].kind}”" if place == 0 else say("never seen")
            _badge(painter, QPointF(box.center().x(), self.height() - 14), words, looks[place])


class ShelfArt(_Art):
    """Up to six tiles with one thing each."""

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_of(self)
        gap = 8.0
        width = min(112.0, (self.width() - 2 * gap) / 3)
        height = (self.height() - gap) / 2
        count = len(self._shapes)
        rows = 1 if count <= 3 else 2
        columns = -(-count // rows)
        left = (self.width() - columns * (width + gap) + gap) / 2
        top = (self.height() - rows * (height + gap) + gap) / 2
        for place in range(count):
            row, column = divmod(place, columns)
            corner = QPointF(left + column * (width + gap), top + row * (height + gap))
            tile = QRectF(corner, QSizeF(width, height))
            panel(painter, tile, theme.color("bg2"), None, 10)
            if place < len(self._images):
                paint_image(painter, tile.adjusted(5, 5, -5, -5), self._images[place])


class LessonArt(QWidget):
    """Teacher and student, and the three things that are passed on."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(120)

    def sizeHint(self) -> QSize:
        return QSize(320, 200)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_of(self)
        middle = QPointF(self.width() / 2, self.height() / 2)
        teacher, student = middle + QPointF(-105, 0), middle + QPointF(105, 0)
        bow = min(92.0, self.height() * 0.5)
        lessons = (
            ("kd", 9.0, -bow, say("soft answers")),
            ("crd", 5.0, 0.0, say("shape of ideas")),
            ("ce", 2.5, bow, say("the labels")),
        )
        for token, width, bend, _ in lessons:
            _arc(
                painter,
                (teacher, student),
                bend,
                QPen(theme.color(token), width, c=Qt.PenCapStyle.RoundCap),
            )
        for token, _, bend, words in lessons:
            _badge(painter, middle + QPointF(0, bend / 2), words, (token, "bg1"), edge=True)
        _sphere(painter, teacher, 34, "kd")
        _sphere(painter, student, 23, "accent")
        for centre, drop, words in ((teacher, 52, say("Teacher")), (student, 41, say("Student"))):
            painter.setFont(theme.font("small"))
            painter.setPen(theme.color("ink2"))
            place = QRectF(centre.x() - 50, centre.y() + drop - 10, 100, 20)
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, words)


def paint_image(painter: QPainter, box: QRectF, image: QImage) -> None:
    """The whole image in the middle of a box, as large as it can be."""
    size = image.size().scaled(box.size().toSize(), Qt.AspectRatioMode.KeepAspectRatio)
    target = QRectF(0, 0, size.width(), size.height())
    target.moveCenter(box.center())
    painter.drawImage(target, image)


def _picture(shape: Shape, color: QColor, dark: bool) -> QImage:
    """A shape as a picture with a transparent ground. Runs in the background."""
    import numpy as np

    from engine.picture import splat

    points = shape.points
    if points is None:
        from engine.datasets.shapes import make_cloud

        points = make_cloud(shape.kind, _SEED, 0, _POINTS)
    points = points[:_POINTS]
    one = np.array([color.redF(), color.greenF(), color.blueF()], dtype=np.float32)
    colors = np.broadcast_to(one, points.shape)
    side = 170 * _SHARPNESS
    pixels = splat(points, colors, side, side, light_theme=not dark, zoom=1.1, supersample=1)
    return QImage(pixels.data, side, side, 4 * side, QImage.Format.Format_RGBA8888).copy()


def _badge(
    painter: QPainter, centre: QPointF, words: str, look: tuple[str, str], edge: bool = False
) -> None:
    painter.setFont(theme.font("small"))
    width = painter.fontMetrics().horizontalAdvance(words) + 20
    pill = QRectF(centre.x() - width / 2, centre.y() - 12, width, 24)
    panel(painter, pill, theme.color(look[1]), theme.color("line2") if edge else None, 12)
    painter.setPen(theme.text_color(look[0]))
    painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, words)


def _arc(painter: QPainter, ends: tuple[QPointF, QPointF], bend: float, pen: QPen) -> None:
    start, end = ends
    turn = atan2(bend, end.x() - start.x())
    path = QPainterPath(start + QPointF(cos(turn) * 30, sin(turn) * 30))
    middle = (start + end) / 2 + QPointF(0, bend)
    path.quadTo(middle, end + QPointF(-cos(turn) * 22, sin(turn) * 22))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(pen)
    painter.drawPath(path)


def _sphere(painter: QPainter, centre: QPointF, radius: float, token: str) -> None:
    colour = theme.color(token)
    glow = QRadialGradient(centre - QPointF(radius, radius) * 0.35, radius * 1.5)
    glow.setColorAt(0, colour.lighter(128))
    glow.setColorAt(1, colour.darker(150))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(glow)
    painter.drawEllipse(centre, radius, radius)
