"""Sparse convolutions, in float64: equal to dense ones where something is, and the same again."""

import pytest
import torch
from torch.nn import functional as F  # noqa: N812

from engine.nets.sparse import Blend, Down, Grid, Places, Submanifold, Up, voxels_of
from engine.nets.sparse.convolution import summed
from engine.nets.sparse.grid import FARTHEST, keys_of

SIDE = 8  # of the dense cube; places from -4 to 3, so that halving meets negative numbers too
HALF = SIDE // 2
EXACT = {"rtol": 0, "atol": 1e-12}


def scattered(seed=0, clouds=2, voxels=60):
    """A grid of random voxels in a small cube of each cloud."""
    rng = torch.Generator().manual_seed(seed)
    cloud = torch.randint(0, clouds, (voxels, 1), generator=rng)
    axes = torch.randint(-HALF, HALF, (voxels, 3), generator=rng)
    grid, _ = Grid.around(torch.cat([cloud, axes], dim=1))
    return grid, rng


def dense(features, grid, clouds=2):
    """(V, C) -> (B, C, X, Y, Z) with zeros where nothing is."""
    side = SIDE // grid.stride
    cube = features.new_zeros(clouds, side, side, side, features.shape[1])
    cloud, axes = grid.coordinates[:, 0], grid.coordinates[:, 1:] + side // 2
    cube = cube.index_put((cloud, *axes.T), features)
    return cube.permute(0, 4, 1, 2, 3)


def picked(cube, grid):
    """(B, C, X, Y, Z) -> (V, C) at the voxels there are."""
    cloud, axes = grid.coordinates[:, 0], grid.coordinates[:, 1:] + SIDE // grid.stride // 2
    return cube.permute(0, 2, 3, 4, 1)[(cloud, *axes.T)]


def kernel(weight):
    """(K, A, B) -> (B, A, k, k, k), as dense convolutions have it."""
    side = round(len(weight) ** (1 / 3))
    return weight.permute(2, 1, 0).reshape(weight.shape[2], weight.shape[1], side, side, side)


def same_with_gradients(answers, tensors, rng):
    """That two answers are equal, and all gradients of both."""
    mine, theirs = answers
    torch.testing.assert_close(mine, theirs, **EXACT)
    pull = torch.randn(mine.shape, generator=rng, dtype=mine.dtype)
    first = torch.autograd.grad(mine, tensors, pull)
    second = torch.autograd.grad(theirs, tensors, pull)
    for one, other in zip(first, second, strict=True):
        torch.testing.assert_close(one, other, **EXACT)


def given(grid, rng, layer):
    features = torch.randn(len(grid), 5, generator=rng, dtype=torch.float64, requires_grad=True)
    return features, layer.double()


def test_that_it_equals_a_dense_convolution_where_something_is():
    grid, rng = scattered()
    features, layer = given(grid, rng, Submanifold(5, 7))
    theirs = picked(F.conv3d(dense(features, grid), kernel(layer.weight), padding=1), grid)
    same_with_gradients((layer(features, grid), theirs), (features, layer.weight), rng)


def test_that_down_equals_a_dense_convolution_with_stride_two():
    grid, rng = scattered(1)
    features, layer = given(grid, rng, Down(5, 7))
    cube = F.conv3d(dense(features, grid), kernel(layer.weight), stride=2)
    theirs = picked(cube, grid.coarser[0])
    same_with_gradients((layer(features, grid), theirs), (features, layer.weight), rng)


def test_that_up_equals_a_dense_transposed_convolution():
    grid, rng = scattered(2)
    features, layer = given(grid.coarser[0], rng, Up(5, 7))
    own = kernel(layer.weight).transpose(0, 1)  # dense transposed kernels begin with the inputs
    theirs = picked(
        F.conv_transpose3d(dense(features, grid.coarser[0]), own, stride=2),
        grid,
    )
    same_with_gradients((layer(features, grid), theirs), (features, layer.weight), rng)


def test_that_the_gradient_of_a_mean_and_a_look_is_that_of_finite_differences():
    rng = torch.Generator().manual_seed(3)
    rows, sources = torch.tensor([2, 0, 2, 1, 2]), torch.tensor([0, 3, 1, 1, 0])
    weights = torch.rand(5, generator=rng, dtype=torch.float64)
    values = torch.randn(4, 3, generator=rng, dtype=torch.float64, requires_grad=True)
    blend = Blend(rows, sources, weights, (3, 4))
    matrix = torch.zeros(3, 4, dtype=torch.float64)
    matrix.index_put_((rows, sources), weights, accumulate=True)
    same_with_gradients((blend(values), matrix @ values), (values,), rng)
    assert torch.autograd.gradcheck(blend, (values,))


def test_that_clouds_never_see_each_other_even_at_the_edge_of_space():
    far = torch.tensor([FARTHEST, FARTHEST, FARTHEST])
    both = torch.stack([torch.cat([torch.tensor([0]), far]), torch.cat([torch.tensor([1]), -far])])
    grid, _ = Grid.around(both)
    for place, (here, _) in enumerate(grid.near):
        assert len(here) == (2 if place == 13 else 0)
    assert torch.equal(grid.coordinates, both)


def test_that_keys_lead_back_to_places_and_neighbours_are_worked_out_once():
    grid, _ = scattered(4)
    assert torch.equal(keys_of(grid.coordinates), grid.keys)
    assert (grid.keys.diff() > 0).all()
    assert grid.near is grid.near
    assert grid.coarser[0] is grid.coarser[0] and grid.coarser[0].stride == 2
    missing = grid.keys.max() + 1
    assert grid.find(torch.stack([grid.keys[3], missing])).tolist() == [3, -1]


# ---- points and voxels


def some_points(seed=5, count=90):
    rng = torch.Generator().manual_seed(seed)
    places = (torch.rand(count, 3, generator=rng, dtype=torch.float64) - 0.5) * (SIDE - 1.01)
    return Places(places, torch.randint(0, 2, (count,), generator=rng)), rng


def by_hand(places, features, grid):
    """Trilinear, one point and one corner after another."""
    table = {tuple(row.tolist()): value for row, value in zip(grid.coordinates, features)}  # noqa: B905
    rows = []
    for point, cloud in zip(places.places, places.cloud, strict=True):
        low = torch.floor(point / grid.stride)
        part = point / grid.stride - low
        total, shares = torch.zeros(features.shape[1], dtype=torch.float64), 0.0
        for corner in torch.cartesian_prod(*[torch.arange(2)] * 3):
            key = (int(cloud), *(low + corner).long().tolist())
            share = float(torch.where(corner.bool(), part, 1 - part).prod())
            if key in table:
                total, shares = total + share * table[key], shares + share
        rows.append(total / (shares + 1e-8))
    return torch.stack(rows)


@pytest.mark.parametrize("stride", [1, 2, 4])
def test_that_a_point_sees_what_is_around_it_and_missing_corners_do_not_count(stride):
    points, rng = some_points()
    grid = points.grid
    for _ in range(stride.bit_length() - 1):
        grid = grid.coarser[0]
    assert grid.stride == stride
    features = torch.randn(len(grid), 3, generator=rng, dtype=torch.float64, requires_grad=True)
    seen = points.look(features, grid)
    same_with_gradients((seen, by_hand(points, features, grid)), (features,), rng)
    ones = points.look(torch.ones_like(features), grid)
    torch.testing.assert_close(ones, torch.ones_like(ones), rtol=0, atol=1e-5)


@pytest.mark.parametrize("stride", [1, 4])
def test_that_a_voxel_has_the_mean_of_its_points(stride):
    points, rng = some_points(6)
    grid = points.grid if stride == 1 else points.grid.coarser[0].coarser[0]
    values = torch.randn(len(points), 3, generator=rng, dtype=torch.float64, requires_grad=True)
    own = voxels_of(points.places, points.cloud)
    own[:, 1:] = torch.floor(own[:, 1:] / stride).long()
    theirs = torch.stack(
        [values[(own == voxel).all(dim=1)].mean(dim=0) for voxel in grid.coordinates]
    )
    same_with_gradients((points.mean(values, grid), theirs), (values,), rng)


def test_that_points_beyond_the_grid_are_at_its_edge_and_nothing_is_no_trouble():
    far = Places(torch.tensor([[1e9, 0.0, 0.0], [0.0, 0.0, 0.0]]), torch.tensor([0, 0]))
    assert far.grid.coordinates[:, 1].tolist() == [0, FARTHEST]
    coarse = far.grid.coarser[0].coarser[0]
    assert (far.look(torch.ones(2, 1), coarse) > 0.99).all()
    none = Places(torch.zeros(0, 3), torch.zeros(0, dtype=torch.int64))
    assert len(none.grid) == 0 == len(none.grid.coarser[0])
    assert Submanifold(2, 3)(torch.zeros(0, 2), none.grid).shape == (0, 3)
    assert none.look(torch.zeros(0, 2), none.grid).shape == (0, 2)


def test_that_the_same_sums_are_bit_for_bit_the_same_again():
    grid, rng = scattered(7, voxels=400)
    features = torch.randn(len(grid), 16, generator=rng, requires_grad=True)
    layer = Submanifold(16, 8)
    answers = []
    for _ in range(2):
        out = layer(features, grid)
        pulled = torch.autograd.grad(out.square().sum(), (features, layer.weight))
        answers.append((out, *pulled))
    assert all(torch.equal(one, other) for one, other in zip(*answers, strict=True))


def test_that_the_order_of_places_does_not_matter_to_the_sum():
    grid, rng = scattered(8)
    features = torch.randn(len(grid), 4, generator=rng, dtype=torch.float64)
    weight = torch.randn(27, 4, 6, generator=rng, dtype=torch.float64)
    turned = summed(features, weight.flip(0), grid.near[::-1], len(grid))
    torch.testing.assert_close(summed(features, weight, grid.near, len(grid)), turned, **EXACT)
