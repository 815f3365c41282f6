"""What a group of channels is worth: Shapley's axioms, a game worked out by hand, drops and weights."""

from itertools import permutations

import numpy as np
import pytest

from engine.listening import Weight, drops, listening, shapley, weight_norms

GROUPS = ("free", "laser", "outlines")


def game(worth):
    """A net whose figure depends only on which groups it hears; calls are kept."""
    calls = []

    def evaluate(listen):
        calls.append(dict(listen))
        return worth(frozenset(group for group, way in listen.items() if way == "keep"))

    return evaluate, calls


def drawn(seed):
    source = np.random.default_rng(seed)
    known = {}
    return lambda heard: known.setdefault(heard, source.random())


def test_that_two_gloves_and_a_third_share_as_worked_out_by_hand():
    # A pair needs free (the left glove) and one of the two right ones: 2/3, 1/6, 1/6.
    evaluate, _ = game(lambda heard: float("free" in heard and len(heard) > 1))
    assert shapley(evaluate, GROUPS) == pytest.approx(
        {"free": 2 / 3, "laser": 1 / 6, "outlines": 1 / 6}
    )


@pytest.mark.parametrize("seed", range(3))
def test_that_values_add_up_to_all_less_none(seed):
    worth = drawn(seed)
    values = shapley(game(worth)[0], GROUPS)
    assert sum(values.values()) == pytest.approx(worth(frozenset(GROUPS)) - worth(frozenset()))


def test_that_groups_that_do_the_same_are_worth_the_same():
    sizes = {0: 0.1, 1: 0.4, 2: 0.45, 3: 0.9}
    values = shapley(game(lambda heard: sizes[len(heard)])[0], GROUPS)
    assert values == pytest.approx(dict.fromkeys(GROUPS, 0.8 / 3))


def test_that_a_group_that_changes_nothing_is_worth_nothing():
    values = shapley(game(lambda heard: len(heard - {"laser"}) ** 2)[0], GROUPS)
    assert values["laser"] == 0


def test_that_values_are_the_mean_gain_over_all_orders():
    worth = drawn(9)
    names = ("a", "b", "c", "d")
    gains = dict.fromkeys(names, 0.0)
    for order in permutations(names):
        for place, name in enumerate(order):
            gains[name] += (
                worth(frozenset(order[: place + 1])) - worth(frozenset(order[:place]))
            ) / 24
    assert shapley(game(worth)[0], names) == pytest.approx(gains)


def test_that_every_way_of_listening_is_evaluated_once():
    evaluate, calls = game(len)
    shapley(evaluate, GROUPS, "mean")
    assert len(calls) == 8 == len({tuple(call.items()) for call in calls})
    assert {way for call in calls for way in call.values()} == {"keep", "mean"}


def test_that_drops_are_those_of_one_group_alone():
    def evaluate(listen):
        costs = {"keep": 0, "zero": 0.5, "mean": 0.2, "shuffle": 0.3}
        return 0.9 - sum(
            costs[way] * (2 if group == "laser" else 1) for group, way in listen.items()
        )

    found = drops(evaluate, ("free", "laser"))
    assert found["free"] == pytest.approx({"zero": 0.5, "mean": 0.2, "shuffle": 0.3})
    assert found["laser"] == pytest.approx({"zero": 1.0, "mean": 0.4, "shuffle": 0.6})


def test_that_weights_are_measured_group_by_group():
    kernels = np.zeros((2, 3, 1, 1))
    kernels[:, 0], kernels[:, 1:] = 3, 2
    norms = weight_norms(kernels, {"free": slice(0, 1), "laser": slice(1, 3)})
    assert norms["free"] == Weight(pytest.approx(18**0.5), pytest.approx(3))
    assert norms["laser"] == Weight(pytest.approx(4), pytest.approx(2))
    with pytest.raises(ValueError, match="outlines"):
        weight_norms(kernels, {"outlines": slice(3, 5)})


def test_that_all_of_it_comes_in_eight_evaluations():
    evaluate, calls = game(lambda heard: len(heard) / 4)
    found = listening(evaluate, GROUPS, {"free": Weight(2, 1)})
    assert len(calls) == 8
    assert found["free"] == pytest.approx({"shapley": 0.25, "drop": 0.25, "weight": 2})
    assert np.isnan(found["laser"]["weight"])


def test_that_groups_of_one_name_are_refused():
    for names in ((), ("free", "free")):
        with pytest.raises(ValueError, match="different names"):
            shapley(game(len)[0], names)
