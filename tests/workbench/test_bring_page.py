"""Bring your own: a drop anywhere on the window is asked about, answered, turned, kept and taught; mouse and keys."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QFontMetrics
from PySide6.QtWidgets import QFileDialog
from shiboken6 import isValid

from engine.bring.examples import keep_arrays, keep_whole
from engine.bring.preferred import DEMO
from engine.datasets.cache import write_cache
from engine.errors import RunError
from engine.formats import suffixes
from engine.places import settings_folder
from tests.workbench.made_answers import POINTS, four, value
from workbench import theme
from workbench.dropping import MOST, left_out
from workbench.models import brought_words as words
from workbench.models.brought import FILES
from workbench.models.former_answers import former
from workbench.opening import is_thing
from workbench.pages.bring import _ANSWER, _FIRST, _NO_MODEL, BringPage
from workbench.views.answer_card import _WAITS
from workbench.views.cloud_view_2d import CloudView2D
from workbench.views.colours import rgb
from workbench.views.region_bars import _NUMBER, _ZERO
from workbench.window import Window

LEFT = Qt.MouseButton.LeftButton
RESULTS = {"acc_closed": 0.9}


def no_bundle(store):
    raise RunError("The finished run of the demo is missing from this installation.")


@pytest.fixture
def asked(desk, monkeypatch):
    """Questions and lessons, each with who is told the answer; nobody answers by himself."""
    heard = []
    monkeypatch.setattr(desk, "ask_about", lambda asking, tell: heard.append((asking, tell)))
    monkeypatch.setattr(desk, "teach_kind", lambda lesson, tell: heard.append((lesson, tell)))
    monkeypatch.setattr("workbench.pages.bring.bundled_run", no_bundle)
    return heard


@pytest.fixture
def open_page(desk, qtbot, asked):
    def build(size=(1252, 870)):
        page = BringPage(desk)
        qtbot.addWidget(page)
        page.setMinimumSize(1200, 640)  # as the window: what is in it must adapt
        page.resize(*size)
        page.show()
        qtbot.waitExposed(page)
        page.shown()
        return page

    return build


@pytest.fixture
def run(make_run):
    return make_run("Mine", results=RESULTS)


@pytest.fixture
def page(run, open_page, qtbot):
    page = open_page()
    qtbot.waitUntil(lambda: bool(page._runs))
    return page


@pytest.fixture
def answer(page, asked, qtbot, tmp_path):
    """Drops a file on the desk and answers the question."""

    def give(name="my_chair.ply", **changes):
        page.desk.thing_brought.emit(tmp_path / name)
        return reply(**changes)

    def reply(**changes):
        asking, tell = asked[-1]
        told = {"up": asking.up or "z", "guessed": not asking.up, "quarter": asking.quarter}
        with qtbot.waitSignal(page.model.answered):
            tell(value(asking.file, asking.run, **told | changes))
        return page.model.now

    give.reply = reply
    return give


def press(widget, qtbot):
    qtbot.mouseClick(widget, LEFT)


# --- words


def test_that_every_ending_that_can_be_read_is_a_thing_but_for_files_of_many():
    assert set(FILES) == suffixes() - {".h5", ".hdf5"}


def test_that_a_folder_is_no_thing_whatever_its_name(tmp_path):
    (tmp_path / "a.ply").mkdir()
    assert not is_thing(tmp_path / "a.ply")
    assert not is_thing(tmp_path / "many.h5")
    assert is_thing(tmp_path / "scan.PLY")


def test_that_a_verdict_says_how_sure_it_is_and_why_not(answer):
    assert words.verdict(answer()) == ("“chair”, 92 %", "Sure enough to say so.")
    assert words.verdict(answer(like=False))[1] == "Sure enough, yet unlike what it learnt."
    said, why = words.verdict(answer(said=None, like=False))
    assert (said, why) == ("“I do not know this.”", "Nothing it learnt comes close enough.")
    assert "none of these" in words.verdict(answer(said=None, outvoted=True))[1].lower()


def test_that_no_sentence_of_the_verdict_is_clipped(answer, page):
    page.resize(1200, 720)
    made = (
        {"like": False}, {"said": None, "like": True}, {"said": None, "like": False},
        {"said": None, "outvoted": True},
    )  # fmt: skip
    told = [words.verdict(answer(**changes))[1] for changes in made]
    told += [meaning for _, meaning in _WAITS.values()]
    metrics = QFontMetrics(theme.font("body"))
    room = page.card.band.width() - 74
    assert room < 300
    assert all(metrics.horizontalAdvance(sentence) <= room for sentence in told)


def test_that_a_place_is_whole_beside_the_longest_bar_against(answer, page):
    page.resize(1200, 720)
    wide = {"number": 1, "centre": [0.4, -0.4, -0.6], "points": 9, "change": -0.5, "margin": -5.0}
    brought = answer(regions=[wide])
    bar = page.card.regions.bars[0]
    zero = bar.width() * _ZERO
    room = zero - 28 - _NUMBER - bar._length(zero)
    metrics = QFontMetrics(theme.font("body"))
    for name in (words.place(brought.regions[0]), "middle right, front"):
        assert metrics.horizontalAdvance(name) <= room


def test_that_regions_have_places_and_no_invented_names(answer):
    brought = answer()
    assert [words.place(region) for region in brought.regions[:3]] == ["upper", "lower", "middle"]


def test_that_log_odds_are_shown_where_no_probability_moves(answer, page):
    regions = [
        {"number": n, "centre": [0, 0, 0], "points": 9, "change": c, "margin": m}
        for n, c, m in ((1, 0.004, 0.5), (2, -0.001, -2.0))
    ]
    brought = answer(regions=regions)
    assert [(r.number, change) for r, change in words.strongest(brought)] == [(2, -2.0), (1, 0.5)]
    assert [bar.isVisibleTo(page) for bar in page.card.regions.bars] == [True, True, False, False]


# --- the page


def test_that_without_a_run_the_page_offers_the_demo(open_page, qtbot, desk):
    page = open_page()
    assert page._stack.currentIndex() == _FIRST  # things may be dropped while it is looked for
    qtbot.waitUntil(lambda: page._stack.currentIndex() == _NO_MODEL)
    assert page.banner.isVisible()
    page.hide()
    page.show()
    assert not page.banner.isVisible()
    with qtbot.waitSignal(desk.demo_wanted):
        press(page.nothing.button, qtbot)


def test_that_what_was_dropped_before_there_was_a_run_is_asked_once_the_bundle_is_there(
    open_page, make_run, monkeypatch, asked, qtbot, tmp_path
):
    monkeypatch.setattr(
        "workbench.pages.bring.bundled_run", lambda store: make_run("Bundled", results=RESULTS).path
    )
    page = open_page()
    page.desk.thing_brought.emit(tmp_path / "thing.ply")
    qtbot.waitUntil(lambda: len(asked) == 1)
    assert asked[0][0].file == tmp_path / "thing.ply"
    assert page.chip.text() == "Bundled"


def test_that_a_thing_is_looked_at_and_everything_follows_the_answer(page, answer, asked, qtbot):
    page.desk.thing_brought.emit(Path("/nowhere/my_chair.ply"))
    assert page._stack.currentIndex() == _ANSWER
    assert page.card.band.words()[0] == words.LOOKING
    brought = answer.reply()
    assert page.card.band.words() == words.verdict(brought)
    chips = ["my_chair.ply", "a mesh of 18,204 corners, 64 points of it used"]
    assert page.stage.view.chips.texts() == chips
    assert words.chips(replace(brought, mesh=False))[1] == "18,204 points read, 64 used"
    assert page.facts.fact("Up is") == "z, guessed"
    assert page.facts.fact("Like our data?") == "yes, 0.08 away"
    assert "usual distance: 0.05 to 0.16" in page.card._usual.text()
    assert page.card.near.tiles.rowCount() == 4
    assert "threshold 0.50" in page.card.bars.accessibleName()


def test_that_deciding_points_are_larger_and_in_full_colour(page, answer):
    brought = answer()
    full = np.array(rgb(theme.class_color(1)))
    dim = 0.42 * full + 0.58 * np.array(rgb(theme.color("view0")))
    np.testing.assert_allclose(page.stage.view.colors[:10], np.tile(full, (10, 1)), atol=1e-6)
    np.testing.assert_allclose(page.stage.view.colors[10:], np.tile(dim, (54, 1)), atol=1e-6)
    np.testing.assert_allclose(page.stage.view.sizes, np.where(brought.decided, 1.4, 1.0))
    assert "10 points it decided by" in page.stage.key.accessibleName()


def scan(points):
    return np.random.default_rng(5).normal(size=(points, 3)).astype(np.float32)


def test_that_the_whole_scan_is_shown_as_far_as_it_can_be_drawn_and_the_count_is_true(
    page, answer, qtbot
):
    stage = page.stage
    stage.view.reach = 200, 90
    points = scan(300)
    answer("room.ply", mesh=False, read=10_000_004, dropped=4, whole=str(keep_whole(points)))
    assert stage.switch.isVisibleTo(page)
    press(stage.switch.option(1), qtbot)
    qtbot.waitUntil(lambda: len(stage.view.points) == 200)
    np.testing.assert_array_equal(stage.view.points, points[:200])
    assert stage.view.few == 90
    said = "showing 200 of 10,000,000 points, 90 while it turns"
    assert stage.view.chips.texts() == ["room.ply", said]
    assert not stage.key.isVisibleTo(page)
    assert stage.view.legend.isVisibleTo(page)
    page.card.pointed.emit(2)  # lights a part of what the model saw, which is not on show
    assert len(stage.view.colors) == 200
    stage.show_other()  # W
    assert len(stage.view.points) == POINTS
    assert stage.view.few is None
    assert stage.key.isVisibleTo(page)
    assert not stage.view.legend.isVisibleTo(page)


def test_that_another_answer_begins_with_what_the_model_saw(page, answer, qtbot):
    answer("room.ply", mesh=False, whole=str(keep_whole(scan(300))))
    press(page.stage.switch.option(1), qtbot)
    qtbot.waitUntil(lambda: len(page.stage.view.points) == 300)
    assert page.stage.view.chips.texts()[1] == "showing 300 of 18,204 points"
    answer("chair.ply")
    assert page.stage.switch.index == 0
    assert not page.stage.switch.isVisibleTo(page)
    assert len(page.stage.view.points) == POINTS


def test_that_a_scan_whose_points_had_to_make_room_is_said_to_be_gone(page, answer, qtbot):
    kept = keep_whole(scan(300))
    answer("room.ply", mesh=False, whole=str(kept))
    kept.unlink()
    press(page.stage.switch.option(1), qtbot)
    qtbot.waitUntil(lambda: words.GONE in page.stage.view.chips.texts())
    assert page.stage.switch.index == 0
    assert len(page.stage.view.points) == POINTS


def test_that_all_points_are_said_to_be_shown_where_they_are():
    brought = SimpleNamespace(file=Path("a.ply"), read=310, dropped=10)
    assert words.whole_chips(brought, 300, 500) == ["a.ply", "all 300 points"]


def test_that_the_key_of_the_points_follows_the_theme(page, answer):
    answer()
    in_dark = page.stage.key._color
    try:
        theme.use("light")
        assert page.stage.key._color == theme.class_color(1) != in_dark
    finally:
        theme.use("dark")


def test_that_points_are_all_alike_where_nothing_tells_what_decided(page, answer):
    rng = np.random.default_rng(0)
    arrays = keep_arrays(
        points=rng.normal(size=(8, 3)).astype(np.float32),
        decided=np.zeros(0, bool),
        region=np.zeros(8, np.int64),
        name=np.array("a"),
    )
    answer(how="", arrays=str(arrays))
    assert page.stage.view.sizes is None
    assert not page.stage.key.isVisibleTo(page)


def test_that_a_region_is_shown_while_one_points_at_its_bar(page, answer, qtbot):
    brought = answer()
    bar = page.card.regions.bars[0]
    qtbot.mouseMove(page.card.band)
    qtbot.mouseMove(bar)
    accent = rgb(theme.color("accent"))
    lit = np.isclose(page.stage.view.colors, accent, atol=1e-6).all(axis=1)
    np.testing.assert_array_equal(lit, brought.region == 0)
    qtbot.mouseMove(page.card.band)
    assert not np.isclose(page.stage.view.colors, accent, atol=1e-6).all(axis=1).any()
    assert "Part 1, upper" in bar.accessibleName()


def test_that_a_thing_that_would_be_known_upright_is_turned_so_at_once(page, answer, asked):
    otherwise = {"up": "-y", "kind": "chair", "label": 1, "probability": 0.95}
    answer(said=None, otherwise=otherwise)
    assert page.card.band.words() == ("“I do not know this.”", "Turned upright: chair, 95 %.")
    page.model.turn_upright()
    assert asked[-1][0].up == "-y"


def test_that_turn_upright_goes_through_all_six_ways_and_around_through_four(
    page, answer, asked, qtbot
):
    answer()
    for up in ("-y", "y", "-z", "x", "-x", "z"):  # as likely as the engine found them
        press(page.facts.turn, qtbot)
        assert asked[-1][0].up == up
        answer.reply()
    press(page.facts.quarter, qtbot)
    assert (asked[-1][0].up, asked[-1][0].quarter) == ("z", 1)
    answer.reply()
    assert page.facts.fact("Up is") == "z, turned 90°"
    assert "as set, turned 90°" in page.facts._values["Up is"].toolTip()


def test_that_only_the_newest_question_is_answered(page, answer, asked, qtbot, tmp_path):
    page.desk.thing_brought.emit(tmp_path / "first.ply")
    page.desk.thing_brought.emit(tmp_path / "second.ply")
    (first, tell), _ = asked
    answer.reply()
    tell(value(first.file, first.run, said=None))
    qtbot.wait(50)
    assert page.model.now.file.name == "second.ply"


def test_that_a_bad_file_is_a_sentence_and_the_last_answer_stays(page, answer, asked, tmp_path):
    brought = answer()
    page.desk.thing_brought.emit(tmp_path / "bad.ply")
    asked[-1][1]({"problem": "“bad.ply” was not read: it holds no points."})
    assert page.banner.isVisibleTo(page)
    assert "bad.ply" in page.banner.text()
    assert page.model.now is brought
    assert page.card.band.words() == words.verdict(brought)
    answer("good.ply")
    assert not page.banner.isVisibleTo(page)


def test_that_a_bad_first_file_leads_back_to_the_start(page, asked, tmp_path):
    page.desk.thing_brought.emit(tmp_path / "bad.ply")
    asked[-1][1]({"problem": "“bad.ply” was not read."})
    assert page._stack.currentIndex() == _FIRST


def test_that_arrays_that_are_gone_are_a_sentence(page, asked, run, tmp_path, qtbot):
    page.desk.thing_brought.emit(tmp_path / "a.ply")
    with qtbot.waitSignal(page.model.failed):
        asked[-1][1](value(tmp_path / "a.ply", run.path, arrays=str(tmp_path / "gone.npz")))
    assert "gone.npz" in page.banner.text()


def test_that_data_that_are_gone_cost_only_the_pictures(page, answer):
    answer(cache="")
    assert page.card._gone.isVisibleTo(page)
    assert page.card.near.tiles.rowCount() == 0


def test_that_pictures_come_as_soon_as_the_data_are_there(page, answer, desk, run, qtbot):
    late = run.path.parent / "late.h5"
    answer(cache=str(late))
    assert page.card._gone.isVisibleTo(page)
    desk.data_changed.emit()  # other data
    write_cache(late, four())
    with qtbot.waitSignal(page.model.pictured):
        desk.data_changed.emit()
    assert page.card.near.isVisibleTo(page) and not page.card._gone.isVisibleTo(page)
    assert page.card.near.tiles.rowCount() == 4
    assert page.model.before == [page.model.now]


def test_that_the_empty_page_names_who_answers(page):
    assert "“Mine” looks at its shape" in page.first._sentence.text()


def test_that_a_file_can_be_chosen_instead(page, asked, qtbot, monkeypatch, tmp_path):
    picked = str(tmp_path / "mine.obj")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (picked, ""))
    press(page.first.button, qtbot)
    press(page.strip.choose, qtbot)
    assert [str(asking.file) for asking, _ in asked] == [picked, picked]


def test_that_what_was_dropped_before_is_looked_at_again_by_a_click(page, answer, asked, qtbot):
    first, second = answer("first.ply"), answer("second.ply", said=None)
    assert page.model.before == [second, first]
    gallery = page.card.before
    assert gallery.isVisibleTo(page)
    questions = len(asked)
    place = gallery.visualRect(gallery.tiles.index(1)).center()
    qtbot.mouseClick(gallery.viewport(), LEFT, pos=place)
    assert page.model.now is first
    assert len(asked) == questions
    assert page.card.band.words() == words.verdict(first)


def test_that_a_low_page_leaves_out_what_was_dropped_before(page, answer, qtbot):
    answer("first.ply")
    answer("second.ply")
    page.resize(1216, 720)
    qtbot.waitUntil(lambda: not page.card.before.isVisibleTo(page))
    qtbot.waitUntil(lambda: page.minimumSizeHint().height() <= 720)
    assert page.minimumSizeHint().width() <= 1216


def test_that_it_still_fits_with_a_message(page, answer, asked, qtbot, tmp_path):
    answer()
    page.resize(1216, 720)
    page.desk.thing_brought.emit(tmp_path / "bad.ply")
    asked[-1][1]({"problem": "“bad.ply” was not read: it holds no points."})
    qtbot.waitUntil(lambda: page.minimumSizeHint().height() <= 720)


def test_that_nothing_is_said_of_pictures_or_parts_before_the_first_answer(page, answer, tmp_path):
    page.desk.thing_brought.emit(tmp_path / "slow.ply")
    card = page.card
    shown = (card.bars, card.regions, card.near, card._gone, card.lesson)
    assert card.band.isVisible()
    assert not any(part.isVisible() for part in shown)
    answer.reply()
    assert [part.isVisible() for part in shown] == [True, True, True, False, True]


# --- between sessions


def test_that_what_was_dropped_is_there_in_the_next_session_while_its_file_is(
    page, answer, open_page, asked, qtbot, tmp_path
):
    for name in ("gone.ply", "changed.ply", "first.ply", "last.ply"):
        (tmp_path / name).write_text("ply")
        answer(name)
    (tmp_path / "gone.ply").unlink()
    (tmp_path / "changed.ply").write_text("another thing")
    questions = len(asked)
    later = open_page()
    qtbot.waitUntil(lambda: later.model.now is not None)
    assert later._stack.currentIndex() == _ANSWER
    assert [one.file.name for one in later.model.before] == ["last.ply", "first.ply"]
    assert later.model.now.file.name == "last.ply"
    assert later.card.before.tiles.rowCount() == 2
    assert len(asked) == questions  # nothing needs to be asked again
    np.testing.assert_array_equal(later.model.now.points, page.model.now.points)


def test_that_what_is_dropped_at_once_stays_on_show(
    page, answer, open_page, asked, qtbot, tmp_path
):
    (tmp_path / "old.ply").write_text("ply")
    answer("old.ply")
    later = open_page()
    later.look(tmp_path / "new.ply")
    qtbot.waitUntil(lambda: len(later.model.before) == 1)
    assert later.model.now is None
    assert later.card.band.words()[0] == words.LOOKING


@pytest.mark.parametrize("text", ["", "{}", "[1]", '[{"mark": [1, 2], "answer": {}}]', "\x00"])
def test_that_a_damaged_memory_is_an_empty_one(own_home, text):
    path = settings_folder() / "dropped-before.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    assert former() == []


# --- who is asked


def test_that_another_run_can_be_asked_about_the_same_thing(
    run, make_run, page, answer, asked, qtbot
):
    other = make_run("Other", results=RESULTS)
    page.shown()
    qtbot.waitUntil(lambda: page.picker.count() == 2)
    answer()
    place = page.picker.findData(str(other.path))
    page.picker.setFocus()
    page.picker.setCurrentIndex(place)
    page.picker.activated.emit(place)
    assert asked[-1][0].run == other.path
    assert asked[-1][0].up == ""  # what was guessed is guessed again


def test_that_runs_that_name_no_kinds_are_not_offered(page, aligned_run, make_run, qtbot, run):
    aligned_run("Pictures")
    make_run("Not finished")
    page.shown()
    qtbot.waitUntil(lambda: len(page.desk.shelf.runs) == 3)
    assert page.picker.count() == 1
    assert page.chip.text() == "Mine"


def test_that_the_short_training_of_the_demo_is_not_asked_before_the_bundled_run(
    make_run, open_page, qtbot
):
    bundled = make_run("Student", results=RESULTS).path
    bundled = bundled.rename(bundled.parent / "demo-run")
    make_run(DEMO, results=RESULTS)
    page = open_page()
    qtbot.waitUntil(lambda: page.picker.count() == 2)
    assert page.model.run == bundled


def test_that_the_run_that_was_picked_answers_in_the_next_session_too(
    run, make_run, open_page, qtbot
):
    make_run("Newer", results=RESULTS)
    page = open_page()
    qtbot.waitUntil(lambda: page.picker.count() == 2)
    assert page.model.run != run.path
    page.picker.activated.emit(page.picker.findData(str(run.path)))
    later = open_page()
    qtbot.waitUntil(lambda: later.picker.count() == 2)
    assert later.model.run == run.path
    assert later.picker.currentText() == "Mine"


# --- examples and lessons


def test_that_examples_are_kept_and_taught_and_the_new_run_is_asked(
    page, answer, asked, make_run, qtbot, run
):
    lesson = page.card.lesson
    first = answer("one.ply", said=None)
    press(lesson.keep, qtbot)
    assert "one kind" in lesson._from.text()
    qtbot.keyClicks(lesson.name, "my lamp")
    press(lesson.learn, qtbot)
    assert not lesson.keep.isEnabled()
    second = answer("second.ply", said=None)
    assert lesson.keep.text() == "Keep as “my lamp”"
    assert lesson.basket.text() == "1 example of “my lamp”"
    press(lesson.teach, qtbot)
    assert lesson.name.text() == "my lamp"  # it may be written over
    assert "2 examples: one.ply, second.ply" in lesson._from.text()
    qtbot.keyClick(lesson.name, Qt.Key.Key_Return)
    told, tell = asked[-1]
    assert (told.kind, told.run) == ("my lamp", run.path)
    assert told.examples == (first.arrays, second.arrays)
    assert page.card.band.words()[0] == "Teaching…"
    assert not lesson.isEnabled()
    copy = make_run("Mine + my lamp", results=RESULTS)
    sentence = "Old kinds: 93.5 % before, 92.0 % after, right of 200."
    tell({"run": str(copy.path), "name": "Mine + my lamp", "kind": "my lamp", "sentence": sentence})
    assert sentence in page.banner.text()
    assert page.banner.isVisibleTo(page)
    assert asked[-1][0].run == copy.path
    assert asked[-1][0].file == second.file
    qtbot.waitUntil(lambda: page.picker.currentText() == "Mine + my lamp")
    answer.reply()
    assert page.banner.isVisibleTo(page)
    assert lesson.isEnabled()
    assert lesson.keep.text() == "Keep as an example"


def test_that_another_kind_is_taught_from_what_is_shown_alone_and_the_examples_stay(
    page, answer, asked, make_run, qtbot
):
    lesson = page.card.lesson
    answer("rocket_0.ply", said=None)
    page.model.keep("rocket")
    chair = answer("my_chair.ply", said=None)
    press(lesson.teach, qtbot)
    assert not lesson.keep.isVisible()
    lesson.name.clear()
    assert not lesson.learn.isEnabled()
    qtbot.keyClicks(lesson.name, "armchair")
    assert lesson._from.text() == "From my_chair.ply alone. Not used: 1 example of “rocket”"
    press(lesson.learn, qtbot)
    told, tell = asked[-1]
    assert (told.kind, told.examples) == ("armchair", (chair.arrays,))
    copy = make_run("Mine + armchair", results=RESULTS)
    tell({"run": str(copy.path), "name": "Mine + armchair", "kind": "armchair", "sentence": ""})
    assert lesson.basket.text() == "1 example of “rocket”"
    assert lesson.basket.isVisibleTo(page)


def test_that_no_tick_stands_beside_what_the_person_said_is_wrong(page, answer, asked, make_run):
    band = page.card.band
    answer("stool.ply", said="chair")
    assert band.look == "known"
    page.model.keep("Chair")
    assert band.look == "known"  # both say so
    page.model.take_out(0)
    page.model.keep("bar_stool")
    assert band.look == "told"
    assert band.words() == ("“chair”, 92 %", "You said: bar stool.")
    answer("other.ply", said="chair")
    assert band.look == "known"
    page.model.teach("bar stool")
    copy = make_run("Mine + bar stool", results=RESULTS)
    told = {"run": str(copy.path), "name": "Mine + bar stool", "kind": "bar stool", "sentence": ""}
    asked[-1][1](told)
    answer.reply(said="chair")  # the copy has not learnt it either
    assert band.words()[1] == "You said: bar stool."
    answer.reply(said="bar_stool")
    assert band.look == "known"


def test_that_examples_are_listed_and_can_be_taken_out(page, answer, qtbot):
    lesson = page.card.lesson
    assert not lesson.basket.isVisibleTo(page)
    answer("one.ply", said=None)
    page.model.keep("Night_stand")
    second = answer("second.ply", said=None)
    press(lesson.keep, qtbot)
    assert lesson.basket.text() == "2 examples of “Night stand”"
    menu = lesson.basket_menu()
    texts = [action.text() for action in menu.actions()]
    assert texts[1:3] == ["one.ply", "second.ply"]
    menu.actions()[1].trigger()
    assert page.model.kept == [second]
    assert page.model.examples("night stand") == [second]
    lesson.basket_menu().actions()[-1].trigger()
    assert (page.model.kept, page.model.kept_kind) == ([], "")
    assert not lesson.basket.isVisibleTo(page)
    assert lesson.keep.text() == "Keep as an example"


def test_that_a_lesson_that_fails_says_why_and_loses_nothing(page, answer, asked, qtbot):
    brought = answer(said=None)
    page.model.teach("chair")
    asked[-1][1]({"problem": "The last layer of “Mine” is no plain one. Nothing was learnt."})
    assert "no plain one" in page.banner.text()
    assert page.card.band.words() == words.verdict(brought)
    assert page.card.lesson.isEnabled()


def test_that_there_is_one_primary_button_and_escape_leaves_the_name(page, answer, qtbot):
    lesson = page.card.lesson
    answer()
    assert (lesson.teach.text(), lesson.teach._role) == ("That is wrong", "plain")
    assert lesson.keep._role == "primary"
    answer(said=None)
    assert (lesson.teach.text(), lesson.teach._role) == ("Teach it this", "primary")
    assert lesson.keep._role == "plain"
    press(lesson.teach, qtbot)
    qtbot.keyClick(lesson.name, Qt.Key.Key_Escape)
    assert lesson.currentIndex() == 0


def test_that_letters_typed_into_the_name_turn_nothing(page, answer, asked, qtbot):
    answer(said=None)
    questions = len(asked)
    press(page.card.lesson.teach, qtbot)
    qtbot.keyClicks(page.card.lesson.name, "ua")
    assert page.card.lesson.name.text() == "ua"
    assert len(asked) == questions


# --- the window


@pytest.fixture
def window(qtbot, desk, asked, run):
    shown = Window()
    qtbot.addWidget(shown)
    shown.resize(1280, 720)
    with qtbot.waitExposed(shown):
        shown.show()
    shown.furnish(desk)
    return shown


def dropped(*paths):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def drag(window, data):
    event = QDragEnterEvent(
        QPoint(9, 9), Qt.DropAction.CopyAction, data, LEFT, Qt.KeyboardModifier.NoModifier
    )
    window.dragEnterEvent(event)
    return event


def drop(window, data):
    window.dropEvent(
        QDropEvent(
            QPointF(9, 9), Qt.DropAction.CopyAction, data, LEFT, Qt.KeyboardModifier.NoModifier
        )
    )


def test_that_a_dropped_mesh_opens_the_page_and_is_asked_about(window, asked, qtbot, tmp_path):
    data = dropped(tmp_path / "scan.glb")
    assert drag(window, data).isAccepted()
    assert window.drop_edge.isVisible()
    assert window.drop_edge.size() == window.size()
    drop(window, data)
    assert not window.drop_edge.isVisible()
    qtbot.waitUntil(lambda: len(asked) == 1)
    assert window.stack.currentWidget() is window.page("bring")
    assert asked[0][0].file == tmp_path / "scan.glb"


def test_that_the_edge_goes_when_the_drag_leaves(window, tmp_path):
    drag(window, dropped(tmp_path / "scan.glb"))
    window.dragLeaveEvent(QDragLeaveEvent())
    assert not window.drop_edge.isVisible()


def test_that_folders_and_files_of_many_go_to_data_as_before(window, monkeypatch, tmp_path):
    opened = []
    monkeypatch.setattr("workbench.opening.open_path", lambda desk, path: opened.append(path))
    (tmp_path / "many.h5").touch()
    for path in (tmp_path, tmp_path / "many.h5"):
        drop(window, dropped(path))
    assert opened == [tmp_path, tmp_path / "many.h5"]
    assert window.page("bring") is None


def test_that_several_things_dropped_at_once_are_asked_one_after_the_other(
    window, asked, qtbot, run
):
    files = [Path(f"/nowhere/{name}.ply") for name in ("one", "bad", "worse", "last")]
    assert drag(window, dropped(*files)).isAccepted()
    drop(window, dropped(*files))
    qtbot.waitUntil(lambda: len(asked) == 1)
    page = window.page("bring")
    answers = {"bad": "“bad.ply” was not read.", "worse": "“worse.ply” was not read."}
    for count, file in enumerate(files, start=1):
        qtbot.waitUntil(lambda count=count: len(asked) == count)
        asking, tell = asked[-1]
        assert asking.file == file
        problem = answers.get(file.stem)
        tell({"problem": problem} if problem else value(file, run.path))
    qtbot.waitUntil(lambda: "bad.ply" in page.banner.text())
    assert page.banner.text() == "“bad.ply” was not read. 1 more could not be read."
    assert page.banner.isVisible()
    assert page.model.now.file == files[-1]
    assert [one.file for one in page.model.before] == [files[3], files[0]]
    assert page.card.lesson.isEnabled()
    assert len(asked) == 4


def test_that_a_new_drop_takes_the_place_of_those_that_wait(window, asked, qtbot, run):
    drop(window, dropped("/nowhere/one.ply", "/nowhere/two.ply"))
    qtbot.waitUntil(lambda: len(asked) == 1)
    drop(window, dropped("/nowhere/other.ply"))
    page = window.page("bring")
    with qtbot.waitSignal(page.model.answered):
        asked[1][1](value("/nowhere/other.ply", run.path))
    assert [asking.file.name for asking, _ in asked] == ["one.ply", "other.ply"]


def test_that_what_is_left_out_of_many_is_told():
    assert left_out(3, 3) == left_out(0, 0) == ""
    assert left_out(MOST + 1, MOST + 1).startswith(f"Only the first {MOST} of {MOST + 1}")
    assert "2 of 5" in left_out(5, 3)
    assert "one data set at a time" in left_out(2, 0)


def test_that_wrong_kinds_of_files_are_told_in_the_banner_with_those_that_are_known(
    window, qtbot, tmp_path
):
    window.go("bring")
    page = window.page("bring")
    (tmp_path / "holiday.png").touch()
    drop(window, dropped(tmp_path / "holiday.png"))
    assert page.banner.isVisible()
    assert "“holiday.png”" in page.banner.text()
    assert "PLY, OBJ, STL" in page.banner.text()
    assert window.toasts.banners() == []


def test_that_a_folder_of_single_files_says_what_to_do(window, tmp_path):
    window.go("bring")
    for name in ("a.ply", "b.ply", "notes.md"):
        (tmp_path / name).touch()
    drop(window, dropped(tmp_path))
    said = window.page("bring").banner.text()
    assert "2 files" in said
    assert "drop the files instead" in said
    window.go("home")
    drop(window, dropped(tmp_path))
    assert [banner.text() for banner in window.toasts.banners()] == [said]


def test_that_ctrl_b_opens_the_page(window, qtbot):
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyClick(window, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
    assert window.stack.currentWidget() is window.page("bring")


def test_that_a_page_that_is_gone_hears_nothing_of_themes(qtbot, run, desk, asked):
    page = BringPage(desk)
    stage = page.stage
    page.deleteLater()
    with qtbot.waitSignal(page.destroyed):
        pass
    assert not isValid(stage)
    theme.use("light")
    theme.use("dark")


# --- without OpenGL


def test_that_without_opengl_the_deciding_points_are_larger_too(qtbot, picture):
    view = CloudView2D()
    qtbot.addWidget(view)
    view.resize(300, 300)
    points = np.array([[-0.5, 0, 0], [0.5, 0, 0]], np.float32)
    view.show_cloud(points, np.ones((2, 3), np.float32), "two")

    def lit():
        image = view.snapshot().convertToFormat(view.snapshot().format())
        return sum(
            image.pixelColor(x, y).lightness() > 150
            for x in range(0, 300, 2)
            for y in range(0, 300, 2)
        )

    before = lit()
    view.set_sizes(np.array([1.4, 1.4], np.float32))
    assert lit() > 1.5 * before
    view.set_sizes(None)
    assert lit() == before


def test_that_the_page_pulls_no_torch_and_no_scipy():
    code = (
        "import sys, workbench.pages.bring;"
        "print([m for m in ('torch', 'scipy', 'sklearn') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "[]", done.stderr
