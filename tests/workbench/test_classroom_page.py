"""Classroom: every part of the page follows one frame, one score and one box, checked against plain numpy."""

import gc
import subprocess
import sys
import time
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication, QLabel

from engine.classroom_answers import NAME, Robustness, write_classroom_answers
from engine.events import Finished
from engine.experiment import Choice, Data, Experiment
from engine.legible import BACKGROUND
from engine.metrics.seen import overlaps
from engine.orbit import project as seen_at
from engine.projection import project
from engine.store import RunStore
from tests.workbench.made_classrooms import EPSILONS, made_classroom
from workbench import theme
from workbench.models.classroom import BOTH, SAID, TRUE, Classroom, ClassroomModel
from workbench.models.classroom_words import measured, number, percent, question_word, standing
from workbench.models.rival_curve import RivalCurve
from workbench.pages.classroom import ClassroomPage
from workbench.views.camera_picture import tag_colors
from workbench.views.picture_column import busiest
from workbench.views.shake_plot import ShakePlot
from workbench.window import SMALLEST, Window

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture(scope="session")
def taught():
    return made_classroom(frames=4)


@pytest.fixture(scope="session")
def alone():
    return made_classroom(frames=2, taught=False)


@pytest.fixture
def tested_run(own_home):
    def make(name, answers, data="streets"):
        told = Experiment(name=name, recipe=Choice(name="classroom"), data=Data(name=data))
        run = RunStore().create(told)
        write_classroom_answers(run.path / NAME, answers)
        results = {"task": "classroom", "frames": len(answers), **answers.figures}
        run.log.append(Finished(outcome="done", step=15, results=results))
        return run

    return make


@pytest.fixture
def open_page(open_run_page):
    return partial(open_run_page, ClassroomPage)


def ready(page, qtbot):
    qtbot.waitUntil(lambda: page.model.ready and page.look.isVisible(), timeout=10_000)
    QApplication.processEvents()
    return page


@pytest.fixture
def page(tested_run, taught, open_page, qtbot):
    tested_run("Taught", taught)
    return ready(open_page(), qtbot)


def camera(page):
    return page.look.pictures.camera


def plain(said, frame, cut):
    """Found, missed, too many, and which said box finds which true one: one box after the other, the surest first."""
    table, pairs = overlaps(said.boxes, frame.boxes), {}
    sure = [
        row
        for row in np.argsort(-said.scores, kind="stable").tolist()
        if said.scores[row] >= np.float32(cut)
    ]
    for row in sure:
        free = [
            k
            for k in range(len(frame.boxes))
            if frame.labels[k] == said.labels[row]
            and k not in pairs.values()
            and table[row, k] >= 0.5
        ]
        if free:
            pairs[row] = max(free, key=lambda k, row=row: table[row, k])
    return (len(pairs), len(frame.boxes) - len(pairs), len(sure) - len(pairs)), pairs, sure


def put_score(page, qtbot, step):
    slider = page.look.seen.slider
    slider.setFocus()
    qtbot.keyClick(slider, Qt.Key.Key_Home)
    for _ in range(step // 10):
        qtbot.keyClick(slider, Qt.Key.Key_PageUp)
    for _ in range(step % 10):
        qtbot.keyClick(slider, Qt.Key.Key_Right)
    assert slider.value() == step
    qtbot.waitUntil(lambda: not page.look.seen._later.isActive())


def listed(page):
    cells = page.look.seen.list.cells
    return [cells.key(row) for row in range(cells.rowCount())]


def middle_of_solid(page, row):
    view = page.laser.view
    box = page.model.frame.solids[row]
    x, y = seen_at(box[None, :3], view.frame, view.orbit, view.width(), view.height())[0, :2]
    return QPoint(round(float(x)), round(float(y)))


# --- which run ---


def test_that_without_such_a_run_the_page_says_what_to_do(open_page, desk, qtbot, make_run):
    make_run("Of clouds alone", results={"acc_closed": 0.5})
    page = open_page()
    assert page.empty.isVisible() and "laser teacher" in page.empty._sentence.text()
    with qtbot.waitSignal(desk.navigate) as asked:
        qtbot.mouseClick(page.empty.button, LEFT)
    assert asked.args == ["setup"]


def test_that_a_damaged_file_is_said_in_a_sentence(tested_run, taught, open_page, qtbot):
    run = tested_run("Broken", taught)
    (run.path / NAME).write_bytes(b"no classroom at all")
    page = open_page()
    qtbot.waitUntil(lambda: page.empty._title.text() == "This run cannot be shown")
    assert "damaged" in page.empty._sentence.text()


def test_that_a_run_without_frames_says_that_none_was_left(tested_run, taught, open_page, qtbot):
    tested_run("None", replace(taught, frames=()))
    page = open_page()
    qtbot.waitUntil(lambda: page.empty._title.text() == "This run was not tested")


def test_that_a_frame_without_points_and_boxes_is_shown_empty(tested_run, taught, open_page, qtbot):
    first = taught.frames[0]
    none = {
        name: getattr(first, name)[:0] for name in ("points", "boxes", "labels", "depths", "solids")
    }
    none["said"] = replace(
        first.said,
        **{k: getattr(first.said, k)[:0] for k in ("boxes", "labels", "scores", "depths")},
    )
    bare = replace(first, **none, maps={}, shaken=())
    tested_run(
        "Bare",
        replace(
            taught,
            frames=(bare, taught.frames[1]),
            robustness=Robustness(),
            listening={},
            probes={},
        ),
    )
    page = ready(open_page(), qtbot)
    assert page.look.chip.text() == "0 found, 0 there"
    assert page.listen.off.text() == "–"
    assert page.shake.readout.text() == "not measured" or page.model.steps[-1] > 0
    assert page.look.pictures.teacher.picture() is None
    qtbot.mouseClick(page.forth, LEFT)
    qtbot.waitUntil(lambda: page.model.place == 1)
    assert len(page.laser.view.points) == len(taught.frames[1].points)


def test_that_a_finished_run_of_the_recipe_is_looked_at_here(
    tested_run, taught, open_page, desk, qtbot
):
    first = tested_run("First", taught)
    tested_run("Second", taught)
    page = ready(open_page(), qtbot)
    with qtbot.waitSignal(desk.navigate) as asked:
        desk.look(first.path)
    assert asked.args == ["classroom"]
    assert page._wanted[0] == first.path


def test_that_keys_and_buttons_walk_through_the_frames_and_round_the_end(page, taught, qtbot):
    picture = camera(page)
    picture.setFocus()
    for key, place in ((Qt.Key.Key_BracketRight, 1), (Qt.Key.Key_BracketLeft, 0)):
        qtbot.keyClick(picture, key)
        qtbot.waitUntil(lambda place=place: page.model.place == place)
        assert page.place.text() == f"Frame {place + 1} of 4"
        np.testing.assert_array_equal(page.laser.view.points, taught.frames[place].points[:, :3])
    qtbot.mouseClick(page.back, LEFT)
    qtbot.waitUntil(lambda: page.model.place == 3)
    assert page.name.text() == taught.frames[3].name


# --- before you start ---


def test_that_the_strip_counts_checks_and_opens_them_as_a_list(page, taught, qtbot):
    strip, checks = page.checks, taught.checks
    assert strip.standing.text() == standing(checks)
    states = [check.state for check in checks]
    for state, words in (("fine", "fine"), ("know", "to know about"), ("mend", "to mend")):
        if state in states:
            assert f"{states.count(state)} {words}" in strip.standing.text()
    shown = [item for item in strip.items if item.isVisible()]
    assert 4 <= len(shown) < len(checks)
    for item in shown:
        assert item.check.sentence in item.toolTip() and item.check.term in item.toolTip()
        assert measured(item.check) in item.accessibleName()
    qtbot.mouseClick(strip.look, LEFT)
    assert strip.dialog.isVisible()
    assert [row.check for row in strip.dialog.rows] == list(checks)
    qtbot.mouseClick(strip.dialog.close_button, LEFT)


def test_that_a_finished_run_was_checked_before_it_started(page, qtbot):
    told = [text.text() for text in page.checks.findChildren(QLabel)]
    assert "Checked before it started" in told and "Before you start" not in told
    qtbot.mouseClick(page.checks.look, LEFT)
    assert page.checks.dialog.windowTitle() == "Checked before it started"
    qtbot.mouseClick(page.checks.dialog.close_button, LEFT)


def test_that_the_divider_is_the_only_line_over_the_camera(page, picture):
    view, x = camera(page), camera(page).width() // 4
    page.model.move_cursor(0.9, 0.5)
    before = picture(view)
    page.model.move_cursor(x / view.width(), 0.5)
    after = picture(view)
    ring = range(view.height() // 2 - 12, view.height() // 2 + 13)
    moved = [y for y in range(view.height()) if before.pixel(x, y) != after.pixel(x, y)]
    assert moved and set(moved) <= set(ring)


def test_that_what_is_to_mend_is_never_left_out_for_what_is_fine(page, taught):
    broken = replace(taught.checks[-1], state="mend")
    fine = [replace(check, state="fine") for check in taught.checks[:-1]]
    page.checks.show_checks([*fine, broken])
    assert page.checks.shown[-1] == broken
    assert page.checks.shown[:-1] == fine[: len(page.checks.shown) - 1]


# --- pictures ---


def test_that_four_pictures_have_one_scale_and_one_cursor(page, qtbot):
    pictures = page.look.pictures.pictures
    assert len({picture.width() for picture in pictures}) == 1
    assert len({picture.x() for picture in pictures}) == 1
    first = pictures[1]

    def led():  # a first move can go unheard
        for x in (9, first.width() // 4):
            qtbot.mouseMove(first, QPoint(x, first.height() // 2))
            QApplication.processEvents()
        return page.model.cursor[0] == pytest.approx(0.25, abs=0.01)

    qtbot.waitUntil(led)
    across, down = page.model.cursor
    assert down == pytest.approx((first.top + first.foot) / 2, abs=0.02)
    wide = page.model.frame.image.shape[1]
    assert {picture.value() for picture in pictures} == {round(across * (wide - 1))}
    camera(page).setFocus()
    qtbot.keyClick(camera(page), Qt.Key.Key_Right)
    qtbot.keyClick(camera(page), Qt.Key.Key_Up)
    assert page.model.cursor == pytest.approx((across + 1 / wide, down - 1 / 96))
    assert all("%" in picture.accessibleDescription() for picture in pictures)


def test_that_maps_show_the_rows_with_most_boxes():
    rows = np.zeros(100)
    rows[40:60] = 3
    assert busiest(rows, 0.2) == pytest.approx((0.4, 0.6))
    assert busiest(np.zeros(0), 1.0) == (0.0, 1.0)
    top, foot = busiest(np.eye(10)[9], 0.5)
    assert foot == 1.0 and top == 0.5


def test_that_cells_without_a_value_show_the_background(page, taught, qtbot):
    shown, pictures = taught.frames[0].maps["laser"], page.look.pictures
    assert 0 < (~shown.valid).sum() < shown.valid.size
    student = (shown.student != BACKGROUND).any(axis=2)
    for picture, there in (
        (pictures.teacher, shown.valid),
        (pictures.student, student),
        (pictures.difference, shown.valid),
    ):
        image = picture.picture()
        alpha = np.array(
            [[image.pixelColor(x, y).alpha() for x in range(160)] for y in range(0, 96, 7)]
        )
        np.testing.assert_array_equal(alpha > 0, there[::7])
    hole = np.argwhere(~shown.valid)[0]
    page.model.move_cursor((hole[1] + 0.5) / 160, (hole[0] + 0.5) / 96)
    assert "no value here" in pictures.difference.accessibleDescription()
    cell = np.argwhere(shown.valid)[0]
    page.model.move_cursor((cell[1] + 0.5) / 160, (cell[0] + 0.5) / 96)
    off = float(shown.difference[tuple(cell)])
    assert f"{off:.0%} off here" in pictures.difference.accessibleDescription()


def test_that_the_difference_has_the_colours_of_its_ramp(page, taught):
    shown = taught.frames[0].maps["laser"]
    stops = np.array([[c.red(), c.green(), c.blue()] for c in theme.ramp("error")], float)
    pixels = page.look.pictures.difference.pixels(shown)
    place = np.linspace(0, 1, len(stops))
    wanted = np.stack(
        [np.interp(shown.difference.astype(float), place, own) for own in stops.T], axis=2
    )
    assert np.abs(pixels[..., :3] - wanted)[shown.valid].max() <= 3


def test_that_the_switch_shows_the_other_teacher_everywhere(page, taught, qtbot):
    pictures = page.look.pictures
    assert [pictures.teacher.switch.option(n).text() for n in (0, 1)] == ["Laser", "Outlines"]
    qtbot.mouseClick(pictures.teacher.switch.option(1), LEFT)
    shown = taught.frames[0].maps["outlines"]
    for picture, colours in ((pictures.teacher, shown.teacher), (pictures.student, shown.student)):
        pixel = picture.picture().pixelColor(80, 48)
        assert (pixel.red(), pixel.green(), pixel.blue()) == tuple(colours[48, 80])
    assert pictures.teacher.plate()[:2] == ("Outline teacher says", "one colour a kind")


def test_that_maps_of_numbers_are_features_as_colours_whoever_told_them(
    tested_run, taught, open_page, qtbot
):
    tested_run("Older", replace(taught, by_kind=()))
    teacher = ready(open_page(), qtbot).look.pictures.teacher
    for name in taught.teachers:
        teacher._model.set_teacher(name)
        assert teacher.plate()[1] == "features as 3 colours"


def test_that_a_run_without_teachers_gives_the_camera_the_room_of_the_maps(
    tested_run, alone, taught, open_page, qtbot
):
    tested_run("Alone", alone)
    page = ready(open_page(), qtbot)
    pictures = page.look.pictures
    assert pictures.teacher.switch is None and pictures.student.picture() is None
    maps = (pictures.teacher, pictures.student, pictures.difference)
    assert not any(each.isVisible() for each in maps)
    before = pictures.camera.height()
    for name, answers, shown in (("Taught", taught, True), ("Alone again", alone, False)):
        path = tested_run(name, answers).path
        page.take(path, page.read(path))
        qtbot.waitUntil(lambda shown=shown: all(each.isVisible() is shown for each in maps))
        assert (pictures.camera.height() < before) is shown
    assert page.listen.bars.accessibleDescription() == "not measured"


def test_that_points_are_laid_over_right_of_the_divider_alone(page, taught, picture, qtbot):
    view, divider = camera(page), camera(page).divider
    frame = taught.frames[0]
    pixels, depth, ahead = project(frame.points, frame.calibration)
    inside = ahead & (pixels >= 0).all(axis=1) & (pixels < (160, 96)).all(axis=1)
    assert len(page.model.look.metres) == inside.sum()
    np.testing.assert_allclose(np.sort(page.model.look.metres), np.sort(depth[inside]), rtol=1e-5)
    middle = QPoint(divider.width() // 2, divider.height() // 2)
    qtbot.mousePress(divider, LEFT, pos=middle)
    qtbot.mouseMove(divider, middle + QPoint(-view.width() // 4, 0))
    qtbot.mouseRelease(divider, LEFT, pos=middle)
    assert divider.value() == pytest.approx(250, abs=8)
    with_points = picture(view)
    divider.setFocus()
    qtbot.keyClick(divider, Qt.Key.Key_End)
    without = picture(view)
    x = view.width() // 2
    same = [with_points.pixel(x // 3, y) == without.pixel(x // 3, y) for y in range(view.height())]
    other = [with_points.pixel(x, y) != without.pixel(x, y) for y in range(view.height())]
    assert np.mean(same) == 1 and any(other)


# --- boxes ---


@pytest.mark.parametrize("step", [0, 40, 75, 100])
def test_that_everything_follows_the_score(page, taught, qtbot, step):
    put_score(page, qtbot, step)
    frame = taught.frames[0]
    (found, missed, extra), pairs, sure = plain(frame.said, frame, step / 100)
    assert page.look.chip.text() == f"{found} found, {found + missed} there"
    said = f"{found} found, {missed} missed, {extra} too many"
    assert page.look.seen.sentence.text() == said
    assert said in page.look.seen.slider.accessibleDescription()
    lonely = [-1 - k for k in range(len(frame.boxes)) if k not in pairs.values()]
    assert sorted(listed(page)) == sorted([*sure, *lonely])
    off = [abs(frame.said.depths[row] - frame.depths[k]) for row, k in pairs.items()]
    told = f"{np.median(off):.2f} m, middle of {len(off)}" if off else "–"
    assert page.listen.off.text() == told


def test_that_the_first_score_balances_too_many_and_too_few(page, taught):
    scores = []
    for step in range(101):
        found, missed, extra = np.sum(
            [plain(f.said, f, step / 100)[0] for f in taught.frames], axis=0
        )
        scores.append(2 * found / (2 * found + missed + extra))
    assert scores[round(100 * page.model.cut)] == pytest.approx(max(scores))


def test_that_the_list_says_what_each_box_is_and_how_far(page, taught, qtbot):
    put_score(page, qtbot, 30)
    frame, cells = taught.frames[0], page.look.seen.list.cells
    _, pairs, _ = plain(frame.said, frame, 0.3)
    for row in range(cells.rowCount()):
        key, words = cells.key(row), cells.words(row)
        if key < 0:
            assert words == [
                f"missed {taught.things[frame.labels[-1 - key]]}",
                f"– · {frame.depths[-1 - key]:.1f}",
                "–",
            ]
            continue
        thing, metres = taught.things[frame.said.labels[key]], f"{frame.said.depths[key]:.1f}"
        if key in pairs:
            true = f"{frame.depths[pairs[key]]:.1f}"
            assert words[:2] == [thing, f"{metres} · {true}"]
            index = cells.index(row, 1)
            for role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
                assert f"said {metres} m, true {true} m" in cells.data(index, role)
        else:
            assert words[:2] == [f"extra {thing}", f"{metres} · –"]
        assert words[2] == f"{frame.said.scores[key]:.2f}"


def test_that_a_box_clicked_in_the_picture_is_chosen_everywhere(page, taught, qtbot):
    view, frame = camera(page), taught.frames[0]
    _, pairs, _ = plain(frame.said, frame, page.model.cut)
    sizes = {row: np.prod(frame.said.boxes[row, 2:] - frame.said.boxes[row, :2]) for row in pairs}
    row = min(sizes, key=sizes.get)
    qtbot.mouseClick(view, LEFT, pos=view.rect_of(row).center().toPoint())
    assert page.model.chosen in (row, -1 - pairs[row])
    assert set(page.model.lit) == {row, -1 - pairs[row]}
    cells = page.look.seen.list
    assert cells.cells.key(cells.currentIndex().row()) == row
    widest = max(page.laser.view.lines.strokes, key=lambda stroke: stroke.width)
    low, high = widest.ends.min(axis=(0, 1)), widest.ends.max(axis=(0, 1))
    np.testing.assert_allclose((low + high) / 2, frame.solids[pairs[row], :3], atol=1e-3)
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert page.model.chosen is None and not cells.selectionModel().hasSelection()
    qtbot.mouseClick(view, LEFT, pos=QPoint(3, 3))
    assert page.model.chosen is None


def test_that_a_box_clicked_in_the_list_or_in_space_is_chosen_everywhere(page, taught, qtbot):
    cells = page.look.seen.list
    at = cells.visualRect(cells.cells.index(1, 0)).center()
    qtbot.mouseClick(cells.viewport(), LEFT, pos=at)
    assert page.model.chosen == listed(page)[1]
    qtbot.keyClick(cells, Qt.Key.Key_Down)
    assert page.model.chosen == listed(page)[2]
    sizes = page.model.frame.solids[:, 3:6].prod(axis=1)
    view = page.laser.view
    there = [
        row
        for row in np.argsort(sizes).tolist()
        if view.rect().adjusted(12, 60, -12, -50).contains(middle_of_solid(page, row))
    ]
    qtbot.mouseClick(view.canvas, LEFT, pos=middle_of_solid(page, there[0]))
    assert page.model.chosen == -1 - there[0]


def test_that_true_and_said_boxes_can_be_looked_at_alone(page, taught, qtbot):
    frame = taught.frames[0]
    true = [-1 - k for k in range(len(frame.boxes))]
    sure = plain(frame.said, frame, page.model.cut)[2]
    qtbot.mouseClick(page.look.looks.option(TRUE), LEFT)
    assert page.model.shown() == true == listed(page)
    qtbot.keyClick(camera(page), Qt.Key.Key_2)
    assert page.look.looks.index == SAID and sorted(page.model.shown()) == sorted(sure)
    qtbot.keyClick(camera(page), Qt.Key.Key_3)
    assert page.look.looks.index == BOTH and sorted(page.model.shown()) == sorted([*sure, *true])


def test_that_tags_name_thing_and_distance_and_lie_over_none_of_the_others(page, taught, qtbot):
    put_score(page, qtbot, 0)
    frame, tags = taught.frames[0], camera(page).tags()
    for key, words, place in tags:
        assert camera(page).rect().contains(place.toAlignedRect().adjusted(1, 1, -1, -1))
        if key >= 0:
            thing = taught.things[frame.said.labels[key]]
            assert words == f"{thing} {frame.said.depths[key]:.1f} m"
    places = [place for _, _, place in tags]
    assert not any(a.intersects(b) for n, a in enumerate(places) for b in places[:n])


@pytest.mark.parametrize("choice", ["dark", "light"])
def test_that_words_on_the_colour_of_a_thing_can_be_read(page, choice):
    theme.use(choice)

    def light(color):
        parts = np.array(color.getRgbF()[:3])
        return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4) @ (
            0.2126,
            0.7152,
            0.0722,
        )

    for place in range(10):
        ground, ink = tag_colors(theme.class_color(place))
        low, high = sorted((light(ground), light(ink)))
        assert (high + 0.05) / (low + 0.05) >= 4.5


# --- shaken ---


@pytest.mark.parametrize(
    ("size", "other"),
    [((363, 92), None), ((400, 180), None), ((400, 180), (0.6, 0.55, 0.5, 0.2))],
)
def test_that_the_names_of_the_curves_lie_on_no_curve(qtbot, size, other):
    epsilons = (0.0, 1.0, 4.0, 8.0)
    own = RivalCurve(Path("a"), "this run", (), epsilons, (1.0, 0.98, 0.5, 0.1))
    rival = RivalCurve(Path("b"), "Alone", (), epsilons, other) if other else None
    plot = ShakePlot()
    qtbot.addWidget(plot)
    plot.resize(*size)
    plot.show_curves(own, rival, 0.0, 8.0)
    area = QRectF(38, 8, size[0] - 52, size[1] - 26)
    image = QImage(*size, QImage.Format.Format_ARGB32)
    painter, names = QPainter(image), []
    for curve in filter(None, (own, rival)):
        plot._name(painter, area, curve, names)
    painter.end()
    for curve in filter(None, (own, rival)):
        for share in np.linspace(0, 8, 400):
            on = plot._at(area, share, np.interp(share, epsilons, curve.values))
            assert not any(name.contains(on) for name in names)
    assert all(QRectF(plot.rect()).contains(name) for name in names)


def test_that_the_shaken_picture_and_its_boxes_are_shown_at_each_step(page, taught, qtbot):
    slider, frame = page.shake.slider, taught.frames[0]
    assert slider.steps == (0.0, *EPSILONS)
    slider.setFocus()
    for step, epsilon in enumerate(EPSILONS, 1):
        qtbot.keyClick(slider, Qt.Key.Key_Right)
        own = frame.shaken[step - 1]
        assert page.model.epsilon == epsilon == own.epsilon
        assert page.shake.readout.text() == f"{epsilon:g} of 255 grey levels"
        shown = camera(page).picture()
        pixel = shown.pixelColor(70, 40)
        assert (pixel.red(), pixel.green(), pixel.blue()) == tuple(own.image[40, 70])
        found, missed, _ = plain(own.said, frame, page.model.cut)[0]
        assert page.look.chip.text() == f"{found} found, {found + missed} there"
        value = taught.robustness.terms["total"]["ap50"][step]
        assert f"{100 * value:.0f} %" in page.shake.plot.accessibleDescription()
    qtbot.keyClick(slider, Qt.Key.Key_Home)
    assert page.model.epsilon == 0
    np.testing.assert_array_equal(page.model.image, frame.image)


def test_that_a_dragged_handle_stops_at_the_nearest_step(page, qtbot):
    slider = page.shake.slider

    def at(step):
        return QPoint(round(slider.place_of(step)), slider.height() // 2)

    qtbot.mousePress(slider, LEFT, pos=at(0))
    qtbot.mouseMove(slider, at(3) + QPoint(6, 0))
    qtbot.mouseRelease(slider, LEFT, pos=at(3) + QPoint(6, 0))
    assert page.model.epsilon == 4.0


def test_that_a_step_without_a_picture_of_its_own_says_which_one_is_shown(
    tested_run, taught, open_page, qtbot
):
    frames = tuple(replace(frame, shaken=frame.shaken[::2]) for frame in taught.frames)
    tested_run("Few", replace(taught, frames=frames))
    page = ready(open_page(), qtbot)
    page.model.shake(8.0)
    assert page.model.drawn == 4.0
    assert page.shake.readout.text() == "8 of 255 grey levels, shown: 4"
    assert page.model.image is page.model.frame.shaken[1].image


def test_that_the_newest_run_without_teachers_is_drawn_beside(
    tested_run, taught, alone, open_page, qtbot
):
    tested_run("Elsewhere", alone, data="kitti")
    tested_run("Alone", alone)
    tested_run("Other", taught)
    run = tested_run("Taught", taught)
    page = open_page()
    page._open(run.path)
    ready(page, qtbot)
    qtbot.waitUntil(lambda: page.model.run == run.path and page.model.rival is not None)
    assert sorted(one.name for one in page.model.rivals) == ["Alone", "Other"]
    assert (
        page.model.rival.name == "Alone"
        and page.shake.picker.currentText() == "Alone (no teachers)"
    )
    assert page.model.rival.values == alone.robustness.terms["total"]["ap50"]
    page.model.shake(2.0)
    told = page.shake.plot.accessibleDescription()
    assert f"Alone: {100 * alone.robustness.terms['total']['ap50'][2]:.0f} %" in told
    place = [one.name for one in page.model.rivals].index("Other")
    page.shake.picker.setCurrentIndex(place)
    page.shake.picker.activated.emit(place)
    assert page.model.rival.name == "Other"


def test_that_values_that_were_not_measured_are_dashes_not_dots(taught):
    gaps = replace(taught, robustness=Robustness((1.0, 2.0), {"total": {"ap50": (0.4, None)}}))
    model = ClassroomModel()
    model.run, model.classroom = Path("a"), Classroom(gaps, 0.5)
    assert model.curve.measured == [(0.0, gaps.figures["ap50"]), (1.0, 0.4)]
    assert model.curve.at(2.0) is None


# --- whom it listens to, more figures ---


def test_that_bars_are_shares_of_what_all_channels_add(page, taught):
    worth = {group: own["shapley"] for group, own in taught.listening.items()}
    total = sum(worth.values())
    rows = dict(page.listen.bars.rows)
    assert rows == pytest.approx({group: value / total for group, value in worth.items()})
    told = page.listen.bars.accessibleDescription()
    assert f"Laser teacher {100 * worth['laser'] / total:.0f} %" in told
    assert worth["free"] < 0 and f"Its own eyes −{-100 * worth['free'] / total:.0f} %" in told


def test_that_nothing_is_a_share_where_all_together_add_nothing(page):
    page.listen.bars.show_listening({"laser": {"shapley": 0.1}, "free": {"shapley": -0.3}})
    assert page.listen.bars.accessibleDescription() == "Laser teacher 0.10, Its own eyes −0.30"


def test_that_more_figures_show_probes_and_what_attacks_hurt(page, taught, qtbot):
    before = {card: card.geometry() for card in (page.look, page.laser, page.shake, page.listen)}
    qtbot.mouseClick(page.more.look, LEFT)
    more = page.more.dialog
    qtbot.waitUntil(more.probes.isVisible)
    assert all(card.isVisible() and card.geometry() == own for card, own in before.items())
    cells = more.probes.cells
    headings = [cells.headerData(n, Qt.Orientation.Horizontal) for n in range(cells.columnCount())]
    assert headings == ["Question", "trained", "random", "no teachers", "line"]
    probes = taught.probes
    values = [probes[net]["all"]["mean_iou"] for net in ("trained", "random", "ablated")]
    assert cells.words(0)[1:] == [f"{one['value']:.2f}" for one in values] + [
        f"{values[0]['line']:.2f}"
    ]
    place = more.group.findData("laser")
    more.group.setCurrentIndex(place)
    more.group.activated.emit(place)
    assert cells.words(0)[1:4] == [
        f"{probes['trained']['laser']['mean_iou']['value']:.2f}",
        "–",
        "–",
    ]
    step = more.noise.findData(8.0)
    more.noise.setCurrentIndex(step)
    more.noise.activated.emit(step)
    assert page.model.epsilon == 8.0
    cells = more.transfer.cells
    assert cells.words(2)[0] == "how far (box_depth)" and cells.words(2)[1] == "–"
    robustness = taught.robustness.terms["total"]
    assert cells.words(0)[1:] == [
        f"{100 * robustness[name][-1]:.0f} %" for name in ("ap50", "depth_error")
    ]
    assert cells.cell(0, 2).ink == "bad"
    for table in (more.probes, more.transfer):
        assert table.horizontalScrollBar().maximum() == 0
    qtbot.mouseClick(more.close_button, LEFT)
    qtbot.waitUntil(lambda: page.more.dialog is None)


# --- window ---


def test_that_everything_has_a_name_and_fits_the_smallest_window(page, qtbot):
    page.resize(1216, 720)
    QApplication.processEvents()
    assert page.minimumSizeHint().height() <= 720 and page.minimumSizeHint().width() <= 1216
    named = (
        *page.look.pictures.pictures,
        camera(page).divider,
        page.look.seen.slider,
        page.look.seen.list,
    )
    named += (
        page.shake.slider,
        page.shake.plot,
        page.shake.picker,
        page.listen.bars,
        page.more.look,
    )
    assert all(widget.accessibleName() for widget in named)
    inside = QRectF(page.look.pictures.rect())
    for widget in (*page.look.pictures.pictures, page.look.seen):
        assert inside.contains(QRectF(widget.geometry()))


def test_that_the_page_pulls_no_torch_and_no_scipy():
    code = (
        "import sys, workbench.pages.classroom;"
        "print([m for m in ('torch', 'scipy', 'sklearn') if m in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"


def test_that_it_stands_after_concepts_and_ctrl_8_goes_there(desk, qtbot):
    shown = Window()
    qtbot.addWidget(shown, before_close_func=lambda w: setattr(w.desk.live, "attached", False))
    with qtbot.waitExposed(shown):
        shown.show()
    shown.furnish(desk)
    shown.resize(*SMALLEST)
    action = next(one for one in shown.actions() if one.text() == "Classroom")
    assert action.shortcut().toString() == "Ctrl+8"
    action.trigger()
    assert isinstance(shown.stack.currentWidget(), ClassroomPage)
    qtbot.wait(50)
    assert (shown.width(), shown.height()) == SMALLEST


def test_that_colours_follow_the_theme(page):
    stroke, points = page.laser.view.lines.strokes[0].color, page.laser.view.colors.copy()
    theme.use("light")
    assert stroke != page.laser.view.lines.strokes[0].color
    assert (points != page.laser.view.colors).any()


@pytest.mark.skipif(sys.gettrace() is not None, reason="traced code takes longer")
def test_that_cursor_divider_and_score_cost_little_more_than_the_picture(page, picture, qtbot):
    """Against painting the same picture once more, nothing being changed; the middle of many, time of this thread."""
    view = camera(page)
    shown = QImage(view.size(), QImage.Format.Format_RGB32)
    slider = page.look.seen.slider
    doing = {
        "cursor": lambda n: qtbot.mouseMove(view, QPoint(20 + 5 * n, 40)),
        "divider": lambda n: view.divider.setValue(20 * n),
        "score": lambda n: slider.setValue(2 * n),
    }

    def middle(do):
        spent = []
        for n in range(1, 40):
            QApplication.processEvents()
            began = time.thread_time()
            do(n)
            QApplication.processEvents()
            view.render(shown, QPoint())
            spent.append(time.thread_time() - began)
        return np.median(spent)

    collects = gc.isenabled()
    gc.disable()
    plain = middle(lambda n: None)
    ratios = {what: middle(do) / plain for what, do in doing.items()}
    if collects:
        gc.enable()
    assert max(ratios.values()) < 6, ratios


def test_that_the_smallest_box_under_the_mouse_is_meant(page, taught, qtbot):
    view = camera(page)
    for key in page.model.shown():
        at = view.rect_of(key).center()
        hit = view.box_at(QPointF(at))
        area = view.rect_of(hit).width() * view.rect_of(hit).height()
        assert area <= view.rect_of(key).width() * view.rect_of(key).height() + 1e-6


def test_that_no_minus_stands_before_a_nought():
    assert [number(-0.001), percent(-0.004), number(-0.25), percent(-0.25)] == [
        "0.00",
        "0 %",
        "−0.25",
        "−25 %",
    ]
    assert number(None) == percent(None) == "–"


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("r2 of number of car", "How many: car, how well (R²)"),
        ("error of number of all", "How many in all, off by (mean error)"),
        ("r2 of brightness", "Brightness, how well (R²)"),
        ("r2 of time", "Time, how well (R²)"),
        ("mean_iou", "What every pixel shows (mean IoU)"),
    ],
)
def test_that_what_a_probe_was_asked_is_said_in_plain_words(key, words):
    assert question_word(key) == words
