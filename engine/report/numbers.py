"""The numbers of a report again as tables, for whoever wants to copy or check them; closed until they are asked for."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.metrics.scale import Scale
from engine.predictions import Predictions
from engine.report.cards import card, table
from engine.store import Run
from engine.words import of_100

_TENTHS = 10
_FIGURES = {
    "acc_closed": "Known, kept and right",
    "acc_open": "Strangers turned away",
    "acc_total": "Right overall",
    "acc_known_no_threshold": "Known right without a threshold",
    "f_measure": "Balance of the two (weighted F-measure)",
    "auroc": "Ranking (AUROC)",
    "oscr": "Every threshold at once (OSCR)",
    "fpr95": "Strangers let in where 95 % of the known are kept",
    "ece": "Too sure or not sure enough by (ECE)",
}
_LEARNT = {
    "validation/accuracy": "known kinds right",
    "watch/rejected": "strangers turned away",
}


def numbers(
    run: Run,
    results: Mapping[str, Any],
    predictions: Predictions,
    sure: NDArray[np.float64],
    kinds: Sequence[Sequence[str]],
) -> str:
    """sure (S,): the scores of the tested clouds; kinds: rows of (kind, right, of)."""
    scale = Scale.of(predictions.score, sure)
    cards = [
        card(
            "The figures",
            "95 % interval in brackets",
            table(("figure", "%", ""), _figures(results)),
        ),
        card(
            "How sure it was",
            "tested objects in each tenth of the score",
            table(("from", "to", "known", "strangers"), _tenths(predictions, sure, scale)),
        ),
        card(
            "How it learnt", "% after each pass", f"<div class=tall tabindex=0>{_learnt(run)}</div>"
        ),
        card("Kind by kind", "known objects kept and right", table(("kind", "right", "of"), kinds)),
    ]
    return (
        "<details class=numbers><summary>Show the numbers as tables</summary>"
        f"<div class='row wide'>{''.join(cards)}</div></details>"
    )


def _figures(results: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    spread = results.get("intervals", {})
    rows = []
    for key, words in _FIGURES.items():
        value = results.get(key)
        between = ""
        if key in spread and all(end == end for end in spread[key]):
            between = "[" + " to ".join(of_100(end, 1) for end in spread[key]) + "]"
        told = "–" if value is None or value != value else of_100(value, 1)
        rows.append((words, told, between))
    return rows


def _tenths(
    predictions: Predictions, sure: NDArray[np.float64], scale: Scale
) -> list[tuple[str, ...]]:
    known = predictions.labels < len(predictions.known)
    shares = np.clip(scale.shares(sure), 0, 1)
    sides = [np.histogram(shares[side], _TENTHS, (0, 1))[0] for side in (known, ~known)]
    ends = [
        scale.say(scale.low + (scale.high - scale.low) * n / _TENTHS) for n in range(_TENTHS + 1)
    ]
    return [(ends[n], ends[n + 1], f"{sides[0][n]:,}", f"{sides[1][n]:,}") for n in range(_TENTHS)]


def _learnt(run: Run) -> str:
    columns = {words: run.log.values(key) for key, words in _LEARNT.items()}
    columns = {words: values for words, values in columns.items() if len(values)}
    if not columns:
        return "<p>Nothing was measured on the way.</p>"
    long = max(len(values) for values in columns.values())
    rows = [
        (f"{n + 1}", *(of_100(v[n], 1) if n < len(v) else "–" for v in columns.values()))
        for n in range(long)
    ]
    return table(("pass", *columns), rows)
