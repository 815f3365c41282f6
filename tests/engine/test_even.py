"""An even order: whatever its beginning, it covers space and crowds nowhere."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.even import LEVELS, cells_at, even_order


def scan(seed, count=900):
    """Far denser in one corner than elsewhere, some points twice."""
    rng = np.random.default_rng(seed)
    points = rng.exponential(0.2, (count, 3)) * [1, 2, 0.1]
    points[rng.integers(0, count, 40)] = points[0]
    return points


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


def test_that_the_cells_of_a_level_halve_the_box_along_every_axis():
    corners = np.array([[x, y, z] for x in (0, 1) for y in (0, 1) for z in (0, 1)], float)
    assert len(set(cells_at(corners, 1))) == 8
    assert set(cells_at(corners, 0)) == {0}
    halves = np.array([[0, 0, 0], [0.49, 0, 0], [0.51, 0, 0], [1, 0, 0]])
    assert cells_at(halves, 1).tolist() == [0, 0, 4, 4]


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
