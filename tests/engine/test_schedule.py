"""Learning rates by hand."""

import pytest

from engine.experiment import Optimiser
from engine.schedule import learning_rate


def test_that_cosine_goes_from_full_to_half_to_nothing():
    settings = Optimiser(learning_rate=0.2)
    rates = [learning_rate(settings, step, 10, 4) for step in (0, 20, 40)]
    assert rates == pytest.approx([0.2, 0.1, 0.0])


def test_that_steps_multiply_by_their_factor():
    settings = Optimiser(learning_rate=1.0, schedule="step", step_epochs=2, step_factor=0.5)
    assert [learning_rate(settings, step, 10, 9) for step in (0, 19, 20, 40)] == [
        1.0,
        1.0,
        0.5,
        0.25,
    ]


def test_that_constant_is_constant():
    settings = Optimiser(learning_rate=0.3, schedule="constant")
    assert {learning_rate(settings, step, 5, 3) for step in range(15)} == {0.3}


def test_that_warm_up_rises_to_the_full_rate():
    settings = Optimiser(learning_rate=1.0, schedule="constant", warmup_epochs=1)
    rates = [learning_rate(settings, step, 4, 3) for step in range(6)]
    assert rates == pytest.approx([0.2, 0.4, 0.6, 0.8, 1.0, 1.0])
