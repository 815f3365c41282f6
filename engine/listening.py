"""Whom a net listens to: what each group of channels is worth to a figure, and how much weight reads it; numpy.

A net is known here only by `evaluate`: a figure (more is better), given what happens to each group where the net first
sees them unmixed: “keep”, “zero”, “mean” (over the pictures looked at together) or “shuffle” (another picture's).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import factorial

import numpy as np
from numpy.typing import ArrayLike

from engine.words import say

KEEP = "keep"
WAYS = ("zero", "mean", "shuffle")

Evaluate = Callable[[dict[str, str]], float]


@dataclass(frozen=True)
class Weight:
    """Of the first layer that reads a group: norm, the root of all its squared weights; each, the root of their mean
    square, which does not grow with the number of channels."""

    norm: float
    each: float


def listening(
    evaluate: Evaluate, groups: Sequence[str], weights: Mapping[str, Weight], absent: str = "mean"
) -> dict[str, dict[str, float]]:
    """Group by group: its Shapley value, the drop when it alone is `absent`, and its weight norm (NaN where not told).
    2^n evaluations for n groups."""
    once = _remembered(evaluate)
    values, fallen = shapley(once, groups, absent), drops(once, groups, (absent,))
    return {
        group: {
            "shapley": values[group],
            "drop": fallen[group][absent],
            "weight": weights[group].norm if group in weights else float("nan"),
        }
        for group in groups
    }


def shapley(evaluate: Evaluate, groups: Sequence[str], absent: str = "zero") -> dict[str, float]:
    """What each group is worth, exactly, from all 2^n evaluations: its gain averaged over all orders in which groups
    can join. The values add up to the figure with all groups less the figure with none."""
    names, once = _distinct(groups), _remembered(evaluate)
    return {group: _worth(group, names, once, absent) for group in names}


def drops(
    evaluate: Evaluate, groups: Sequence[str], ways: Sequence[str] = WAYS
) -> dict[str, dict[str, float]]:
    """How far the figure falls when one group alone is zeroed, replaced by its mean or shuffled."""
    names = _distinct(groups)
    whole = evaluate(dict.fromkeys(names, KEEP))
    return {
        group: {way: whole - evaluate(dict.fromkeys(names, KEEP) | {group: way}) for way in ways}
        for group in names
    }


def weight_norms(weights: ArrayLike, slices: Mapping[str, slice]) -> dict[str, Weight]:
    """Kernels (O, I, ...) of the first layer and which of its I inputs are of each group."""
    kernels = np.asarray(weights, np.float64)
    found = {}
    for group, own in slices.items():
        part = kernels[:, own]
        if not part.size:
            raise ValueError(
                say(
                    "The group “{group}” has no channels among {kernels}.",
                    group=group,
                    kernels=kernels.shape[1],
                )
            )
        total = float(np.square(part).sum())
        found[group] = Weight(total**0.5, (total / part.size) ** 0.5)
    return found


def _worth(group: str, names: list[str], evaluate: Evaluate, absent: str) -> float:
    others = [name for name in names if name != group]
    total = 0.0
    for size in range(len(names)):
        share = factorial(size) * factorial(len(names) - size - 1) / factorial(len(names))
        for present in combinations(others, size):
            with_it = _listen(names, {*present, group}, absent)
            gain = evaluate(with_it) - evaluate(_listen(names, set(present), absent))
            total += share * gain
    return total


def _listen(names: list[str], present: set[str], absent: str) -> dict[str, str]:
    return {name: KEEP if name in present else absent for name in names}


def _remembered(evaluate: Evaluate) -> Evaluate:
    """Each way of listening is evaluated once."""
    known: dict[tuple[tuple[str, str], ...], float] = {}

    def once(listen: dict[str, str]) -> float:
        key = tuple(sorted(listen.items()))
        if key not in known:
            known[key] = float(evaluate(listen))
        return known[key]

    return once


def _distinct(groups: Sequence[str]) -> list[str]:
    if len(set(groups)) != len(groups) or not groups:
        raise ValueError(say("Groups must be there and have different names."))
    return list(groups)
