"""Calibration by hand, bin by bin."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.metrics import open_set as m


def test_that_the_calibration_error_is_the_one_worked_by_hand():
    sure, right = [0.1, 0.3, 0.9, 0.95, 0.85], [False, True, True, True, False]
    found = m.reliability(sure, right, bins=2)
    assert found.confidence.tolist() == pytest.approx([0.2, 0.9])
    assert found.accuracy.tolist() == pytest.approx([0.5, 2 / 3])
    assert found.count.tolist() == [2, 3]
    expected = 2 / 5 * 0.3 + 3 / 5 * (0.9 - 2 / 3)
    assert m.ece(sure, right, bins=2) == pytest.approx(expected)


def test_that_surprise_and_squared_error_are_those_worked_by_hand():
    shares, labels = [[0.5, 0.25, 0.25], [0.0, 1.0, 0.0], [1.0, 0.0, 0.0]], [0, 1, 1]
    assert m.log_losses(shares, labels).tolist()[:2] == pytest.approx([np.log(2), 0])
    # (1 - .5)² + .25² + .25²; nothing; 1 + 1
    assert m.brier_scores(shares, labels).tolist() == pytest.approx([0.375, 0, 2])
    assert np.isfinite(m.log_losses(shares, labels)).all()


def test_that_an_edge_belongs_to_the_bin_below_it():
    edges = np.arange(11) / 10
    assert m.reliability(edges, np.ones(11), bins=10).count.tolist() == [2] + [1] * 9


def test_that_an_empty_bin_is_not_measured():
    found = m.reliability([0.9], [True], bins=3)
    assert np.isnan(found.accuracy).tolist() == [True, True, False]
    assert np.isnan(m.ece([], []))


@given(st.integers(0, 1000), st.integers(1, 30))
def test_that_one_bin_is_the_least_and_confidence_bounds_the_most(seed, bins):
    generator = np.random.default_rng(seed)
    sure, right = generator.random(50), generator.random(50) < 0.5
    value = m.ece(sure, right, bins)
    assert abs(right.mean() - sure.mean()) - 1e-12 <= value <= 1
    assert m.ece(right.astype(float), right, bins) == 0


def test_that_wrong_input_is_refused():
    with pytest.raises(ValueError, match=r"0\.\.1"):
        m.ece([1.2], [True])
    with pytest.raises(ValueError, match=r"0\.\.1"):
        m.ece([np.nan], [True])
    with pytest.raises(ValueError, match="1 confidences do not fit 2"):
        m.ece([0.5], [True, False])
    with pytest.raises(ValueError, match="one bin"):
        m.ece([0.5], [True], bins=0)
