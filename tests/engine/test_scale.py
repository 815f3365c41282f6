"""A scale turns steps into values and back, and never disagrees with the values themselves."""

import numpy as np
import pytest

from engine.metrics.scale import Scale

SOME = [
    Scale(),
    Scale(-24.7, 5.68),
    Scale(-1388.98, -37.24),
    Scale(0.10016, 0.10157),
    Scale(3e5, 9e7),
]


def test_that_a_probability_is_its_own_scale():
    scale = Scale.of("msp", [0.2, 0.9])
    assert scale.probability
    assert [scale.value(step) for step in (0, 1, 620, 1000)] == [0.0, 0.001, 0.62, 1.0]
    assert [scale.step(value) for value in (-1, 0.6204, 7)] == [0, 620, 1000]


def test_that_another_score_reaches_from_the_lowest_to_the_highest_half_percent():
    values = np.arange(2001) / 10
    scale = Scale.of("energy", [*values, np.nan, np.inf])
    assert (scale.low, scale.high) == pytest.approx((1.0, 199.0))
    assert not scale.probability


@pytest.mark.parametrize("values", [[], [np.nan]])
def test_that_without_any_value_there_is_still_a_scale(values):
    assert Scale.of("energy", values) == Scale()


def test_that_a_score_that_is_always_the_same_lies_in_the_middle():
    scale = Scale.of("energy", [4.0, 4.0, 4.0])
    assert scale.step(4.0) == 500


@pytest.mark.parametrize("scale", SOME)
def test_that_every_step_is_found_again_by_its_value(scale):
    assert [scale.step(value) for value in scale.values] == list(range(1001))
    assert (scale.value(0), scale.value(1000)) == pytest.approx((scale.low, scale.high))


@pytest.mark.parametrize("scale", SOME)
def test_that_a_rank_passes_a_step_exactly_where_the_value_passes_its_value(scale):
    steps = scale.values
    generator = np.random.default_rng(0)
    near = np.concatenate([steps, np.nextafter(steps, np.inf), np.nextafter(steps, -np.inf)])
    values = np.concatenate([near, generator.uniform(scale.low - 1, scale.high + 1, 500), [np.nan]])
    ranks = scale.ranks(values)
    for step in range(1001):
        assert ((ranks >= step / 1000) == (values >= steps[step])).all()


@pytest.mark.parametrize(
    ("scale", "value", "said"),
    [
        (Scale(), 0.62, "0.62"),
        (Scale(), 0.625, "0.625"),
        (Scale(-24.7, 5.68), -6.7722, "-6.77"),
        (Scale(-1389.0, -37.0), -1296.56, "-1,297"),
        (Scale(0.10016, 0.10157), 0.100689, "0.100689"),
        (Scale(), float("nan"), "–"),
        (Scale(), float("inf"), "+∞"),
    ],
)
def test_that_a_value_is_said_with_the_digits_that_tell_steps_apart(scale, value, said):
    assert scale.say(value) == said
