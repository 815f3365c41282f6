"""The Mixtures page under real clicks, with the real engine in a thread behind it."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor

from engine.datasets import write_cache
from engine.deal import deal
from engine.experiment import Choice, Experiment
from engine.jobs import Mixing, whole_schema
from tests.workbench.made_clouds import made_clouds
from workbench import theme
from workbench.desk import Desk
from workbench.models.mixture import Deal
from workbench.pages.mixtures import MixturesPage
from workbench.pages.setup import SetupPage
from workbench.views import make_cloud_view, mixing_stage
from workbench.views.cloud_view_2d import CloudView2D

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture(scope="module")
def schema():
    return whole_schema()


@pytest.fixture
def laid(tmp_path):
    """Puts clouds on a desk as if they had been prepared."""

    def lay(desk, clouds, known=None):
        path = tmp_path / f"{len(list(tmp_path.iterdir()))}.h5"
        write_cache(path, clouds)
        desk.clouds, desk.known = replace(clouds, source=path), known or clouds.kinds
        desk.data_changed.emit()
        desk.known_changed.emit()

    return lay


@pytest.fixture
def desk(qapp, schema, laid):
    made = Desk(session="thread")
    made.schema = schema
    laid(made, made_clouds(points=64))
    yield made
    made.close()


@pytest.fixture
def page(desk, qtbot):
    made = MixturesPage(desk)
    qtbot.addWidget(made)
    made.resize(1240, 840)
    made.show()
    made.shown()
    dealt(qtbot, made)
    return made


def dealt(qtbot, page):
    """Wait until what is shown is what was wished for."""
    qtbot.waitUntil(
        lambda: page.deal is not None and same(page.deal, expected(page)), timeout=60_000
    )


def click(qtbot, widget):
    qtbot.mouseClick(widget, LEFT)


def kinds(page):
    return [page.sources.kind(row) for row in page.sources.rows]


def expected(page):
    return Deal.from_answer(deal(page._wish()))


def same(one, other):
    return (one.source == other.source).all() and (one.index == other.index).all()


# the deal


def test_that_the_page_shows_the_deal_of_the_engine(page):
    assert same(page.deal, expected(page))
    assert len(page.stage.view.points) == 3 * 64
    assert page.stage.view.chips.texts() == [
        "192 points in, 192 points out",
        "no point is added or lost",
    ]
    assert page.what.text() == "ball + cone + night stand"


def test_that_deal_again_takes_the_next_seed_and_a_typed_seed_comes_back(page, qtbot):
    first = page.deal
    click(qtbot, page.side.again)
    dealt(qtbot, page)
    assert page.side.seed.text() == "1"
    assert not same(page.deal, first)
    page.side.seed.selectAll()
    qtbot.keyClicks(page.side.seed, "0")
    qtbot.keyClick(page.side.seed, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: same(page.deal, first))


def test_that_the_largest_seed_is_followed_by_the_first(page, qtbot):
    page.deal_with(2**31 - 1)
    click(qtbot, page.side.again)
    dealt(qtbot, page)
    assert page.side.seed.text() == "0"


@pytest.mark.parametrize("place", [0, 2])
def test_that_two_and_four_can_be_mixed_as_well(page, qtbot, place):
    click(qtbot, page.side.count._group.button(place))
    dealt(qtbot, page)
    assert len(page.sources.rows) == len(set(kinds(page))) == place + 2
    assert page.deal.source.shape == (place + 2, 64)
    assert sum(tile.isVisible() for tile in page.side.sources.tiles) == place + 2


def test_that_a_source_is_swapped_for_another_of_its_kind_or_of_another(page, qtbot):
    rows = page.sources.rows
    tile = page.side.sources.tiles[0]
    click(qtbot, tile.swap)
    dealt(qtbot, page)
    assert kinds(page) == ["ball", "cone", "night_stand"]
    assert page.sources.rows[0] != rows[0]
    assert page.sources.rows[1:] == rows[1:]
    click(qtbot, tile.swap_kind)
    dealt(qtbot, page)
    assert kinds(page) == ["tube", "cone", "night_stand"]
    assert tile.text() == "Tube"
    assert same(page.deal, expected(page))


@pytest.mark.parametrize("name", ["shuffle", "cut", "parts", "rigid"])
def test_that_what_is_said_of_every_way_of_mixing_is_true_of_the_data(page, qtbot, name):
    choose(qtbot, page, name)
    uses = page.deal.uses
    lost, twice, different = (check.holds for check in page.side.checks.checks)
    assert (lost, twice, different) == ((uses > 0).all(), (uses < 2).all(), True)
    assert (page.deal.points is not None) == (name == "rigid")
    page.stage.jump(1)
    end = page.stage.view.points
    taken = page.deal.points
    if taken is None:
        taken = page.desk.clouds.points[list(page.sources.rows)][page.deal.source, page.deal.index]
    for output in range(3):
        shift = end[64 * output : 64 * output + 64] - taken[output]
        assert np.allclose(shift, shift[0], atol=1e-5)


def choose(qtbot, page, name):
    page.side.mixture.setCurrentIndex(page.side.mixture.findData(name))
    page.side.mixture.activated.emit(page.side.mixture.currentIndex())
    dealt(qtbot, page)


def test_that_the_settings_of_a_mixture_change_the_deal(page, qtbot):
    choose(qtbot, page, "cut")
    click(qtbot, page.side.settings.header)
    line = page.side._form.rows["least"].editor.box.lineEdit()
    line.selectAll()
    qtbot.keyClicks(line, "1")
    assert page.side.choice.settings == {"least": 1.0}
    dealt(qtbot, page)


# the film


def test_that_a_key_frame_goes_there_and_is_marked(page, qtbot):
    frames = page.stage.frames.frames
    assert [frame.isChecked() for frame in frames] == [True, False, False, False]
    start = page.stage.view.points.copy()
    click(qtbot, frames[1])
    assert [frame.isChecked() for frame in frames] == [False, True, False, False]
    assert (page.stage.view.points != start).any()
    click(qtbot, frames[3])
    assert frames[3].isChecked()
    assert page.stage.scrubber.time == 1
    click(qtbot, frames[0])
    assert (page.stage.view.points == start).all()


def test_that_dragging_the_scrubber_moves_the_points_and_not_their_colours(page, qtbot):
    scrubber, view = page.stage.scrubber, page.stage.view
    colors = view.colors.copy()
    seen = []
    qtbot.mousePress(scrubber, LEFT, pos=QPoint(14, 18))
    for share in (0.1, 0.3, 0.5, 0.8, 1.0):
        x = round(scrubber.margin + share * (scrubber.width() - 2 * scrubber.margin))
        qtbot.mouseMove(scrubber, QPoint(x, 18))
        seen.append((scrubber.time, view.points.copy()))
    qtbot.mouseRelease(scrubber, LEFT)
    assert [round(time, 1) for time, _ in seen] == [0.1, 0.3, 0.5, 0.8, 1.0]
    assert all((one[1] != other[1]).any() for one, other in pairwise(seen))
    assert (view.colors == colors).all()


def test_that_a_point_has_the_colour_of_the_cloud_it_came_from(page):
    view = page.stage.view
    for place, row in enumerate(page.sources.rows):
        color = theme.class_color(page.desk.known.index(page.sources.kind(row)))
        own = view.colors[: 3 * 64][page.deal.source.ravel() == place]
        assert np.allclose(own, color.getRgbF()[:3], atol=1e-3)


def test_that_space_plays_to_the_end_and_pauses(page, qtbot, monkeypatch):
    monkeypatch.setattr(mixing_stage, "SECONDS", 0.4)
    stage = page.stage
    stage.scrubber.setFocus()
    qtbot.keyClick(stage.scrubber, Qt.Key.Key_Space)
    assert stage.playing and stage.play_button.text() == "Pause"
    qtbot.waitUntil(lambda: stage.scrubber.time > 0)
    qtbot.keyClick(stage.scrubber, Qt.Key.Key_Space)
    assert not stage.playing
    here = stage.scrubber.time
    click(qtbot, stage.play_button)
    qtbot.waitUntil(lambda: not stage.playing, timeout=5000)
    assert stage.scrubber.time == 1 > here
    click(qtbot, stage.play_button)
    qtbot.waitUntil(lambda: stage.scrubber.time < 1)


def test_that_a_page_that_is_left_stops_playing(page, qtbot):
    click(qtbot, page.stage.play_button)
    page.hide()
    assert not page.stage.playing


def test_that_shares_show_only_when_dealt(page, qtbot):
    assert "once the points are dealt" in page.side.shares.accessibleName()
    click(qtbot, page.stage.frames.frames[3])
    words = page.side.shares.accessibleName()
    assert f"New cloud 1: {page.deal.shares[0, 0]:.0%} ball" in words
    click(qtbot, page.stage.frames.frames[1])
    assert "New cloud" not in page.side.shares.accessibleName()


def test_that_pressing_a_source_dims_the_others_and_again_brings_them_back(page, qtbot):
    bright = page.stage.view.colors.copy()
    tile = page.side.sources.tiles[1]
    qtbot.mouseClick(tile, LEFT, pos=QPoint(40, 20))
    own = page.stage._scene.source == 1
    colors = page.stage.view.colors
    assert (colors[own] == bright[own]).all()
    ground = np.array(QColor(theme.color("view1")).getRgbF()[:3])
    assert np.abs(colors[~own] - ground).max() < np.abs(bright[~own] - ground).max() / 3
    qtbot.mouseClick(tile, LEFT, pos=QPoint(40, 20))
    assert (page.stage.view.colors == bright).all()


def test_that_the_colours_follow_the_theme(page):
    before = page.stage.view.colors.copy()
    theme.use("light")
    assert (page.stage.view.colors != before).any()


def test_that_the_page_works_without_opengl(desk, qtbot, monkeypatch):
    monkeypatch.setattr(mixing_stage, "make_cloud_view", lambda: CloudView2D())
    page = MixturesPage(desk)
    qtbot.addWidget(page)
    page.resize(1240, 840)
    page.show()
    page.shown()
    dealt(qtbot, page)
    before = page.stage.view.snapshot()
    page.stage.jump(1)
    assert page.stage.view.snapshot() != before
    assert page.stage.view.frame == page.stage._scene.frame


def test_that_a_full_screen_moves_along(qtbot):
    view = make_cloud_view()
    qtbot.addWidget(view)
    points = made_clouds(points=16).points[0]
    view.show_cloud(points)
    view.fill_screen()
    view.move_points(points + 1)
    assert (view.full.window.points == points + 1).all()
    view.full.window.close()


# what is not there


def test_that_without_data_the_page_says_so(qtbot, schema):
    bare = Desk(session="thread")
    bare.schema = schema
    page = MixturesPage(bare)
    qtbot.addWidget(page)
    went = []
    bare.navigate.connect(went.append)
    page.show()
    page.shown()
    assert page.stack.currentWidget() is page.empty
    qtbot.keyClick(page, Qt.Key.Key_Space)
    click(qtbot, page.empty.button)
    assert went == ["data"]
    bare.close()


def test_that_one_kind_cannot_be_mixed_and_the_page_says_so(page, desk, laid):
    laid(desk, made_clouds(points=64), ("ball",))
    assert page.stack.currentWidget() is page.too_few


def test_that_only_as_many_can_be_mixed_as_there_are_kinds(page, desk, laid, qtbot):
    laid(desk, made_clouds(points=64), ("ball", "tube"))
    dealt(qtbot, page)
    assert kinds(page) == ["ball", "tube"]
    enabled = [button.isEnabled() for button in page.side.count._group.buttons()]
    assert enabled == [True, False, False]
    assert page.side.few.text() == "Only 2 kinds are known, and each source is of another."
    assert page.side.few.isVisible()
    assert not page.side.sources.tiles[0].swap_kind.isEnabled()


def test_that_a_point_that_is_no_number_is_a_sentence_and_a_swap_mends_it(page, desk, laid, qtbot):
    clouds = made_clouds(points=64)
    clouds.points[:3, 5] = np.nan  # three of the four balls to learn from
    laid(desk, clouds)
    for _ in range(20):
        if page.sources.rows[0] < 3:
            break
        click(qtbot, page.side.sources.tiles[0].swap)
    qtbot.waitUntil(lambda: "no numbers" in page.banner.text() and page.banner.isVisible())
    assert page.film.currentIndex() == 1
    for _ in range(50):
        if page.sources.rows[0] >= 3:
            break
        click(qtbot, page.side.sources.tiles[0].swap)
    dealt(qtbot, page)
    assert page.film.currentIndex() == 0
    assert not page.banner.isVisible()


def test_that_what_the_engine_refuses_is_said_and_can_be_tried_again(page, desk, qtbot):
    path = desk.clouds.source
    away = path.rename(path.with_suffix(".away"))
    click(qtbot, page.side.again)
    qtbot.waitUntil(page.banner.isVisible)
    assert "Open the data set again" in page.banner.text()
    assert page.deal is None
    assert page.side.checks.checks == ()
    page.stage.jump(1)
    away.rename(path)
    click(qtbot, page.banner.button)
    dealt(qtbot, page)
    assert not page.banner.isVisible()


def test_that_data_without_a_cache_is_a_sentence(page, desk):
    desk.clouds = made_clouds()
    desk.data_changed.emit()
    assert "was not prepared" in page.banner.text()


def test_that_a_late_answer_to_another_question_is_not_shown(page, desk, monkeypatch):
    asked = []
    monkeypatch.setattr(desk, "mix", lambda mixing, answer: asked.append((mixing, answer)))
    before = page.deal
    page.deal_with(5)
    page.deal_with(6)
    (first, answer), _ = asked
    answer(deal(first))
    assert page.deal is before


def test_that_nothing_is_asked_while_nobody_looks(desk, monkeypatch, qtbot, laid):
    asked = []
    monkeypatch.setattr(desk, "mix", lambda mixing, _answer: asked.append(mixing))
    page = MixturesPage(desk)
    qtbot.addWidget(page)
    laid(desk, made_clouds(points=32))
    assert asked == []
    page.show()
    page.shown()
    page.shown()
    assert [type(one) for one in asked] == [Mixing]


def test_that_a_question_goes_to_the_engine_for_data_while_a_run_goes_on(page, desk, monkeypatch):
    lanes = {"runs": desk._runs, "side": desk._side}
    sent = []
    for name, lane in lanes.items():
        monkeypatch.setattr(
            lane, "submit", lambda request, name=name: sent.append((name, request.topic))
        )
    page.deal_with(1)
    desk.live.begin(Experiment())
    page.deal_with(2)
    desk.live.clear()
    assert sent == [("runs", "mix"), ("side", "mix")]


# a run


def test_that_use_in_a_run_opens_set_up_with_these_mixtures_and_can_be_undone(page, desk, qtbot):
    setup, went, said = SetupPage(desk), [], []
    qtbot.addWidget(setup)
    desk.navigate.connect(went.append)
    desk.message.connect(lambda _role, words: said.append(words))
    before = desk.draft
    choose(qtbot, page, "parts")
    click(qtbot, page.side.use)
    assert went == ["setup"]
    assert desk.draft.recipe == Choice(name="open_set", mixture={"name": "parts"}, sources=[3])
    assert "mixtures of 3 objects: “Swapped parts”" in said[-1]
    assert setup.side.folds.folds["mixtures"].header.note == "Swapped parts, 3"
    setup.undo.undo()
    assert desk.draft == before


def test_that_a_recipe_that_learns_from_mixtures_is_kept(page, desk, qtbot):
    setup = SetupPage(desk)
    qtbot.addWidget(setup)
    desk.set_draft(desk.draft.with_values(recipe={"name": "joint", "ratio": 0.3}))
    click(qtbot, page.side.use)
    assert desk.draft.recipe.name == "joint"
    assert desk.draft.recipe.settings["ratio"] == 0.3
    assert desk.draft.recipe.settings["sources"] == [3]


def test_that_everything_to_press_has_a_name(page):
    named = [page.stage.play_button, page.stage.scrubber, page.side.mixture, page.side.seed]
    for tile in page.side.sources.tiles:
        named += [tile, tile.swap, tile.swap_kind]
    assert all(widget.accessibleName() for widget in [*named, *page.stage.frames.frames])
    assert page.side.sources.tiles[0].swap.accessibleName() == "Another ball"
