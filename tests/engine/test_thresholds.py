"""Chosen thresholds against hand calculation and against trying every one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.metrics import open_set as m

SCORES = st.lists(st.integers(-4, 4).map(float), min_size=1, max_size=25)


def test_that_the_recall_threshold_is_the_strictest_that_keeps_enough():
    known = [1.0, 2.0, 3.0, 4.0, 5.0]
    assert m.threshold_at_recall(known, 0.6) == 3
    assert m.threshold_at_recall(known, 0.61) == 2
    assert m.threshold_at_recall(known, 1.0) == 1
    assert m.threshold_at_recall(known, 1e-9) == 5
    # 95 % of 20 are 19, whatever the binary digits of 0.95.
    assert m.threshold_at_recall(np.arange(20.0), 0.95) == 1


@given(SCORES, st.floats(0.01, 1))
def test_that_a_stricter_threshold_would_keep_too_few(known, recall):
    found = m.threshold_at_recall(known, recall)
    assert np.mean(np.array(known) >= found) >= recall - 1e-9
    assert np.mean(np.array(known) > found) < recall


def test_that_youden_separates_what_can_be_separated():
    assert m.youden([3.0, 4.0], [1.0, 2.0]) == 3
    # J at 2: 1 - 1/2; at 4: 1/2 - 0; equal, the lower one keeps more known.
    assert m.youden([2.0, 4.0], [3.0, 1.0]) == 2


@given(SCORES, SCORES)
def test_that_no_threshold_has_a_larger_j(known, unknown):
    def j(cut):
        return np.mean(np.array(known) >= cut) - np.mean(np.array(unknown) >= cut)

    found = m.youden(known, unknown)
    assert found in known
    assert j(found) >= max(j(cut / 2) for cut in range(-10, 11)) - 1e-12


@given(SCORES, SCORES, st.floats(0, 50))
def test_that_no_threshold_costs_less(known, unknown, ratio):
    def cost(cut):
        return np.mean(np.array(known) < cut) + ratio * np.mean(np.array(unknown) >= cut)

    cheapest = min(cost(cut / 2) for cut in range(-10, 12))
    assert cost(m.least_cost(known, unknown, ratio)) == pytest.approx(cheapest)


def test_that_the_cost_of_strangers_moves_the_threshold():
    known, unknown = [1.0, 3.0, 4.0], [2.0, 0.0]
    assert m.least_cost(known, unknown, 0.0) == 1
    # At 1: ratio / 2; at 3: 1/3.
    assert m.least_cost(known, unknown, 0.6) == 1
    assert m.least_cost(known, unknown, 0.7) == 3
    assert m.least_cost([1.0], [2.0], 5.0) == np.inf


def test_that_missing_sides_and_wrong_wishes_are_told():
    for value in (m.youden([], [1.0]), m.youden([1.0], [np.nan]), m.threshold_at_recall([])):
        assert np.isnan(value)
    with pytest.raises(ValueError, match="recall"):
        m.threshold_at_recall([1.0], 0.0)
    with pytest.raises(ValueError, match="cost_ratio"):
        m.least_cost([1.0], [1.0], -1.0)
