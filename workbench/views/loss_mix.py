"""The picture of a recipe: who teaches, what is passed on, and how much each lesson counts."""

import math
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.words import say
from workbench import theme
from workbench.kit import pixmap
from workbench.kit.paint import painter_of, panel
from workbench.models.mix import PICTURE, Lesson, Mix, amount, in_words, pieces
from workbench.views.diagram import LEFT, MIDDLE, RIGHT, ball, band, width_of, write
from workbench.views.loss_places import Places, arrows, mixtures_path, name_place, places

KINDS_SHOWN = 10
_DOTS = 70
_MIXED = say("Pretend strangers, mixed from the clouds, are in every batch.")
_LOW = 340  # with less height, lessons that count for nothing have no card, and cards have one line
_MANY = 4  # with more lessons cards have one line too
_TALL, _FLAT = 44.0, 26.0
_PITCH = 20.0  # from line to line of what is answered
_STEP = 4  # pixels between two heights that are tried for a card


class LossMixDiagram(QWidget):
    """Painted from a Mix; as a picture, or as the formula with its numbers."""

    def __init__(self) -> None:
        super().__init__()
        self.mix = Mix()
        self.formula = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(420, 260)
        self.setAccessibleName(say("What is passed on"))
        theme.changed().connect(self.update)

    def show_mix(self, mix: Mix) -> None:
        """Show another mix."""
        self.mix = mix
        self.setAccessibleDescription(in_words(mix))
        self.update()

    def show_formula(self, formula: bool) -> None:
        """Show the formula instead of the picture, or the picture again."""
        self.formula = formula
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(560, 520)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_of(self)
        if self.formula:
            _paint_formula(painter, QRectF(self.rect()), self.mix)
        else:
            _paint_picture(painter, QRectF(self.rect()), self.mix)


def _paint_picture(painter: QPainter, area: QRectF, mix: Mix) -> None:
    place = places(area, mix)
    if mix.has_teacher:
        if mix.second:
            aside = QPointF(-0.62, -0.5) * place.teacher_radius
            ball(painter, place.teacher + aside, 0.62 * place.teacher_radius, "crd")
        ball(painter, place.teacher, place.teacher_radius, "kd")
        _paint_mark(painter, place.teacher, "cap")
    ball(painter, place.learner, place.learner_radius, mix.learner_token)
    _paint_mark(painter, place.learner, "cap" if mix.learner_token == "kd" else "spark")
    for lesson, path, _ in arrows(place, mix):
        band(painter, path, mix.pixels(lesson), lesson.token)
    if mix.answers:
        _paint_cloud(painter, place.labels, mix.shown)
    else:
        _paint_labels(painter, place.labels)
    if mix.mixtures:
        _paint_mixtures(painter, place)
    for lesson, card in card_places(place, mix, area):
        _paint_card(painter, card, lesson)
    _paint_names(painter, place, mix)
    _paint_kinds(painter, place, mix)
    hint = say("Drag a slider: the arrow gets thicker as that lesson counts for more.")
    write(painter, QRectF(0, area.height() - 22, area.width(), 22), hint, ("small", "ink3"), MIDDLE)


def card_places(place: Places, mix: Mix, area: QRectF) -> list[tuple[Lesson, QRectF]]:
    """Where the card of each lesson goes; with little height, what counts for nothing has none, and none has what finds
    no free place."""
    low, taken, found = area.height() < _LOW, _obstacles(place, mix), []
    flat = low or len(mix.lessons) > _MANY
    room = area.adjusted(2, 2, -2, -24)
    for lesson, _, middle in arrows(place, mix):
        if low and not lesson.weight:
            continue
        card = _clear(_card_at(lesson, middle, area, _FLAT if flat else _TALL), taken, room)
        if card is None:
            continue
        taken.append(card.adjusted(0, -3, 0, 3))
        found.append((lesson, card))
    return found


def _obstacles(place: Places, mix: Mix) -> list[QRectF]:
    """What no card may cover: balls, names, kinds, and what is learnt from."""
    below = (0, 0, 0, 22)
    taken = [_around(place.learner, place.learner_radius), name_place(place, mix)]
    taken.append(place.labels.adjusted(*below))
    taken.append(_answers_place(place, mix) if mix.answers else place.kinds)
    if mix.mixtures:
        taken.append(place.mixtures.adjusted(*below))
    if mix.has_teacher:
        taken += [_around(place.teacher, place.teacher_radius), _teacher_name(place, mix)]
    return taken


def _around(middle: QPointF, radius: float) -> QRectF:
    return QRectF(middle.x() - radius, middle.y() - radius, 2 * radius, 2 * radius)


def _clear(card: QRectF, taken: Sequence[QRectF], room: QRectF) -> QRectF | None:
    """The card at the free place nearest in height."""
    beside = [other.right() + 4 for other in taken]
    beside += [other.left() - 4 - card.width() for other in taken]
    lefts = sorted((card.left(), *beside), key=lambda left: abs(left - card.left()))
    for step in range(round(room.height() / _STEP)):
        for way in (-1, 1):
            for left in lefts:
                there = QRectF(QPointF(left, card.top() + way * step * _STEP), card.size())
                if room.contains(there) and not any(map(there.intersects, taken)):
                    return there
    return None


def _card_at(lesson: Lesson, middle: QPointF, area: QRectF, height: float) -> QRectF:
    words = width_of(lesson.word, "strong")
    if height > _FLAT:
        words = max(words, width_of(_note(lesson), "small"))
    card = QRectF(0, 0, words + 40 + width_of(amount(lesson.weight), "h2") + 14, height)
    card.moveCenter(middle)
    card.moveTop(max(card.top(), 2.0))
    card.moveLeft(min(max(card.left(), 2.0), area.width() - card.width() - 2))
    return card


def _note(lesson: Lesson) -> str:
    return f"{lesson.term} · {lesson.greek}" if lesson.greek else lesson.term


def _paint_card(painter: QPainter, card: QRectF, lesson: Lesson) -> None:
    panel(painter, card, theme.color("bg1"), theme.color("line2"), 10)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color(lesson.token))
    flat = card.height() <= _FLAT
    inset = 6 if flat else 10
    bar = QRectF(card.left() + 11, card.top() + inset, 4, card.height() - 2 * inset)
    painter.drawRoundedRect(bar, 2, 2)
    words = card.adjusted(23, 0 if flat else 5, -12, 0)
    write(painter, words.adjusted(0, 0, 0, 0 if flat else -22), lesson.word, ("strong", "ink"))
    if not flat:
        write(painter, words.adjusted(0, 17, 0, -3), _note(lesson), ("small", "ink3"))
    number = amount(lesson.weight)
    write(painter, card.adjusted(0, 0, -12, 0), number, ("h2", lesson.token), RIGHT)


def _paint_mark(painter: QPainter, middle: QPointF, icon: str) -> None:
    painter.drawPixmap(middle - QPointF(11, 11), pixmap(icon, "accentInk", 22))


def _paint_cloud(painter: QPainter, where: QRectF, name: str) -> None:
    """Points of a cloud, some of them hidden; or a picture."""
    panel(painter, where, theme.color("bg2"), theme.color("line2"), 10)
    painter.setPen(Qt.PenStyle.NoPen)
    for place in range(0 if name == PICTURE else _DOTS):
        turn, reach = 2.4 * place, (place / _DOTS) ** 0.5
        shift = QPointF(26 * reach * math.cos(turn), 17 * reach * math.sin(turn))
        painter.setBrush(theme.color("ctl" if shift.x() < 6 else "line2"))
        painter.drawEllipse(where.center() + shift, 1.6, 1.6)
    if name == PICTURE:
        painter.drawPixmap(where.center() - QPointF(13, 13), pixmap("image", "ink2", 26))
    below = QRectF(where.center().x() - 80, where.bottom() + 3, 160, 18)
    write(painter, below, name, ("strong", "ink2"), MIDDLE)


def _paint_labels(painter: QPainter, where: QRectF) -> None:
    panel(painter, where, theme.color("bg2"), theme.color("line2"), 10)
    painter.setPen(Qt.PenStyle.NoPen)
    for row, length in enumerate((30, 22, 17)):
        top = where.top() + 12 + row * 10
        painter.setBrush(theme.class_color(row))
        painter.drawRoundedRect(QRectF(where.left() + 12, top, 8, 4), 2, 2)
        painter.setBrush(theme.color("ctl"))
        painter.drawRoundedRect(QRectF(where.left() + 24, top, length, 4), 2, 2)
    below = QRectF(where.center().x() - 80, where.bottom() + 3, 160, 18)
    write(painter, below, say("Labels"), ("strong", "ink2"), MIDDLE)


def _paint_mixtures(painter: QPainter, place: Places) -> None:
    """Points of two clouds in one box, and the arrow to the labels they are learnt with."""
    where = place.mixtures
    panel(painter, where, theme.color("bg2"), theme.color("line2"), 10)
    painter.setPen(Qt.PenStyle.NoPen)
    for spot in range(_DOTS // 2):
        turn, reach = 2.4 * spot, (2 * spot / _DOTS) ** 0.5
        painter.setBrush(theme.class_color(spot % 2))
        shift = QPointF(26 * reach * math.cos(turn), 17 * reach * math.sin(turn))
        painter.drawEllipse(where.center() + shift, 1.6, 1.6)
    below = QRectF(where.center().x() - 54, where.bottom() + 3, 108, 18)
    write(painter, below, say("Mixtures"), ("strong", "unknown"), MIDDLE)
    band(painter, mixtures_path(place), 5, "unknown")


def _teacher_name(place: Places, mix: Mix) -> QRectF:
    """Two lines below the teacher's ball, or at the left edge where they would not fit there."""
    half = max(width_of(mix.teacher, "h2"), width_of(mix.teacher_note, "small")) / 2 + 2
    left = max(place.teacher.x() - half, 0.0)
    return QRectF(left, place.teacher.y() + place.teacher_radius + 8, 2 * half, 40)


def _paint_names(painter: QPainter, place: Places, mix: Mix) -> None:
    if mix.has_teacher:
        below = _teacher_name(place, mix)
        below.setHeight(20)
        write(painter, below, mix.teacher, ("h2", "ink"), MIDDLE)
        write(painter, below.translated(0, 19), mix.teacher_note, ("small", "ink2"), MIDDLE)
    above = name_place(place, mix)
    above.setHeight(20)
    write(painter, above, mix.learner, ("h2", "ink"))
    write(painter, above.translated(0, 19), mix.learner_note, ("small", "ink2"))


def _answers_place(place: Places, mix: Mix) -> QRectF:
    top = place.learner.y() - _PITCH * len(mix.answers) / 2
    return QRectF(place.kinds.left() + 6, top, place.kinds.width() - 6, _PITCH * len(mix.answers))


def _paint_answers(painter: QPainter, place: Places, mix: Mix) -> None:
    row = _answers_place(place, mix)
    row.setHeight(_PITCH)
    for line in mix.answers:
        write(painter, row, line, ("small", "ink2"))
        row.translate(0, _PITCH)


def _paint_kinds(painter: QPainter, place: Places, mix: Mix) -> None:
    painter.setPen(QPen(theme.color(mix.learner_token), 1.5))
    edge = place.learner.x() + place.learner_radius + 8
    painter.drawLine(
        QPointF(edge, place.learner.y()), QPointF(place.kinds.left() - 4, place.learner.y())
    )
    if mix.answers:
        _paint_answers(painter, place, mix)
        return
    shown = mix.kinds[:KINDS_SHOWN]
    more = len(mix.kinds) - len(shown)
    lines = 1 + len(shown) + bool(more) + (2 if mix.unknown else 0)
    pitch = min(20.0, place.kinds.height() / max(lines, 1))
    top = max(place.learner.y() - pitch * lines / 2, 0.0)
    row = QRectF(place.kinds.left() + 6, top, place.kinds.width() - 6, pitch)
    write(
        painter,
        row,
        say("{kinds} kinds", kinds=len(mix.kinds)) if mix.kinds else say("no kinds yet"),
        ("small", "ink2"),
    )
    row.translate(0, pitch)
    for index, kind in enumerate(shown):
        _paint_kind(painter, row, kind, index)
        row.translate(0, pitch)
    if more:
        write(painter, row, say("and {more} more", more=more), ("small", "ink3"))
        row.translate(0, pitch)
    if mix.unknown:
        _paint_unknown(painter, row)


def _paint_kind(painter: QPainter, row: QRectF, kind: str, index: int) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.class_color(index))
    painter.drawEllipse(QPointF(row.left() + 4.5, row.center().y()), 4.5, 4.5)
    write(painter, row.adjusted(16, 0, 0, 0), kind.replace("_", " "), ("small", "ink"))


def _paint_unknown(painter: QPainter, row: QRectF) -> None:
    painter.setPen(QPen(theme.color("unknown"), 1.75))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawEllipse(QPointF(row.left() + 4.5, row.center().y()), 4.5, 4.5)
    write(painter, row.adjusted(16, 0, 0, 0), say("“none of these”"), ("small", "unknown"))


def _paint_formula(painter: QPainter, area: QRectF, mix: Mix) -> None:
    top = max(area.height() * 0.5 - 40 - 26 * (len(mix.lessons) + mix.mixtures), 16)
    _coloured(painter, QRectF(0, top, area.width(), 44), pieces(mix))
    row = QRectF(max(area.width() * 0.5 - 250, 8), top + 76, 500, 22)
    for lesson in mix.lessons:
        name = f"{lesson.symbol} {lesson.term}".strip()
        write(painter, QRectF(row.left(), row.top(), 70, 22), name, ("strong", lesson.token))
        write(painter, row.adjusted(74, 0, 0, 0), lesson.word, ("strong", "ink"))
        write(painter, row.adjusted(74, 20, 0, 20), lesson.why, ("small", "ink2"))
        row.translate(0, 56)
    if mix.mixtures:
        write(painter, QRectF(row.left(), row.top(), 70, 22), "MIX", ("strong", "unknown"))
        write(painter, row.adjusted(74, 0, 0, 0), say("Mixtures"), ("strong", "ink"))
        write(painter, row.adjusted(74, 20, 0, 20), _MIXED, ("small", "ink2"))


def _coloured(painter: QPainter, where: QRectF, pieces: Sequence[tuple[str, str]]) -> None:
    style = "num" if sum(width_of(text, "num") for text, _ in pieces) <= where.width() else "h2"
    left = where.center().x() - sum(width_of(text, style) for text, _ in pieces) / 2
    for text, token in pieces:
        width = width_of(text, style)
        write(
            painter,
            QRectF(left, where.top(), width + 2, where.height()),
            text,
            (style, token),
            LEFT,
        )
        left += width
