"""Farthest points, nearest neighbours and the chamfer distance against plain float64 references."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import ConfigError
from engine.points import chamfer, farthest_points, nearest


def clouds(batch, size, seed=0, grid=False):
    """Random clouds; on a grid of few whole numbers, where many distances are equal and exact."""
    source = torch.Generator().manual_seed(seed)
    if grid:
        return torch.randint(-2, 3, (batch, size, 3), generator=source).float()
    return torch.randn(batch, size, 3, generator=source)


def by_hand_farthest(points, count, start, skip=0.0):
    points = points.double().numpy()
    out = np.zeros((len(points), count), np.int64)
    for cloud, chosen in zip(points, out, strict=True):
        open_, chosen[0] = (cloud**2).sum(1) > skip, start
        closest = np.full(len(cloud), np.inf)
        for position in range(1, count):
            closest = np.minimum(closest, ((cloud - cloud[chosen[position - 1]]) ** 2).sum(1))
            candidates = np.where(open_, closest, -1.0) if skip else closest
            chosen[position] = int(np.flatnonzero(candidates == candidates.max())[0])
    return torch.from_numpy(out)


def by_hand_nearest(points, centres, k):
    squares = ((centres.double()[:, :, None] - points.double()[:, None]) ** 2).sum(3).numpy()
    index = np.broadcast_to(np.arange(points.shape[1]), squares.shape)
    return torch.from_numpy(np.lexsort((index, squares), axis=-1)[..., :k].copy())


def by_hand_chamfer(a, b, squared):
    squares = ((a.double()[:, :, None] - b.double()[:, None]) ** 2).sum(3)
    near = squares if squared else squares.sqrt()
    return near.amin(2).mean(1) + near.amin(1).mean(1)


@settings(deadline=None, max_examples=40)
@given(st.integers(2, 60), st.integers(0, 999), st.booleans(), st.data())
def test_that_farthest_points_are_those_of_the_plain_loop_ties_by_index(size, seed, grid, data):
    points = clouds(3, size, seed, grid)
    count, start = data.draw(st.integers(1, size)), data.draw(st.integers(0, size - 1))
    expected = by_hand_farthest(points, count, start)
    assert torch.equal(farthest_points(points, count, start), expected)


@settings(deadline=None, max_examples=40)
@given(st.integers(2, 60), st.integers(0, 999), st.booleans())
def test_that_the_second_mode_passes_over_points_at_the_origin(size, seed, grid):
    points = clouds(2, size, seed, grid)
    points[:, size // 2] = 0.01  # squared norm 3e-4
    expected = by_hand_farthest(points, size, 0, skip=1e-3)
    assert torch.equal(farthest_points(points, size, mode="pointnet2"), expected)


def test_that_the_modes_differ_only_at_the_origin():
    points = torch.tensor([[[5.0, 0, 0], [0, 0, 0], [4, 0, 0]]])
    assert farthest_points(points, 2).tolist() == [[0, 1]]
    assert farthest_points(points, 2, mode="pointnet2").tolist() == [[0, 2]]


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 60), st.integers(0, 999), st.booleans(), st.booleans(), st.data())
def test_that_nearest_are_in_order_of_distance_then_index(size, seed, grid, double, data):
    points, centres = clouds(3, size, seed, grid), clouds(3, 7, seed + 1, grid)
    if double:
        points, centres = points.double(), centres.double()
    k = data.draw(st.integers(1, size))
    assert torch.equal(nearest(points, centres, k), by_hand_nearest(points, centres, k))


def test_that_many_centres_are_searched_a_block_at_a_time():
    points, centres = clouds(1, 70_000, grid=True), clouds(1, 8)
    assert torch.equal(nearest(points, centres, 3), by_hand_nearest(points, centres, 3))


@pytest.mark.parametrize("learning", [False, True])
@pytest.mark.parametrize("squared", [True, False])
def test_that_chamfer_is_both_means_of_nearest_distances(squared, learning):
    a, b = clouds(4, 50), clouds(4, 33, 1)
    a.requires_grad_(learning)
    torch.testing.assert_close(
        chamfer(a, b, squared).detach().double(), by_hand_chamfer(a.detach(), b, squared)
    )


def test_that_chamfer_by_hand_on_three_points():
    a, b = torch.tensor([[[0.0, 0, 0], [3, 0, 0]]]), torch.tensor([[[1.0, 0, 0]]])
    assert chamfer(a, b).item() == pytest.approx((1 + 4) / 2 + 1)
    assert chamfer(a, b, squared=False).item() == pytest.approx((1 + 2) / 2 + 1)


def test_that_chamfer_far_from_the_origin_keeps_its_digits():
    a, b = clouds(2, 40) + 1000, clouds(2, 40, 1) + 1000
    torch.testing.assert_close(chamfer(a, b).double(), by_hand_chamfer(a, b, True))


@pytest.mark.parametrize("squared", [True, False])
def test_that_the_gradient_of_chamfer_is_that_of_the_plain_form(squared):
    a, b = clouds(2, 20).double().requires_grad_(), clouds(2, 25, 1).double().requires_grad_()
    ours = torch.autograd.grad(chamfer(a, b, squared).sum(), (a, b))
    plain = torch.autograd.grad(by_hand_chamfer(a, b, squared).sum(), (a, b))
    for one, other in zip(ours, plain, strict=True):
        torch.testing.assert_close(one, other)


def test_that_equal_clouds_have_no_distance_and_a_finite_gradient():
    a = clouds(2, 30).requires_grad_()
    distance = chamfer(a, a.detach().clone(), squared=False)
    assert distance.abs().max() == 0
    assert torch.isfinite(torch.autograd.grad(distance.sum(), a)[0]).all()


def test_that_more_points_than_there_are_is_a_sentence():
    points = clouds(1, 5)
    with pytest.raises(ConfigError, match="clouds of 5"):
        farthest_points(points, 6)
    with pytest.raises(ConfigError, match="clouds of 5"):
        nearest(points, points, 6)
