"""Compare, driven like a person does: check, pin, click a curve, set a row up, write notes, export."""

import csv
import time
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage
from PySide6.QtSvg import QSvgRenderer

from engine.compare.answers import Answers, difference_of, read_answers
from engine.compare.lines import FIGURES
from engine.compare.paper import NOT_RUN, table_1
from engine.compare.paper import OTHER_STRANGERS as OTHERS_MET
from engine.errors import RunError
from engine.events import Finished, Metric
from engine.metrics.open_set import thresholded
from engine.predictions import TEST, write
from engine.store import Run, RunStore
from tests.workbench.made_predictions import made
from tests.workbench.made_runs import SCHEMA, made_run
from workbench.desk import Desk
from workbench.models.compare_columns import text_of
from workbench.models.dumbbell_rows import experiment_of
from workbench.pages.compare import ComparePage
from workbench.views.dumbbells import SET_UP
from workbench.views.paper_view import NO_CURVE, OTHER_STRANGERS


@pytest.fixture
def desk(qtbot):
    desk = Desk(session="thread")
    desk.schema = SCHEMA
    desk.went, desk.said = [], []
    desk.navigate.connect(desk.went.append)
    desk.suggested.connect(lambda experiment, _words: desk.set_draft(experiment))
    desk.message.connect(lambda role, words: desk.said.append((role, words)))
    yield desk
    desk.close()


@pytest.fixture
def kept(own_home):
    """Lays a made run into the store."""

    def keep(run, predictions=None):
        there = RunStore().create(run.experiment)
        there.log.append(run.started)
        for epoch, value in enumerate(run.curve, 1):
            there.log.append(Metric(step=epoch, epoch=epoch, values={"validation/accuracy": value}))
        if run.results:
            there.log.append(Finished(outcome="done", step=9, results=run.results))
        if predictions is not None:
            write(there.predictions_path, predictions)
        return there

    return keep


@pytest.fixture
def open_page(desk, qtbot):
    def build(size=(1252, 900)):
        page = ComparePage(desk)
        qtbot.addWidget(page)
        page.resize(*size)
        page.show()
        qtbot.waitExposed(page)
        with qtbot.waitSignal(desk.runs_changed):
            desk.shelf.read()
        return page

    return build


def taught(seed, temperature, **results):
    loss = {"weight": 1.0, "temperature": temperature}
    return made_run(
        seed, "joint", ("kd", "crd", "ce"), results=results,
        losses__kd=loss, losses__crd__weight=0.8, losses__ce__weight=1.0,
    )  # fmt: skip


def row_of(page, name):
    return next(
        row
        for row in range(page.list.found.rowCount())
        if page.list.found.line(row).run.name == name
    )


def click(page, qtbot, row, x=14):
    box = page.list.visualRect(page.list.found.index(row, 0))
    qtbot.mouseClick(
        page.list.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(box.left() + x, box.center().y())
    )  # fmt: skip


def test_that_without_runs_the_page_says_what_it_is_for(open_page, desk, qtbot):
    page = open_page()
    assert page.empty.isVisible()
    assert not page._export.isEnabled()
    qtbot.mouseClick(page.empty.button, Qt.MouseButton.LeftButton)
    assert desk.went == ["setup"]


@pytest.mark.parametrize("recognised", [False, True])
def test_that_the_paper_is_shown_first_only_where_a_run_names_kinds(open_page, kept, recognised):
    kept(replace(made_run(1, "detect", ()), results={"task": "detect", "map25": 0.4}))
    if recognised:
        kept(made_run(2))
    page = open_page()
    assert (page.view.index == 0) == page.paper.isVisible() == recognised


def test_that_a_click_on_the_box_picks_and_one_on_the_name_only_selects(open_page, kept, qtbot):
    kept(made_run(1))
    page = open_page()
    click(page, qtbot, 0, x=100)
    assert page.table.picked == []
    assert page.list.line.run.name == "Run 1"
    click(page, qtbot, 0)
    assert len(page.table.picked) == 1
    qtbot.keyClick(page.list, Qt.Key.Key_Space)
    assert page.table.picked == []


def test_that_two_picked_runs_show_what_differs_and_keys_pin_the_baseline(open_page, kept, qtbot):
    kept(taught(1, 4.0, acc_closed=0.80))
    kept(taught(2, 10.0, acc_closed=0.85))
    page = open_page()
    for row in range(2):
        click(page, qtbot, row)
    assert [column.key for column in page.table.columns if column.kind == "setting"] == [
        "losses.kd.temperature"
    ]
    page.list.setCurrentIndex(page.list.found.index(row_of(page, "Run 1"), 0))
    qtbot.keyClick(page.list, Qt.Key.Key_B)
    assert page.table.baseline.run.name == "Run 1"
    assert page.pin.isChecked()
    assert page.list.found.line(0).run.name == "Run 1"
    qtbot.mouseClick(page.pin, Qt.MouseButton.LeftButton)
    assert page.table.baseline is None


def test_that_seeds_unfold_with_the_switch_and_the_selection_stays(open_page, kept, qtbot):
    for seed in (1, 2, 3):
        kept(made_run(seed))
    page = open_page()
    assert page.list.found.rowCount() == 1
    chosen = page.list.line.run.path
    qtbot.mouseClick(page.fold, Qt.MouseButton.LeftButton)
    assert page.list.found.rowCount() == 3
    assert page.list.line.run.path == chosen


def test_that_headings_of_one_lesson_say_first_what_differs_and_are_whole(
    open_page, desk, kept, qtbot
):
    word = "Same cloud, same place"
    desk.schema = SCHEMA | {
        "loss": SCHEMA["loss"] | {"crd": SCHEMA["loss"]["crd"] | {"word": word}}
    }
    kept(taught(1, 4.0))
    once = {"weight": 0.4, "warmup_epochs": 5.0, "temperature": 0.2}
    kept(made_run(2, "joint", ("kd", "crd", "ce"), losses__crd=once, losses__ce__weight=1.0))
    page = open_page()
    for row in range(2):
        click(page, qtbot, row)
    header = page.list.horizontalHeader()
    ours = [
        place for place, one in enumerate(page.table.columns) if one.key.startswith("losses.crd.")
    ]
    words = [str(page.table.headerData(place, Qt.Orientation.Horizontal)) for place in ours]
    assert sorted(words) == [f"Contrast · {word}", f"Warm-up · {word}", f"Weight · {word}"]
    assert all(header.sectionSize(place) >= header.sectionSizeHint(place) for place in ours)
    tip = page.table.headerData(ours[0], Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole)
    assert word in tip


def test_that_headings_and_the_sort_menu_sort(open_page, kept, qtbot):
    for seed, value in ((1, 0.5), (2, 0.9), (3, 0.7)):
        kept(made_run(seed, results={"acc_closed": value}, training__epochs=seed))
    page = open_page()
    place = next(i for i, column in enumerate(page.table.columns) if column.key == "acc_closed")
    header = page.list.horizontalHeader()
    middle = QPoint(header.sectionViewportPosition(place) + 40, header.height() // 2)
    found = lambda: [page.list.found.line(row).run.experiment.seed for row in range(3)]  # noqa: E731
    qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    assert found() == [2, 3, 1]
    qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    assert found() == [1, 3, 2]
    actions = {action.text(): action for action in page.list.sort_menu().actions()}
    actions["Run"].trigger()
    assert found() == [1, 2, 3]


def test_that_typing_finds_runs(open_page, kept, qtbot):
    kept(made_run(1))
    kept(taught(2, 4.0))
    page = open_page()
    qtbot.keyClicks(page.search, "way out")
    assert [page.list.found.line(row).run.recipe for row in range(page.list.found.rowCount())] == [
        "joint"
    ]


def test_that_enter_opens_a_tested_run(open_page, kept, desk, qtbot):
    path = kept(made_run(1)).path
    page = open_page()
    qtbot.keyClick(page.list, Qt.Key.Key_Return)
    assert (desk.opened, desk.went) == (path, ["openset"])


def test_that_a_run_that_learnt_from_pictures_is_compared_by_settings_alone(
    open_page, kept, aligned_run, desk, qtbot
):
    kept(made_run(1))
    path = aligned_run("Pictures").path
    page = open_page()
    qtbot.waitUntil(lambda: len(page.table.lines) == 2)
    line = next(line for line in page.table.lines if line.run.path == path)
    told = {column.key: text_of(line, column, desk.schema) for column in page.table.columns}
    assert {told[key] for key in FIGURES} == {"–"}
    assert told["data"] == "Shapes, pictures 2"
    for one in page.table.lines:
        page.table.pick(one, True)
    assert "training.epochs" not in [column.key for column in page.table.columns]
    assert "data.path" in [column.key for column in page.table.columns]
    qtbot.mouseClick(page.view.option(1), Qt.MouseButton.LeftButton)
    assert page.pair.isVisible()
    assert [picker.count() for picker in page.pair.matrices.pickers] == [1, 1]
    page.list.select_line(line)
    qtbot.keyClick(page.list, Qt.Key.Key_Return)
    assert (desk.opened_concepts, desk.went) == (path, ["concepts"])


def test_that_rows_of_the_paper_stand_beside_ours_with_seeds_passes_and_device(open_page, kept):
    for seed, value in ((1, 0.86), (2, 0.88)):
        kept(made_run(seed, results={"acc_known_no_threshold": value}))
    page = open_page()
    row = page.paper.first.rows[1]
    assert (row.paper, row.ours_text, row.told) == (
        87.17,
        "87.0 ± 1.4",
        "2 seeds · 20 passes · cpu",
    )
    assert [button.text() for button in page.paper.first.buttons] == [SET_UP] * 5
    assert "paper 87.17 %, ours 87.0 ± 1.4 %, 2 seeds" in page.paper.first.say(1)


def test_that_a_student_of_other_weights_and_softness_stands_beside_the_paper_with_what_differs(
    open_page, kept, qtbot
):
    loss = {"weight": 0.9, "temperature": 4.0}
    kept(made_run(1, "distil", ("kd", "ce"), losses__kd=loss, losses__ce__weight=1.0))
    kept(made_run(2, "distil", ("kd",), losses__kd=loss, teacher_parameters=3 * 1_462_442))
    page = open_page()
    rows = {row.term: row for row in page.paper.first.rows}
    assert rows["CE + KD"].beside == "≠ 1 seed · 20 passes · cpu"
    assert "“≠”: other settings" in page.paper.source.text()
    table = page.paper.first
    place = table.rows.index(rows["CE + KD"])
    point_at(qtbot, table, place)
    assert "Soft answers: teacher softness 4, not 10" in table.say(place)
    sheet = table.numbers()
    assert sheet.rows[place][-1].endswith("; Soft answers: weight 0.9, not 1")
    assert rows["KD"].ours is None  # three teachers of another net are not the paper's


def middle_of(table, row):
    return table._row(row).center().toPoint()


def test_that_a_click_on_a_row_that_has_a_run_of_ours_opens_it(open_page, kept, desk, qtbot):
    path = kept(made_run(1, results={"acc_known_no_threshold": 0.86})).path
    page = open_page()
    table = page.paper.first
    point_at(qtbot, table, 1)
    assert table.cursor().shape() == Qt.CursorShape.PointingHandCursor
    assert "A click opens our run" in table.say(1)
    qtbot.mouseClick(table, Qt.MouseButton.LeftButton, pos=middle_of(table, 1))
    assert (desk.opened, desk.went) == (path, ["openset"])


def test_that_a_row_opens_by_key_too(open_page, kept, desk, qtbot):
    kept(made_run(1))
    path = kept(made_run(2)).path  # the newest of the two seeds
    page = open_page()
    for _ in range(2):
        qtbot.keyClick(page.paper.second, Qt.Key.Key_Down)
    qtbot.keyClick(page.paper.second, Qt.Key.Key_Return)
    assert (desk.opened, desk.went) == (path, ["openset"])


def point_at(qtbot, table, row):
    """Lead the mouse there; a window that has just come up may not hear of its first move."""

    def there():
        qtbot.mouseMove(table, QPoint(1, 1))
        qtbot.mouseMove(table, middle_of(table, row))
        return table.pointed == row

    qtbot.waitUntil(there)


def test_that_a_row_without_a_run_of_ours_does_not_look_as_if_it_opened(
    open_page, kept, desk, qtbot
):
    kept(made_run(1))
    page = open_page()
    table = page.paper.first
    point_at(qtbot, table, 0)
    assert table.cursor().shape() == Qt.CursorShape.ArrowCursor
    assert "A click" not in table.say(0)
    qtbot.mouseClick(table, Qt.MouseButton.LeftButton, pos=middle_of(table, 0))
    qtbot.keyClick(table, Qt.Key.Key_Return)
    assert desk.went == []


def test_that_the_protocol_is_the_papers_where_we_have_such_runs_and_is_told_where_not(
    open_page, kept, qtbot
):
    kept(made_run(1))
    page = open_page()
    paper = page.paper
    assert paper.protocol.index == 1
    assert paper.second._note == OTHER_STRANGERS
    paper.protocol.set_index(0)
    assert paper.second.rows[1].ours is None
    assert paper.second.rows[1].why == OTHERS_MET
    assert paper.second._note == ""
    assert paper.source.text().endswith(f"“–”: {NOT_RUN}; or {OTHERS_MET}.")
    assert "Joint knowledge distillation" in paper.source.text()


def test_that_table_2_shows_each_of_its_figures(open_page, kept):
    kept(made_run(1, results={"f_measure": 0.3347}))
    page = open_page()
    page.paper.measure.setCurrentIndex(page.paper.measure.findData("f_measure"))
    row = page.paper.second.rows[1]
    assert (row.paper, row.ours_text) == (33.47, "33.5")


def test_that_a_row_without_a_run_is_set_up_with_a_click(open_page, kept, desk, qtbot, monkeypatch):
    kept(made_run(1))
    opened = []
    monkeypatch.setattr(desk, "open_data", opened.append)
    page = open_page()
    button = page.paper.first.buttons[-1]
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    draft = desk.draft
    assert desk.went == ["setup"]
    assert draft.recipe.name == "distil"
    assert {name: loss.weight for name, loss in draft.losses.items()} == {
        "kd": 1.0,
        "crd": 0.8,
        "ce": 1.0,
    }
    assert draft.losses["kd"].settings == {"temperature": 10.0}
    assert draft.teacher == "latest"
    assert draft.name.endswith("ModelNet10")
    assert [(choice.name, choice.settings["path"]) for choice in opened] == [("modelnet", "x")]


def test_that_without_modelnet_the_row_keeps_the_data_and_says_what_to_do(
    open_page, kept, desk, qtbot
):
    kept(made_run(1, data="shapes"))
    page = open_page()
    before = desk.draft.data
    qtbot.mouseClick(page.paper.first.buttons[0], Qt.MouseButton.LeftButton)
    assert desk.draft.data == before
    assert desk.draft.recipe.name == "teacher"
    assert "ModelNet" not in desk.draft.name
    assert "Open ModelNet" in desk.said[-1][1]


def test_that_what_a_row_sets_up_belongs_to_that_row_and_no_other(desk):
    for row in table_1():
        experiment = experiment_of(row, desk.draft, SCHEMA)
        lessons = [name for name, loss in experiment.losses.items() if loss.weight > 0]
        assert (experiment.recipe.name, sorted(lessons)) == (row.recipe, sorted(row.lessons))
        assert experiment.open_set.threshold == 0.5


def test_that_temperatures_make_curves_and_a_click_on_a_point_selects_its_run(
    open_page, kept, qtbot
):
    for hot, right in ((1.0, 0.80), (4.0, 0.84), (10.0, 0.82)):
        for seed, more in ((1, 0.0), (2, 0.02)):
            kept(taught(seed, hot, acc_known_no_threshold=right + more))
    page = open_page()
    softness, contrast = page.paper.pairs
    plot = softness.plots["acc_known_no_threshold"]
    assert [(hot, round(figure.mean, 4), figure.count) for hot, figure, _ in plot._points] == [
        (1.0, 0.81, 2), (4.0, 0.85, 2), (10.0, 0.83, 2),
    ]  # fmt: skip
    assert contrast.cards[0].empty and contrast.isHidden(), "an empty card takes no room"
    assert softness.isVisible() and page.paper.none.isHidden()
    spot = plot._at(4.0, 0.85)
    qtbot.mouseClick(plot, Qt.MouseButton.LeftButton, pos=spot.toPoint())
    assert page.list.line.settings["losses.kd.temperature"] == 4.0
    assert "±" in plot.numbers().rows[0][1]


def test_that_without_a_curve_the_table_of_runs_takes_the_room(open_page, kept, qtbot):
    kept(taught(1, 1.0))
    page = open_page()
    assert page.paper.none.isVisible() and page.paper.none.text() == NO_CURVE
    assert not any(card.isVisible() for card in page.paper.cards[2:])
    alone = page.list.height()
    page.view.set_index(1)
    qtbot.waitUntil(lambda: page.list.height() < alone - 50)


def weighed(alpha, beta, right):
    return made_run(
        1, "joint", ("kd", "crd", "ce"), results={"acc_known_no_threshold": right},
        losses__kd__weight=alpha, losses__crd__weight=beta, losses__ce__weight=1.0,
    )  # fmt: skip


def test_that_weights_make_curves_too_and_the_other_weights_are_picked(open_page, kept, qtbot):
    for beta, off in ((0.2, 0.0), (0.8, 0.1)):
        for alpha, right in ((0.1, 0.80), (0.5, 0.84), (1.0, 0.82)):
            kept(weighed(alpha, beta, right - off))
    page = open_page()
    pair, seen = page.paper.pairs[0], []
    plot = pair.plots["acc_known_no_threshold"]
    pair.over.setFocus()
    for key in (Qt.Key.Key_Home, Qt.Key.Key_Down):
        qtbot.keyClick(pair.over, key)
        text = pair.over.currentText()
        seen.append(text)
        off = 0.1 * text.endswith("0.8")
        expected = [(0.1, 0.80 - off), (0.5, 0.84 - off), (1.0, 0.82 - off)]
        shown = [(x, figure.mean) for x, figure, _ in plot._points]
        assert shown == [(x, pytest.approx(y)) for x, y in expected]
    assert sorted(seen) == ["KD weight, crd weight 0.2", "KD weight, crd weight 0.8"]
    assert pair.cards[1].term.text() == "how much soft answers count (α) · KD weight"
    beside = page.paper.pairs[1]
    assert beside.over.currentText().startswith("CRD weight, kd weight ")
    qtbot.mouseClick(plot, Qt.MouseButton.LeftButton, pos=plot._at(0.5, 0.84 - off).toPoint())
    assert page.list.line.settings["losses.kd.weight"] == 0.5
    assert page.list.line.settings["losses.crd.weight"] == (0.8 if off else 0.2)
    assert plot.numbers().columns[0] == "KD weight"


def test_that_arrow_keys_walk_along_a_chart_and_enter_chooses(open_page, kept, qtbot):
    for hot in (1.0, 4.0):
        kept(taught(1, hot))
    page = open_page()
    plot = page.paper.pairs[0].plots["acc_open"]
    qtbot.keyClick(plot, Qt.Key.Key_Right)
    assert plot.accessibleDescription().startswith("KD temperature 1: ")
    qtbot.keyClick(plot, Qt.Key.Key_Right)
    qtbot.keyClick(plot, Qt.Key.Key_Return)
    assert page.list.line.settings["losses.kd.temperature"] == 4.0


def test_that_every_chart_can_be_read_as_a_table(open_page, kept, qtbot):
    kept(made_run(1))
    page = open_page()
    card = page.paper.cards[0]
    card.menu().actions()[0].trigger()
    assert card.numbers.isVisible()
    model = card.numbers.model()
    assert [model.index(1, column).data() for column in range(3)] == [
        "Student on its own",
        "CE",
        "87.17",
    ]


@pytest.fixture
def pair(open_page, kept, qtbot):
    kept(made_run(1), made(seed=1, threshold=0.45))
    kept(made_run(2, training__epochs=5), made(seed=2, threshold=0.6))
    page = open_page()
    for row in range(2):
        click(page, qtbot, row)
    page.view.set_index(1)
    qtbot.waitUntil(lambda: not page.pair.matrices.empty)
    return page


def test_that_two_matrices_stand_at_their_own_thresholds_with_their_difference(pair):
    first, second, apart = pair.pair.matrices.views
    for matrix, picker in (
        (first, pair.pair.matrices.pickers[0]),
        (second, pair.pair.matrices.pickers[1]),
    ):
        predictions = Run(type(pair.desk.store.folder)(picker.currentData())).predictions()
        test = predictions.of(TEST)
        column = predictions.unknown_column
        figures = thresholded(
            test.logits, test.labels, predictions.threshold, unknown_column=column
        )
        assert np.trace(matrix._table[:-1, :-1]) == figures["counts"]["correct_closed"]
        assert matrix._table[-1, -1] == figures["counts"]["rejected_open"]
    shares = [one._table / one._table.sum(1, keepdims=True) for one in (first, second)]
    assert np.allclose(apart._apart, shares[1] - shares[0])
    assert apart.say(0, 0) == f"bed called bed: {100 * apart._apart[0, 0]:+.1f} points"


def test_that_a_click_on_a_curve_selects_its_row(pair, qtbot):
    page = pair
    chart = page.pair.learning.chart
    wanted = next(
        curve for curve in chart.curves if not curve.name.startswith(page.list.line.run.name)
    )
    spot = QPointF(*chart._line(wanted)[-1])
    other = next(curve for curve in chart.curves if curve is not wanted)
    chart.set_curves(
        [wanted, type(other)(other.run, other.name, other.colour, other.x, other.y * 0.2)]
    )
    qtbot.mouseClick(chart, Qt.MouseButton.LeftButton, pos=spot.toPoint())
    assert wanted.name.startswith(page.list.line.run.name)
    assert chart._bold == 0


def test_that_answers_that_cannot_be_read_are_a_sentence(open_page, kept, qtbot):
    kept(made_run(1), made(seed=1))
    kept(made_run(2, training__epochs=5))
    page = open_page()
    for row in range(2):
        click(page, qtbot, row)
    page.view.set_index(1)
    qtbot.waitUntil(lambda: "has no predictions" in page.pair.matrices.empty)
    assert not any(action.isEnabled() for action in page.pair.matrices.menu().actions())


def test_that_runs_of_other_kinds_cannot_be_laid_over_each_other():
    one, other = (
        Answers(known, 0.5, np.eye(3, dtype=np.int32), np.zeros(1), np.zeros(1))
        for known in (("a",), ("b",))
    )
    assert difference_of(one, other) is None
    assert not difference_of(one, one).any()


def test_that_answers_of_an_untested_run_are_a_sentence(kept, own_home):
    run = kept(made_run(1))
    with pytest.raises(RunError, match="no predictions"):
        read_answers(RunStore(), run.path)


def test_that_notes_are_kept_in_the_runs_folder(open_page, kept, qtbot):
    runs = [kept(made_run(1)), kept(made_run(2, training__epochs=5))]
    page = open_page()
    qtbot.mouseClick(page.note, Qt.MouseButton.LeftButton)
    page.list.setCurrentIndex(page.list.found.index(row_of(page, "Run 1"), 0))
    qtbot.keyClicks(page.notes.editor, "Try a softer teacher.")
    page.list.setCurrentIndex(page.list.found.index(row_of(page, "Run 2"), 0))
    assert runs[0].notes == "Try a softer teacher."
    assert page.notes.editor.toPlainText() == ""
    qtbot.keyClicks(page.notes.editor, "b")
    qtbot.waitUntil(lambda: runs[1].notes == "b")
    page.list.setCurrentIndex(page.list.found.index(row_of(page, "Run 1"), 0))
    assert page.notes.editor.toPlainText() == "Try a softer teacher."


def test_that_notes_that_cannot_be_saved_stay_on_screen_and_are_said(
    open_page, kept, desk, qtbot, monkeypatch
):
    kept(made_run(1))
    page = open_page()
    qtbot.mouseClick(page.note, Qt.MouseButton.LeftButton)

    def refuse(self, text):
        raise RunError("The notes could not be saved: full. The run is not harmed.")

    monkeypatch.setattr(Run, "write_notes", refuse)
    page.notes.editor.setPlainText("kept")
    page.notes.save()
    assert desk.said[-1] == ("bad", "The notes could not be saved: full. The run is not harmed.")
    assert page.notes.editor.toPlainText() == "kept"


def test_that_notes_in_another_encoding_are_told_and_left_alone(open_page, kept, desk, qtbot):
    runs = [kept(made_run(1)), kept(made_run(2, training__epochs=5))]
    content = "Größer".encode("utf-16")
    (runs[0].path / "notes.md").write_bytes(content)
    page = open_page()
    qtbot.mouseClick(page.note, Qt.MouseButton.LeftButton)
    page.list.setCurrentIndex(page.list.found.index(row_of(page, "Run 1"), 0))
    assert "not UTF-8" in page.notes.state.text()
    assert not page.notes.editor.isEnabled()
    page.notes.editor.setPlainText("Softer.")
    page.list.setCurrentIndex(page.list.found.index(row_of(page, "Run 2"), 0))
    assert page.notes.editor.isEnabled()
    assert page.notes.state.text() == "kept in the run’s folder"
    assert (runs[0].path / "notes.md").read_bytes() == content
    assert "not UTF-8" in desk.said[-1][1]


def test_that_the_table_on_screen_is_saved_as_csv(open_page, kept, tmp_path):
    kept(made_run(1, results={"acc_closed": 0.8125}))
    page = open_page()
    page.files.save_table(*page._table_now(), tmp_path / "runs.csv")
    rows = list(csv.DictReader((tmp_path / "runs.csv").read_text("utf-8").splitlines()))
    assert [(row["name"], float(row["acc_closed"])) for row in rows] == [("Run 1", 0.8125)]


def test_that_every_chart_is_saved_as_png_and_svg(open_page, kept, tmp_path):
    for hot in (1.0, 4.0):
        kept(taught(1, hot))
    page = open_page()
    page.table.pick(page.table.lines[0], True)
    page.files.save_pictures(page.views(), tmp_path)
    pictures, drawings = sorted(tmp_path.glob("*.png")), sorted(tmp_path.glob("*.svg"))
    assert [path.stem for path in pictures] == [path.stem for path in drawings]
    assert len(pictures) == 5  # two tables, two curves over one temperature, how it learnt
    for path in pictures:
        image = QImage(str(path))
        assert image.width() >= 400
        assert (
            len(
                {
                    image.pixel(x, y)
                    for x in range(0, image.width(), 3)
                    for y in range(0, image.height(), 3)
                }
            )
            > 2
        )
    assert all(QSvgRenderer(str(path)).isValid() for path in drawings)


def test_that_an_unwritable_place_is_a_sentence(open_page, kept, desk, tmp_path):
    kept(made_run(1))
    page = open_page()
    (tmp_path / "file").write_text("")
    page.files.save_table([], [], tmp_path / "file" / "runs.csv")
    role, words = desk.said[-1]
    assert role == "bad"
    assert words.endswith("No run was changed.")


def test_that_the_menu_of_a_line_reports_it(open_page, kept, monkeypatch):
    kept(made_run(1))
    page = open_page()
    asked = []
    monkeypatch.setattr(page.files, "ask_report", asked.append)
    line = page.table.lines[0]
    actions = {action.text(): action for action in page.list.menu(line).actions()}
    actions["Write a report…"].trigger()
    assert asked == [[line]]


def test_that_a_report_of_untested_answers_is_a_sentence(open_page, kept, desk, tmp_path, qtbot):
    kept(made_run(1))
    page = open_page()
    page.files.save_report(page.table.lines, tmp_path / "report.html")
    qtbot.waitUntil(lambda: desk.said[-1][0] == "bad")
    assert "no predictions" in desk.said[-1][1]
    assert not (tmp_path / "report.html").exists()


def test_that_dialogs_ask_where_and_endings_are_added(open_page, kept, desk, tmp_path, monkeypatch):
    kept(made_run(1))
    page = open_page()
    answer = lambda *_: (str(tmp_path / "mine"), "Tables (*.csv)")  # noqa: E731
    saved = []
    desk.saved.connect(lambda sentence, folder: saved.append((sentence, folder)))
    monkeypatch.setattr("workbench.pages.compare_files.QFileDialog.getSaveFileName", answer)
    page.files.ask_table(*page._table_now())
    assert (tmp_path / "mine.csv").exists()
    assert saved == [("The table is saved as mine.csv.", tmp_path)]
    page.paper.cards[0].menu().actions()[3].trigger()
    assert QSvgRenderer(str(tmp_path / "mine.svg")).isValid()
    assert saved[-1] == ("“Table 1, and ours” is saved as mine.svg.", tmp_path)


def test_that_both_matrices_are_read_as_one_table_with_their_difference(pair):
    card = pair.pair.matrices
    card.show_as_table(True)
    assert card.numbers.isVisible()
    first, second = (view._table for view in card.views[:2])
    model = card.numbers.model()
    assert model.rowCount() == np.count_nonzero(first + second)
    said = [model.index(0, column).data() for column in range(4)]
    assert said == ["bed", "bed", str(first[0, 0]), str(second[0, 0])]


def test_that_ten_times_the_runs_open_in_about_ten_times_the_time(desk, qtbot):
    def spent(count):
        desk.shelf.runs = [made_run(n % 3, training__epochs=1 + n // 3) for n in range(count)]
        began = time.thread_time()
        page = ComparePage(desk)
        qtbot.addWidget(page)
        page.show()
        qtbot.waitExposed(page)
        spent = time.thread_time() - began
        assert page.list.found.rowCount() == -(-count // 3)
        return spent

    spent(100)  # what is looked up once for all
    few, many = spent(100), spent(1000)
    assert many < 25 * few


def test_that_the_page_fits_the_smallest_window(open_page, kept):
    kept(made_run(1))
    page = open_page((1216, 720))
    hint = page.minimumSizeHint()
    assert hint.width() <= 1216
    assert hint.height() <= 720
    for card in page.paper.cards[:2]:
        assert card.chart.height() >= card.chart.minimumHeight()


def test_that_all_that_can_be_pressed_has_a_name_and_takes_the_focus(open_page, kept):
    from PySide6.QtWidgets import QAbstractButton

    kept(made_run(1))
    page = open_page()
    for button in page.findChildren(QAbstractButton):
        if button.isVisible() and type(button).__module__.startswith("workbench"):
            assert button.accessibleName() or button.text(), button
    for view in (
        page.list,
        page.paper.first,
        *(view for pair in page.paper.pairs for view in (pair.over, *pair.plots.values())),
        *page.pair.matrices.views,
    ):
        assert view.accessibleName()
        assert view.focusPolicy() & Qt.FocusPolicy.TabFocus
