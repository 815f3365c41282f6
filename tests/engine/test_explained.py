"""How well a student answers as its teacher of pictures does, in words."""

import pytest

from engine.explained import aligned, explained, share_of, worded


@pytest.mark.parametrize(
    ("r2", "words"),
    [(0.424, "42 %"), (1.0, "100 %"), (0.004, "next to nothing"), (-3.0, "next to nothing")],
)
def test_that_a_share_is_a_percentage_or_next_to_nothing(r2, words):
    assert share_of(r2) == words


def test_that_each_sort_of_result_has_its_sentence():
    assert explained({"r2": 0.42}) == "explains 42 % of what the picture’s teacher says"
    assert explained({"reconstruction": 0.01234}) == "guesses hidden patches, error 0.0123"
    assert explained({"acc_closed": 0.9}) == ""


def test_that_results_of_pairs_are_told_from_those_of_kinds():
    assert aligned({"pairs": 3})
    assert not aligned({"counts": {}})


def test_that_figures_of_words_are_spelt_out():
    assert worded("same") == "sentences word for word the teacher’s"
    assert worded("as_teacher/colour") == "with the teacher’s word for the colour"
    assert worded("right/kind") == "with the right word for the kind"
