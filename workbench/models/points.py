"""Where on every curve each threshold is, from the confusion tables."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.metrics.open_set import Curve, Table

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Points:
    """Shares at T thresholds, each (T,), NaN where there is nobody to count.

    let_in: strangers that get a name; right: known that get the right one; kept: known that get one;
    coverage: of all that get one; risk: those wrong among them.
    """

    let_in: Floats
    right: Floats
    kept: Floats
    coverage: Floats
    risk: Floats


def points(tables: Table) -> Points:
    """Of tables (T, K+1, K+1)."""
    counts = tables.astype(np.float64)
    sizes = counts[0].sum(1)
    known, strangers = sizes[:-1].sum(), sizes[-1]
    named, right = counts[:, :, :-1], np.trace(counts[:, :-1, :-1], axis1=1, axis2=2)
    everybody = named.sum((1, 2))
    with np.errstate(invalid="ignore", divide="ignore"):
        return Points(
            let_in=named[:, -1].sum(1) / strangers,
            right=right / known,
            kept=named[:, :-1].sum((1, 2)) / known,
            coverage=everybody / sizes.sum(),
            risk=np.where(everybody > 0, 1 - right / everybody, np.nan),
        )


def at_same_share(curve: Curve, let_in: float, known: int, strangers: int) -> Points:
    """The best point of a curve that lets in no more than this share of strangers, arrays of one."""
    allowed = np.flatnonzero(curve.false_accepted <= let_in + 1e-12)
    if not allowed.size or np.isnan(let_in):
        return Points(*[np.full(1, np.nan)] * 5)
    at = allowed[-1:]  # all shares only grow along the curve
    found, right, kept = curve.false_accepted[at], curve.correct[at], curve.accepted[at]
    named = found * strangers + kept * known
    with np.errstate(invalid="ignore"):
        risk = 1 - right * known / named
    return Points(found, right, kept, named / (known + strangers), risk)
