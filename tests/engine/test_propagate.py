"""Features carried from centres to points against a plain float64 form, by hand, and by property."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import ConfigError
from engine.points.propagate import _gathered, _in_bags, nearby, pick, propagate


def clouds(batch, size, seed=0):
    return torch.randn(batch, size, 3, generator=torch.Generator().manual_seed(seed))


def plain(points, centres, features, k):
    """Point by point in float64."""
    out = torch.zeros(len(points), points.shape[1], features.shape[2], dtype=torch.float64)
    for cloud in range(len(points)):
        for number, point in enumerate(points[cloud].double()):
            squares = ((centres[cloud].double() - point) ** 2).sum(1)
            order = sorted(range(len(squares)), key=lambda i: (float(squares[i]), i))[:k]
            weights = torch.stack([1 / (squares[i] + 1e-8) for i in order])
            shares = weights / weights.sum()
            for share, i in zip(shares, order, strict=True):
                out[cloud, number] += share * features[cloud, i].double()
    return out


@settings(deadline=None, max_examples=25)
@given(st.integers(1, 12), st.integers(1, 20), st.integers(0, 999), st.booleans())
def test_that_features_are_carried_as_in_the_plain_form(centres, points, seed, bags):
    there, where = clouds(2, centres, seed), clouds(2, points, seed + 1)
    features = torch.randn(2, centres, 5, generator=torch.Generator().manual_seed(seed))
    near = nearby(where, there)
    form = _in_bags if bags else _gathered
    ours = form(features, near.index, near.weights)
    assert not bags or torch.equal(ours, propagate(features, near))
    expected = plain(where, there, features, min(3, centres))
    torch.testing.assert_close(ours.double(), expected, atol=1e-4, rtol=1e-4)


def test_that_two_centres_by_hand():
    points = torch.tensor([[[1.0, 0, 0]]])
    centres = torch.tensor([[[0.0, 0, 0], [3, 0, 0]]])  # squares 1 and 4: shares 4/5 and 1/5
    near = nearby(points, centres)
    assert near.index.tolist() == [[[0, 1]]]
    assert near.weights[0, 0].tolist() == pytest.approx([0.8, 0.2])
    features = torch.tensor([[[10.0, 0], [0, 5]]])
    assert propagate(features, near)[0, 0].tolist() == pytest.approx([8, 1])


def test_that_a_point_on_a_centre_has_what_that_centre_has():
    centres = clouds(2, 9)
    features = torch.randn(2, 9, 4)
    carried = propagate(features, nearby(centres, centres))
    torch.testing.assert_close(carried, features, atol=1e-5, rtol=1e-5)


def test_that_the_shares_of_a_point_sum_to_one_and_do_not_grow_with_distance():
    near = nearby(clouds(3, 40), clouds(3, 11, 1))
    torch.testing.assert_close(near.weights.sum(2), torch.ones(3, 40))
    assert (near.weights.diff(dim=2) <= 0).all()


@pytest.mark.parametrize("which", [0, 1, 2])
def test_that_what_one_neighbour_has_is_picked(which):
    points, centres, features = clouds(2, 7), clouds(2, 5, 1), torch.randn(2, 5, 3)
    near = nearby(points, centres)
    for cloud in range(2):
        for number in range(7):
            own = features[cloud, near.index[cloud, number, which]]
            assert torch.equal(pick(features, near, which)[cloud, number], own)


def test_that_the_order_of_the_centres_does_not_matter():
    points, centres, features = clouds(2, 30), clouds(2, 8, 1), torch.randn(2, 8, 6)
    order = torch.randperm(8)
    torch.testing.assert_close(
        propagate(features, nearby(points, centres)),
        propagate(features[:, order], nearby(points, centres[:, order])),
    )


def test_that_gradients_are_those_of_the_plain_form():
    points, centres = clouds(1, 6).double(), clouds(1, 5, 1).double()
    features = torch.randn(1, 5, 2, dtype=torch.float64, requires_grad=True)
    ours = torch.autograd.grad(
        propagate(features, nearby(points, centres)).square().sum(), features
    )
    expected = torch.autograd.grad(plain(points, centres, features, 3).square().sum(), features)
    torch.testing.assert_close(ours, expected)


def test_that_features_may_be_half_as_precise():
    near = nearby(clouds(2, 7), clouds(2, 5, 1))
    assert propagate(torch.randn(2, 5, 3).bfloat16(), near).dtype == torch.bfloat16


def test_that_batches_that_do_not_fit_are_a_sentence():
    with pytest.raises(ConfigError, match="all of one batch"):
        nearby(clouds(2, 7), clouds(3, 5))
