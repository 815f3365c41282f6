"""Where things stand in the picture of a recipe, and the ways its arrows go."""

import math
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainterPath

from workbench.models.mix import SHOWN, SOURCES, TAUGHT, Lesson, Mix

_GLOW = 1.5  # a ball glows so many of its radii far
_APART, _BELOW = 112, 108  # labels right of the mixtures, or mixtures below the labels


@dataclass(frozen=True)
class Places:
    """Where things stand: balls (middle, radius), the cards of labels and mixtures, the column of kinds."""

    teacher: QPointF
    teacher_radius: float
    learner: QPointF
    learner_radius: float
    labels: QRectF
    kinds: QRectF
    mixtures: QRectF


def places(area: QRectF, mix: Mix) -> Places:
    """Where everything stands in an area."""
    width, height = area.width(), area.height() - 28
    kinds = QRectF(width - 114, 0, 114, height)
    biggest = min(66.0, width * 0.11, height * 0.16)
    middle, labels_at = height * 0.5, height * 0.5
    if mix.has_teacher:
        labels_at = height - 46
        middle = min(height * 0.47, labels_at - 24 - 52 - biggest)
    teacher = QPointF(biggest * _GLOW + 2, middle)
    labels = QRectF(teacher.x() - 34, labels_at - 24, 68, 48)
    mixtures = QRectF(labels)
    if mix.mixtures and mix.has_teacher:
        labels.translate(_APART, 0)
    elif mix.mixtures:
        mixtures.translate(0, _BELOW)
    return Places(
        teacher=teacher,
        teacher_radius=biggest,
        learner=QPointF(kinds.left() - 112, middle),
        learner_radius=biggest * _share(mix),
        labels=labels,
        kinds=kinds,
        mixtures=mixtures,
    )


def mixtures_path(place: Places) -> QPainterPath:
    """From the mixtures to the labels they are learnt with: from the left, or from below."""
    start, end = place.mixtures, place.labels
    if end.left() > start.right():
        path = QPainterPath(QPointF(start.right() + 4, start.center().y()))
        path.lineTo(QPointF(end.left() - 4, end.center().y()))
    else:
        path = QPainterPath(QPointF(start.center().x(), start.top() - 4))
        path.lineTo(QPointF(end.center().x(), end.bottom() + 22))
    return path


def name_place(place: Places, mix: Mix) -> QRectF:
    """Where the learner's name and note go: above its ball, right of the teacher's arrows."""
    left = place.learner.x() + (16 if mix.has_teacher else -6)
    top = place.learner.y() - place.learner_radius - 46
    return QRectF(left, top, place.kinds.left() - left - 2, 39)


def _share(mix: Mix) -> float:
    """The learner's radius over the teacher's: volumes go as parameters, within limits."""
    if mix.learner_token == "kd":
        return 1.0
    return min(max(math.cbrt(mix.ratio or 0.2), 0.34), 1.1)


def bulges(count: int) -> list[float]:
    """How far each of so many arrows bends upwards (1: all the way, 0: straight)."""
    if count == 1:
        return [0.8]
    return [1 - index / (count - 1) for index in range(count)]


def teacher_path(place: Places, bulge: float) -> QPainterPath:
    """From the teacher's ball to the learner's, bending upwards."""
    leave = QPointF(1 - 0.3 * bulge, -0.75 * bulge) * place.teacher_radius
    arrive = QPointF(-1 + 0.5 * bulge, -0.95 * bulge) * place.learner_radius
    return _arc(place.teacher + leave, place.learner + arrive - QPointF(4, 4 * bulge), bulge)


def labels_path(place: Places, mix: Mix, bulge: float) -> QPainterPath:
    """From the labels to the learner: straight on when nobody else teaches, else from below."""
    start = QPointF(place.labels.right() + 2, place.labels.center().y())
    if not mix.has_teacher:
        return _arc(start, place.learner - QPointF(place.learner_radius + 4, 0), bulge)
    end = place.learner + QPointF(-0.45, 0.95) * place.learner_radius + QPointF(0, 4)
    drop = place.learner.y() + place.learner_radius
    path = QPainterPath(start)
    path.cubicTo(
        QPointF(start.x() + (end.x() - start.x()) * 0.6, start.y() - 40 * bulge),
        QPointF(end.x() - 14, drop + (start.y() - drop) * 0.65),
        end,
    )
    return path


def own_path(place: Places) -> QPainterPath:
    """From the learner back to itself, below it."""
    middle, radius = place.learner, place.learner_radius
    start = middle + QPointF(0.75, 0.75) * radius
    end = middle + QPointF(0.1, 1.0) * radius + QPointF(0, 4)
    path = QPainterPath(start)
    path.cubicTo(start + QPointF(24, 56), end + QPointF(0, 60), end)
    return path


def _arc(start: QPointF, end: QPointF, bulge: float) -> QPainterPath:
    """Bends upwards so that a bulge of 1 passes 34 pixels below the top."""
    rise = bulge * max((start.y() + end.y()) / 2 - 34, 0) / 0.75
    reach = (end.x() - start.x()) * 0.3
    path = QPainterPath(start)
    path.cubicTo(start + QPointF(reach, -rise), end + QPointF(-reach, -rise), end)
    return path


def arrows(place: Places, mix: Mix) -> list[tuple[Lesson, QPainterPath, QPointF]]:
    """For each lesson its arrow and where the middle of its card goes."""
    if fan := _fan(mix):
        bends = [1 - 2 * index / (len(fan) - 1) for index in range(len(fan))]
        paths = [labels_path(place, mix, bulge) for bulge in bends]
        return [
            (lesson, path, path.pointAtPercent(0.5))
            for lesson, path in zip(fan, paths, strict=True)
        ]
    found = []
    for source in SOURCES:
        group = [item for item in mix.lessons if item.source == source]
        straight = source not in TAUGHT and len(group) == 1
        for lesson, bulge in zip(group, [0.0] if straight else bulges(len(group)), strict=True):
            path = _path(place, mix, lesson, bulge)
            found.append((lesson, path, _card_middle(path, mix, lesson, bulge)))
    return found


def _fan(mix: Mix) -> list[Lesson]:
    """Many lessons that all come from what is learnt from: their arrows bend above and below each other."""
    shown = [item for item in mix.lessons if item.source in SHOWN]
    whole = len(shown) == len(mix.lessons) > 2 and not mix.has_teacher
    return sorted(shown, key=lambda item: SHOWN.index(item.source)) if whole else []


def _path(place: Places, mix: Mix, lesson: Lesson, bulge: float) -> QPainterPath:
    if lesson.source in TAUGHT:
        return teacher_path(place, bulge)
    return labels_path(place, mix, bulge) if lesson.source in SHOWN else own_path(place)


def _card_middle(path: QPainterPath, mix: Mix, lesson: Lesson, bulge: float) -> QPointF:
    if lesson.source == "net":
        return path.pointAtPercent(0.5) + QPointF(-48, 34)
    if lesson.source in SHOWN and mix.has_teacher:
        return path.pointAtPercent(0.42)
    along, clear = (0.5, 26) if lesson.source in TAUGHT else (0.25, 40)
    return path.pointAtPercent(along) - QPointF(0, (1 - bulge) * (clear + mix.pixels(lesson) / 2))
