"""The picture of a recipe says with widths, balls and rings what its numbers say."""

import math
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath
from PySide6.QtWidgets import QVBoxLayout, QWidget

from workbench import theme
from workbench.models.mix import Lesson, Mix, amount, formula, in_words
from workbench.views.diagram import band
from workbench.views.dials import Dials, ManyDials
from workbench.views.loss_mix import LossMixDiagram, card_places
from workbench.views.loss_places import arrows, name_place, places

KD = Lesson("kd", "Soft answers", 1.0, "kd", "α", "alpha", "Copy the doubts.", "teacher")
CRD = Lesson("crd", "Shape of ideas", 0.4, "crd", "β", "beta", "Group alike.", "teacher")
CE = Lesson("ce", "The right answer", 0.5, "ce", "γ", "gamma", "Right or wrong.", "labels")
KINDS = ("bed", "chair", "sofa")
DISTIL = Mix((KD, CE), KINDS, has_teacher=True, ratio=0.125)
AREA = QRectF(0, 0, 570, 520)


@pytest.fixture
def diagram(qtbot):
    diagram = LossMixDiagram()
    qtbot.addWidget(diagram)
    diagram.resize(570, 520)
    return diagram


def count(image: QImage, token: str) -> int:
    """How many pixels have a token's colour."""
    bytes_of = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1, 4)
    wanted = np.array(theme.color(token).getRgb()[2::-1])
    return int((np.abs(bytes_of[..., :3] - wanted) <= 3).all(axis=-1).sum())


def painted_rows(weight: float, column: int) -> int:
    """How many pixels of one column a straight arrow of this weight covers."""
    image = QImage(200, 100, QImage.Format.Format_RGB32)
    image.fill(QColor("black"))
    path = QPainterPath(QPointF(0, 50.5))
    path.lineTo(200, 50.5)
    painter = QPainter(image)
    band(painter, path, replace(KD, weight=weight).pixels, "kd")
    painter.end()
    return sum(image.pixelColor(column, y) != QColor("black") for y in range(100))


def test_that_an_arrow_is_22_pixels_wide_for_a_weight_of_one():
    assert painted_rows(1.0, 100) == pytest.approx(22, abs=1)
    assert painted_rows(0.5, 100) == pytest.approx(11, abs=1)


def test_that_a_weight_of_zero_is_a_dashed_hairline():
    covered = [painted_rows(0.0, column) for column in range(20, 180)]
    assert max(covered) == 1
    assert min(covered) == 0


def test_that_balls_are_as_large_as_their_nets():
    place = places(AREA, DISTIL)
    assert place.learner_radius / place.teacher_radius == pytest.approx(0.5)
    same = places(AREA, replace(DISTIL, learner_token="kd"))
    assert same.learner_radius == same.teacher_radius


def test_that_every_registered_lesson_gets_an_arrow_that_ends_at_the_learner():
    mix = replace(DISTIL, lessons=(KD, CRD, replace(CRD, name="dkd"), CE))
    place = places(AREA, mix)
    drawn = arrows(place, mix)
    assert [lesson.name for lesson, _, _ in drawn] == ["kd", "crd", "dkd", "ce"]
    for _, path, _ in drawn:
        gap = path.pointAtPercent(1) - place.learner
        assert math.hypot(gap.x(), gap.y()) < place.learner_radius + 12


def test_that_arrows_of_one_teacher_go_apart():
    mix = replace(DISTIL, lessons=(KD, CRD, CE))
    heights = [path.pointAtPercent(0.5).y() for _, path, _ in arrows(places(AREA, mix), mix)]
    assert heights[0] < heights[1] < heights[2]


def test_that_without_a_teacher_no_violet_is_painted(diagram, picture):
    diagram.show_mix(DISTIL)
    assert count(picture(diagram), "kd") > 500
    diagram.show_mix(Mix((CE,), KINDS))
    assert count(picture(diagram), "kd") == 0


def test_that_the_ring_for_strangers_is_only_there_when_there_is_an_output_for_them(
    diagram, picture
):
    diagram.show_mix(DISTIL)
    assert count(picture(diagram), "unknown") == 0
    diagram.show_mix(replace(DISTIL, unknown=True))
    assert count(picture(diagram), "unknown") > 10


def test_that_the_formula_has_the_numbers():
    assert formula(DISTIL) == "L = 1.00 KD + 0.50 CE"
    assert formula(replace(DISTIL, lessons=())) == "L = 0"


def test_that_small_weights_are_not_shown_as_nothing():
    assert [amount(weight) for weight in (0, 0.001, 0.62, 2, 30000)] == [
        "0.00", "0.001", "0.62", "2.00", "30,000",
    ]  # fmt: skip


def test_that_picture_and_formula_are_different_paintings(diagram, picture):
    diagram.show_mix(DISTIL)
    before = picture(diagram)
    diagram.show_formula(True)
    assert picture(diagram) != before
    diagram.show_formula(False)
    assert picture(diagram) == before


def test_that_the_picture_can_be_heard(diagram):
    diagram.show_mix(DISTIL)
    assert diagram.accessibleDescription() == in_words(DISTIL)
    assert "Soft answers from the teacher, weight 1.00" in in_words(DISTIL)
    assert "The right answer from the labels, weight 0.50" in in_words(DISTIL)


@pytest.mark.parametrize("size", [(430, 260), (570, 520), (900, 700)])
def test_that_cards_stay_inside_and_balls_apart(diagram, size):
    mix = replace(DISTIL, lessons=(KD, CRD, CE))
    place = places(QRectF(0, 0, *size), mix)
    gap = place.learner.x() - place.teacher.x()
    assert gap > place.teacher_radius + place.learner_radius
    assert place.learner.x() + place.learner_radius < place.kinds.left()
    assert place.labels.top() > place.teacher.y() + place.teacher_radius


@pytest.mark.parametrize("weight", [0.1, 1.0, 2.0])
@pytest.mark.parametrize("width", [530, 570, 900])
def test_that_no_arrow_crosses_the_name_of_the_student(weight, width):
    mix = replace(DISTIL, lessons=tuple(replace(one, weight=weight) for one in (KD, CRD, CE)))
    place = places(QRectF(0, 0, width, 520), mix)
    name = name_place(place, mix)
    for lesson, path, _ in arrows(place, mix):
        image = QImage(width, 520, QImage.Format.Format_RGB32)
        image.fill(QColor("black"))
        painter = QPainter(image)
        band(painter, path, lesson.pixels, lesson.token)
        painter.end()
        inside = np.frombuffer(image.constBits(), np.uint8).reshape(520, width, 4)[..., :3]
        box = name.toAlignedRect()
        assert not inside[box.top() : box.bottom(), box.left() : box.right()].any(), lesson.name


@pytest.mark.parametrize("teacher", [False, True])
def test_that_mixtures_stand_beside_the_labels_with_an_arrow_and_in_the_formula(diagram, teacher):
    mix = Mix((KD, CE) if teacher else (CE,), KINDS, has_teacher=teacher, ratio=0.125, unknown=True)
    diagram.show_mix(mix)
    before = count(diagram.grab().toImage(), "unknown")
    diagram.show_mix(replace(mix, mixtures=True))
    assert count(diagram.grab().toImage(), "unknown") > before + 50
    place = places(AREA, diagram.mix)
    assert not place.mixtures.intersects(place.labels)
    assert AREA.contains(place.mixtures)
    assert "pretend strangers" in in_words(diagram.mix)
    diagram.show_formula(True)
    assert count(diagram.grab().toImage(), "unknown") > 20


@pytest.mark.parametrize("size", [(585, 470), (900, 700)])
def test_that_many_lessons_of_one_source_show_arrows_above_and_below_and_no_card_covers_another(
    size,
):
    kinds = ("things", "boxes", "boxes", "boxes", "boxes")
    lessons = tuple(
        replace(KD, name=f"{place}", source=source) for place, source in enumerate(kinds)
    )
    mix, area = Mix(lessons, answers=("a box and",), ratio=0.3), QRectF(0, 0, *size)
    place = places(area, mix)
    middles = sorted(middle.y() for _, _, middle in arrows(place, mix))
    assert min(np.diff(middles)) > 50  # higher than a card
    cards = [card for _, card in card_places(place, mix, area)]
    assert not any(one.intersects(other) for one in cards for other in cards if one is not other)


@pytest.mark.parametrize("size", [(600, 480), (520, 300)])
def test_that_no_card_of_four_lessons_covers_a_ball(size):
    lessons = [replace(KD, name=name, source="picture") for name in ("mse", "cosine", "match")]
    hidden = replace(KD, name="reconstruction", source="cloud")
    mix = Mix((*lessons, hidden), answers=("32 ideas",), has_teacher=True, ratio=0.3)
    area = QRectF(0, 0, *size)
    place = places(area, mix)
    cards = card_places(place, mix, area)
    assert len(cards) == 4
    for middle, radius in (
        (place.teacher, place.teacher_radius),
        (place.learner, place.learner_radius),
    ):
        ball = QRectF(middle.x() - radius, middle.y() - radius, 2 * radius, 2 * radius)
        assert not any(card.intersects(ball) for _, card in cards)


def test_that_the_teachers_glow_is_not_cut():
    place = places(AREA, DISTIL)
    assert place.teacher.x() >= 1.5 * place.teacher_radius


@pytest.mark.parametrize(("width", "rows"), [(760, 1), (560, 2)])
def test_that_four_dials_stand_in_one_row_or_in_two_of_two(qtbot, width, rows):
    dials = Dials()
    qtbot.addWidget(dials)
    dials.show_lessons(tuple(replace(KD, name=name) for name in ("a", "b", "c", "d")))
    dials.resize(width, 300)
    dials.show()

    def in_rows():
        tops = [dial.y() for dial in dials.dials.values()]
        return [tops.count(top) for top in sorted(set(tops))]

    qtbot.waitUntil(lambda: in_rows() == [4 // rows] * rows, timeout=2000)


@pytest.mark.parametrize("count", [3, 30])
def test_that_dials_scroll_where_they_would_be_higher_than_a_third_of_the_window(qtbot, count):
    window, dials = QWidget(), Dials()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    scroll = ManyDials(dials)
    column.addWidget(scroll)
    column.addStretch(1)
    window.resize(600, 720)
    dials.show_lessons(tuple(replace(KD, name=str(number)) for number in range(count)))
    window.show()
    most = 720 / 3

    def whole():
        return scroll.height() == dials.height() < most

    def scrolls():
        bar = scroll.verticalScrollBar()
        return bar.maximum() > 0 and scroll.height() <= most and dials.height() > most

    qtbot.waitUntil(whole if count == 3 else scrolls, timeout=2000)
    assert all(dial.height() >= dial.minimumSizeHint().height() for dial in dials.dials.values())


def test_that_no_card_covers_the_kinds_however_many_lessons_there_are():
    names = [f"Lesson {number}" for number in range(12)]
    lessons = tuple(replace(KD, name=name, word=name) for name in names)
    mix, area = replace(DISTIL, lessons=(*lessons, CE)), QRectF(0, 0, 540, 290)
    place = places(area, mix)
    cards = card_places(place, mix, area)
    assert len(cards) >= 3
    assert not any(card.intersects(place.kinds) for _, card in cards)
