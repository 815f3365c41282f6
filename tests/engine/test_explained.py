"""How well a student answers as its teacher of pictures does, in words."""

import pytest

from engine.explained import aligned, explained, sentence, share_of, worded


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


@pytest.mark.parametrize(
    ("results", "words"),
    [
        ({"r2": 0.42}, "It explains 42 % of what the picture’s teacher says."),
        ({"reconstruction": 0.01234}, "It guesses hidden patches, error 0.0123."),
        (
            {"task": "detect", "map25": 0.5},
            "It finds things in rooms, mAP 50.0 % at overlap .25.",
        ),
        ({"task": "segment", "miou": 0.25}, "It names points of rooms, mean IoU 25.0 %."),
        (
            {"task": "laser", "miou": 0.25},
            "It names what a laser hit in streets, mean IoU 25.0 %.",
        ),
        ({"task": "parts", "instance_miou": 0.8}, "It names parts of shapes, mean IoU 80.0 %."),
        (
            {"task": "classroom", "ap50": 0.6, "depth_error": 0.1},
            "It finds things in pictures, AP50 60.0 %, depth off by 10.0 %.",
        ),
        ({"task": "classroom", "ap50": 0.6}, "It finds things in pictures, AP50 60.0 %."),
        ({"task": "classroom", "depth_error": 0.1}, "Its depth is off by 10.0 %."),
        ({"task": "classroom"}, "It found nothing to be measured by."),
    ],
)
def test_that_a_report_begins_with_a_sentence_of_its_own(results, words):
    assert sentence(results) == words


def test_that_results_of_pairs_are_told_from_those_of_kinds():
    assert aligned({"pairs": 3})
    assert not aligned({"counts": {}})


def test_that_figures_of_words_are_spelt_out():
    assert worded("same") == "sentences word for word the teacher’s"
    assert worded("as_teacher/colour") == "with the teacher’s word for the colour"
    assert worded("right/kind") == "with the right word for the kind"
