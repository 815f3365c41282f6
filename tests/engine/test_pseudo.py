"""Pseudo-open-set samples: sources of different kinds, as many as asked for, the same again from seed and step."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import ConfigError
from engine.experiment import Augment, Choice, Experiment
from engine.points import normalise
from engine.pseudo import PseudoSamples, PseudoSettings, pool_size

KINDS, EACH, SIZE = 5, 4, 32
STILL = Augment(dropout=0, scale=1, shift=0, jitter=0)


def training_clouds(kinds=KINDS):
    labels = torch.arange(kinds).repeat_interleave(EACH)
    labels = labels[torch.randperm(len(labels), generator=torch.Generator().manual_seed(1))]
    points = torch.randn(len(labels), SIZE, 3, generator=torch.Generator().manual_seed(2))
    return normalise(points), labels


def samples(augment=STILL, seed=7, kinds=KINDS, **values):
    experiment = Experiment(seed=seed, augment=augment)
    return PseudoSamples(PseudoSettings(**values), experiment, *training_clouds(kinds), kinds)


@settings(deadline=None, max_examples=40)
@given(size=st.integers(2, 4), seed=st.integers(0, 10_000))
def test_that_the_sources_of_a_draw_are_of_pairwise_different_kinds(size, seed):
    _, labels = training_clouds()
    rows = samples().draw(50, size, torch.Generator().manual_seed(seed))
    assert rows.shape == (50, size)
    for kinds in labels[rows].tolist():
        assert len(set(kinds)) == size


def test_that_every_cloud_is_drawn_equally_often():
    rows = samples().draw(20_000, 2, torch.Generator().manual_seed(0))
    share = torch.bincount(rows.flatten(), minlength=KINDS * EACH) / 40_000
    assert (share - 1 / (KINDS * EACH)).abs().max() < 0.006  # 5 standard deviations


@pytest.mark.parametrize("pool", ["fresh", "fixed"])
def test_that_the_same_seed_and_step_give_the_same_samples_whatever_came_before(pool):
    used, new = (samples(Augment(jitter=0.01), ratio=1, pool=pool) for _ in range(2))
    for step in range(3):
        used.at(step, 8)
    for one, other in zip(used.at(3, 8), new.at(3, 8), strict=True):
        assert torch.equal(one, other)
    assert not torch.equal(new.at(3, 8)[0], new.at(4, 8)[0])
    other_seed = samples(Augment(jitter=0.01), seed=8, ratio=1, pool=pool)
    assert not torch.equal(new.at(3, 8)[0], other_seed.at(3, 8)[0])


@pytest.mark.parametrize("ratio", [0.1, 0.25, 1.0, 1.5])
@pytest.mark.parametrize("all_outputs", [False, True])
def test_that_the_ratio_holds_over_many_steps(ratio, all_outputs):
    made = samples(ratio=ratio, all_outputs=all_outputs)
    counts = [len(made.at(step, 8)[1]) for step in range(20)]
    assert sum(counts) == int(20 * 8 * ratio)
    assert max(counts) - min(counts) <= 1


def test_that_a_batch_may_get_none():
    points, labels, rows = samples(ratio=0.01).at(0, 8)
    assert points.shape == (0, SIZE, 3)
    assert len(labels) == len(rows) == 0


def test_that_samples_are_labelled_one_past_the_known_and_normalised():
    points, labels, rows = samples(ratio=2).at(0, 8)
    assert labels.tolist() == [KINDS] * 16
    assert rows.tolist() == [-1] * 16
    torch.testing.assert_close(points.mean(dim=1), torch.zeros(16, 3), atol=1e-6, rtol=0)
    torch.testing.assert_close(points.norm(dim=2).amax(dim=1), torch.ones(16))


def test_that_samples_are_augmented_after_mixing():
    drawn = samples(Augment(dropout=0, scale=1, shift=0.5, jitter=0), ratio=1).at(0, 8)[0]
    assert drawn.mean(dim=1).abs().amax() > 0.1


def test_that_points_are_dropped_once_not_twice():
    # Dropping moves points onto the first of their cloud: sources that were dropped too would leave several such spots.
    many = Augment(dropout=0.875, scale=1, shift=0, jitter=0)
    points = samples(many, ratio=2).at(0, 8)[0]
    repeated = [cloud.unique(dim=0, return_counts=True)[1] for cloud in points]
    assert all((counts > 1).sum() <= 1 for counts in repeated)
    assert any((counts > 1).any() for counts in repeated)


def test_that_sources_are_turned_around_the_up_axis_each_on_its_own():
    # Two sticks along x, one per kind; mixed without turning they would all lie along x.
    stick = torch.zeros(2, SIZE, 3)
    stick[:, :, 0] = torch.linspace(-1, 1, SIZE)
    experiment = Experiment(augment=STILL)
    settings_ = PseudoSettings(ratio=1, sources=(2,))
    made = PseudoSamples(settings_, experiment, stick, torch.arange(2), 2).at(0, 8)[0]
    angles = [cloud[:, :2][cloud.norm(dim=1) > 0.3] for cloud in made]
    assert all(torch.linalg.matrix_rank(points, atol=1e-2) == 2 for points in angles)
    assert made[:, :, 2].abs().max() < 1e-6


def test_that_a_fixed_pool_is_shown_in_turn_and_has_rows_past_the_training_set():
    made = samples(ratio=0.5, pool="fixed")
    assert pool_size(made.settings, 20) == 10
    shown = [made.at(step, 20) for step in range(2)]
    assert torch.equal(shown[0][0], shown[1][0])  # a whole pool each time
    assert shown[0][2].tolist() == list(range(20, 30))


def test_that_all_outputs_of_a_draw_are_kept_when_asked_for():
    # Before normalising, and with equal heights in every cloud of a kind, whatever way it is turned.
    made = samples(all_outputs=True, sources=(2,), ratio=1)
    _, labels = training_clouds()
    made.points = torch.zeros(len(labels), SIZE, 3)
    made.points[:, :, 2] = labels[:, None]
    outputs = made._of(2, 7, torch.Generator().manual_seed(0))[:, :, 2]
    assert len(outputs) == 7  # of four draws, the eighth is left out
    for first in range(0, 6, 2):
        kinds, counts = outputs[first : first + 2].unique(return_counts=True)
        assert len(kinds) == 2
        assert counts.tolist() == [SIZE, SIZE]


@pytest.mark.parametrize("name", ["shuffle", "rigid", "cut", "parts"])
def test_that_every_mixture_can_be_chosen_with_its_own_settings(name):
    own = {"least": 0.9} if name in ("rigid", "cut") else {}
    made = samples(ratio=1, mixture=Choice(name=name, **own))
    points, _, _ = made.at(0, 8)
    assert points.shape == (8, SIZE, 3)
    assert torch.isfinite(points).all()


def test_that_fewer_than_two_kinds_are_a_sentence():
    with pytest.raises(ConfigError, match="at least two known kinds"):
        samples(kinds=1)


def test_that_more_sources_than_kinds_are_a_sentence():
    with pytest.raises(ConfigError, match="clouds of 4 different kinds, but only 3 are known"):
        samples(kinds=3)


def test_that_an_unknown_mixture_is_a_sentence_with_the_nearest_name():
    with pytest.raises(ConfigError, match="Did you mean “shuffle”"):
        samples(mixture=Choice(name="shufle"))
