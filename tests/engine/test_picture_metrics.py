"""Distances of found boxes and the reach of proposals, worked out by hand."""

import math

import numpy as np
import pytest

from engine.metrics.pictures import (
    depth_errors,
    depth_figures,
    matches,
    picture_figures,
    proposal_recall,
)
from engine.metrics.seen import Seen

A, B, C = (0, 0, 10, 10), (20, 0, 30, 10), (40, 0, 50, 10)


def test_that_distances_are_off_by_what_is_worked_out_by_hand():
    # 11 for 10, 15 for 20, 40 for 40: off by 1, 5, 0 metres; by .1, .25, 0.
    figures = depth_errors([11, 15, 40], [10, 20, 40])
    assert figures.relative == pytest.approx(0.1)
    assert figures.relative_mean == pytest.approx(0.35 / 3)
    assert figures.metres == pytest.approx(1)
    assert figures.close == pytest.approx(2 / 3)  # 20 / 15 = 1.33
    assert figures.counted == 3


def test_that_exactly_a_quarter_more_is_not_close_and_a_distance_of_nought_never_is():
    assert depth_errors([12.5], [10]).close == 0
    assert depth_errors([0], [10]).close == 0
    assert depth_errors([12.4], [10]).close == 1


def test_that_distances_that_are_not_valid_do_not_count():
    figures = depth_errors([1, np.nan, 3, 10], [np.nan, 5, 0, 10])
    assert (figures.counted, figures.relative) == (1, 0)
    nothing = depth_errors([], [])
    assert nothing.counted == 0 and math.isnan(nothing.relative) and math.isnan(nothing.close)


def test_that_each_found_box_takes_one_true_box_of_its_kind():
    detected = Seen([A, (0, 0, 10, 9), B, C], [0, 0, 1, 0], [0.5, 0.9, 0.8, 0.7])
    true = Seen([A, B, C], [0, 0, 0])
    rows, columns = matches(detected, true)
    # The surer of the two on A has it though the other fits better; B is said to be of another kind.
    assert list(zip(rows.tolist(), columns.tolist(), strict=True)) == [(1, 0), (3, 2)]
    assert matches(Seen([], []), true)[0].tolist() == []
    assert matches(detected, Seen([], []))[1].tolist() == []


def test_that_only_matched_boxes_have_their_distance_compared():
    detected = Seen(
        [A, (21, 0, 31, 10), (100, 0, 110, 10)], [0, 0, 0], [0.9, 0.8, 0.7], depths=[12, 33, 99]
    )
    true = Seen([A, B, C], [0, 0, 0], depths=[10, 30, 50])
    figures = depth_figures([detected, Seen([], [], [])], [true, true])
    assert figures.counted == 2
    assert figures.relative == pytest.approx((0.2 + 0.1) / 2)
    assert depth_figures([Seen([A], [0], [1])], [true]).counted == 0  # no distances told


def test_that_an_overlap_of_a_half_is_enough_to_match():
    assert (
        depth_figures([Seen([(0, 0, 10, 5)], [0], [1], [5])], [Seen([A], [0], depths=[5])]).counted
        == 1
    )
    assert (
        depth_figures(
            [Seen([(0, 0, 10, 4.9)], [0], [1], [5])], [Seen([A], [0], depths=[5])]
        ).counted
        == 0
    )


def test_that_all_figures_come_together():
    figures = picture_figures(
        [Seen([A], [3], [0.9], [11])], [Seen([A, B], [3, 3], depths=[10, np.nan])]
    )
    assert figures.coco.ap50 == pytest.approx(51 / 101)  # recall 0 to .50 of 101 points
    assert figures.things[3].recall == pytest.approx(0.5)
    assert figures.depth.relative == pytest.approx(0.1)


def test_that_proposals_reach_what_is_worked_out_by_hand():
    proposals = [[(0, 0, 10, 5), C], []]
    truths = [[A, B, C], [A]]
    assert proposal_recall(proposals, truths) == pytest.approx(0.5)
    assert proposal_recall(proposals, truths, most=1) == pytest.approx(0.25)
    assert proposal_recall(proposals, truths, overlap=0.6) == pytest.approx(0.25)
    assert math.isnan(proposal_recall([[A]], [[]]))
