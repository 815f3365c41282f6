"""The threshold model answers by looking up what deciding anew would say."""

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from engine.metrics import open_set
from engine.predictions import TEST, VALIDATION
from tests.workbench.made_predictions import KNOWN, made
from workbench.models.threshold import ThresholdModel

UNKNOWN = len(KNOWN)


@pytest.fixture
def predictions():
    return made()


@pytest.fixture
def model(predictions):
    model = ThresholdModel()
    model.show(predictions)
    return model


def test_that_the_threshold_starts_at_the_runs_own():
    model = ThresholdModel()
    model.show(made(threshold=0.62))
    assert model.value == model.own == 0.62


def test_that_a_value_is_rounded_to_thousandths_and_kept_within_0_and_1(model):
    heard = []
    model.changed.connect(heard.append)
    for value in (0.70049, 0.7, 2.0, -1.0):
        model.set_value(value)
    assert heard == [0.7, 1.0, 0.0]


def test_that_moving_is_live_and_only_resting_commits(model):
    live, rested = [], []
    model.changed.connect(live.append)
    model.committed.connect(rested.append)
    model.set_value(0.8)
    assert (live, rested) == ([0.8], [])
    model.commit()
    assert rested == [0.8]


@pytest.mark.parametrize("who", ["student", "teacher"])
@pytest.mark.parametrize("value", [0.0, 0.25, 0.5, 0.731, 1.0])
def test_that_every_figure_is_the_one_computed_from_the_logits(model, predictions, who, value):
    model.use(who)
    model.set_value(value)
    test = predictions.of(TEST)
    logits = test.logits if who == "student" else test.teacher_logits
    column = UNKNOWN if who == "student" else None
    assert model.figures() == open_set.thresholded(logits, test.labels, value, "either", column)
    decided = open_set.decide(logits, value, "either", column)
    assert (model.table() == open_set.confusion(test.labels, decided, UNKNOWN + 1)).all()
    named = [model.named(i) for i in range(len(test))]
    assert named == (decided < UNKNOWN).tolist()


@pytest.mark.parametrize("value", [0.0, 0.3, 0.5, 0.9])
def test_that_the_point_lies_on_the_curve(model, value):
    model.set_value(value)
    strangers_in, right, kept = model.point()
    curve = model.curve()
    at = (curve.false_accepted == strangers_in) & np.isclose(curve.correct, right)
    assert (at & np.isclose(curve.accepted, kept)).any()


def test_that_the_area_is_the_one_under_the_curve_drawn(model):
    curve = model.curve()
    assert model.oscr() == pytest.approx(np.trapezoid(curve.correct, curve.false_accepted))


def test_that_the_histograms_hold_everybody_once(model):
    shape = model.shape()
    assert (shape.n_known, shape.n_unknown) == (60, 40)
    for density in (shape.known, shape.unknown):
        assert density.mean() == pytest.approx(1)


def test_that_the_samples_on_the_fence_are_the_closest_ones(model, predictions):
    model.set_value(0.7)
    sure = open_set.confidence(predictions.of(TEST).logits, UNKNOWN)
    chosen = model.nearest(8)
    others = np.setdiff1d(np.arange(len(sure)), chosen)
    distance = np.abs(sure - 0.7)
    assert distance[chosen].max() <= distance[others].min()
    assert (np.diff(distance[chosen]) >= 0).all()


def test_that_the_fence_can_be_asked_for_one_cell_of_the_table(model, predictions):
    labels = predictions.of(TEST).labels
    for true in range(UNKNOWN + 1):
        chosen = model.nearest(1000, (true, UNKNOWN))
        assert len(chosen) == model.table()[true, UNKNOWN]
        assert (labels[chosen] == true).all()
        assert not any(model.named(i) for i in chosen)


def test_that_without_strangers_validation_keeps_95_percent_of_the_known(model, predictions):
    validation = predictions.of(VALIDATION)

    def kept(value):
        decided = open_set.decide(validation.logits, value, "either", UNKNOWN)
        return (decided < UNKNOWN).mean()

    assert kept(model.picked) >= 0.95 > kept(model.picked + 0.001)


def test_that_with_strangers_validation_takes_the_best_balance(predictions):
    labels = predictions.labels.copy()
    labels[-10:] = UNKNOWN
    model = ThresholdModel()
    model.show(replace(predictions, labels=labels))
    part = model._all.of(VALIDATION)

    def balance(value):
        away = open_set.decide(part.logits, value, "either", UNKNOWN) == UNKNOWN
        stranger = part.labels == UNKNOWN
        return away[stranger].mean() + (~away)[~stranger].mean()

    best = max(balance(step / 1000) for step in range(1001))
    assert balance(model.picked) == pytest.approx(best)


def test_that_snapping_moves_there_and_rests(model):
    rested = []
    model.committed.connect(rested.append)
    model.snap()
    assert rested == [model.picked] == [model.value]


def test_that_tuning_on_what_is_on_screen_is_said(model):
    assert not model.tuned_on_test
    model.set_value(0.777)
    assert model.tuned_on_test
    model.snap()
    assert not model.tuned_on_test


def test_that_without_validation_nothing_is_picked():
    model = ThresholdModel()
    model.show(made(validation=0))
    assert model.picked is None
    model.snap()
    assert model.value == 0.5


def test_that_without_strangers_there_is_no_curve_and_no_point():
    model = ThresholdModel()
    model.show(made(strangers=0))
    assert model.curve().correct.size == 0
    assert np.isnan(model.oscr())
    assert np.isnan(model.point()).all()
    assert np.isnan(model.figures()["acc_open"])
    assert not model.shape().unknown.any()


def test_that_a_verdict_says_what_is_said_and_whether_it_is_right(model, predictions):
    test = predictions.of(TEST)
    decided = open_set.decide(test.logits, 0.5, "either", UNKNOWN)
    for sample in range(len(test)):
        verdict = model.verdict(sample)
        assert verdict.said == (None if decided[sample] == UNKNOWN else KNOWN[decided[sample]])
        assert verdict.right == (decided[sample] == test.labels[sample])
        assert verdict.stranger == (verdict.kind not in KNOWN)
        chances = [guess.probability for guess in verdict.top]
        assert chances == sorted(chances, reverse=True)
        assert chances[0] == pytest.approx(verdict.confidence)


def test_that_a_run_without_a_teacher_stays_with_the_student():
    model = ThresholdModel()
    model.show(made(teacher=False))
    model.use("teacher")
    assert (model.has_teacher, model.who) == (False, "student")


def test_that_another_run_starts_with_the_student_again(model):
    model.use("teacher")
    model.show(made(seed=5))
    assert model.who == "student"


def test_that_the_model_needs_neither_widgets_nor_torch_nor_scipy():
    code = (
        "import sys, workbench.models.threshold\n"
        "bad = {'torch', 'scipy', 'sklearn', 'PySide6.QtWidgets'} & set(sys.modules)\n"
        "sys.exit(str(bad) if bad else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
