"""Pretend strangers for validation: of every sort, from the clouds given, the same for the same seed."""

import pytest
import torch

from engine import registry
from engine.experiment import Augment, Experiment
from engine.pretend import pretend_strangers

STILL = Augment(scale=1, shift=0, dropout=0, turn="none")


@pytest.fixture
def clouds():
    torch.manual_seed(1)
    return torch.rand(30, 16, 3), torch.arange(30) % 3


def test_that_there_are_at_least_two_hundred_and_as_many_of_each_sort(clouds):
    found = pretend_strangers(*clouds, 3, Experiment(augment=STILL))
    assert found.points.shape == (200, 16, 3)
    sorts = [name.split("(")[1].rstrip(")") for name in found.names]
    assert {sorts.count(sort) for sort in registry.names("mixture")} == {50}


def test_that_they_follow_from_the_seed_alone(clouds):
    first, again, other = (
        pretend_strangers(*clouds, 3, Experiment(seed=seed)).points for seed in (1, 1, 2)
    )
    assert (first == again).all()
    assert (first != other).any()


def test_that_they_are_centred_with_largest_radius_one(clouds):
    points = torch.from_numpy(pretend_strangers(*clouds, 3, Experiment()).points)
    assert torch.allclose(points.mean(1), torch.zeros(200, 3), atol=1e-5)
    assert torch.allclose(points.norm(dim=2).amax(1), torch.ones(200), atol=1e-5)


def test_that_clouds_of_one_kind_give_none(clouds):
    found = pretend_strangers(clouds[0], torch.zeros(30, dtype=torch.int64), 3, Experiment())
    assert found.points.shape == (0, 16, 3) and found.names == ()
