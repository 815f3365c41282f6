"""R², likeness and retrieval by hand and by property; words counted by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.metrics.alignment import Nearness, likeness, ranks, recall
from engine.tasks.wording import names_of_ideas, words_right


def nearness(answers, targets, constant):
    near = Nearness(constant)
    near.add(answers[:1], targets[:1])  # in two parts, as a test does
    near.add(answers[1:], targets[1:])
    return near


def test_that_always_answering_the_mean_explains_nothing():
    targets = np.array([[1.0, 0], [3, 0], [2, 3]])
    mean = targets.mean(0)
    near = nearness(np.broadcast_to(mean, (3, 2)), targets, mean)
    assert near.r2 == pytest.approx(0) and near.mse == pytest.approx(near.variance)
    assert (near.likeness == 0).all()


def test_that_the_right_answer_explains_all():
    targets = np.array([[1.0, 0], [3, 0], [2, 3]])
    near = nearness(targets, targets, targets.mean(0))
    assert near.r2 == 1 and near.likeness == pytest.approx(1)


def test_that_r2_is_by_hand():
    answers, targets = np.array([[1.0], [4]]), np.array([[2.0], [4]])
    near = nearness(answers, targets, np.array([1.0]))  # errors 1, 0; about the constant 1, 9
    assert (near.mse, near.variance) == (0.5, 5.0) and near.r2 == pytest.approx(0.9)


@given(st.integers(0, 99), st.floats(0.1, 9))
def test_that_likeness_knows_no_length(seed, factor):
    rng = np.random.default_rng(seed)
    answers, targets, constant = rng.normal(size=(5, 4)), rng.normal(size=(5, 4)), np.zeros(4)
    once, more = (likeness(side, targets, constant) for side in (answers, answers * factor))
    np.testing.assert_allclose(once, more, atol=1e-9)
    assert (np.abs(once) <= 1 + 1e-9).all()


def test_that_an_answer_is_ranked_among_all_targets():
    targets = np.array([[1.0, 0], [0, 1], [-1, 0]])
    answers = np.array([[1.0, 0.1], [1, 0.2], [-1, 0.1]])  # the second is nearest to the first's
    found = ranks(answers, targets, np.zeros(2))
    assert found.tolist() == [0, 1, 0]
    assert recall(found, 1) == pytest.approx(2 / 3) and recall(found, 5) == 1


def test_that_targets_that_are_the_same_cannot_be_told_apart():
    same = np.ones((4, 3))
    assert ranks(same, same, np.zeros(3)).tolist() == [3] * 4


def test_that_words_are_counted_by_what_was_told():
    mine = ["a large chair seen from above.", "a small table.", "a small chair."]
    theirs = ["a large chair seen from above.", "a large table.", "a small table."]
    told = ["a large chair.", "", "a small table."]
    shares = words_right(("chair", "table"), mine, theirs, told)
    assert shares["same"] == pytest.approx(1 / 3)
    assert shares["as_teacher/kind"] == pytest.approx(2 / 3)
    assert shares["as_teacher/size"] == pytest.approx(2 / 3)
    assert shares["as_teacher/view"] == 1  # the teacher told it once
    assert shares["right/kind"] == shares["right/size"] - 0.5 == pytest.approx(0.5)
    assert "right/view" not in shares and "right/colour" not in shares


def test_that_an_idea_is_named_by_the_word_whose_pairs_need_it():
    heard = ["a chair."] * 6 + ["a table."] * 6
    strength = np.zeros((12, 3))
    strength[:6, 0] = 0.5  # chairs need the first
    strength[6:, 1] = 0.2  # tables the second
    assert names_of_ideas(strength, heard) == ("chair", "table", "")


def test_that_a_word_said_of_everything_names_nothing():
    assert names_of_ideas(np.random.default_rng(0).random((9, 2)), ["a thing."] * 9) == ("", "")
