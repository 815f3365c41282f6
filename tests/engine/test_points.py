"""Point operations: normalising and augmenting whole batches."""

import pytest
import torch

from engine.experiment import Augment
from engine.points import normalise
from engine.points.augment import any_turns, augment, drop, upright_turns

OFF = {"dropout": 0.0, "scale": 1.0, "shift": 0.0, "jitter": 0.0}


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def test_that_normalised_clouds_are_centred_with_radius_one():
    points = normalise(torch.randn(4, 30, 3, dtype=torch.float64) * 50 + 1000)
    torch.testing.assert_close(points.mean(dim=1), torch.zeros(4, 3, dtype=torch.float64))
    torch.testing.assert_close(points.norm(dim=2).amax(dim=1), torch.ones(4, dtype=torch.float64))


def test_that_a_cloud_in_one_spot_becomes_zeros():
    assert normalise(torch.full((1, 5, 3), 7.0)).abs().max() == 0


def test_that_augmentation_switched_off_changes_nothing():
    points = torch.randn(3, 20, 3)
    assert torch.equal(augment(points, Augment(**OFF), generator()), points)


def test_that_the_same_generator_gives_the_same_clouds_and_another_gives_others():
    points = torch.randn(3, 20, 3)
    settings = Augment(jitter=0.01, turn="any")
    first, again = augment(points, settings, generator(1)), augment(points, settings, generator(1))
    assert torch.equal(first, again)
    assert not torch.equal(first, augment(points, settings, generator(2)))


def test_that_dropped_points_move_onto_the_first():
    points = torch.randn(8, 500, 3)
    dropped = drop(points, 0.875, generator())
    moved = (dropped != points).any(dim=2)
    assert torch.equal(dropped[moved], points[:, :1].expand_as(points)[moved])
    assert 0 < moved.float().mean() < 0.875


def test_that_stretching_stays_in_its_bounds():
    points = torch.ones(200, 1, 3)
    stretched = augment(points, Augment(**OFF | {"scale": 1.5}), generator())
    assert stretched.min() >= 1 / 1.5
    assert stretched.max() <= 1.5
    assert stretched.std() > 0.05


@pytest.mark.parametrize("turns", [upright_turns, any_turns])
def test_that_turns_are_rotations(turns):
    matrices = turns(50, generator(), torch.empty(0, dtype=torch.float64))
    unit = torch.eye(3, dtype=torch.float64).expand(50, 3, 3)
    torch.testing.assert_close(matrices @ matrices.transpose(1, 2), unit)
    torch.testing.assert_close(torch.linalg.det(matrices), torch.ones(50, dtype=torch.float64))


def test_that_upright_turns_keep_the_height():
    points = torch.randn(10, 30, 3)
    turned = augment(points, Augment(**OFF | {"turn": "upright"}), generator())
    torch.testing.assert_close(turned[:, :, 2], points[:, :, 2])
    assert (turned - points).abs().max() > 0.1


def test_that_shuffling_gives_every_cloud_its_own_order_and_loses_no_point():
    points = torch.rand(3, 50, 3)
    mixed = augment(points, Augment(**OFF, shuffle=True), generator())
    assert not torch.equal(mixed, points)
    for before, after in zip(points, mixed, strict=True):
        assert sorted(map(tuple, before.tolist())) == sorted(map(tuple, after.tolist()))
    first = (points[0, :, None] == mixed[0, None]).all(2).float().argmax(1)
    second = (points[1, :, None] == mixed[1, None]).all(2).float().argmax(1)
    assert not torch.equal(first, second)
