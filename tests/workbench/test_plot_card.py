"""Every chart can be read as a table, and kept as a picture, a drawing or numbers."""

import csv

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QFileDialog

from engine.metrics.open_set import thresholded
from engine.predictions import TEST
from tests.workbench.made_predictions import KNOWN, scored
from workbench.models.sheets import curve_sheet, matrix_sheet, sweep_sheet
from workbench.models.threshold import ThresholdModel
from workbench.views.curves_card import CurvesCard
from workbench.views.matrix import MatrixView
from workbench.views.plot_card import PlotCard
from workbench.views.threshold_card import ThresholdCard


@pytest.fixture
def model():
    return ThresholdModel()


def make_matrix(model):
    view = MatrixView()
    card = PlotCard("Who is taken for whom", "in %", view, lambda: matrix_sheet(model))
    model.replaced.connect(lambda: view.set_names([*KNOWN, "stranger"], "the student"))
    model.replaced.connect(lambda: view.set_table(model.table()))
    return card


@pytest.fixture(params=[ThresholdCard, CurvesCard, make_matrix])
def card(request, model, qtbot):
    card = request.param(model)
    qtbot.addWidget(card)
    model.show(scored())
    card.resize(420, 300)
    card.show()
    qtbot.waitExposed(card)
    return card


@pytest.fixture
def said(card):
    heard = []
    card.said.connect(lambda level, sentence: heard.append((level, sentence)))
    return heard


def test_that_the_chart_turns_into_a_table_and_back(card):
    table = card.stack.widget(1)
    card.show_as_table(True)
    assert card.stack.currentWidget() is table
    assert table.model().rowCount() in (1001, 4)
    assert "as a table" in table.accessibleName()
    index = table.model().index(0, 0)
    assert table.model().data(index) is not None
    card.show_as_table(False)
    assert card.stack.currentWidget() is card.chart


def test_that_a_card_with_nothing_to_draw_says_why_and_keeps_nothing(card):
    card.show_as_table(True)
    card.say_empty("Nobody was tested yet.")
    assert card.empty == "Nobody was tested yet."
    assert card.stack.currentWidget() not in (card.chart, card.numbers)
    assert not any(action.isEnabled() for action in card.menu().actions())
    card.refresh()
    assert card.stack.currentWidget() is card.numbers
    assert all(action.isEnabled() for action in card.menu().actions())


def test_that_a_picture_holds_what_is_on_screen_twice_as_sharp(card, tmp_path):
    saved = []
    card.saved.connect(lambda sentence, folder: saved.append((sentence, folder)))
    card.save(tmp_path / "chart.png")
    image = QImage(str(tmp_path / "chart.png"))
    assert image.size() == card.chart.size() * 2
    colours = {
        image.pixel(x, y) for x in range(0, image.width(), 7) for y in range(0, image.height(), 7)
    }
    assert len(colours) > 5
    assert saved == [(f"“{card._name}” is saved as chart.png.", tmp_path)]


def test_that_a_drawing_is_made_of_lines_not_of_a_picture(card, tmp_path):
    card.save(tmp_path / "chart.svg")
    text = (tmp_path / "chart.svg").read_text()
    assert QSvgRenderer(str(tmp_path / "chart.svg")).isValid()
    assert "<image" not in text
    assert text.count("<path") + text.count("<polyline") > 4


def test_that_numbers_are_what_the_table_shows(card, tmp_path):
    card.save(tmp_path / "chart.csv")
    rows = list(csv.reader((tmp_path / "chart.csv").read_text().splitlines()))
    assert len(rows) in (1002, 5)
    assert len({len(row) for row in rows}) == 1


def test_that_a_file_that_cannot_be_written_is_a_sentence(card, said, tmp_path):
    for name in ("gone/chart.png", "gone/chart.svg", "gone/chart.csv", "chart.doc"):
        card.save(tmp_path / name)
    assert [level for level, _ in said] == ["bad"] * 4
    assert all("Nothing was changed." in sentence for _, sentence in said)
    assert list(tmp_path.iterdir()) == []


def test_that_saving_asks_where_and_adds_the_ending(card, tmp_path, monkeypatch):
    saved = []
    card.saved.connect(lambda sentence, folder: saved.append((sentence, folder)))
    chosen = str(tmp_path / "mine")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (chosen, ""))
    action = next(a for a in card.menu().actions() if "CSV" in a.text())
    action.trigger()
    assert (tmp_path / "mine.csv").exists()
    assert saved == [(f"“{card._name}” is saved as mine.csv.", tmp_path)]


def test_that_the_more_button_can_be_reached_by_key(card):
    assert card.more.focusPolicy() & Qt.FocusPolicy.TabFocus
    assert "More for" in card.more.accessibleName()


def test_that_the_sweep_holds_every_step_with_the_figures_of_the_engine(model):
    predictions = scored()
    model.show(predictions)
    sheet = sweep_sheet(model)
    assert len(sheet.rows) == 1001
    test = predictions.of(TEST)
    for step in (0, 371, 1000):
        row = dict(zip(sheet.columns, sheet.rows[step], strict=True))
        expected = thresholded(test.logits, test.labels, step / 1000, "either", 3)
        assert row["threshold"] == step / 1000
        for name in ("acc_closed", "acc_open", "f_measure", "f_binary"):
            assert row[name] == pytest.approx(expected[name], nan_ok=True)
        assert row["rejected_open"] == expected["counts"]["rejected_open"]
        assert row["let_in"] == pytest.approx(1 - expected["acc_open"])


def test_that_what_was_not_measured_is_empty_in_a_file(model):
    model.show(scored(strangers=0))
    lines = curve_sheet(model).csv().splitlines()
    assert lines[0].startswith("threshold,strangers let in")
    assert lines[1].split(",")[1] == ""


def test_that_the_matrix_is_written_in_counts(model):
    model.show(scored())
    sheet = matrix_sheet(model)
    assert sheet.columns[-1] == "turned away"
    assert np.array([row[1:] for row in sheet.rows]).tolist() == model.table().tolist()
