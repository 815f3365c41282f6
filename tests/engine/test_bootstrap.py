"""Intervals by resampling: each draw's figures are those of the sample it stands for, the spread is the known one."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.metrics import bootstrap as b
from engine.metrics import open_set as m

PLAIN = {
    "auroc": lambda k, r, u: m.auroc(k, u),
    "oscr": m.oscr,
    "aupr_known": lambda k, r, u: m.aupr(k, u),
    "aupr_unknown": lambda k, r, u: m.aupr(k, u, "unknown"),
    "fpr95": lambda k, r, u: m.fpr_at_tpr(k, u),
    "fpr95_unknown_positive": lambda k, r, u: m.fpr_at_tpr(k, u, positive="unknown"),
}


def some(seed, samples=40, kinds=3, values=6):
    """Few distinct ranks, so that ties are common; about half of the samples are unknown."""
    rng = np.random.default_rng(seed)
    labels = np.where(rng.random(samples) < 0.5, kinds, rng.integers(0, kinds, samples))
    labels[:2] = 0, kinds
    return b.Tested(
        rank=rng.integers(0, values, samples) / values,
        labels=labels,
        said=rng.integers(0, kinds + 1, samples),
        right=(rng.random(samples) < 0.7) & (labels < kinds),
        sure=rng.random(samples),
        kinds=kinds,
        costs={"nll": rng.random(samples)},
    )


@settings(deadline=None)  # no test asserts a time
@given(st.integers(0, 10_000))
def test_that_a_drawn_figure_is_that_of_the_sample_written_out(seed):
    tested = some(seed)
    (weights,) = b._drawn(tested.known, 3, seed)
    assert (weights[:, tested.known].sum(1) == tested.known.sum()).all()
    found = b._figures(tested, b._steps(tested.rank), weights)
    for row, times in enumerate(weights.astype(int)):
        rank, right, labels, said, sure, cost = (
            values.repeat(times)
            for values in (
                *(tested.rank, tested.right, tested.labels),
                *(tested.said, tested.sure, tested.costs["nll"]),
            )
        )
        known = labels < 3
        for name, plain in PLAIN.items():
            wanted = plain(rank[known], right[known], rank[~known])
            assert found[name][row] == pytest.approx(wanted, abs=1e-12), name
        assert found["f_measure"][row] == pytest.approx(m.f_measure(labels, said, unknown=3))
        assert found["ece"][row] == pytest.approx(m.ece(sure[known], right[known]))
        assert found["nll"][row] == pytest.approx(cost[known].mean())


def test_that_every_figure_lies_in_its_interval_and_the_same_seed_gives_the_same():
    tested = some(1, samples=400, values=50)
    found = b.intervals(tested)
    assert found == b.intervals(tested) != b.intervals(tested, seed=1)
    known = tested.known
    for name, plain in PLAIN.items():
        low, high = found[name]
        assert 0 <= low < high <= 1
        assert low <= plain(tested.rank[known], tested.right[known], tested.rank[~known]) <= high


def test_that_the_width_is_that_of_theory():
    # A mean of n values of standard deviation s spreads by s / sqrt(n): the interval is 3.92 of it wide.
    rng = np.random.default_rng(0)
    tested = some(2, samples=2000, values=500)
    cost = rng.normal(size=2000)
    found = b.intervals(b.Tested(**(vars(tested) | {"costs": {"nll": cost}})))["nll"]
    own = cost[tested.known]
    assert found[1] - found[0] == pytest.approx(3.92 * own.std() / len(own) ** 0.5, rel=0.1)


def test_that_a_perfect_order_has_no_spread():
    tested = some(3)
    perfect = b.Tested(**(vars(tested) | {"rank": tested.known.astype(float)}))
    assert b.intervals(perfect)["auroc"] == (1.0, 1.0)


def test_that_without_one_side_or_with_what_is_no_number_there_is_none():
    tested = some(4)
    lost = tested.rank.copy()
    lost[0] = np.nan
    for wrong in ({"labels": np.zeros(40, int)}, {"labels": np.full(40, 3)}, {"rank": lost}):
        assert b.intervals(b.Tested(**(vars(tested) | wrong))) == {}


def test_that_many_samples_are_drawn_in_parts(monkeypatch):
    tested = some(5)
    monkeypatch.setattr(b, "_NUMBERS_AT_ONCE", 100)
    parts = list(b._drawn(tested.known, 7, 0))
    assert [len(part) for part in parts] == [2, 2, 2, 1]
    assert set(b.intervals(tested, draws=7)) == {*PLAIN, "f_measure", "ece", "nll"}
