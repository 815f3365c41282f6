"""The three curves of a score as they are drawn: each with the step that is behind every point of it."""

from dataclasses import dataclass
from math import isnan
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from engine.words import of_100, say
from workbench.models.counted import Counted
from workbench.models.points import Points

Floats = NDArray[np.float64]
Kind = Literal["oscr", "roc", "risk"]
KINDS: tuple[Kind, ...] = ("oscr", "roc", "risk")


@dataclass(frozen=True)
class Course:
    """x, y (P,): the curve; above (P,): a fainter one over the same x; steps_x, steps_y (1001,): where every step is.

    across: what x is; facts: what the curve is worth, each a number with its term.
    """

    kind: Kind
    x: Floats
    y: Floats
    above: Floats | None
    steps_x: Floats
    steps_y: Floats
    across: str
    facts: tuple[str, ...]


def course(kind: Kind, counted: Counted) -> Course:
    """One curve of what was counted."""
    curve, steps, areas = counted.swept.curve, counted.points, counted.swept.areas
    x, y = place(kind, steps)
    facts: tuple[str, ...] = (_fact(areas.oscr, "OSCR"),)
    let_in = say("strangers let in  →")
    if kind == "oscr":
        return Course(
            kind, curve.false_accepted, curve.correct, curve.accepted, x, y, let_in, facts
        )
    if kind == "roc":
        facts = (_fact(areas.auroc, "AUROC"), _fact(areas.fpr95, say("FPR at 95 % TPR")))
        return Course(kind, curve.false_accepted, curve.accepted, None, x, y, let_in, facts)
    risk = counted.swept.risk
    named, facts = say("things that get a name  →"), (_fact(areas.aurc, "AURC"),)
    return Course(kind, risk.coverage, risk.risk, None, x, y, named, facts)


def place(kind: Kind, points: Points) -> tuple[Floats, Floats]:
    """Where thresholds are on a curve."""
    return {
        "oscr": (points.let_in, points.right),
        "roc": (points.let_in, points.kept),
        "risk": (points.coverage, points.risk),
    }[kind]


def in_words(kind: Kind, x: float, y: float) -> str:
    """One point of a curve; empty where it is not measured."""
    if isnan(x) or isnan(y):
        return ""
    return {
        "oscr": say(
            "{y}% of known kept and right, {x}% of strangers let in", y=of_100(y, 1), x=of_100(x, 1)
        ),
        "roc": say("{y}% of known kept, {x}% of strangers let in", y=of_100(y, 1), x=of_100(x, 1)),
        "risk": say(
            "{y}% of the names wrong, {x}% of all things named", y=of_100(y, 1), x=of_100(x, 1)
        ),
    }[kind]


def _fact(value: float, term: str) -> str:
    return f"{term} –" if isnan(value) else f"{term} {value:.3f}"
