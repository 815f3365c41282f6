"""Concepts: every part of the page follows one pair, one idea and one map, and says what it cannot show."""

import json
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit

from engine.concept_maps import NAME, write_concept_maps
from engine.store import RunStore
from tests.workbench.made_concepts import GRID, made
from workbench import theme
from workbench.models.shared_words import compare
from workbench.pages.concepts import ConceptsPage
from workbench.views.colours import rgb
from workbench.views.ideas_card import changed

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture(scope="session")
def maps():
    return made(ideas=6, layers=3, heads=2, patches=24, per_kind=2, points=256)


@pytest.fixture
def taught_run(make_run):
    def make(name, found):
        run = make_run(name, results={"likeness": 0.8})
        write_concept_maps(run.path / NAME, found)
        return run

    return make


@pytest.fixture
def open_page(open_run_page):
    return partial(open_run_page, ConceptsPage)


@pytest.fixture
def run(taught_run, maps):
    return taught_run("Pictures", maps)


@pytest.fixture
def page(run, open_page, qtbot):
    page = open_page()
    qtbot.waitUntil(lambda: page.model.ready and page.stage.isVisible())
    return page


def tile(page, place):
    grid = page.ideas.grid
    return grid.visualRect(grid.tiles.index(place)).center()


def click_tile(page, qtbot, place):
    qtbot.mouseClick(page.ideas.grid.viewport(), LEFT, pos=tile(page, place))


def click_cell(page, qtbot, row, layer):
    grid = page.layers.grid
    at = grid.visualRect(grid.cells.index(row, layer + 1)).center()
    qtbot.mouseClick(grid.viewport(), LEFT, pos=at)


def go_to_pair(page, qtbot, pair):
    page.model.show_pair(pair)
    qtbot.waitUntil(lambda: page.model.pair == pair)


def expected_colors(maps, pair, weights):
    """Grey mixed to the ramp, from five nearest centres, in float64."""
    points, centres = (array[pair].astype(np.float64) for array in (maps.points, maps.centres))
    away = np.linalg.norm(points[:, None] - centres[None], axis=2)
    five = np.argsort(away, axis=1)[:, :5]
    closeness = 1 / np.maximum(np.take_along_axis(away, five, 1), 1e-6)
    spread = (weights[five] * closeness).sum(1) / closeness.sum(1) / weights.max()
    much = np.minimum(1, 2.4 * spread) ** 0.8
    stops = np.array([rgb(stop) for stop in theme.ramp("attention")])
    ramp = np.stack(
        [np.interp(much, np.linspace(0, 1, len(stops)), stops[:, c]) for c in range(3)], 1
    )
    grey = stops[0] + 0.3 * (np.array(rgb(theme.color("ink3"))) - stops[0])
    return grey + much[:, None] * (ramp - grey)


def sharpest(maps):
    """(layer, head) of the first idea's map with the least entropy in the first pair, head -1: all together."""
    entropy = {}
    for layer in range(maps.attention.shape[1]):
        for head in range(-1, maps.attention.shape[2]):
            weights = layer_map(maps, 0, layer, head, 0)
            share = weights / weights.sum()
            entropy[layer, head] = -(share * np.log(share)).sum()
    return min(entropy, key=entropy.get)


def open_map(maps, idea):
    return layer_map(maps, 0, *sharpest(maps), idea)


def layer_map(maps, pair, layer, head, idea):
    attention = maps.attention[pair, layer, :, idea].astype(np.float64)
    return attention.mean(0) if head < 0 else attention[head]


def test_that_without_such_a_run_the_page_says_what_to_do(open_page, desk, qtbot, make_run):
    make_run("Of clouds alone", results={"acc_closed": 0.5})
    page = open_page()
    assert page.empty.isVisible()
    assert not page.picker.isVisible()
    with qtbot.waitSignal(desk.navigate) as asked:
        qtbot.mouseClick(page.empty.button, LEFT)
    assert asked.args == ["setup"]


def test_that_the_newest_run_opens_and_another_can_be_picked(taught_run, maps, open_page, qtbot):
    first = taught_run("First", maps)
    second = taught_run(
        "Second", replace(maps, names=tuple(f"other {i}" for i in range(len(maps))))
    )
    page = open_page()
    qtbot.waitUntil(lambda: page.model.ready and page.picker.count() == 2)
    assert page.model.run == second.path
    assert [page.picker.itemText(place) for place in (0, 1)] == ["Second", "First"]
    page.picker.setFocus()
    qtbot.keyClick(page.picker, Qt.Key.Key_Down)
    page.picker.activated.emit(page.picker.currentIndex())
    qtbot.waitUntil(lambda: page.model.ready and page.model.run == first.path)


def test_that_a_run_laid_on_the_desk_is_shown_here_too(taught_run, maps, open_page, desk, qtbot):
    first = taught_run("First", maps)
    taught_run("Second", maps)
    page = open_page()
    qtbot.waitUntil(lambda: page.model.ready)
    desk.open_run(first.path)
    qtbot.waitUntil(lambda: page.model.ready and page.model.run == first.path)


def test_that_a_run_laid_on_the_desk_before_the_page_was_built_is_the_one_shown(
    taught_run, maps, open_page, desk, qtbot
):
    first = taught_run("First", maps)
    taught_run("Second", maps)
    desk.shelf.read()
    qtbot.waitUntil(lambda: len(desk.shelf.runs) == 2)
    desk.look(first.path)
    page = open_page()
    qtbot.waitUntil(lambda: page.model.ready and page.model.run == first.path)


def test_that_the_cloud_is_coloured_by_what_the_idea_looks_at(page, maps, qtbot):
    for idea in (0, 4):
        click_tile(page, qtbot, idea)
        expected = expected_colors(maps, 0, open_map(maps, idea))
        np.testing.assert_allclose(page.stage.view.colors, expected, atol=2e-3)
    assert page.stage.view.chips.texts()[0] == "Idea 5 of 6"


def test_that_the_colours_follow_the_theme(page, maps):
    theme.use("light")
    expected = expected_colors(maps, 0, open_map(maps, 0))
    np.testing.assert_allclose(page.stage.view.colors, expected, atol=2e-3)


def test_that_every_tile_gets_a_picture_of_its_own(page, qtbot):
    grid = page.ideas.grid
    grid.viewport().repaint()
    grid.thumbnails.wait()
    qtbot.wait(30)
    drawn = [grid.tiles.picture(grid.tiles.index(place)).toImage() for place in range(6)]
    assert all(picture != drawn[0] for picture in drawn[1:])


@pytest.mark.parametrize("size", [(1252, 860), (1216, 720), (1600, 960)])
def test_that_four_tiles_stand_side_by_side(taught_run, open_page, qtbot, size):
    taught_run("Many", made(ideas=32, layers=1, heads=1, patches=8, points=64, per_kind=2))
    page = open_page(size)
    qtbot.waitUntil(lambda: page.model.ready and page.stage.isVisible())
    grid = page.ideas.grid
    tops = [grid.visualRect(grid.tiles.index(place)).top() for place in range(5)]
    assert len(set(tops[:4])) == 1 and tops[4] > tops[3]


def test_that_the_centres_follow_the_eye(page, qtbot):
    with qtbot.waitSignal(page.stage.view.moved):
        qtbot.keyClick(page.stage.view, Qt.Key.Key_Left)
    assert page.stage.marks.geometry() == page.stage.view.rect()


def test_that_a_layer_and_a_head_are_chosen_by_click_and_by_arrows(page, maps, qtbot):
    click_cell(page, qtbot, 2, 1)
    assert (page.model.layer, page.model.head) == (1, 1)
    assert page.layers.title.text() == "Layer 2, head 2"
    expected = expected_colors(maps, 0, layer_map(maps, 0, 1, 1, 0))
    np.testing.assert_allclose(page.stage.view.colors, expected, atol=2e-3)
    grid = page.layers.grid
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Left, Qt.Key.Key_Left, Qt.Key.Key_Down, Qt.Key.Key_Down):
        qtbot.keyClick(grid, key)
    assert (page.model.layer, page.model.head) == (0, 1)


def test_that_the_sharpest_map_is_open_and_the_grid_says_how_to_see_others(page, maps):
    model = page.model
    assert (model.layer, model.head) == sharpest(maps)
    row, column = page.layers.grid.currentIndex().row(), page.layers.grid.currentIndex().column()
    assert (row - 1, column - 1) == (model.head, model.layer)
    told = " ".join(text.text() for text in page.layers.findChildren(QLabel))
    assert "click a cell" in told


def test_that_a_guessed_name_is_said_to_be_one_over_all_clouds(page, maps):
    place = next(place for place, name in enumerate(maps.ideas) if name)
    page.model.choose_idea(place)
    assert f"over all clouds nearest to: {maps.ideas[place]}" in page.stage.view.chips.texts()


def test_that_the_cells_say_how_sharp_each_map_is(page, maps):
    for row, layer in ((0, 0), (1, 2), (2, 1)):
        weights = layer_map(maps, 0, layer, row - 1, 0)
        share = weights / weights.sum()
        sharp = 1 + (share * np.log(share)).sum() / np.log(len(share))
        assert page.layers.grid.cells.sharp[row, layer] == pytest.approx(sharp, abs=1e-3)


def test_that_looking_through_all_layers_takes_the_roll_out(page, maps, qtbot):
    qtbot.mouseClick(page.layers.through, LEFT)
    expected = expected_colors(maps, 0, maps.rollout[0, 0].astype(np.float64))
    np.testing.assert_allclose(page.stage.view.colors, expected, atol=2e-3)
    click_cell(page, qtbot, 0, 2)
    assert not page.layers.through.isChecked()
    assert not page.model.through


def test_that_patches_of_the_picture_have_an_edge_where_the_idea_looks(page, maps, qtbot):
    click_tile(page, qtbot, 3)
    sums = np.zeros(GRID * GRID)
    for weight, cell in zip(open_map(maps, 3), maps.cells[0], strict=True):
        if cell >= 0:
            sums[cell] += weight
    expected = [divmod(int(cell), GRID) for cell in np.flatnonzero(sums > 0.45 * sums.max())]
    assert page.picture.picture.edged == expected
    assert expected


def test_that_the_words_of_both_are_marked_and_counted(page, maps):
    said = compare(maps.teacher_words[0], maps.student_words[0])
    assert page.words.teacher.words == said.teacher
    assert page.words.student.words == said.student
    assert page.words.verdict.text() == said.verdict


def test_that_an_idea_switched_off_changes_words_and_likeness(page, maps, qtbot):
    click_tile(page, qtbot, 2)
    whole = page.ideas.likeness.text()
    assert whole == f"{maps.likeness[0]:.2f}"
    qtbot.mouseClick(page.words.off, LEFT)
    assert (
        page.words.student.words == compare(maps.teacher_words[0], maps.words_without[0][2]).student
    )
    assert page.ideas.likeness.text() == f"{maps.without[0, 2]:.2f}"
    assert page.ideas.change.text() == changed(float(maps.without[0, 2] - maps.likeness[0]))
    click_tile(page, qtbot, 1)
    assert not page.words.off.isChecked()
    assert page.ideas.likeness.text() == whole


def test_that_sorting_moves_the_tiles_and_keeps_their_numbers(page, maps, qtbot):
    click_tile(page, qtbot, 4)
    qtbot.mouseClick(page.ideas.sorting.option(1), LEFT)
    tiles = page.ideas.grid.tiles
    order = [tiles.idea(tiles.index(place)) for place in range(6)]
    assert order == np.argsort(maps.without[0], kind="stable").tolist()
    assert page.model.idea == 4
    qtbot.mouseClick(page.ideas.sorting.option(2), LEFT)
    order = [tiles.idea(tiles.index(place)) for place in range(6)]
    assert maps.without[0][order].tolist() == sorted(maps.without[0].tolist(), reverse=True)
    click_tile(page, qtbot, 0)
    assert page.model.idea == order[0]


def test_that_the_keys_walk_through_the_pairs_and_round_the_end(page, maps, qtbot):
    page.ideas.grid.setFocus()
    for key, pair in (
        (Qt.Key.Key_BracketRight, 1),
        (Qt.Key.Key_BracketLeft, 0),
        (Qt.Key.Key_BracketLeft, len(maps) - 1),
    ):
        qtbot.keyClick(page.ideas.grid, key)
        qtbot.waitUntil(lambda pair=pair: page.model.pair == pair)
        assert page.place.text() == f"Pair {pair + 1} of {len(maps)}"
    qtbot.mouseClick(page.forth, LEFT)
    qtbot.waitUntil(lambda: page.model.pair == 0)


def test_that_other_pairs_are_listed_by_strength_and_shown_by_a_click(page, maps, qtbot):
    qtbot.mouseClick(page.ideas.below.option(1), LEFT)
    strip = page.ideas.others
    listed = [strip.pairs.pair(strip.pairs.index(place)) for place in range(len(maps) - 1)]
    strength = maps.strength[:, 0]
    assert 0 not in listed
    assert strength[listed].tolist() == sorted(strength[1:].tolist(), reverse=True)
    at = strip.visualRect(strip.pairs.index(1)).center()
    qtbot.mouseClick(strip.viewport(), LEFT, pos=at)
    qtbot.waitUntil(lambda: page.model.pair == listed[1])


def test_that_a_run_of_one_pair_has_no_others_and_says_so(taught_run, maps, open_page, qtbot):
    firsts = {
        name: value[:1]
        for name, value in vars(maps).items()
        if name not in ("grid", "title", "made", "ideas")
    }
    taught_run("One", replace(maps, **firsts))
    page = open_page()
    qtbot.waitUntil(lambda: page.model.ready and page.stage.isVisible())
    assert not page.ideas.below.option(1).isEnabled()
    assert "no other pair" in page.ideas.below.option(1).toolTip()
    assert not page.forth.isVisible()


def test_that_space_replays_the_centres_farthest_first(page, maps, qtbot):
    for focus in (page.ideas.grid, page.layers.grid, page.stage.view):
        page.stage.replay.setValue(page.stage.replay.maximum())
        qtbot.keyClick(focus, Qt.Key.Key_Space)
        assert page.stage.playing
        assert len(page.stage.marks.centres) < 24
        page.stage.stop()
    page.stage.replay.setValue(5)
    np.testing.assert_array_equal(page.stage.marks.centres, maps.centres[0, :5])
    assert page.stage.count.text() == "5 of 24"
    page.stage.play()
    qtbot.waitUntil(lambda: not page.stage.playing, timeout=8000)
    assert page.stage.replay.value() == 24


def test_that_centres_are_large_where_the_idea_looks_and_can_be_hidden(page, maps, qtbot):
    weights = open_map(maps, 0)
    np.testing.assert_array_equal(page.stage.marks.big, weights / weights.max() > 0.25)
    qtbot.mouseClick(page.stage.centres, LEFT)
    assert not len(page.stage.marks.centres)


def test_that_patches_are_tinted_and_the_covered_share_is_said(page, maps, qtbot):
    qtbot.mouseClick(page.stage.colouring.option(1), LEFT)
    covered = len(np.unique(maps.members[0])) / maps.points.shape[1]
    assert (
        page.stage.view.chips.texts()[0] == f"24 patches hold {100 * covered:.0f} % of the points"
    )
    page.stage.replay.setValue(1)
    tinted = np.zeros(maps.points.shape[1], bool)
    tinted[maps.members[0, 0]] = True
    first = np.array(rgb(theme.class_color(0)), np.float32)
    np.testing.assert_array_equal((page.stage.view.colors == first).all(1), tinted)


def test_that_photo_colours_are_the_picture_s(page, maps, qtbot):
    qtbot.mouseClick(page.stage.colouring.option(2), LEFT)
    colours = np.unique(maps.images[0].reshape(-1, 3), axis=0) / 255
    away = np.abs(page.stage.view.colors[:, None] - colours[None]).max(2).min(1)
    assert away.max() < 1e-3


def test_that_without_a_known_camera_photo_colours_say_why_not(taught_run, maps, open_page, qtbot):
    taught_run("Blind", replace(maps, cells=np.full_like(maps.cells, -1)))
    page = open_page()
    qtbot.waitUntil(lambda: page.model.ready)
    option = page.stage.colouring.option(2)
    assert not option.isEnabled()
    assert "camera" in option.toolTip()
    assert page.picture.picture.edged == []


def test_that_a_double_click_renames_an_idea_and_the_name_is_kept(page, run, qtbot):
    grid = page.ideas.grid
    click_tile(page, qtbot, 1)
    qtbot.mouseDClick(grid.viewport(), LEFT, pos=tile(page, 1))
    editor = grid.viewport().findChild(QLineEdit)
    editor.selectAll()
    qtbot.keyClicks(editor, "soft [seats]")
    grid.tiles.dataChanged.emit(grid.tiles.index(1), grid.tiles.index(1))  # its picture is ready
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "called: soft [seats]" in page.stage.view.chips.texts())
    kept = json.loads((run.artifacts / "idea_names.json").read_text(encoding="utf-8"))
    assert kept == {"2": "soft [seats]"}
    assert RunStore().open(run.path).id == run.id


def test_that_a_name_that_cannot_be_kept_is_said_and_not_shown(page, run, desk, qtbot):
    (run.path / "artifacts").write_text("in the way")
    before = list(page.model.names)
    grid = page.ideas.grid
    with qtbot.waitSignal(desk.message) as said:
        grid.tiles.setData(grid.tiles.index(0), "seats")
    assert said.args[0] == "bad" and "could not be kept" in said.args[1]
    assert page.model.names == before


def test_that_resting_on_a_tile_shows_it_larger_with_its_numbers(page, maps, qtbot):
    viewport = page.ideas.grid.viewport()
    qtbot.mouseMove(viewport, tile(page, 0))
    qtbot.mouseMove(viewport, tile(page, 3))
    assert not page.pop.isVisible()
    qtbot.waitUntil(page.pop.isVisible)
    strength = maps.likeness[0] - maps.without[0, 3]
    assert page.pop.words[0].startswith("4")
    assert (
        page.pop.words[1] == f"strength {strength:+.3f} · likeness without {maps.without[0, 3]:.2f}"
    )
    panel = page.ideas.mapTo(page, QPoint()).x()
    assert page.pop.geometry().right() < panel
    QApplication.sendEvent(viewport, QEvent(QEvent.Type.Leave))
    assert not page.pop.isVisible()


def test_that_the_keyboard_brings_the_larger_picture_too(page, qtbot):
    grid = page.ideas.grid
    page.window().setAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange)
    QApplication.sendEvent(
        grid, QFocusEvent(QFocusEvent.Type.FocusIn, Qt.FocusReason.TabFocusReason)
    )
    qtbot.waitUntil(page.pop.isVisible)
    assert page.pop.words[0].startswith("1")


def test_that_a_student_without_ideas_still_shows_pairs_and_words(
    taught_run, maps, open_page, qtbot
):
    taught_run("Plain", without_ideas(maps))
    page = open_page()
    qtbot.waitUntil(lambda: page.model.ready and page.stage.isVisible())
    assert not page.stage.colouring.option(0).isEnabled()
    assert page.stage.colouring.index == 1
    assert not page.layers.isVisible()
    assert (
        page.words.verdict.text() == compare(maps.teacher_words[0], maps.student_words[0]).verdict
    )
    assert not page.words.off.isVisible()
    assert page.ideas.likeness.text() == f"{maps.likeness[0]:.2f}"
    go_to_pair(page, qtbot, 1)


def test_that_after_a_student_without_ideas_attention_is_back(taught_run, maps, open_page, qtbot):
    with_ideas = taught_run("With", maps)
    taught_run("Plain", without_ideas(maps))
    page = open_page()
    qtbot.waitUntil(lambda: page.model.ready and page.picker.count() == 2)
    page.picker.activated.emit(1)
    qtbot.waitUntil(lambda: page.model.ready and page.model.run == with_ideas.path)
    assert page.stage.colouring.option(0).isEnabled() and page.stage.colouring.index == 0
    assert page.layers.isVisible() and page.words.off.isVisible()
    page.stage.colouring.option(1).click()
    page.picker.activated.emit(0)
    qtbot.waitUntil(lambda: page.model.ready and page.model.run != with_ideas.path)
    page.picker.activated.emit(1)
    qtbot.waitUntil(lambda: page.model.ready and page.model.run == with_ideas.path)
    assert page.stage.colouring.index == 1  # patches were asked for


def without_ideas(maps):
    return replace(maps, attention=None, rollout=None, without=None, words_without=(), ideas=())


def test_that_a_student_that_learnt_no_words_is_not_said_to_be_wrong(
    taught_run, maps, open_page, qtbot
):
    taught_run("Embedding", replace(maps, student_words=("",) * len(maps)))
    page = open_page()
    qtbot.waitUntil(lambda: page.model.ready and page.stage.isVisible())
    assert "learnt what the teacher sees, not what it says" in page.words.student.accessibleName()
    assert page.words.verdict.text() == "" and page.words.teacher.words


def test_that_without_a_teacher_nothing_is_like_anything(taught_run, maps, open_page, qtbot):
    silent = ("",) * len(maps)
    alone = replace(
        without_ideas(maps),
        teacher_words=silent,
        student_words=silent,
        likeness=0 * maps.likeness,
    )
    taught_run("Guessing", alone)
    page = open_page()
    qtbot.waitUntil(lambda: page.model.ready and page.stage.isVisible())
    assert "There was no teacher" in page.words.teacher.accessibleName()
    assert "only guessed hidden patches" in page.ideas._none._sentence.text()
    assert not page.ideas.likeness.isVisible()
    assert page.picture.title.text() == "The cloud’s picture"


def test_that_a_change_that_rounds_to_none_has_no_sign():
    assert [changed(by) for by in (-0.0004, 0.0004, -0.25, 0.25)] == [
        "±0.000",
        "±0.000",
        "−0.250",
        "+0.250",
    ]


def test_that_a_damaged_file_is_a_sentence(make_run, open_page, qtbot):
    run = make_run("Broken", results={"likeness": 0.5})
    (run.path / NAME).write_bytes(b"not a file of arrays")
    page = open_page()
    qtbot.waitUntil(lambda: "damaged" in page.empty._sentence.text())
    assert page.empty.isVisible()


def test_that_a_silent_teacher_is_said_to_be_so(taught_run, maps, open_page, qtbot, picture):
    silent = ("",) * len(maps)
    taught_run("Silent", replace(maps, teacher_words=silent, student_words=silent))
    page = open_page()
    qtbot.waitUntil(lambda: page.model.ready and page.stage.isVisible())
    assert page.words.teacher.accessibleName() == "Teacher’s words: This teacher has no words."
    assert page.words.verdict.text() == ""


def test_that_a_full_page_fits_the_smallest_window(page, qtbot):
    page.resize(1216, 720)
    qtbot.wait(30)
    assert page.minimumSizeHint().width() <= 1216
    assert page.minimumSizeHint().height() <= 720
    assert page.size().width() == 1216 and page.size().height() == 720


def test_that_ideas_that_look_alike_are_told_with_what_parts_them(
    taught_run, maps, open_page, qtbot
):
    same = np.repeat(maps.attention[:, :, :, :1], maps.attention.shape[3], axis=3)
    taught_run("Alike", replace(maps, attention=same))
    page = open_page()
    qtbot.waitUntil(lambda: page.model.ready and page.stage.isVisible())
    told = page.ideas.alike
    assert told.isVisible() and told.text().startswith("These ideas look almost alike")
    assert "100.0\u00a0%" in told.text() and "“Each stays who it is”" in told.text()
    page.ideas.parted = True  # the run had it on: it is not offered again
    page.ideas._judge()
    assert "Each stays" not in told.text() and told.text().endswith("100.0\u00a0%.")


def test_that_ideas_that_differ_are_not_called_alike(page):
    assert page.model.alike < 0.9
    assert page.ideas.alike.isHidden()


def test_that_a_run_stays_on_show_whole_until_the_next_is_ready(page, maps, run, tmp_path, qtbot):
    page.model.show(tmp_path, without_ideas(maps))
    page.model.step(1)  # of a run that is about to go
    assert page.model.run == run.path and page.model.ideas == 6 and page.model.ready
    assert page.grab().width()  # every part can be painted meanwhile
    qtbot.waitUntil(lambda: page.model.run == tmp_path)
    assert page.model.ideas == 0 and page.model.pair == 0
