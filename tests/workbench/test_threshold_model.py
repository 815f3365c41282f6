"""The threshold model answers by looking up what deciding anew would say."""

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from engine import evaluation
from engine.errors import ConfigError
from engine.metrics import open_set
from engine.metrics.open_set import threshold_at_recall
from engine.predictions import PRETEND, TEST, VALIDATION
from tests.workbench.made_predictions import KNOWN, made, scored
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
    here = model.point()
    strangers_in, right, kept = here.let_in[0], here.right[0], here.kept[0]
    curve = model.now.swept.curve
    at = (curve.false_accepted == strangers_in) & np.isclose(curve.correct, right)
    assert (at & np.isclose(curve.accepted, kept)).any()


def test_that_the_area_is_the_one_under_the_curve_drawn(model):
    curve = model.now.swept.curve
    assert model.now.swept.areas.oscr == pytest.approx(
        np.trapezoid(curve.correct, curve.false_accepted)
    )


def test_that_the_histograms_hold_everybody_once(model):
    shape = model.now.swept.shape
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
        chosen = model.nearest(1000, model.in_cell((true, UNKNOWN)))
        assert len(chosen) == model.table()[true, UNKNOWN]
        assert (labels[chosen] == true).all()
        assert not any(model.named(i) for i in chosen)


def rank(part, score):
    """Higher = more likely known; with the probability, below all where the trained unknown wins."""
    if score != "msp":
        return part.scores[score].astype(np.float64)
    powers = np.exp(part.logits.astype(np.float64))
    sure = (powers / powers.sum(1, keepdims=True))[:, :UNKNOWN].max(1)
    return sure - (part.logits[:, UNKNOWN] > part.logits[:, :UNKNOWN].max(1))


@pytest.mark.parametrize("score", ["msp", "energy", "mahalanobis"])
@pytest.mark.parametrize("recall", [0.9, 0.8])
def test_that_a_target_of_known_kept_holds_on_validation_and_no_stricter_value_does(score, recall):
    predictions = scored()
    model = ThresholdModel()
    model.show(predictions)
    model.use_score(score)
    model.aim(recall=recall)
    model.snap("recall")
    ranks = np.sort(rank(predictions.of(VALIDATION), score))
    assert (ranks >= model.value - 1e-9).mean() >= recall
    assert (ranks > model.value + 1e-9).mean() < recall
    assert np.isclose(ranks, model.value).any()


def test_that_more_known_than_the_trained_unknown_leaves_cannot_be_kept():
    predictions = scored()
    model = ThresholdModel()
    model.show(predictions)
    model.aim(recall=1.0)
    model.snap("recall")
    part = predictions.of(VALIDATION)
    assert (rank(part, "msp") < 0).any()
    assert model.value == 0.0
    assert model.figures() == open_set.thresholded(
        model.predictions.logits, model.predictions.labels, 0.0, "either", UNKNOWN
    )


@pytest.mark.parametrize("score", ["msp", "energy", "mahalanobis"])
@pytest.mark.parametrize(("rule", "ratio"), [("youden", 1.0), ("cost", 4.0), ("cost", 0.5)])
def test_that_a_cost_is_the_least_over_validation_and_mixtures(score, rule, ratio):
    predictions = scored()
    model = ThresholdModel()
    model.show(predictions)
    model.use_score(score)
    model.aim(cost_ratio=ratio)
    model.snap(rule)
    known, mixed = (rank(predictions.of(part), score) for part in (VALIDATION, PRETEND))

    def cost(value):
        return (known < value).mean() + ratio * (mixed >= value).mean()

    every = [-np.inf, np.inf, *known, *mixed]
    assert cost(model.value) == pytest.approx(min(cost(value) for value in every))


def test_that_every_rule_gives_what_the_engine_would_choose_and_figures_are_those_of_its_evaluation():
    predictions = scored()
    model = ThresholdModel()
    model.show(predictions)
    for score in ("msp", "energy", "mahalanobis"):
        model.use_score(score)
        for move in ("recall", "youden", "cost", 0, 1, 137, 500, 998, 1000):
            model.snap(move) if isinstance(move, str) else model.set_step(move)
            expected = evaluation.evaluate(predictions, score, model.value)
            found = model.figures()
            # Those of ranking say nothing about one threshold.
            spread = {key: expected["intervals"][key] for key in found["intervals"]}
            assert {key: expected[key] for key in found} | {"intervals": spread} == found
        areas = model.now.swept.areas
        names = ("auroc", "oscr", "aurc", "fpr95")
        assert [getattr(areas, name) for name in names] == [expected[name] for name in names]


def test_that_snapping_moves_there_and_rests():
    model = ThresholdModel()
    model.show(scored())
    rested = []
    model.committed.connect(rested.append)
    model.snap("youden")
    assert rested == [model.ghost.value] == [model.value]


def test_that_a_fixed_half_is_for_probabilities_only():
    model = ThresholdModel()
    model.show(scored())
    assert model.pick("fixed").value == 0.5
    model.use_score("energy")
    assert model.pick("fixed").value is None
    assert "probability" in model.pick("fixed").why_not


def test_that_another_score_starts_where_validation_puts_it_and_the_own_one_at_the_runs_own():
    predictions = replace(scored(), threshold=0.37)
    model = ThresholdModel()
    model.show(predictions)
    assert (model.score, model.value, model.own) == ("msp", 0.37, 0.37)
    model.use_score("energy")
    kept = threshold_at_recall(predictions.of(VALIDATION).scores["energy"], 0.95)
    assert (model.own, model.value) == (None, kept)
    model.use_score("msp")
    assert model.value == 0.37


def test_that_a_run_with_a_score_of_its_own_opens_with_it_and_may_be_between_two_steps():
    value = float(np.float32(1.23456))
    model = ThresholdModel()
    model.show(replace(scored(), score="energy", threshold=value))
    assert (model.score, model.value, model.own) == ("energy", value, value)
    assert model.value != model.scale.value(model.step)
    assert not model.tuned_on_test


def test_that_the_trained_unknown_outvotes_only_the_highest_probability():
    predictions = scored()
    test = predictions.of(TEST)
    loser = test.logits[:, UNKNOWN] > test.logits[:, :UNKNOWN].max(1)
    assert loser.any()
    model = ThresholdModel()
    model.show(predictions)
    model.set_step(0)
    assert not any(model.named(i) for i in np.flatnonzero(loser))
    model.use_score("energy")
    model.set_step(0)
    above = loser & (test.scores["energy"] >= model.value)
    assert above.any()
    assert all(model.named(i) for i in np.flatnonzero(above))


def test_that_a_score_that_is_refused_or_unknown_changes_nothing():
    model = ThresholdModel()
    model.show(scored())
    for name in ("vim", "no_such_score"):
        model.use_score(name)
        assert model.score == "msp"


def test_that_the_teacher_is_asked_by_the_same_score_where_its_logits_allow_that():
    predictions = scored()
    model = ThresholdModel()
    model.show(predictions)
    model.use_score("energy")
    model.use("teacher")
    assert (model.who, model.score) == ("teacher", "energy")
    rated = predictions.of(TEST).teacher_scores["energy"]
    assert [model.named(i) for i in range(len(rated))] == (rated >= model.value).tolist()
    model.use("student")
    model.use_score("mahalanobis")
    model.use("teacher")
    assert (model.who, model.score) == ("teacher", "msp")


def test_that_a_large_run_is_counted_in_the_background(qtbot, monkeypatch):
    monkeypatch.setattr("workbench.models.threshold._AT_ONCE", 10)
    model = ThresholdModel()
    model.show(scored())
    told = []
    model.counting.connect(told.append)
    model.use_score("energy")
    assert (model.score, told) == ("msp", [True])
    qtbot.waitUntil(lambda: model.score == "energy")
    assert told == [True, False]


def test_that_a_band_holds_the_samples_rated_within_it_and_its_ends_hold_the_rest():
    predictions = scored()
    model = ThresholdModel()
    model.show(predictions)
    model.use_score("mahalanobis")
    rated = predictions.of(TEST).scores["mahalanobis"]
    low, high = model.scale.value(200), model.scale.value(600)
    assert (
        model.in_band(200, 600).tolist()
        == np.flatnonzero((rated >= low) & (rated <= high)).tolist()
    )
    assert len(model.in_band(0, 1000)) == len(rated)


def test_that_tuning_on_what_is_on_screen_is_said():
    model = ThresholdModel()
    model.show(scored())
    assert not model.tuned_on_test
    model.set_value(0.777)
    assert model.tuned_on_test
    model.snap("youden")
    assert not model.tuned_on_test


def test_that_half_is_no_tuning_on_what_is_on_screen_wherever_the_run_has_its_own():
    model = ThresholdModel()
    model.show(scored(threshold=0.37))
    model.snap("fixed")
    assert (model.value, model.tuned_on_test) == (0.5, False)
    model.use("teacher")
    model.snap("fixed")
    assert not model.tuned_on_test


def test_that_another_share_to_keep_changes_nothing_about_where_the_value_came_from():
    model = ThresholdModel()
    model.show(scored(threshold=0.37))
    model.snap("recall")
    model.aim(recall=0.5)
    assert model.value != model.ghost.value
    assert not model.tuned_on_test
    assert model.reason.words == "keeps 95 % of known"


def test_that_a_score_is_chosen_by_hand_unless_it_is_the_runs_own_or_tells_best_on_validation():
    model = ThresholdModel()
    model.show(scored())
    best = model.offers()[0].name
    found = {}
    for score in ("msp", "energy", "mahalanobis"):
        model.use_score(score)
        found[score] = model.score_by_hand
    assert found == {score: score not in ("msp", best) for score in found}
    assert sum(found.values()) >= 1


def test_that_the_teachers_usual_score_is_not_chosen_by_hand():
    model = ThresholdModel()
    model.show(replace(scored(), score="mahalanobis", threshold=-1000.0))
    model.use("teacher")  # whose logits give no such distance
    assert (model.score, model.score_by_hand) == ("msp", False)


def test_that_without_validation_nothing_is_picked():
    model = ThresholdModel()
    model.show(made(validation=0))
    for rule in ("recall", "youden", "cost"):
        assert model.pick(rule).value is None
        assert "validation" in model.pick(rule).why_not
        model.snap(rule)
    assert model.value == 0.5


def test_that_a_score_that_is_not_stored_is_a_sentence():
    with pytest.raises(ConfigError, match="no score"):
        ThresholdModel().show(replace(made(), score="energy"))


def test_that_without_strangers_there_is_no_curve_and_no_point():
    model = ThresholdModel()
    model.show(made(strangers=0))
    assert model.now.swept.curve.correct.size == 0
    assert np.isnan(model.now.swept.areas.oscr)
    assert np.isnan(model.point().let_in).all()
    assert np.isnan(model.figures()["acc_open"])
    assert not model.now.swept.shape.unknown.any()


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


def test_that_the_rule_that_was_picked_stays_while_others_answer_by_other_scores():
    model = ThresholdModel()
    model.show(scored())
    model.snap("youden")
    model.snap("fixed")
    model.use("teacher")
    assert model.reason.rule == "fixed"
    model.use("student")
    assert model.reason.rule == "fixed"
    model.snap("cost")
    for move in (
        lambda: model.use_score("energy"),
        lambda: model.set_step(3),
        lambda: model.use_score("msp"),
        lambda: model.use("teacher"),
    ):
        move()
    assert model.reason.rule == "cost"
    assert model.value == model.pick("cost").value
    model.show(scored())
    assert model.reason.rule == "own"  # another run is looked at as it was tested
