"""Attacks stay where they may, hurt what they are told to, and are what is worked out by hand on linear losses."""

import pytest
import torch
from torch import nn

from engine.attacks import attack, distance
from engine.errors import ConfigError

GREY = 1 / 255


def linear(images):
    """Rises to the right in one term, falls everywhere in the other, with a weight for each value."""
    return {"right": (images * WEIGHT).sum(), "dark": -images.sum()}


WEIGHT = torch.tensor([1.0, -2.0, 0.0, 3.0]).view(1, 1, 2, 2)


def net_terms(images):
    torch.manual_seed(0)
    net = nn.Sequential(nn.Conv2d(3, 4, 3), nn.Tanh(), nn.Flatten(), nn.Linear(4 * 6 * 6, 2))
    answers = net(images)
    return {"one": answers[:, 0].square().sum(), "two": answers[:, 1].sum()}


@pytest.fixture
def pictures():
    return torch.rand(3, 3, 8, 8, generator=torch.Generator().manual_seed(1))


def test_that_on_a_linear_loss_the_cube_is_left_at_the_corner_of_the_gradients_sign():
    images = torch.full((2, 1, 2, 2), 0.5)
    moved = attack(linear, images, "right", epsilon=4, steps=3)
    expected = images + 4 * GREY * torch.tensor([1.0, -1, 0, 1]).view(1, 1, 2, 2)
    torch.testing.assert_close(moved, expected)
    torch.testing.assert_close(
        attack(linear, images, "dark", epsilon=4, steps=3), images - 4 * GREY
    )


def test_that_on_a_linear_loss_the_ball_is_left_along_the_gradient():
    images = torch.full((1, 1, 2, 2), 0.5)
    moved = attack(linear, images, "right", epsilon=4, norm="l2", steps=3)
    # The root of the mean square of the change is 4 grey levels: its length is twice that, of four values.
    torch.testing.assert_close(moved, images + 8 * GREY * WEIGHT / 14**0.5)
    assert distance(moved, images, "l2").item() == pytest.approx(4, rel=1e-4)


def test_that_one_small_step_goes_as_far_as_is_told():
    images = torch.full((1, 1, 2, 2), 0.5)
    # Ten steps may go 2.5 epsilon together: the first goes a quarter of it.
    first = attack(lambda x: {"a": -(x - 0.5 - 0.25 * GREY).abs().sum()}, images, "a", 1, steps=10)
    torch.testing.assert_close(first, images + 0.25 * GREY)


@pytest.mark.parametrize("norm", ["linf", "l2"])
@pytest.mark.parametrize("term", ["one", "two", "total"])
def test_that_an_attack_stays_in_its_ball_and_raises_the_loss(norm, term, pictures):
    def value(images):
        terms = net_terms(images)
        return (sum(terms.values()) if term == "total" else terms[term]).item()

    moved = attack(net_terms, pictures, term, 3, norm, steps=5)
    assert (distance(moved, pictures, norm) <= 3 * (1 + 1e-4)).all()
    assert moved.min() >= 0 and moved.max() <= 1
    assert value(moved) > value(pictures)
    assert not moved.requires_grad


def test_that_further_hurts_more(pictures):
    losses = [
        net_terms(attack(net_terms, pictures, "one", epsilon))["one"].item()
        for epsilon in (0, 1, 4)
    ]
    assert losses == sorted(losses) and losses[0] < losses[2]


def test_that_no_grey_levels_leave_the_pictures_as_they_are(pictures):
    assert torch.equal(attack(net_terms, pictures, "one", 0), pictures)


def test_that_white_cannot_be_made_whiter():
    white = torch.ones(1, 1, 2, 2)
    assert attack(lambda x: {"light": x.sum()}, white, "light", 8).equal(white)


def test_that_a_loss_that_cannot_rise_leaves_the_pictures_as_they_are():
    images = torch.full((1, 1, 2, 2), 0.5)
    assert attack(lambda x: {"peak": -(x - 0.5).square().sum()}, images, "peak", 8).equal(images)


def test_that_draws_inside_the_loss_are_the_same_and_those_outside_untouched(pictures):
    drawn = []

    def noisy(images):
        drawn.append(torch.rand(()).item())
        return {"a": (images * torch.randn(images.shape)).sum()}

    torch.manual_seed(5)
    expected = torch.rand(2)
    torch.manual_seed(5)
    first = attack(noisy, pictures, "a", 2, steps=3, seed=4)
    assert torch.equal(torch.rand(2), expected)
    assert len(set(drawn)) == 1 and len(drawn) == 4
    assert torch.equal(attack(noisy, pictures, "a", 2, steps=3, seed=4), first)
    assert not torch.equal(attack(noisy, pictures, "a", 2, steps=3, seed=6), first)


def test_that_the_gradients_of_a_net_are_untouched_and_none_need_be_asked_for(pictures):
    net = nn.Conv2d(3, 1, 3)
    with torch.no_grad():
        attack(lambda images: {"a": net(images).sum()}, pictures, "a", 1, steps=2)
    assert all(parameter.grad is None for parameter in net.parameters())


@pytest.mark.parametrize(
    ("loss", "settings", "words"),
    [
        (linear, {"term": "left"}, "there are right, dark"),
        (lambda x: {"a": torch.ones((), requires_grad=True)}, {"term": "a"}, "does not depend"),
        (lambda x: {"a": torch.ones(())}, {"term": "a"}, "does not depend"),
        (lambda x: {"a": x.sum() * float("nan")}, {"term": "a"}, "no number"),
        (linear, {"norm": "l1"}, "no norm"),
        (linear, {"steps": 0}, "at least one step"),
        (linear, {"epsilon": -1}, "255 grey levels"),
    ],
)
def test_that_what_cannot_be_attacked_is_a_sentence(loss, settings, words):
    with pytest.raises(ConfigError, match=words):
        attack(loss, torch.full((1, 1, 2, 2), 0.5), **settings)
