"""The compiled point operations: the very points of a plain reference and of the torch forms, whatever the threads."""

import subprocess
import sys

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import ConfigError
from engine.points import compiled, farthest, farthest_points, nearest, neighbours
from tests.engine.test_neighbours import by_hand_farthest, by_hand_nearest, clouds

AROUND_A_BLOCK = st.sampled_from([1, 2, 127, 128, 129, 255, 256, 257, 300, 513])


def exact(batch, size, seed, grid=False):
    """Clouds on a grid so coarse that float32 computes their distances without rounding, as float64 does."""
    return clouds(batch, size, seed, grid).clamp(-4, 4).mul(64).round().div(64)


@pytest.fixture
def threads():
    """Sets how many threads torch may use, and puts it back."""
    before = torch.get_num_threads()
    yield torch.set_num_threads
    torch.set_num_threads(before)


def test_that_the_compiled_forms_serve_here_and_only_for_float32_on_the_cpu():
    points = clouds(1, 5)
    assert compiled.for_these(points) is not None
    assert compiled.for_these(points, points.double()) is None
    assert compiled.for_these(points.to("meta")) is None


@settings(deadline=None, max_examples=60)
@given(AROUND_A_BLOCK, st.integers(0, 999), st.booleans(), st.data())
def test_that_compiled_farthest_points_are_those_of_the_plain_loop(size, seed, grid, data):
    points, raw = exact(2, size, seed, grid), clouds(2, size, seed)
    count, start = data.draw(st.integers(1, min(size, 40))), data.draw(st.integers(0, size - 1))
    found = farthest_points(points, count, start)
    assert torch.equal(found, by_hand_farthest(points, count, start))
    again = farthest_points(raw, count, start)  # rounding too is the same in torch
    assert torch.equal(again, farthest._in_torch(raw, None, count, start))


@settings(deadline=None, max_examples=60)
@given(AROUND_A_BLOCK, st.integers(0, 999), st.booleans(), st.data())
def test_that_compiled_nearest_are_in_order_of_distance_then_index(size, seed, grid, data):
    points, centres = exact(2, size, seed, grid), exact(2, 5, seed + 1, grid)
    k = data.draw(st.integers(1, min(size, 64)))
    assert torch.equal(nearest(points, centres, k), by_hand_nearest(points, centres, k))
    points, centres = clouds(2, size, seed), clouds(2, 5, seed + 1)
    found = nearest(points, centres, k)  # rounding too is the same in torch
    assert torch.equal(found, neighbours._in_torch(points, centres, k))


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 999), st.integers(1, 5))
def test_that_padding_at_the_origin_is_passed_over_until_nothing_else_is_left(seed, copies):
    points = exact(2, 270, seed)
    points[:, 100 : 100 + copies] = 0
    expected = by_hand_farthest(points, 270, 0, skip=1e-3)
    assert torch.equal(farthest_points(points, 270, mode="pointnet2"), expected)


def test_that_points_in_one_spot_are_taken_in_their_order():
    points = torch.ones(1, 300, 3)
    assert farthest_points(points, 3, start=7).tolist() == [[7, 0, 0]]
    assert nearest(points, points[:, :1], 300).tolist() == [[list(range(300))]]


@pytest.mark.parametrize("count", [1, 2, 5])
def test_that_any_number_of_threads_finds_the_same(threads, count):
    points, centres = clouds(5, 300), clouds(5, 9, 1)
    threads(1)
    one = farthest_points(points, 20), nearest(points, centres, 8)
    threads(count)
    assert torch.equal(farthest_points(points, 20), one[0])
    assert torch.equal(nearest(points, centres, 8), one[1])


def test_that_the_clouds_are_left_as_they_were_and_need_not_be_contiguous():
    points = clouds(3, 200)
    turned = points.transpose(1, 2).contiguous().transpose(1, 2).requires_grad_()
    assert torch.equal(farthest_points(turned, 10), farthest_points(points, 10))
    assert torch.equal(turned.detach(), points)


def test_that_without_numba_the_torch_forms_find_the_same(monkeypatch):
    points, centres = clouds(2, 300), clouds(2, 9, 1)
    expected = farthest_points(points, 20), nearest(points, centres, 8)
    monkeypatch.setitem(sys.modules, "numba", None)
    monkeypatch.delitem(sys.modules, "engine.points.kernels")
    monkeypatch.delattr("engine.points.kernels")
    compiled._kernels.cache_clear()
    try:
        assert compiled.for_these(points) is None
        assert torch.equal(farthest_points(points, 20), expected[0])
        assert torch.equal(nearest(points, centres, 8), expected[1])
    finally:
        compiled._kernels.cache_clear()


def test_that_nothing_is_compiled_before_it_is_needed():
    code = "import sys, engine.points, engine.nets.pointnet2\nassert 'numba' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_that_a_cloud_that_is_no_numbers_still_gives_points_of_it():
    points = torch.full((1, 300, 3), np.nan)
    assert farthest_points(points, 4).max() < 300
    assert nearest(points, points[:, :2], 4).max() < 300


def test_that_what_is_no_batch_of_clouds_is_a_sentence():
    points = clouds(2, 5)
    for call in (
        lambda: nearest(points, clouds(1, 5), 2),
        lambda: nearest(points, points[:, :, :2], 2),
        lambda: farthest_points(points[:, :, :2], 2),
        lambda: farthest_points(points[0], 2),
    ):
        with pytest.raises(ConfigError, match=r"Clouds are \(B, N, 3\)"):
            call()
