"""The open-set figures beside the four tiles: plain words, the field's term, the value and its 95 % interval."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.evaluation import evaluate
from engine.predictions import Predictions
from engine.words import of_100, say
from workbench.models.counted import Who

# key of a result: (plain words, term, whether it is a share)
WORDS = {
    "auroc": (say("A known thing is rated above a stranger"), "AUROC", False),
    "oscr": (say("Named right against strangers let in, all thresholds"), "OSCR", False),
    "aupr_known": (
        say("Precision of what is kept, all thresholds"),
        say("AUPR, known positive"),
        False,
    ),
    "aupr_unknown": (
        say("Precision of what is turned away"),
        say("AUPR, strangers positive"),
        False,
    ),
    "fpr95": (say("Strangers let in where 95 % of known are kept"), say("FPR at 95 % TPR"), True),
    "fpr95_unknown_positive": (
        say("Known lost where 95 % of strangers are turned away"),
        say("FPR at 95 % TPR, strangers positive"),
        True,
    ),
    "ccr_at_fpr_1": (say("Named right where 1 % of strangers get in"), say("CCR at FPR 1 %"), True),
    "ccr_at_fpr_5": (say("Named right where 5 % of strangers get in"), say("CCR at FPR 5 %"), True),
    "ccr_at_fpr_10": (
        say("Named right where 10 % of strangers get in"),
        say("CCR at FPR 10 %"),
        True,
    ),
    "detection_error": (
        say("Errors at the best threshold, both sides alike"),
        say("detection error"),
        True,
    ),
    "aurc": (say("Wrong names among the surest; less is better"), "AURC", False),
    "ece": (
        say("Sureness off from being right; less is better"),
        say("ECE, highest probability"),
        False,
    ),
    "nll": (say("Surprise at the truth; less is better"), say("NLL, known kinds"), False),
    "brier": (say("Squared error of the probabilities; less is better"), say("Brier score"), False),
    "f_measure": (
        say("Balance of the two, by how many there are"),
        say("F-measure, weighted"),
        True,
    ),
    "f_macro": (say("Balance, each kind counted alike"), say("F-measure, macro"), True),
    "f_oltr": (say("Balance as the OLTR paper’s code counts it"), say("F-measure, OLTR"), True),
}
AT_THRESHOLD = ("f_measure", "f_macro", "f_oltr")


@dataclass(frozen=True)
class Told:
    """One figure; value and ends of the interval as one reads them, a dash for what was not measured."""

    key: str
    words: str
    term: str
    value: str
    interval: str


@dataclass(frozen=True)
class Figures:
    """All of them, and the threshold that the balances were counted at."""

    told: tuple[Told, ...]
    threshold: float


def figures_of(results: Mapping[str, Any]) -> Figures:
    """As a run's results have them; older runs lack some, and most intervals."""
    intervals = results.get("intervals")
    intervals = intervals if isinstance(intervals, Mapping) else {}
    told = tuple(
        Told(key, words, term, _shown(results.get(key), share), _ends(intervals.get(key), share))
        for key, (words, term, share) in WORDS.items()
    )
    return Figures(told, _number(results.get("threshold")))


def counted_figures(predictions: Predictions, who: Who, score: str, threshold: float) -> Figures:
    """The same of another answerer, score or threshold than the run was tested with. May run in any thread."""
    answered = predictions.as_teacher() if who == "teacher" else predictions
    return figures_of(evaluate(answered, score, threshold))


def _shown(value: object, share: bool) -> str:
    number = _number(value)
    if math.isnan(number):
        return "–"
    return f"{of_100(number, 1)} %" if share else f"{number:.3f}"


def _ends(ends: object, share: bool) -> str:
    """“85.2 to 88.9 %”."""
    if not isinstance(ends, list | tuple) or len(ends) != 2:
        return "–"
    low, high = map(_number, ends)
    if math.isnan(low) or math.isnan(high):
        return "–"
    return (
        say("{low} to {high} %", low=of_100(low, 1), high=of_100(high, 1))
        if share
        else say("{low:.3f} to {high:.3f}", low=low, high=high)
    )


def _number(value: object) -> float:
    good = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if good else math.nan  # type: ignore[arg-type]
