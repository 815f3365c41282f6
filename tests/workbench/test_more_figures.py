"""More figures of Open set: opened by a click, as the run stored them or counted for another score; dashes else."""

import math

import numpy as np
import pytest
from PySide6.QtCore import Qt

from engine.evaluation import evaluate
from engine.metrics import open_set
from engine.predictions import TEST, write
from tests.workbench.made_predictions import scored, with_clouds
from workbench.models.more_figures import counted_figures, figures_of
from workbench.pages.openset import OpenSetPage
from workbench.views.figures_dialog import FiguresDialog

LEFT = Qt.MouseButton.LeftButton


def told(figures):
    return {one.key: (one.value, one.interval) for one in figures.told}


def test_that_values_and_ends_are_read_from_results_and_what_is_missing_is_a_dash():
    results = {"auroc": 0.93456, "fpr95": 0.1234, "f_measure": math.nan, "nll": True, "ece": None}
    intervals = {"auroc": [0.9, 0.95], "fpr95": (0.1, math.nan), "ece": "wide"}
    found = told(figures_of(results | {"intervals": intervals}))
    assert found["auroc"] == ("0.935", "0.900 to 0.950")
    assert found["fpr95"] == ("12.3 %", "–")
    for key in ("f_measure", "nll", "ece", "ccr_at_fpr_5"):
        assert found[key] == ("–", "–")


@pytest.mark.parametrize("results", [{}, {"intervals": None}, {"intervals": [1, 2]}])
def test_that_results_of_older_runs_are_dashes(results):
    assert set(told(figures_of(results)).values()) == {("–", "–")}


def test_that_another_score_is_counted_from_the_test_part_alone():
    predictions = scored()
    test = predictions.of(TEST)
    rated, known = test.scores["energy"].astype(np.float64), test.labels < 3
    found = told(counted_figures(predictions, "student", "energy", 2.0))
    wins = (rated[known][:, None] > rated[~known]) + 0.5 * (rated[known][:, None] == rated[~known])
    assert found["auroc"][0] == f"{wins.mean():.3f}"
    asked = open_set.aupr(rated[known], rated[~known], positive="unknown")
    assert found["aupr_unknown"][0] == f"{asked:.3f}"


@pytest.fixture
def page(make_run, desk, qtbot, tmp_path):
    predictions = with_clouds(scored(threshold=0.45), tmp_path)
    results = evaluate(predictions, "msp", 0.45) | {"acc_closed": 0.8}
    results["intervals"] = {"auroc": [0.81, 0.92]}
    run = make_run("Joint", results=results)
    write(run.predictions_path, predictions)
    page = OpenSetPage(desk)
    qtbot.addWidget(page)
    page.resize(1252, 860)
    page.show()
    qtbot.waitExposed(page)
    page.shown()
    qtbot.waitUntil(lambda: page.model.ready)
    return page


def opened(page, qtbot):
    qtbot.mouseClick(page.more.button, LEFT)
    dialog = page.findChildren(FiguresDialog)[-1]
    table = dialog.table.cells
    qtbot.waitUntil(lambda: table.rowCount() > 0)
    return dialog, {table.words(row)[1]: table.words(row) for row in range(table.rowCount())}


def test_that_a_click_shows_what_the_run_stored_with_its_intervals(page, qtbot):
    dialog, rows = opened(page, qtbot)
    (run,) = page.desk.shelf.runs
    results = run.results
    assert rows["AUROC"][2:] == [f"{results['auroc']:.3f}", "0.810 to 0.920"]
    assert rows["AUPR, strangers positive"][2:] == [f"{results['aupr_unknown']:.3f}", "–"]
    for share in (1, 5, 10):
        assert rows[f"CCR at FPR {share} %"][2].endswith(" %")
    assert {"FPR at 95 % TPR", "FPR at 95 % TPR, strangers positive"} <= set(rows)
    assert "ECE, highest probability" in rows
    assert "threshold 0.45" in dialog.note.text()
    assert "“–”" in dialog.note.text()
    qtbot.mouseClick(dialog.close_button, LEFT)
    qtbot.waitUntil(lambda: not page.findChildren(FiguresDialog))


def test_that_figures_are_counted_anew_where_an_older_version_stored_only_some(page, qtbot):
    (run,) = page.desk.shelf.runs
    brier, auroc = run.results.pop("brier"), run.results["auroc"]
    _, rows = opened(page, qtbot)
    assert rows["Brier score"][2] == f"{brier:.3f}"
    assert rows["AUROC"][2] == f"{auroc:.3f}"
    assert rows["AUROC"][3] not in ("–", "0.810 to 0.920"), "the stored ends are not mixed in"


def test_that_another_score_or_the_teacher_has_figures_of_its_own(page, qtbot):
    found = []
    for look, word in (
        (lambda: None, "student"),
        (lambda: page.model.use_score("energy"), "energy"),
        (lambda: page.model.use("teacher"), "teacher"),
    ):
        look()
        dialog, rows = opened(page, qtbot)
        assert word in dialog.about.text()
        found.append(rows["AUROC"][2])
        dialog.accept()
    assert len(set(found)) == 3


def test_that_without_a_run_there_is_no_button(desk, qtbot):
    page = OpenSetPage(desk)
    qtbot.addWidget(page)
    page.show()
    page.shown()
    assert not page.more.button.isVisible()
