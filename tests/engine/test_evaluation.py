"""Figures of a tested run: by hand where the numbers are few, and never chosen on the test part."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import evaluation as ev
from engine.errors import ConfigError
from engine.experiment import OpenSet
from engine.predictions import PRETEND, TEST, VALIDATION, WATCH, Predictions

LOW, HIGH = [0.0, 0.0], [4.0, 0.0]


def made(logits, labels, split, **changes):
    count = len(labels)
    values = {
        "logits": np.array(logits, np.float32),
        "teacher_logits": None,
        "features": np.zeros((count, 2), np.float32),
        "labels": np.array(labels),
        "kind": np.where(np.array(split) == PRETEND, -1, np.array(labels)),
        "row": np.arange(count),
        "split": np.array(split, np.uint8),
        "names": tuple(str(i) for i in range(count)),
        "kinds": ("bed", "chair", "lamp"),
        "known": ("bed", "chair"),
        "threshold": 0.5,
        "cache": "",
    }
    return Predictions(**values | changes)


@pytest.fixture
def run():
    """Two validation clouds, two mixtures, three known and two strangers to test, one watched; score “s” by hand."""
    scores = np.array([5, 3, 1, 4, 6, 2, 5, 1, 4, 0], np.float32)
    return made(
        [HIGH, HIGH, LOW, LOW, HIGH, HIGH, [0.0, 4.0], LOW, HIGH, LOW],
        [0, 0, 2, 2, 0, 1, 1, 2, 2, 2],
        [VALIDATION] * 2 + [PRETEND] * 2 + [TEST] * 5 + [WATCH],
        scores={"s": scores},
        refused={"knn": "The score “knn” needs features."},
    )


def test_that_figures_of_a_stored_score_are_those_counted_by_hand(run):
    figures = ev.evaluate(run, "s", 2.0)
    # Known: 6 right, 2 wrong (a chair taken for a bed), 5 right: all kept. Strangers: 1 turned away, 4 let in.
    assert figures["counts"] == {
        "correct_closed": 2,
        "n_closed": 3,
        "rejected_open": 1,
        "n_open": 2,
        "correct_no_threshold": 2,
    }
    # Pairs won: 6 and 5 beat both strangers, 2 beats one of them.
    assert figures["auroc"] == pytest.approx(5 / 6)
    assert figures["oscr"] == pytest.approx(4 / 6)
    assert (figures["score"], figures["threshold"]) == ("s", 2.0)


def test_that_every_figure_of_ranking_has_an_interval_and_calibration_is_by_hand(run):
    figures = ev.evaluate(run, "s", 2.0)
    # The truth gets 1 / (1 + e^-4) twice and e^-4 as much once.
    sure, unsure = 1 / (1 + np.exp(-4)), 1 / (1 + np.exp(4))
    assert figures["nll"] == pytest.approx(-(2 * np.log(sure) + np.log(unsure)) / 3)
    assert figures["brier"] == pytest.approx((2 * 2 * unsure**2 + 2 * sure**2) / 3)
    # One stranger lies at 1 and one at 4: where the known at 6 and 5 are kept, neither is.
    assert figures["detection_error"] == pytest.approx(1 / 6)
    for name in (
        "acc_closed",
        "auroc",
        "oscr",
        "aupr_known",
        "aupr_unknown",
        "fpr95",
        "f_measure",
        "nll",
    ):
        low, high = figures["intervals"][name]
        assert low <= figures[name] <= high
    assert figures == ev.evaluate(run, "s", 2.0)


def test_that_a_run_without_strangers_has_no_interval_of_ranking(run):
    split = np.where(run.labels == 2, WATCH, run.split).astype(np.uint8)
    figures = ev.evaluate(replace(run, split=split), "s", 2.0)
    assert "auroc" not in figures["intervals"] and "acc_closed" in figures["intervals"]


def test_that_recall_and_youden_look_at_validation_and_mixtures_only(run):
    assert ev.choose(run, OpenSet(score="s", rule="recall", recall=1.0)) == ("s", 3.0)
    # At 5 half of the known are kept and no mixture; at 3 both, and half of the mixtures: equal, the lowest wins.
    assert ev.choose(run, OpenSet(score="s", rule="youden")) == ("s", 3.0)
    assert ev.choose(run, OpenSet(score="s", rule="cost", cost_ratio=10)) == ("s", 5.0)


@settings(deadline=None)  # no test asserts a time
@given(st.lists(st.floats(-1e3, 1e3, width=32), min_size=6, max_size=6))
def test_that_nothing_of_the_test_part_moves_the_choice(values):
    run = made(
        [HIGH] * 10,
        [0, 0, 2, 2, 0, 1, 1, 2, 2, 2],
        [VALIDATION] * 2 + [PRETEND] * 2 + [TEST] * 5 + [WATCH],
        scores={"s": np.array([5, 3, 1, 4, *([0] * 6)], np.float32)},
    )
    other = replace(run, scores={"s": np.array([5, 3, 1, 4, *values], np.float32)})
    for options in (OpenSet(score="auto", rule="youden"), OpenSet(score="s", rule="recall")):
        assert ev.choose(run, options) == ev.choose(other, options)


def test_that_the_best_score_is_the_one_that_ranks_mixtures_lowest(run):
    # The probability is 0.98 for validation and 0.5 for mixtures; “s” confuses one of four pairs.
    assert ev.best_score(run) == "msp"
    flat = replace(run, logits=np.zeros((10, 2), np.float32))
    assert ev.best_score(flat) == "s"


def test_that_a_score_that_only_a_teacher_gives_is_never_picked(run):
    perfect = {"disagreement": np.where(run.split == VALIDATION, 1, 0).astype(np.float32)}
    flat = replace(run, logits=np.zeros((10, 2), np.float32), scores=run.scores | perfect)
    assert ev.best_score(flat) == "s"


def test_that_mixtures_do_not_judge_a_trained_unknown_that_learnt_from_them():
    logits = [[9.0, 0, 0], [9.0, 0, 0], [0, 0, 9.0], [0, 0, 9.0]]
    scores = {
        "known_minus_unknown": np.array([9, 9, -9, -9], np.float32),
        "energy": np.array([4, 2, 3, 1], np.float32),
    }
    run = made(logits, [0, 0, 2, 2], [VALIDATION] * 2 + [PRETEND] * 2, scores=scores)
    assert ev.best_score(run) == "energy"
    no_unknown = replace(run, logits=np.array([[9.0, 0]] * 2 + [[0.1, 0]] * 2, np.float32))
    assert ev.best_score(no_unknown) in ("known_minus_unknown", "msp")


def test_that_mixtures_of_the_sort_learnt_from_judge_and_choose_nothing():
    names = ("a", "b", "mixture 1 (rigid)", "mixture 2 (rigid)", "mixture 1 (cut)")
    scores = {
        "s": np.array([5, 3, 0, 0, 4], np.float32),
        "t": np.array([5, 3, 4, 4, 0], np.float32),
    }
    run = made(
        [LOW] * 5, [0, 0, 2, 2, 2], [VALIDATION] * 2 + [PRETEND] * 3, names=names, scores=scores
    )
    # “s” wins 5 of 6 pairs and “t” 4; without rigid mixtures “t” wins both and “s” one of two.
    assert (ev.judged(run)["s"], ev.best_score(run)) == (pytest.approx(5 / 6), "s")
    learnt = replace(run, mixture="rigid")
    assert (ev.judged(learnt)["s"], ev.best_score(learnt)) == (0.5, "t")
    # The best balance of “s”: at 3 all known kept and one mixture of three let in; without rigid ones, that is all.
    assert ev.choose(run, OpenSet(score="s", rule="cost", cost_ratio=1.2)) == ("s", 3.0)
    assert ev.choose(learnt, OpenSet(score="s", rule="cost", cost_ratio=1.2)) == ("s", 5.0)


def test_that_ranks_name_the_strangers_they_are_about(run):
    assert ev.ranks(run, PRETEND)["s"] == pytest.approx(3 / 4)
    assert ev.ranks(run, TEST)["s"] == pytest.approx(5 / 6)
    assert ev.ranks(run, WATCH)["s"] == 1.0


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (OpenSet(score="knn", rule="recall"), "needs features"),
        (OpenSet(score="nonsense", rule="recall"), "did not store it"),
        (OpenSet(score="s"), "is a probability"),
    ],
)
def test_that_what_cannot_be_had_is_a_sentence(run, options, sentence):
    with pytest.raises(ConfigError, match=sentence):
        ev.choose(run, options)


def test_that_a_rule_without_the_clouds_it_needs_is_a_sentence(run):
    only_test = run.of(TEST)
    with pytest.raises(ConfigError, match="validation clouds, and this run stored none"):
        ev.choose(only_test, OpenSet(rule="recall"))
    with pytest.raises(ConfigError, match="validation clouds and mixtures of them"):
        ev.choose(run.of(VALIDATION), OpenSet(rule="youden"))


def test_that_a_student_of_a_teacher_that_has_peeked_is_told_what_it_lacks_itself(run):
    taught = replace(run, teacher_logits=np.zeros((10, 2), np.float32), peeked=True)
    for part, rule, why in (
        (taught.of(TEST), "recall", "this run stored none"),
        (taught.of(TEST, VALIDATION), "youden", "this run stored no mixtures"),
        (taught.as_teacher(), "recall", "the teacher has learnt from some"),
    ):
        with pytest.raises(ConfigError, match=why):
            ev.choose(part, OpenSet(rule=rule))
    names = tuple(f"mixture {number} (rigid)" for number in range(10))
    with pytest.raises(ConfigError, match="of the sort that the run has learnt from .rigid."):
        ev.choose(replace(taught, mixture="rigid", names=names), OpenSet(rule="youden"))


def test_that_a_probability_threshold_stays_one_where_the_trained_unknown_outvotes_too_many():
    logits = [[3.0, 0, 0], [0, 0, 9.0], [0.1, 0, 0], [0.2, 0, 0.1]]
    run = made(logits, [0, 0, 2, 2], [VALIDATION] * 2 + [PRETEND] * 2)
    score, threshold = ev.choose(run, OpenSet(rule="recall", recall=1.0))
    assert (score, threshold) == ("msp", 0.0)
    assert ev.kept(run, score, threshold) == 0.5


def test_that_a_cost_for_which_nothing_is_worth_keeping_is_a_sentence():
    run = made([LOW, HIGH], [0, 2], [VALIDATION, PRETEND])
    with pytest.raises(ConfigError, match="turn everything away"):
        ev.choose(run, OpenSet(rule="cost", cost_ratio=100))


def test_that_where_the_trained_unknown_wins_probability_ranks_below_all_that_get_a_name():
    logits = [[3.0, 0, 0], [0, 0, 9.0], [0.1, 0, 0]]
    run = made(logits, [0, 2, 0], [TEST] * 3)
    rank = ev.ranking(run, "msp")
    assert rank[1] < 0 < rank[2] < rank[0]
    assert ev.evaluate(run, "msp", 0.0)["counts"]["rejected_open"] == 1
