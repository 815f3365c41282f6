"""An even order: whatever its beginning, it covers space and crowds nowhere."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.even import LEVELS, even_order


def scan(seed, count=900):
    """Far denser in one corner than elsewhere, some points twice."""
    rng = np.random.default_rng(seed)
    points = rng.exponential(0.2, (count, 3)) * [1, 2, 0.1]
    points[rng.integers(0, count, 40)] = points[0]
    return points


def cells_at(points, depth):
    """(N,): the cell of each point (N, 3) when the cube around all of them is halved so often along every axis."""
    count, low = 1 << depth, points.min(axis=0)
    side = max((points.max(axis=0) - low).max(), 1e-30)
    place = ((points - low) * (count / side)).astype(np.int64).clip(0, count - 1)
    return place @ np.array([1, count, count**2])


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 2**32 - 1), st.integers(1, 900))
def test_that_every_beginning_reaches_all_cells_of_its_level_and_crowds_none_of_the_next(seed, n):
    points = scan(seed)
    order = even_order(points, np.random.default_rng(seed))
    for depth in range(LEVELS + 1):
        whole, taken = cells_at(points, depth), cells_at(points, depth)[order[:n]]
        occupied = len(np.unique(whole))
        if n >= occupied:
            assert len(np.unique(taken)) == occupied
        else:
            assert len(np.unique(taken)) == n


@given(st.integers(0, 99))
@settings(deadline=None, max_examples=20)
def test_that_an_order_has_every_point_once(seed):
    order = even_order(scan(seed), np.random.default_rng(0))
    assert sorted(order) == list(range(900))


def test_that_who_stands_for_a_cell_is_drawn_by_chance():
    points = scan(3)
    first = {int(even_order(points, np.random.default_rng(seed))[0]) for seed in range(8)}
    assert len(first) > 3


def test_that_points_of_one_place_can_be_ordered_too():
    order = even_order(np.ones((5, 3)), np.random.default_rng(0))
    assert sorted(order) == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_that_the_same_chance_gives_the_same_order(dtype):
    points = scan(1).astype(dtype)
    one, other = (even_order(points, np.random.default_rng(7)) for _ in range(2))
    np.testing.assert_array_equal(one, other)
