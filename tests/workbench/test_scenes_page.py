"""Scenes: every part of the page follows one scene, one score and one box, checked against plain numpy."""

import gc
import subprocess
import sys
import time
from dataclasses import replace
from functools import partial

import h5py
import numpy as np
import pytest
from PySide6.QtCore import QLineF, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPen, QRegion
from PySide6.QtWidgets import QApplication, QWidget

from engine.metrics.box_overlap import iou_table
from engine.orbit import project
from engine.scene_answers import NAME, write_scene_answers
from tests.workbench.made_scenes import CLASSES, THINGS, made_rooms, made_tables
from workbench import theme, typeface
from workbench.models.scenes import ERRORS, SAID, TRUE
from workbench.models.shown_boxes import EXTRA, FOUND, MISSED
from workbench.pages.scenes import ScenesPage
from workbench.views import scene_stage
from workbench.views.cloud_view_2d import CloudView2D
from workbench.views.colours import rgb
from workbench.window import SMALLEST, Window

LEFT = Qt.MouseButton.LeftButton
_BARE = QWidget.RenderFlag(0)


@pytest.fixture(scope="session")
def rooms():
    return made_rooms(rooms=3, points=3000, queries=40)


@pytest.fixture(scope="session")
def named_rooms():
    return made_rooms("segment", rooms=2, points=3000)


@pytest.fixture
def tested_run(make_run):
    def make(name, answers):
        run = make_run(name, results={"map25": 0.5})
        write_scene_answers(run.path / NAME, answers)
        return run

    return make


@pytest.fixture
def open_page(open_run_page):
    return partial(open_run_page, ScenesPage)


def ready(page, qtbot):
    qtbot.waitUntil(lambda: page.model.ready and page.stage.isVisible())
    return page


@pytest.fixture
def page(tested_run, rooms, open_page, qtbot):
    tested_run("Boxes", rooms)
    return ready(open_page(), qtbot)


@pytest.fixture
def points_page(tested_run, named_rooms, open_page, qtbot):
    tested_run("Points", named_rooms)
    return ready(open_page(), qtbot)


def plain_counts(scene, cut, least):
    """Found, missed, too many: one detection after the other, the surest first; and which is what."""
    table = iou_table(scene.said_boxes, scene.boxes)
    taken, state = set(), {}
    for row in np.argsort(-scene.scores, kind="stable").tolist():
        if scene.scores[row] < np.float32(cut):
            break
        own = [k for k, label in enumerate(scene.labels) if label == scene.said_labels[row]]
        best = max(own, key=lambda k, row=row: table[row, k], default=None)
        hit = best is not None and table[row, best] > least and best not in taken
        state[row] = FOUND if hit else EXTRA
        if hit:
            taken.add(best)
    missed = [k for k in range(len(scene.boxes)) if k not in taken]
    extra = sum(one == EXTRA for one in state.values())
    return (len(taken), len(missed), extra), state, taken


def put_score(page, qtbot, step):
    """Move the handle with keys, as a person does."""
    slider = page.score.slider
    slider.setFocus()
    qtbot.keyClick(slider, Qt.Key.Key_Home)
    for _ in range(step // 10):
        qtbot.keyClick(slider, Qt.Key.Key_PageUp)
    for _ in range(step % 10):
        qtbot.keyClick(slider, Qt.Key.Key_Right)
    assert slider.value() == step
    qtbot.waitUntil(lambda: not page.boxes._later.isActive())


def said_keys(page):
    cells = page.boxes.list.cells
    return [cells.key(row) for row in range(cells.rowCount())]


def click_row(page, qtbot, listed, row):
    at = listed.visualRect(listed.cells.index(row, 0)).center()
    qtbot.mouseClick(listed.viewport(), LEFT, pos=at)


def middle_of(page, key):
    view = page.stage.view
    box = page.model.box_of(key)
    seen = project(box[None, :3], view.frame, view.orbit, view.width(), view.height())[0]
    return QPoint(round(float(seen[0])), round(float(seen[1])))


def test_that_without_such_a_run_the_page_says_what_to_do(open_page, desk, qtbot, make_run):
    make_run("Of clouds alone", results={"acc_closed": 0.5})
    page = open_page()
    assert page.empty.isVisible()
    assert not page.picker.isVisible()
    with qtbot.waitSignal(desk.navigate) as asked:
        qtbot.mouseClick(page.empty.button, LEFT)
    assert asked.args == ["setup"]


def test_that_a_damaged_file_is_said_in_a_sentence(tested_run, rooms, open_page, qtbot):
    run = tested_run("Broken", rooms)
    (run.path / NAME).write_bytes(b"no scenes at all")
    page = open_page()
    qtbot.waitUntil(lambda: page.empty._title.text() == "This run cannot be shown")
    assert "damaged" in page.empty._sentence.text()


def test_that_kinds_that_are_not_listed_are_said_in_a_sentence(tested_run, rooms, open_page, qtbot):
    run = tested_run("Strange", rooms)
    with h5py.File(run.path / NAME, "r+") as file:
        file["1/said_labels"][0] = 99
    page = open_page()
    qtbot.waitUntil(lambda: "does not list" in page.empty._sentence.text())


def test_that_a_run_without_scenes_says_that_none_was_left(tested_run, rooms, open_page, qtbot):
    tested_run("None", replace(rooms, scenes=()))
    page = open_page()
    qtbot.waitUntil(lambda: page.empty._title.text() == "This run was not tested")


def test_that_a_scene_without_points_or_boxes_is_shown_empty(tested_run, rooms, open_page, qtbot):
    first = rooms.scenes[0]
    bare = {"said_boxes": first.said_boxes[:0], "said_labels": first.said_labels[:0]}
    bare |= {"scores": first.scores[:0], "colours": None, "points": first.points[:0]}
    tested_run("Bare", replace(rooms, scenes=(replace(first, **bare), rooms.scenes[1])))
    page = ready(open_page(), qtbot)
    assert page.score.sentence.text().startswith(f"0 found, {len(first.boxes)} missed, 0 too many")
    qtbot.mouseClick(page.forth, LEFT)
    qtbot.waitUntil(lambda: page.model.place == 1)
    assert len(page.stage.view.points) == 3000


def test_that_another_run_can_be_picked_and_the_cards_suit_it(
    tested_run, rooms, named_rooms, open_page, qtbot
):
    tested_run("Boxes", rooms)
    tested_run("Points", named_rooms)
    page = open_page()
    qtbot.waitUntil(lambda: page.model.ready and page.picker.count() == 2)
    assert page.points.isVisible() and page.kinds.isVisible()
    page.picker.setFocus()
    qtbot.keyClick(page.picker, Qt.Key.Key_Down)
    page.picker.activated.emit(page.picker.currentIndex())
    qtbot.waitUntil(lambda: page.model.ready and page.model.finds_boxes)
    assert page.boxes.isVisible() and page.score.isVisible()
    assert not page.points.isVisible()


def test_that_a_finished_run_of_scenes_is_looked_at_here(tested_run, rooms, open_page, desk, qtbot):
    first = tested_run("First", rooms)
    tested_run("Second", rooms)
    page = ready(open_page(), qtbot)
    with qtbot.waitSignal(desk.navigate) as asked:
        desk.look(first.path)
    assert asked.args == ["scenes"]
    assert page._wanted[0] == first.path


def test_that_keys_and_buttons_walk_through_the_scenes_and_round_the_end(page, rooms, qtbot):
    view = page.stage.view
    view.setFocus()
    for key, place in ((Qt.Key.Key_BracketRight, 1), (Qt.Key.Key_BracketLeft, 0)):
        qtbot.keyClick(view, key)
        qtbot.waitUntil(lambda place=place: page.model.place == place)
        assert page.place.text() == f"Room {place + 1} of 3"
        np.testing.assert_array_equal(view.points, rooms.scenes[place].points)
    qtbot.mouseClick(page.back, LEFT)
    qtbot.waitUntil(lambda: page.model.place == 2)
    assert page.name.text() == "room_0002"


@pytest.mark.parametrize("step", [0, 31, 60, 100])
def test_that_everything_follows_the_score(page, rooms, qtbot, step):
    put_score(page, qtbot, step)
    scene = rooms.scenes[0]
    (found, missed, extra), state, taken = plain_counts(scene, step / 100, 0.25)
    said = f"{found} found, {missed} missed, {extra} too many"
    assert page.score.sentence.text() == f"{said} · overlap ¼ (IoU .25)"
    assert page.score.found.accessibleName() == f"{found} of {found + missed} there and found"
    assert page.score.extra.number.text() == str(extra)
    assert said in page.score.slider.accessibleDescription()
    key = [entry.value for entry in page.stage.key.entries()]
    assert key == [str(found), str(missed), str(extra)]
    expected = {row: state[row] for row in state}
    expected |= {-1 - k: MISSED for k in range(len(scene.boxes)) if k not in taken}
    boxes = page.model.shown()
    assert dict(zip(boxes.key.tolist(), boxes.state.tolist(), strict=True)) == expected
    assert sorted(said_keys(page)) == sorted(expected)
    cells = page.score.kinds.cells
    for row in range(cells.rowCount()):
        label = cells.key(row)
        there = int((scene.labels == label).sum())
        own = sum(int(scene.labels[k]) == label for k in taken)
        assert cells.words(row)[:2] == [THINGS[label], f"{own} of {there}" if there else "–"]


def test_that_the_overlap_switch_counts_anew_and_shows_the_other_precision(page, rooms, qtbot):
    put_score(page, qtbot, 40)
    cells = page.score.kinds.cells
    for place, (least, figure) in enumerate(((0.25, "ap25"), (0.5, "ap50"))):
        qtbot.mouseClick(page.score.overlap.option(place), LEFT)
        counts, _, _ = plain_counts(rooms.scenes[0], 0.4, least)
        assert page.score.sentence.text().startswith("{} found, {} missed, {} too".format(*counts))
        for row in range(cells.rowCount()):
            told = rooms.figures[THINGS[cells.key(row)]][figure]
            assert cells.words(row)[2] == f"{told:.2f}"


def test_that_average_precision_does_not_move_with_the_handle(page, qtbot):
    def figures():
        cells = page.score.kinds.cells
        return [cells.words(row)[2] for row in range(cells.rowCount())]

    before = figures()
    put_score(page, qtbot, 90)
    assert figures() == before


def test_that_no_box_below_the_score_is_drawn(page, rooms, qtbot):
    scores = rooms.scenes[0].scores
    for step in (30, 70):
        put_score(page, qtbot, step)
        boxes, strokes = page.model.shown(), page.stage.view.lines.strokes
        assert (boxes.key >= 0).sum() == (scores >= np.float32(step / 100)).sum()
        assert sum(len(stroke.ends) for stroke in strokes) == 12 * len(boxes)
        assert {stroke.color.alphaF() for stroke in strokes} == {1.0}


def test_that_a_dragged_handle_lies_where_the_mouse_is(page, qtbot):
    slider = page.score.slider
    qtbot.mousePress(slider, LEFT, pos=slider.handle().toPoint())
    reach = slider.width() - 2 * slider.margin
    qtbot.mouseMove(slider, QPoint(round(slider.margin + 0.7 * reach), slider.height() - 17))
    qtbot.mouseRelease(slider, LEFT, pos=QPoint(round(slider.margin + 0.7 * reach), 100))
    assert page.model.cut == pytest.approx(0.7, abs=0.005)


def test_that_the_page_opens_at_the_score_chosen_on_what_was_held_back(
    tested_run, rooms, open_page, qtbot, page
):
    assert page.model.cut == 0.5  # none was
    assert "no rooms were held back" in page.score.slider.toolTip()
    assert not page.score.axes.isVisible()
    told = {"cut": 0.37, "cut_from": "12 rooms held back from learning", "along_axes": 5}
    run = tested_run("Chosen", replace(rooms, **told))
    page._open(run.path)
    qtbot.waitUntil(lambda: page.score.slider.value() == 37)
    assert page.model.cut == 0.37 and "in 12 rooms held back" in page.score.slider.toolTip()
    assert page.score.axes.isVisible()
    assert page.score.axes.text() == "Measured against boxes along the axes"
    assert "5 true boxes of the test stand askew" in page.score.axes.toolTip()


def test_that_scenes_of_different_size_follow_each_other_where_the_processor_draws(
    tested_run, open_page, qtbot, monkeypatch
):
    monkeypatch.setattr(scene_stage, "make_cloud_view", CloudView2D)
    sizes = (30_000, 26_000, 5_000)
    scenes = [made_rooms(rooms=1, points=size, queries=20).scenes[0] for size in sizes]
    tested_run("Sizes", replace(made_rooms(rooms=1, points=100), scenes=tuple(scenes)))
    page = ready(open_page(), qtbot)
    for place in (1, 2, 0):
        qtbot.mouseClick(page.forth, LEFT)
        qtbot.waitUntil(lambda place=place: page.model.place == place)
        drawn = min(sizes[place], scene_stage.FLUENT)
        assert len(page.stage.view.points) == sizes[place]
        assert page.stage.count.text().startswith(f"{drawn:,} ")
        assert page.stage.view.kept.sum() <= drawn


def test_that_a_box_clicked_in_the_list_is_chosen_everywhere_and_looked_at(page, qtbot):
    click_row(page, qtbot, page.boxes.list, 2)
    key = said_keys(page)[2]
    assert page.model.chosen == key
    view = page.stage.view
    at = middle_of(page, key)
    assert abs(at.x() - view.width() / 2) <= 1 and abs(at.y() - view.height() / 2) <= 1
    lit = page.stage.labels.labels[0]
    score = page.model.scene.scores[key]
    assert lit.lit and f"{score:.2f}" in lit.words
    widest = max(view.lines.strokes, key=lambda stroke: stroke.width)
    low, high = widest.ends.min(axis=(0, 1)), widest.ends.max(axis=(0, 1))
    np.testing.assert_allclose((low + high) / 2, page.model.box_of(key)[:3], atol=1e-4)
    qtbot.keyClick(page.boxes.list, Qt.Key.Key_Escape)
    assert page.model.chosen is None
    assert not page.boxes.list.selectionModel().hasSelection()


def test_that_a_box_clicked_in_the_scene_is_chosen_in_the_list(page, qtbot):
    boxes = page.model.shown()
    smallest = int(boxes.key[boxes.boxes[:, 3:6].prod(axis=1).argmin()])
    at = middle_of(page, smallest)
    qtbot.mouseClick(page.stage.view.canvas, LEFT, pos=at)
    assert page.model.chosen == smallest
    row = page.boxes.list.currentIndex().row()
    assert page.boxes.list.cells.key(row) == smallest
    qtbot.keyClick(page.stage.view, Qt.Key.Key_R)
    qtbot.mouseClick(page.stage.view.canvas, LEFT, pos=QPoint(6, page.stage.view.height() - 60))
    assert page.model.chosen is None


def test_that_keys_walk_through_the_list(page, qtbot):
    click_row(page, qtbot, page.boxes.list, 0)
    qtbot.keyClick(page.boxes.list, Qt.Key.Key_Down)
    assert page.model.chosen == said_keys(page)[1]


def test_that_names_lie_over_the_lines_in_every_scene(page, qtbot):
    view, labels = page.stage.view, page.stage.labels
    for _ in range(2):
        before = page.model.place
        qtbot.mouseClick(page.forth, LEFT)
        qtbot.waitUntil(lambda before=before: page.model.place != before)
        pile = view.children()  # from the lowest to the highest
        assert pile.index(view.canvas) < pile.index(view.lines) < pile.index(labels)
        assert pile.index(labels) < pile.index(view.tools)


def test_that_a_box_under_the_mouse_says_its_score(page, qtbot):
    boxes = page.model.shown()
    key = int(boxes.key[boxes.boxes[:, 3:6].prod(axis=1).argmin()])
    page.stage.view.pointed.emit(QPointF(middle_of(page, key)))
    assert page.model.pointed == key
    assert page.stage.labels.labels[0].lit
    page.stage.view.left.emit()
    assert not any(label.lit for label in page.stage.labels.labels)


def test_that_names_lie_over_none_of_the_others_and_over_no_control(page, qtbot):
    put_score(page, qtbot, 0)
    stage = page.stage
    controls = [QRectF(own.geometry()) for own in (stage.looks, stage.key, stage.view.tools)]
    for zoom in (1.0, 2.0, 4.0):
        stage.view.look_from(replace(stage.view.orbit, zoom=zoom))
        places = [place for _, place in stage.labels.places()]
        assert 4 <= len(places) <= 16
        assert not any(a.intersects(b) for n, a in enumerate(places) for b in places[:n])
        assert not any(a.intersects(b) for a in places for b in controls)
        assert all(QRectF(stage.view.rect()).contains(own) for own in places)


def test_that_the_list_says_what_became_of_each_box(page, rooms, qtbot):
    put_score(page, qtbot, 25)
    scene, cells = rooms.scenes[0], page.boxes.list.cells
    table = iou_table(scene.said_boxes, scene.boxes)
    _, state, _ = plain_counts(scene, 0.25, 0.25)
    words = {FOUND: "found", EXTRA: "extra", MISSED: "missed"}
    for row in range(cells.rowCount()):
        key, said = cells.key(row), cells.words(row)
        if key < 0:
            assert said[0] == THINGS[scene.labels[-1 - key]]
            assert (said[1], said[3]) == ("–", "missed")
            continue
        own = scene.labels == scene.said_labels[key]
        best = table[key][own].max(initial=0)
        score = f"{scene.scores[key]:.2f}"
        thing = THINGS[scene.said_labels[key]]
        assert said == [thing, score, f"{best:.2f}", words[state[key]]]


def test_that_a_click_on_a_heading_sorts(page, rooms, qtbot):
    header = page.score.kinds.horizontalHeader()
    at = QPoint(header.sectionViewportPosition(2) + 20, header.height() // 2)
    orders = []
    for _ in range(2):
        qtbot.mouseClick(header.viewport(), LEFT, pos=at)
        cells = page.score.kinds.cells
        keys = [cells.key(row) for row in range(cells.rowCount())]
        orders.append([rooms.figures[THINGS[key]]["ap25"] for key in keys])
    ordered = sorted(orders[0])
    assert sorted(map(tuple, orders)) == sorted((tuple(ordered), tuple(ordered[::-1])))


def test_that_true_and_said_boxes_can_be_looked_at_alone(page, rooms, qtbot):
    scene = rooms.scenes[0]
    qtbot.mouseClick(page.stage.looks.option(TRUE), LEFT)
    assert said_keys(page) == [-1 - k for k in range(len(scene.boxes))]
    assert not page.stage.key.isVisible()
    qtbot.keyClick(page.stage.view, Qt.Key.Key_2)
    assert page.stage.looks.index == SAID
    assert said_keys(page) == np.flatnonzero(scene.scores >= np.float32(page.model.cut)).tolist()
    qtbot.keyClick(page.stage.view, Qt.Key.Key_3)
    assert page.stage.looks.index == ERRORS


def test_that_a_chosen_box_that_is_not_on_show_any_more_is_let_go(page, qtbot):
    keys = said_keys(page)
    click_row(page, qtbot, page.boxes.list, keys.index(min(keys)))
    assert page.model.chosen < 0
    qtbot.keyClick(page.stage.view, Qt.Key.Key_2)
    assert page.model.chosen is None


def test_that_photo_colours_are_offered_where_there_are_any(
    tested_run, rooms, open_page, qtbot, page
):
    view, scene = page.stage.view, rooms.scenes[0]
    np.testing.assert_allclose(view.colors, 0.72 * scene.colours / 255, atol=1e-5)
    assert not page.stage.colouring.option(0).isEnabled()
    assert "does not say" in page.stage.colouring.option(0).toolTip()
    grey = tuple(replace(one, colours=None) for one in rooms.scenes)
    run = tested_run("Grey", replace(rooms, scenes=grey))
    page._open(run.path)
    qtbot.waitUntil(lambda: page.model.ready and page.model.scene.colours is None)
    assert not page.stage.colouring.option(1).isEnabled()
    assert page.stage.colouring.index == 2
    assert len(np.unique(view.colors, axis=0)) == 1


def test_that_walls_before_the_eye_are_hidden_until_told_otherwise(page, qtbot):
    view = page.stage.view
    hidden = ~view.kept
    assert 0.02 < hidden.mean() < 0.6
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert (view.kept != ~hidden).any()
    qtbot.mouseClick(page.stage.inside, LEFT)
    assert view.kept is None


def test_that_the_size_of_points_is_a_share_of_the_usual_one(page, qtbot):
    view, usual = page.stage.view, page.stage.view.radius_px
    page.stage.dots.setFocus()
    qtbot.keyClick(page.stage.dots, Qt.Key.Key_End)
    assert view.radius_px == pytest.approx(2.5 * usual, rel=1e-6)
    page.stage.dots.setValue(100)
    assert view.radius_px == pytest.approx(usual)


def test_that_points_are_coloured_by_what_is_said_true_or_wrong(points_page, named_rooms, qtbot):
    page, scene = points_page, named_rooms.scenes[0]
    view = page.stage.view
    inner = {name: theme.class_color(number) for number, name in enumerate(CLASSES[2:])}
    shell = {"floor": theme.color("ink3"), "wall": theme.color("ctl")}
    table = np.array([rgb((inner | shell)[name]) for name in CLASSES])
    assert page.stage.looks.index == SAID
    np.testing.assert_allclose(view.colors, table[scene.said], atol=1e-6)
    qtbot.mouseClick(page.points.pictures[TRUE], LEFT)
    np.testing.assert_allclose(view.colors, table[scene.truth], atol=1e-6)
    qtbot.mouseClick(page.stage.looks.option(ERRORS), LEFT)
    wrong = (view.colors == np.float32(rgb(theme.color("bad")))).all(axis=1)
    np.testing.assert_array_equal(wrong, scene.truth != scene.said)
    counts = [entry.value for entry in page.stage.key.entries()]
    assert counts == [f"{(~wrong).sum():,}", f"{wrong.sum():,}"]
    assert page.points.pictures[ERRORS].isChecked()


def test_that_points_whose_kind_is_not_told_are_neither_right_nor_wrong(
    tested_run, named_rooms, open_page, qtbot
):
    scene = named_rooms.scenes[0]
    truth = scene.truth.copy()
    truth[:1000] = -1
    tested_run("Untold", replace(named_rooms, scenes=(replace(scene, truth=truth),)))
    page = ready(open_page(), qtbot)
    qtbot.keyClick(page.stage.view, Qt.Key.Key_3)
    untold = np.float32(rgb(theme.color("line2")))
    qtbot.waitUntil(
        lambda: np.array_equal((page.stage.view.colors == untold).all(axis=1), truth < 0)
    )
    right = (scene.said[1000:] == truth[1000:]).mean()
    assert page.points.right.text() == f"{100 * right:.0f} % of points right here"
    assert not page.forth.isVisible()


def test_that_figures_are_of_all_scenes_or_of_this_one(points_page, named_rooms, qtbot):
    page, cells = points_page, points_page.kinds.kinds.cells
    told = [named_rooms.figures[CLASSES[cells.key(row)]]["iou"] for row in range(cells.rowCount())]
    assert [cells.words(row)[2] for row in range(cells.rowCount())] == [f"{x:.2f}" for x in told]
    right = np.concatenate([one.said == one.truth for one in named_rooms.scenes])
    assert page.kinds.right.number.text() == f"{100 * right.mean():.0f}"
    true = np.concatenate([one.truth for one in named_rooms.scenes])
    counts = [f"{(true == cells.key(row)).sum():,}" for row in range(cells.rowCount())]
    assert [cells.words(row)[1] for row in range(cells.rowCount())] == counts
    qtbot.mouseClick(page.kinds.where.option(1), LEFT)
    scene, ious = named_rooms.scenes[0], []
    for row in range(cells.rowCount()):
        kind = cells.key(row)
        both = ((scene.truth == kind) & (scene.said == kind)).sum()
        either = ((scene.truth == kind) | (scene.said == kind)).sum()
        ious.append(both / either)
        assert cells.words(row)[2] == f"{both / either:.2f}"
    assert page.kinds.mean.number.text() == f"{np.mean(ious):.2f}"


def test_that_three_pictures_show_what_is_true_said_and_wrong(points_page, qtbot):
    pictures = points_page.points.pictures
    qtbot.waitUntil(lambda: all(not one.picture.isNull() for one in pictures.values()))
    before = [one.picture.copy() for one in pictures.values()]
    assert before[0] != before[1] != before[2]
    qtbot.keyClick(points_page.stage.view, Qt.Key.Key_Right)
    qtbot.waitUntil(
        lambda: all(one.picture != was for one, was in zip(pictures.values(), before, strict=True))
    )


def test_that_parts_have_the_colours_of_their_shape(tested_run, open_page, qtbot):
    tables = made_tables(shapes=2, points=600)
    tested_run(
        "Parts", replace(tables, figures=tables.figures | {"Table": {"iou": 0.83, "shapes": 2}})
    )
    page = ready(open_page(), qtbot)
    assert page.place.text() == "Shape 1 of 2"
    assert not page.stage.inside.isVisible()
    assert page.stage.view.kept is None
    colors = np.unique(page.stage.view.colors, axis=0)
    first = np.array([rgb(theme.class_color(number)) for number in range(2)], np.float32)
    np.testing.assert_allclose(colors, first[np.lexsort(first.T[::-1])], atol=1e-6)
    cells = page.kinds.kinds.cells
    names = [cells.words(row)[0] for row in range(cells.rowCount())]
    assert names == ["table top", "table leg"]
    shapes = page.kinds.shapes.cells
    assert [shapes.words(row)[0] for row in range(shapes.rowCount())] == ["Table"]
    assert shapes.words(0)[2] == "0.83"
    kinds, totals = page.kinds, tables.totals
    assert kinds.right.accessibleName() == f"{totals['instance_miou']:.2f} IoU, by shape"
    assert kinds.mean.accessibleName() == "0.25 IoU, by kind"
    qtbot.mouseClick(kinds.where.option(1), LEFT)
    share = (tables.scenes[0].truth == tables.scenes[0].said).mean()
    assert kinds.right.accessibleName() == f"{100 * share:.0f} % of the points right"
    assert [cells.words(row)[0] for row in range(cells.rowCount())] == names


def test_that_everything_has_a_name_and_fits_the_smallest_window(page, points_page):
    for shown in (page, points_page):
        shown.resize(1216, 720)
        QApplication.processEvents()
        needs = shown.minimumSizeHint()
        assert needs.width() <= 1216 and needs.height() <= 720
        named = (shown.stage.dots, shown.stage.inside, shown.score.slider, shown.boxes.list)
        assert all(widget.accessibleName() for widget in (*named, shown.kinds.kinds))


def test_that_the_page_pulls_no_torch_and_no_scipy():
    code = (
        "import sys, workbench.pages.scenes;"
        "print([m for m in ('torch', 'scipy', 'sklearn') if m in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"


@pytest.mark.parametrize("bare_font", [False, True])
def test_that_ctrl_0_goes_here_and_the_page_fits_the_smallest_window(
    desk, qtbot, monkeypatch, qapp, bare_font
):
    if bare_font:  # of a computer without Inter, which is wider in places
        monkeypatch.setattr(typeface.QFontDatabase, "families", lambda: [])
        _forget_fonts(qapp)
    shown = Window()
    qtbot.addWidget(shown, before_close_func=lambda w: setattr(w.desk.live, "attached", False))
    with qtbot.waitExposed(shown):
        shown.show()
    shown.furnish(desk)
    shown.activateWindow()
    shown.resize(*SMALLEST)
    action = next(one for one in shown.actions() if one.text() == "Scenes")
    assert action.shortcut().toString() == "Ctrl+0"
    action.trigger()
    page = shown.stack.currentWidget()
    assert isinstance(page, ScenesPage)
    qtbot.wait(50)
    needs, room = page.minimumSizeHint(), shown.stack.size()
    assert needs.width() <= room.width() and needs.height() <= room.height()
    assert (shown.width(), shown.height()) == SMALLEST
    monkeypatch.undo()
    _forget_fonts(qapp)


def _forget_fonts(app):
    for remembered in (typeface.sans_family, typeface._mono_family, theme._font):
        remembered.cache_clear()
    app.setFont(theme.font("body"))


def test_that_colours_and_lines_follow_the_theme(page):
    before = [stroke.color for stroke in page.stage.view.lines.strokes]
    theme.use("light")
    assert before != [stroke.color for stroke in page.stage.view.lines.strokes]


@pytest.mark.skipif(sys.gettrace() is not None, reason="traced code takes longer")
def test_that_dragging_the_score_costs_little_more_than_drawing_its_boxes(
    tested_run, open_page, qtbot
):
    """256 boxes, 50,000 points. Against drawing as many lines plainly; middles of many moves, time of this thread."""
    tested_run("Large", made_rooms(rooms=1, points=50_000, queries=256))
    page = ready(open_page(), qtbot)
    slider = page.score.slider
    qtbot.mousePress(slider, LEFT, pos=slider.handle().toPoint())
    picture = QImage(page.stage.view.size(), QImage.Format.Format_ARGB32_Premultiplied)
    begins, ends = np.random.default_rng(0).uniform(20, 400, (2, 256 * 12, 2))
    lines = [QLineF(*begin, *end) for begin, end in zip(begins, ends, strict=True)]
    spent: dict[str, list[float]] = {"move": [], "paint": [], "plain": []}

    def timed(what, do):
        began = time.thread_time()
        do()
        spent[what].append(time.thread_time() - began)

    def plain():
        with QPainter(picture) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(Qt.GlobalColor.red, 2))
            painter.drawLines(lines)

    collects = gc.isenabled()
    gc.disable()
    for x in range(slider.width() - 20, 16, -3):
        QApplication.processEvents()
        timed("move", lambda x=x: qtbot.mouseMove(slider, QPoint(x, slider.height() - 17)))
        timed("paint", lambda: page.stage.view.lines.render(picture, QPoint(), QRegion(), _BARE))
        timed("plain", plain)
    if collects:
        gc.enable()
    assert len(page.model.shown()) > 250
    middle = {what: np.median(each) for what, each in spent.items()}
    assert middle["move"] < middle["plain"] / 3, middle
    assert middle["paint"] < middle["plain"] / 3, middle
