"""Differences seed by seed and their intervals, beside worked examples and SciPy."""

import math

import pytest
from scipy.special import stdtrit

from engine.paired import against, interval, paired, quantile


@pytest.mark.parametrize("freedom", [1, 2, 3, 4, 7, 10, 29, 200])
@pytest.mark.parametrize("share", [0.75, 0.95, 0.975, 0.999])
def test_that_students_t_is_that_of_the_tables(freedom, share):
    assert quantile(share, freedom) == pytest.approx(stdtrit(freedom, share), rel=1e-9)


def test_that_students_t_is_that_of_printed_tables():
    for share, freedom, told in ((0.975, 1, 12.7062), (0.975, 2, 4.3027), (0.95, 10, 1.8125)):
        assert quantile(share, freedom) == pytest.approx(told, abs=5e-5)


def test_that_three_seeds_give_the_interval_worked_out_by_hand():
    # Differences 1, 2, 3: mean 2, deviation 1; t of two degrees is 4.302653, by the root of 3.
    result = paired({1: 11, 2: 22, 3: 33}, {3: 30, 1: 10, 2: 20})
    assert (result.mean, result.deviation, result.n) == (2, 1, 3)
    assert result.high == pytest.approx(2 + 4.302653 / 3**0.5, rel=1e-6)
    assert result.low == pytest.approx(2 - 4.302653 / 3**0.5, rel=1e-6)
    assert not result.clear


def test_that_pairs_see_what_lies_under_the_spread_of_seeds():
    ours, others = {1: 0.31, 2: 0.52, 3: 0.73}, {1: 0.30, 2: 0.505, 3: 0.72}
    result = paired(ours, others)
    assert result.clear and result.low > 0
    assert paired(others, ours).high == pytest.approx(-result.low)


def test_that_a_seed_without_one_of_the_two_is_left_out():
    result = paired({1: 2.0, 2: None, 3: 4.0, 4: float("nan"), 5: 1.0}, {1: 1, 2: 1, 3: 1, 4: 1})
    assert (result.mean, result.n) == (2, 2)


def test_that_one_pair_has_no_interval_and_none_has_nothing():
    one = interval([0.5])
    assert (one.mean, one.n) == (0.5, 1) and math.isnan(one.low) and not one.clear
    assert interval([]).n == 0 and math.isnan(interval([]).mean)


def test_that_a_table_is_compared_with_one_of_its_rows():
    rows = {"both": {1: 3.0, 2: 5.0}, "none": {1: 1.0, 2: 2.0}, "laser": {1: 1.0, 2: 2.0}}
    table = against(rows, "none")
    assert set(table) == {"both", "laser"}
    assert table["both"].mean == 2.5
    assert (table["laser"].mean, table["laser"].low, table["laser"].clear) == (0, 0, False)
