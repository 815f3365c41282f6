"""Boxes found, missed and too many: worked out by hand, and the same as the engine's figures at every score."""

import numpy as np
import pytest

from engine.metrics.boxes import Boxes, box_figures
from engine.scene_answers import SceneAnswer
from tests.workbench.made_scenes import made_rooms
from workbench.models.box_matches import Counts, Matches


def scene(true, said):
    """true: (label, box); said: (label, box, score)."""
    nothing = np.zeros((0, 7), np.float32)

    def boxes(rows):
        return np.array([row[1] for row in rows], np.float32) if rows else nothing

    return SceneAnswer(
        name="by hand",
        points=np.zeros((1, 3), np.float32),
        colours=None,
        truth=None,
        said=None,
        sureness=None,
        boxes=boxes(true),
        labels=np.array([row[0] for row in true], np.int16),
        said_boxes=boxes(said),
        said_labels=np.array([row[0] for row in said], np.int16),
        scores=np.array([row[2] for row in said], np.float32),
    )


def cube(x, side=1.0):
    return [x, 0, 0, side, side, side, 0]


def test_that_a_box_on_a_true_one_of_its_kind_finds_it_and_a_second_one_is_too_many():
    found = Matches.of(scene([(0, cube(0))], [(0, cube(0), 0.9), (0, cube(0.1), 0.8)]))
    assert found.hit[0].tolist() == [True, False]
    assert found.counts(0.0, 0) == Counts(1, 0, 1)
    assert found.overlap[1] == pytest.approx(0.9 / 1.1, abs=1e-6)


def test_that_a_box_of_another_kind_finds_nothing():
    found = Matches.of(scene([(0, cube(0))], [(1, cube(0), 0.9)]))
    assert found.best.tolist() == [-1]
    assert found.counts(0.5, 0) == Counts(0, 1, 1)


def test_that_a_quarter_can_be_enough_where_a_half_is_not():
    # Half of each cube is shared: one third of the union.
    found = Matches.of(scene([(0, cube(0))], [(0, cube(0.5), 0.9)]))
    assert found.overlap[0] == pytest.approx(1 / 3, abs=1e-6)
    assert found.counts(0.5, 0) == Counts(1, 0, 0)
    assert found.counts(0.5, 1) == Counts(0, 1, 1)


def test_that_a_score_on_the_handle_counts():
    found = Matches.of(scene([(0, cube(0))], [(0, cube(0), 0.45)]))
    assert found.counts(0.45, 0) == Counts(1, 0, 0)
    assert found.counts(0.46, 0) == Counts(0, 1, 0)


def test_that_scenes_without_boxes_have_nothing_to_count():
    assert Matches.of(scene([], [])).counts(0.5, 0) == Counts(0, 0, 0)
    assert Matches.of(scene([(0, cube(0))], [])).counts(0.0, 0) == Counts(0, 1, 0)
    assert Matches.of(scene([], [(0, cube(0), 0.7)])).counts(0.0, 0) == Counts(0, 0, 1)


def test_that_counts_are_those_of_the_engine_at_every_score():
    for own in made_rooms(rooms=2, points=400, queries=48).scenes:
        matches = Matches.of(own)
        for cut in (0.0, 0.2, 0.55, 0.75, 1.0):
            sure = own.scores >= cut
            said = Boxes(own.said_boxes[sure], own.said_labels[sure], own.scores[sure])
            figures = box_figures([said], [Boxes(own.boxes, own.labels)])
            for row, one in enumerate(figures.values()):
                hits = sum(kind.hits for kind in one.classes.values())
                expected = Counts(hits, len(own.boxes) - hits, int(sure.sum()) - hits)
                assert matches.counts(cut, row) == expected
