"""Growing series, their smoothed companion, and what is drawn of them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.models.curve import Curve, Smoothed
from workbench.views.decimate import Decimated

numbers = st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=700)


def test_that_values_come_back_as_they_were_put_in():
    curve = Curve()
    for step in range(1000):
        curve.append(step, step / 10, step * 2.0)
    assert len(curve) == 1000
    assert curve.steps.tolist() == list(range(1000))
    assert curve.epochs[999] == 99.9
    assert curve.last == 1998.0


def test_that_what_is_no_number_is_left_out():
    curve = Curve()
    for value in (1.0, float("nan"), float("inf"), 2.0):
        curve.append(len(curve), 0, value)
    assert curve.values.tolist() == [1.0, 2.0]


def test_that_cutting_forgets_what_came_after_a_step():
    curve = Curve()
    for step in range(1, 11):
        curve.append(step, step, step)
    curve.cut(6)
    assert curve.steps.tolist() == [1, 2, 3, 4, 5, 6]
    assert curve.cuts == 1
    curve.cut(6)
    assert curve.cuts == 1


def test_that_the_average_is_the_textbook_one():
    # w = 0.5 by hand: s = 2, 4, 4 / (1 - 0.5^k): 4, 16/3, 32/7
    smoothed = Smoothed(0.5).follow(np.array([4.0, 6.0, 4.0]))
    assert smoothed == pytest.approx([4.0, 16 / 3, 4 / 0.875])


@given(numbers, st.floats(0.3, 0.999), st.integers(1, 90))
def test_that_growing_piece_by_piece_gives_the_same_average(
    values: list[float], weight: float, piece: int
):
    array = np.array(values)
    grown = Smoothed(weight)
    for end in range(piece, len(values) + piece, piece):
        out = grown.follow(array[:end])
    total, expected = 0.0, []
    for count, value in enumerate(values, start=1):
        total = weight * total + (1 - weight) * value
        expected.append(total / (1 - weight**count))
    assert out == pytest.approx(expected, rel=1e-6, abs=1e-6)


def test_that_the_average_of_a_long_series_stays_a_number():
    smoothed = Smoothed(0.3).follow(np.ones(20_000))
    assert smoothed == pytest.approx(np.ones(20_000))


@given(numbers, st.integers(2, 20), st.integers(1, 60))
def test_that_few_points_keep_lowest_highest_and_newest(
    values: list[float], limit: int, piece: int
):
    array = np.array(values)
    decimated = Decimated(limit)
    for end in range(piece, len(values) + piece, piece):
        rows = decimated.rows(array[:end])
    assert len(rows) <= 2 * limit + 3
    assert (np.diff(rows) > 0).all()
    assert array[rows].min() == array.min()
    assert array[rows].max() == array.max()
    assert rows[-1] == len(values) - 1


@given(numbers, st.integers(2, 20))
def test_that_growing_gives_the_same_points_as_starting_afresh(values: list[float], limit: int):
    array = np.array(values)
    grown, fresh = Decimated(limit), Decimated(limit)
    for end in range(1, len(values) + 1):
        rows = grown.rows(array[:end])
    assert array[rows].tolist() == array[fresh.rows(array)].tolist()


def test_that_a_short_series_is_drawn_whole():
    array = np.array([3.0, 1.0, 2.0])
    assert Decimated(10).rows(array).tolist() == [0, 1, 2]


def test_that_a_series_that_became_shorter_is_begun_again():
    decimated = Decimated(4)
    decimated.rows(np.arange(100.0))
    assert decimated.rows(np.array([1.0, 5.0])).tolist() == [0, 1]
