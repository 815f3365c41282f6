"""Points of the open-set curves by hand, and the published OSCR against its own definition by loops."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.metrics import open_set as m

# Descending: 5 known right, 4 known wrong, 3 unknown, 2 known right and unknown, 1 unknown.
KNOWN, RIGHT, UNKNOWN = [5.0, 4.0, 2.0], [True, False, True], [3.0, 2.0, 1.0]
SCORES = st.lists(st.integers(-6, 6).map(float), min_size=1, max_size=20)


def test_that_ccr_at_fpr_takes_the_last_threshold_still_allowed():
    assert m.ccr_at_fpr(KNOWN, RIGHT, UNKNOWN, 0.0) == pytest.approx(1 / 3)
    assert m.ccr_at_fpr(KNOWN, RIGHT, UNKNOWN, 0.5) == pytest.approx(1 / 3)
    assert m.ccr_at_fpr(KNOWN, RIGHT, UNKNOWN, 2 / 3) == pytest.approx(2 / 3)
    assert m.ccr_at_fpr([1.0], [True], [2.0], 0.5) == 0


@given(SCORES, SCORES, st.floats(0, 1), st.randoms(use_true_random=False))
def test_that_ccr_at_fpr_is_the_best_over_all_thresholds(known, unknown, fpr, chance):
    right = np.array([chance.random() < 0.7 for _ in known])
    best = max(
        np.mean(right & (np.array(known) >= cut))
        for cut in [*known, *unknown, np.inf]
        if np.mean(np.array(unknown) >= cut) <= fpr
    )
    assert m.ccr_at_fpr(known, right, unknown, fpr) == pytest.approx(best)


def test_that_both_detection_errors_are_those_worked_by_hand():
    # Least at 4: (1/3 + 0) / 2.
    assert m.detection_error(KNOWN, UNKNOWN) == pytest.approx(1 / 6)
    false = 1 / 3 + (0.95 - 2 / 3) / (1 / 3) * (1 / 3)
    assert m.detection_error(KNOWN, UNKNOWN, 0.95) == pytest.approx(0.5 * 0.05 + 0.5 * false)


@given(SCORES, SCORES)
def test_that_the_least_detection_error_is_at_youdens_threshold(known, unknown):
    cut = m.youden(known, unknown)
    error = (np.mean(np.array(known) < cut) + np.mean(np.array(unknown) >= cut)) / 2
    assert m.detection_error(known, unknown) == pytest.approx(error)
    assert m.detection_error(known, unknown) <= 0.5


def test_that_the_published_oscr_is_the_one_worked_by_hand():
    # Ascending 1u 2k 2u 3u 4k(wrong) 5k; (FPR from k, CCR from k + 1) for k = 0..4:
    # (1, 2/3) (2/3, 1/3) (2/3, 1/3) (1/3, 1/3) (0, 1/3), then (0, 0) and (1, 1).
    by_hand = (1 / 3) * (1 / 3) + (1 / 3) * (1 / 3) + (1 / 3) * (1 / 3 + 2 / 3) / 2
    assert m.oscr_arpl_compat(KNOWN, RIGHT, UNKNOWN) == pytest.approx(by_hand)
    # The true area differs: (3 + 1.5) / 9.
    assert m.oscr(KNOWN, RIGHT, UNKNOWN) == pytest.approx(0.5)


@given(SCORES, SCORES, st.randoms(use_true_random=False))
def test_that_the_published_oscr_is_its_points_joined(known, unknown, chance):
    right = [chance.random() < 0.7 for _ in known]
    ranked = sorted(
        [(score, 0, hit) for score, hit in zip(known, right, strict=True)]
        + [(score, 1, False) for score in unknown],
        key=lambda sample: sample[0],
    )
    points = [(0.0, 0.0), (1.0, 1.0)]
    for k in range(len(ranked) - 1):
        strangers = sum(kind for _, kind, _ in ranked[k:]) / len(unknown)
        points.append((strangers, sum(hit for _, _, hit in ranked[k + 1 :]) / len(known)))
    points.sort()
    area = sum((b[0] - a[0]) * (a[1] + b[1]) / 2 for a, b in pairwise(points))
    assert m.oscr_arpl_compat(known, right, unknown) == pytest.approx(area)


def test_that_missing_sides_are_not_measured():
    for known, unknown in (([], [1.0]), ([1.0], []), ([np.nan], [1.0])):
        right = np.ones(len(known), bool)
        assert np.isnan(m.ccr_at_fpr(known, right, unknown))
        assert np.isnan(m.detection_error(known, unknown))
        assert np.isnan(m.detection_error(known, unknown, 0.95))
        assert np.isnan(m.oscr_arpl_compat(known, right, unknown))
    with pytest.raises(ValueError, match="fpr"):
        m.ccr_at_fpr(KNOWN, RIGHT, UNKNOWN, 1.5)
