"""The numbers of a report again as tables, for whoever wants to copy or check them; closed until they are asked for."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.metrics.scale import Scale
from engine.predictions import Predictions
from engine.report.cards import card, remark, table
from engine.store import Run
from engine.words import of_100, say

_TENTHS = 10
_FIGURES = {
    "acc_closed": say("Known, kept and right"),
    "acc_open": say("Strangers turned away"),
    "acc_total": say("Right overall"),
    "acc_known_no_threshold": say("Known right without a threshold"),
    "f_measure": say("Balance of the two (weighted F-measure)"),
    "auroc": say("Ranking (AUROC)"),
    "oscr": say("Every threshold at once (OSCR)"),
    "aupr_known": say("Precision and recall of the known (AUPR-in)"),
    "aupr_unknown": say("Precision and recall of strangers (AUPR-out)"),
    "fpr95": say("Strangers let in where 95 % of the known are kept"),
    "detection_error": say("Errors of both sides at the best threshold (detection error)"),
    "f_oltr": say("F as OLTR counts it"),
    "oscr_arpl_compat": say("OSCR as ARPL’s code counts it"),
    "ece": say("Too sure or not sure enough by (ECE)"),
}
_NUMBERS = {
    "nll": say("Surprise at the truth, in nats (NLL)"),
    "brier": say("Squared error of the probabilities, 0 to 2 (Brier)"),
}
_LEARNT = {
    "validation/accuracy": say("known kinds right"),
    "watch/rejected": say("strangers turned away"),
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
            say("The figures"),
            say("95 % interval in brackets"),
            table((say("figure"), say("% (or as it says)"), ""), _figures(results)),
        ),
        card(
            say("How sure it was"),
            say("tested objects in each tenth of the score"),
            table(
                (say("from"), say("to"), say("known"), say("strangers")),
                _tenths(predictions, sure, scale),
            ),
        ),
        card(
            say("How it learnt"),
            say("% after each pass"),
            f"<div class=tall tabindex=0>{_learnt(run)}</div>",
        ),
        card(
            say("Kind by kind"),
            say("known objects kept and right"),
            table((say("kind"), say("right"), say("of")), kinds),
        ),
    ]
    return (
        f"<details class=numbers><summary>{say('Show the numbers as tables')}</summary>"
        f"<div class='row wide'>{''.join(cards)}</div></details>"
    )


def _figures(results: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """In %, but for those of `_NUMBERS`; a dash for what an older run did not measure."""
    spread, rows = results.get("intervals", {}), []
    for key, words in (_FIGURES | _NUMBERS).items():
        told = [_told(key, value) for value in (results.get(key), *spread.get(key, ()))]
        between = (
            "–"
            if len(told) < 3 or "–" in told[1:]
            else say("[{low} to {high}]", low=told[1], high=told[2])
        )
        rows.append((words, told[0], between))
    return rows


def _told(key: str, value: float | None) -> str:
    if value is None or value != value:
        return "–"
    return f"{value:.3f}" if key in _NUMBERS else of_100(value, 1)


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
        return remark(say("Nothing was measured on the way."))
    long = max(len(values) for values in columns.values())
    rows = [
        (f"{n + 1}", *(of_100(v[n], 1) if n < len(v) else "–" for v in columns.values()))
        for n in range(long)
    ]
    return table((say("pass"), *columns), rows)
