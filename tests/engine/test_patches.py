"""Patches: centred, not scaled, of the nearest points of the whole cloud; and how much of it they cover."""

import pytest
import torch

from engine.errors import ConfigError
from engine.points import patches
from tests.engine.test_neighbours import by_hand_farthest, by_hand_nearest, clouds


def test_that_patches_are_what_a_plain_reference_groups():
    points = clouds(2, 50)
    found = patches(points, 6, 8)
    chosen = by_hand_farthest(points, 6, 0)
    centres = torch.stack([cloud[index] for cloud, index in zip(points, chosen, strict=True)])
    members = by_hand_nearest(points, centres, 8)
    assert torch.equal(found.chosen, chosen) and torch.equal(found.members, members)
    assert torch.equal(found.centres, centres)
    for cloud in range(2):
        for patch in range(6):
            around = points[cloud, members[cloud, patch]] - centres[cloud, patch]
            assert torch.equal(found.points[cloud, patch], around)


def test_that_a_centre_is_the_first_point_of_its_patch_and_patches_are_not_scaled():
    points = clouds(1, 40)
    once, twice = patches(points, 4, 5), patches(points * 2, 4, 5)
    assert once.points[:, :, 0].abs().max() == 0
    torch.testing.assert_close(twice.points, once.points * 2)


def test_that_coverage_is_the_share_of_points_in_a_patch_by_hand():
    points = torch.tensor([[[0.0, 0, 0], [1, 0, 0], [10, 0, 0], [11, 0, 0], [4, 0, 0]]])
    found = patches(points, 2, 2)  # centres 0 and 11; their patches {0, 1} and {11, 10}
    assert found.members.tolist() == [[[0, 1], [3, 2]]]
    assert found.coverage(5).tolist() == [pytest.approx(0.8)]


def test_that_every_point_is_covered_when_every_point_is_a_centre():
    points = clouds(3, 20)
    assert patches(points, 20, 1).coverage(20).tolist() == [1.0, 1.0, 1.0]


@pytest.mark.parametrize(("count", "size"), [(6, 2), (2, 6)])
def test_that_too_few_points_are_a_sentence(count, size):
    with pytest.raises(
        ConfigError, match=f"Clouds of 5 points cannot .* {count} patches of {size}"
    ):
        patches(clouds(1, 5), count, size)


def test_that_gradients_reach_the_points():
    points = clouds(1, 20).requires_grad_()
    patches(points, 4, 5).points.square().sum().backward()
    assert torch.isfinite(points.grad).all() and points.grad.abs().sum() > 0
