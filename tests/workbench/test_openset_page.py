"""Open set: the whole page follows one handle, and says what it cannot show."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from engine.metrics.open_set import thresholded
from engine.predictions import TEST, write
from engine.words import of_100
from tests.workbench.made_predictions import KNOWN, made, scored, with_clouds
from workbench.models.counted import count
from workbench.pages import openset
from workbench.pages.openset import OpenSetPage
from workbench.views.verdict import sentences

UNKNOWN = len(KNOWN)


@pytest.fixture
def predictions(tmp_path):
    return with_clouds(made(threshold=0.45), tmp_path)


@pytest.fixture
def tested_run(make_run, predictions):
    def make(name, found=predictions):
        run = make_run(name, results={"acc_closed": 0.8})
        write(run.predictions_path, found)
        return run

    return make


@pytest.fixture
def open_page(desk, qtbot):
    def build(size=(1252, 860)):
        page = OpenSetPage(desk)
        qtbot.addWidget(page)
        page.resize(*size)
        page.show()
        qtbot.waitExposed(page)
        page.shown()
        return page

    return build


@pytest.fixture
def page(tested_run, open_page, qtbot):
    tested_run("Joint")
    page = open_page()
    qtbot.waitUntil(lambda: page.model.ready and page.pane.sample is not None)
    qtbot.waitUntil(lambda: page.pane.gallery.tiles.rowCount() == 8)
    return page


def settle(page, qtbot):
    qtbot.waitUntil(lambda: not page._sorting.isActive())


def test_that_without_a_finished_run_the_page_says_what_it_is_for(open_page, desk, qtbot):
    page = open_page()
    assert page.empty.isVisible()
    assert not page.picker.isVisible()
    with qtbot.waitSignal(desk.navigate) as asked:
        qtbot.mouseClick(page.empty.button, Qt.MouseButton.LeftButton)
    assert asked.args == ["setup"]


def test_that_a_run_that_learnt_from_pictures_is_never_offered(
    open_page, desk, tested_run, aligned_run, qtbot
):
    aligned_run("Pictures")
    page = open_page()
    assert page.empty.isVisible()
    assert desk.opened is None
    named, pictures = tested_run("Joint"), aligned_run("More pictures")
    desk.shelf.read()
    qtbot.waitUntil(lambda: page.model.ready)
    desk.open_run(pictures.path)
    assert desk.opened == named.path
    assert not page.picker.isVisible()
    assert page.curves.menu_of_runs().actions()[0].text() == "There is no other tested run."


def test_that_the_newest_finished_run_opens_at_its_own_threshold(page, desk):
    assert desk.opened is not None
    assert page.model.value == 0.45
    assert page.card.plot.value() == 450
    assert page.chip.text() == "Joint"
    assert page.chip.isVisible()
    assert not page.picker.isVisible()


def test_that_the_run_on_show_is_reported_by_a_button(page, desk, monkeypatch, qtbot):
    asked = []
    monkeypatch.setattr(openset, "ask_report", lambda _desk, _page, runs: asked.extend(runs))
    qtbot.mouseClick(page.report, Qt.MouseButton.LeftButton)
    assert asked == [desk.opened]


@pytest.mark.parametrize("step", [0, 450, 731, 1000])
def test_that_the_tiles_show_figures_and_counts_of_the_threshold(page, predictions, step):
    page.card.plot.setValue(step)
    test = predictions.of(TEST)
    expected = thresholded(test.logits, test.labels, step / 1000, unknown_column=UNKNOWN)
    counts = expected["counts"]
    tiles = page.tiles
    assert tiles.known.number.text() == f"{100 * expected['acc_closed']:.1f}"
    assert tiles.known.note.text() == f"closed-set · {counts['correct_closed']} of 60"
    assert tiles.strangers.note.text() == f"open-set · {counts['rejected_open']} of 40"
    assert tiles.balance.number.text() == f"{100 * expected['f_measure']:.1f}"
    assert tiles.overall.number.text() == f"{100 * expected['acc_total']:.1f}"


def test_that_a_drag_moves_every_view_at_once(page, qtbot):
    plot = page.card.plot
    start = plot.handle().toPoint()
    qtbot.mousePress(plot, Qt.MouseButton.LeftButton, pos=start)
    there = plot.rect().center()
    there.setX(round(plot._x(0.9)))
    qtbot.mouseMove(plot, there)
    assert page.model.value == pytest.approx(0.9, abs=0.002)
    assert (page.matrix._table == page.model.table()).all()
    here = page.model.point()
    assert page.curves.view.point == (here.let_in[0], here.right[0])
    assert page.pane.bars._threshold == page.model.value
    with qtbot.waitSignal(page.model.committed):
        qtbot.mouseRelease(plot, Qt.MouseButton.LeftButton, pos=there)


def test_that_the_gallery_sorts_itself_once_the_handle_rests(page, predictions, qtbot):
    page.card.plot.setValue(700)
    settle(page, qtbot)
    rows = predictions.of(TEST).row[page.model.nearest(8)]
    tiles = page.pane.gallery.tiles
    assert [tiles.tile(tiles.index(i)).row for i in range(8)] == rows.tolist()


def test_that_a_tile_of_the_gallery_is_shown_from_close_by(page, qtbot):
    gallery = page.pane.gallery
    gallery.setCurrentIndex(gallery.tiles.index(3))
    sample = page.pane.sample
    assert page.model.predictions.row[sample] == gallery.tiles.tile(gallery.tiles.index(3)).row
    verdict = page.model.verdict(sample)
    assert page.pane.strip.accessibleName() == " ".join(sentences(verdict))
    assert len(page.pane.view.points) == 32


def test_that_the_sample_stays_while_the_handle_moves_and_its_verdict_flips(page, qtbot):
    sample = page.pane.sample
    page.card.plot.setValue(1000)
    settle(page, qtbot)
    assert page.pane.sample == sample
    assert page.pane.strip.accessibleName().startswith("“I do not know this.”")


def test_that_pointing_at_a_cell_shows_only_its_samples(page, predictions, qtbot):
    page.card.plot.setValue(900)
    settle(page, qtbot)
    page.matrix._hold((0, UNKNOWN))
    tiles = page.pane.gallery.tiles
    labels = predictions.labels
    shown = [tiles.tile(tiles.index(i)).row for i in range(tiles.rowCount())]
    assert shown
    assert all(labels[row] == 0 for row in shown)
    page.matrix._hold((0, UNKNOWN))
    assert tiles.rowCount() == 8


def test_that_tuning_on_the_test_set_is_said_and_snapping_ends_it(page, qtbot):
    page.card.plot.setValue(650)
    assert "test set" in page.card.note.text()
    qtbot.mouseClick(page.card.snap, Qt.MouseButton.LeftButton)
    panel = page.card.panel
    assert panel.isVisible()
    qtbot.mouseClick(panel.buttons["recall"], Qt.MouseButton.LeftButton)
    assert not panel.isVisible()
    assert page.model.value == page.model.ghost.value
    assert page.card.note.text() == "chosen on validation: keeps 95 % of known"


def test_that_a_balance_that_refuses_most_known_things_says_what_it_hides(page):
    page.card.plot.setValue(0)
    assert "balance" not in page.card.note.text()
    page.card.plot.setValue(880)
    kept = page.model.point().kept[0]
    assert kept < 0.5 <= page.model.figures()["f_measure"]
    assert page.card.note.text().startswith(
        f"Only {100 * kept:.0f} of 100 known things get a name;"
    )
    assert "strangers turned away count too" in page.card.note.text()


def test_that_a_balance_that_is_as_bad_hides_nothing(page):
    page.card.plot.setValue(1000)
    assert page.model.point().kept[0] == 0 and page.model.figures()["f_measure"] < 0.5
    assert "balance" not in page.card.note.text()


def test_that_a_long_name_keeps_both_its_ends_and_is_whole_in_the_tip(tested_run, open_page, qtbot):
    name = "Taught by the big one with shuffled mixtures, all else as usual, variant 7"
    tested_run(name)
    page = open_page((1216, 720))
    qtbot.waitUntil(lambda: page.model.ready)
    shown = page.chip.shown_text
    assert page.chip.isVisible()
    assert page.chip.width() <= 380
    assert shown.startswith("Taught by")
    assert shown.endswith(name[-9:])
    assert "…" in shown
    assert name in page.chip.toolTip()


def test_that_half_is_said_to_be_fixed_beforehand_whatever_the_runs_own(page, qtbot):
    page.card.plot.setValue(650)
    qtbot.mouseClick(page.card.snap, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(page.card.panel.buttons["fixed"], Qt.MouseButton.LeftButton)
    assert page.model.value == 0.5
    assert page.card.note.text() == "fixed beforehand: as likely as not"


def test_that_another_share_to_keep_is_no_tuning_until_it_is_asked_for(page, qtbot):
    qtbot.mouseClick(page.card.snap, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(page.card.panel.buttons["recall"], Qt.MouseButton.LeftButton)
    qtbot.mouseClick(page.card.snap, Qt.MouseButton.LeftButton)
    page.card.panel.recall.setValue(70)
    page.card._follow()
    assert page.card.note.text() == "chosen on validation: keeps 95 % of known"
    page.card.panel.hide()


def test_that_choosing_a_score_with_the_test_on_screen_is_said(tested_run, open_page, qtbot):
    tested_run("Scored", scored())
    page = open_page()
    qtbot.waitUntil(lambda: page.model.ready)
    scores = page.card.scores
    other = next(p for p in (1, 2) if scores.itemData(p) != "msp")  # 0: the best on validation
    pick(scores, other, qtbot)
    assert page.model.score == scores.itemData(other)
    assert page.card.note.text().startswith("You chose this score looking at the test set")
    pick(scores, 0, qtbot)
    assert "test set" not in page.card.note.text()


def pick(picker, place, qtbot):
    """With the keys, as somebody would."""
    picker.setFocus()
    key = Qt.Key.Key_Down if place > picker.currentIndex() else Qt.Key.Key_Up
    for _ in range(abs(place - picker.currentIndex())):
        qtbot.keyClick(picker, key)


def test_that_a_rule_that_gives_nothing_is_greyed_and_says_why(page, qtbot):
    qtbot.mouseClick(page.card.snap, Qt.MouseButton.LeftButton)
    youden = page.card.panel.buttons["youden"]  # these predictions hold no mixtures
    assert not youden.isEnabled()
    assert "mixtures" in youden.toolTip()
    page.card.panel.hide()


def test_that_the_share_to_keep_can_be_typed(page, qtbot):
    qtbot.mouseClick(page.card.snap, Qt.MouseButton.LeftButton)
    page.card.panel.recall.setValue(70)
    qtbot.mouseClick(page.card.panel.buttons["recall"], Qt.MouseButton.LeftButton)
    assert page.model.targets.recall == pytest.approx(0.7)
    assert page.model.value == page.model.ghost.value
    assert "70 %" in page.card.plot._ghost_words


def test_that_the_teacher_can_be_looked_at_where_there_is_one(page, predictions, qtbot):
    page.card.who.set_index(1)
    test = predictions.of(TEST)
    expected = thresholded(test.teacher_logits, test.labels, page.model.value)
    assert page.tiles.known.number.text() == f"{100 * expected['acc_closed']:.1f}"
    assert page.card.title.text() == "How sure must the teacher be?"


def test_that_a_run_without_a_teacher_offers_none(tested_run, open_page, qtbot):
    tested_run("Alone", made(teacher=False))
    page = open_page()
    qtbot.waitUntil(lambda: page.model.ready)
    assert not page.card.who.isVisible()


def test_that_what_was_not_measured_is_a_dash(tested_run, open_page, qtbot):
    tested_run("Known only", made(strangers=0))
    page = open_page()
    qtbot.waitUntil(lambda: page.model.ready)
    assert page.tiles.strangers.number.text() == "–"
    assert page.tiles.strangers.note.text() == "open-set · none in this test"
    assert page.tiles.balance.number.text() == "–"
    assert page.tiles.known.number.text() != "–"


def test_that_clouds_that_are_gone_leave_the_numbers(tested_run, open_page, tmp_path, qtbot):
    tested_run("Moved", made(cache=str(tmp_path / "gone.h5")))
    page = open_page()
    qtbot.waitUntil(lambda: page.pane._stage.currentIndex() == 1)
    assert page.tiles.known.number.text() != "–"
    assert page.pane.strip.accessibleName() != "Nothing is chosen"


def test_that_a_damaged_run_is_answered_with_a_sentence(tested_run, open_page, qtbot):
    run = tested_run("Broken")
    run.predictions_path.write_bytes(b"not a file of predictions")
    page = open_page()
    qtbot.waitUntil(lambda: "damaged" in page.empty._sentence.text())
    assert page.empty.isVisible()


def test_that_one_of_several_runs_can_be_picked(tested_run, open_page, desk, qtbot):
    tested_run("First", made(seed=1))
    tested_run("Second", made(seed=2))
    page = open_page()
    qtbot.waitUntil(lambda: page.model.ready)
    assert {page.picker.itemText(i) for i in range(2)} == {"First", "Second"}
    other = 1 - page.picker.currentIndex()
    before = page.model.predictions.logits
    page.picker.activated.emit(other)
    qtbot.waitUntil(lambda: not np.array_equal(page.model.predictions.logits, before))
    assert str(desk.opened) == page.picker.itemData(other)


def test_that_another_run_never_shows_the_clouds_of_the_one_before(page, predictions):
    assert page.pane._clouds is not None
    other = replace(predictions, cache="elsewhere.h5", row=predictions.row[::-1])
    page._take(page._wanted, (other, count(other, "student", "msp")))
    assert page.pane._clouds is None
    assert page.pane.gallery.tiles.rowCount() == 0


def test_that_generated_data_is_marked(page, qtbot):
    qtbot.waitUntil(page._made.isVisible)


def test_that_brushing_a_band_shows_its_samples_and_escape_clears_it(page, predictions, qtbot):
    plot, ground = page.card.plot, page.card.plot.ground()
    left = Qt.MouseButton.LeftButton

    def at(share):
        return QPoint(round(plot._x(share)), round(ground.center().y()))

    qtbot.mousePress(plot, left, pos=at(0.9))
    qtbot.mouseMove(plot, at(0.95))
    qtbot.mouseMove(plot, at(0.8))
    qtbot.mouseRelease(plot, left, pos=at(0.8))
    low, high = plot.band
    sure = probabilities(predictions.of(TEST)).max(1)
    inside = np.flatnonzero((sure >= low / 1000) & (sure <= high / 1000))
    tiles = page.pane.gallery.tiles
    shown = {tiles.tile(tiles.index(i)).row for i in range(tiles.rowCount())}
    assert len(inside) > 8
    assert shown == set(predictions.of(TEST).row[inside].tolist())
    assert f"{len(inside)} rated" in page.pane._which.text()
    page.matrix.setFocus()
    qtbot.keyClick(page.matrix, Qt.Key.Key_Escape)
    assert plot.band is None
    assert tiles.rowCount() == 8
    assert page.pane._heading.text() == "On the fence"


def probabilities(part):
    """Of the known kinds, with the trained unknown in the sum."""
    powers = np.exp(part.logits.astype(np.float64))
    return (powers / powers.sum(1, keepdims=True))[:, :UNKNOWN]


def test_that_a_screen_reader_hears_shares_with_the_threshold(page):
    page.card.plot.setValue(500)
    found = page.model.figures()
    assert page.card.plot.accessibleDescription() == (
        f"Threshold 0.50; {of_100(found['acc_closed'])}% of known kept and right; "
        f"{of_100(found['acc_open'])}% of strangers turned away"
    )


def test_that_the_page_fits_the_smallest_window(page):
    page._rivals.want([])
    page.curves.table.show()
    page.resize(1216, 720)
    assert page.minimumSizeHint().width() <= 1216
    assert page.minimumSizeHint().height() <= 720


@pytest.fixture
def mapped(page, qtbot):
    page.map.draw_with("pca")
    qtbot.waitUntil(lambda: page.map.stack.currentWidget() is page.map.view, timeout=20_000)
    return page


def test_that_the_map_is_asked_for_once_and_marks_the_sample_on_show(mapped, predictions):
    names = predictions.of(TEST).names
    assert mapped.map.view.accessibleDescription() == names[mapped.pane.sample]
    mapped.shown()
    assert mapped.map.stack.currentWidget() is mapped.map.view


def test_that_a_point_of_the_map_is_shown_from_close_by(mapped, qtbot):
    view = mapped.map.view
    at = view.pixels()
    alone = np.linalg.norm(at[:, None] - at[None], axis=2)
    np.fill_diagonal(alone, np.inf)
    place = int(alone.min(1).argmax())
    x, y = at[place]
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(round(x), round(y)))
    assert mapped.pane.sample == mapped.map._of_test[place]
    assert mapped.map.view._shown == place


def test_that_pointing_at_a_cell_dims_all_others_on_the_map(mapped, predictions):
    mapped.card.plot.setValue(900)
    mapped.matrix._hold((0, UNKNOWN))
    test = predictions.of(TEST)
    sure = probabilities(test).max(1)
    lost = test.logits[:, UNKNOWN] > test.logits[:, :UNKNOWN].max(1)
    expected = (test.labels == 0) & ((sure < 0.9) | lost)
    assert mapped.map.view.lit.tolist() == expected.tolist()
    mapped.matrix._hold((0, UNKNOWN))
    assert mapped.map.view.lit is None


def test_that_a_rectangle_on_the_map_fills_the_gallery_and_takes_the_place_of_a_band(
    mapped, predictions
):
    plot, tiles = mapped.card.plot, mapped.pane.gallery.tiles
    plot._band = (0, 1000)
    plot.brushed.emit(0, 1000)
    assert tiles.rowCount() == 96
    mapped.map.view.brushed.emit((3, 5, 8))
    rows = predictions.of(TEST).row[[3, 5, 8]]
    assert {tiles.tile(tiles.index(i)).row for i in range(tiles.rowCount())} == set(rows.tolist())
    assert plot.band is None
    assert mapped.pane._which.text() == "3 in the rectangle"


def test_that_other_runs_are_drawn_beside_and_leave_with_another_run(
    tested_run, open_page, desk, qtbot
):
    tested_run("First", made(seed=1))
    tested_run("Second", made(seed=2))
    page = open_page()
    qtbot.waitUntil(lambda: page.model.ready and len(page._rivals.others()) == 1)
    (other,) = page._rivals.others()
    page.curves.menu_of_runs().actions()[0].trigger()
    qtbot.waitUntil(page.curves.table.isVisible)
    assert page.curves.table.texts()[0][0] == "This run"
    assert len(page.curves.view._rivals) == 1
    assert page.minimumSizeHint().height() <= 720
    desk.open_run(other)
    qtbot.waitUntil(lambda: not page.curves.table.isVisible())


def test_that_a_run_of_other_kinds_is_not_drawn_and_that_is_said(page, tested_run, desk, qtbot):
    other = tested_run("Elsewhere", replace(made(seed=4), known=("bed", "sofa", "night_stand")))
    said = []
    desk.message.connect(lambda level, sentence: said.append((level, sentence)))
    page._rivals.want([other.path])
    qtbot.waitUntil(lambda: bool(said))
    assert said[0][0] == "warn" and "other kinds" in said[0][1]
    assert not page.curves.table.isVisible()
