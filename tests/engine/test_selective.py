"""Risk and coverage by hand, and ties against all orders they could stand in."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.metrics import open_set as m


def test_that_risk_and_coverage_are_those_worked_by_hand():
    curve = m.risk_coverage([0.2, 0.9, 0.5], [True, True, False])
    assert curve.coverage.tolist() == pytest.approx([1 / 3, 2 / 3, 1])
    # Surest first: right, wrong, right.
    assert curve.risk.tolist() == pytest.approx([0, 1 / 2, 1 / 3])
    assert m.aurc([0.2, 0.9, 0.5], [True, True, False]) == pytest.approx((1 / 2 + 1 / 3) / 3)


@given(st.lists(st.tuples(st.integers(0, 2), st.booleans()), min_size=1, max_size=5))
def test_that_ties_are_the_mean_over_all_orders(samples):
    areas = []
    for order in permutations(samples):
        ranked = sorted(order, key=lambda sample: -sample[0])
        wrong = np.cumsum([not right for _, right in ranked])
        areas.append(np.mean(wrong / np.arange(1, len(ranked) + 1)))
    scores, correct = zip(*samples, strict=True)
    assert m.aurc(scores, correct) == pytest.approx(np.mean(areas))


@given(st.integers(0, 1000))
def test_that_the_risk_of_answering_all_is_the_error_rate(seed):
    generator = np.random.default_rng(seed)
    scores, correct = generator.normal(size=40), generator.random(40) < 0.7
    assert m.risk_coverage(scores, correct).risk[-1] == pytest.approx(1 - correct.mean())
    assert m.aurc(correct, correct) <= m.aurc(scores, correct) <= m.aurc(~correct, correct)


def test_that_nothing_and_nonsense_are_told_apart():
    assert np.isnan(m.aurc([], []))
    with pytest.raises(ValueError, match="2 scores do not fit 1"):
        m.aurc([1.0, 2.0], [True])
    with pytest.raises(ValueError, match="not a number"):
        m.aurc([np.nan], [True])
