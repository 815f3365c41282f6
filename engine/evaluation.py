"""Every figure of a tested run, for one open-set score and one threshold; both can be chosen on validation alone."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import ConfigError
from engine.experiment import OpenSet
from engine.metrics import open_set as metrics
from engine.predictions import PRETEND, TEST, VALIDATION, Predictions
from engine.words import say

Values = NDArray[np.float64]

# A student that is used alone cannot ask its teacher.
_OF_TEACHER = ("disagreement", "feature_gap")
# These read a trained unknown's logit.
_OF_UNKNOWN = ("known_minus_unknown", "unknown_probability", "msp")


def score_of(predictions: Predictions, name: str) -> Values:
    """A score of every sample (S,), higher = more likely known; ConfigError says why there is none."""
    if name == "msp":  # from the logits in full precision, which old files have too
        return metrics.confidence(predictions.logits, predictions.unknown_column)
    if name in predictions.scores:
        return predictions.scores[name].astype(np.float64)
    why = predictions.refused.get(name) or say("this run did not store it.")
    have = ", ".join(sorted(predictions.scores)) or "msp"
    raise ConfigError(
        say(
            "There is no score “{name}” here: {why} Nothing was changed. There is: {have}.",
            name=name,
            why=why,
            have=have,
        )
    )


def rule_of(score: str) -> metrics.Rule:
    """With the paper's confidence a trained “unknown” may outvote; any other score decides alone."""
    return "either" if score == "msp" else "threshold"


def ranking(predictions: Predictions, name: str) -> Values:
    """The score as the decision uses it: where the trained unknown wins, below all that can get a name."""
    values = score_of(predictions, name)
    if rule_of(name) == "either":
        values = values - metrics.wins_unknown(predictions.logits, predictions.unknown_column)
    return values


def said(predictions: Predictions, score: str, threshold: float) -> metrics.Labels:
    """The label given to every sample (S,) by this score at this threshold; K = turned away."""
    scores = None if score == "msp" else score_of(predictions, score)
    column = predictions.unknown_column
    return metrics.decide(predictions.logits, threshold, rule_of(score), column, scores)


def choose(predictions: Predictions, options: OpenSet) -> tuple[str, float]:
    """Score and threshold as the options say, from validation clouds and mixtures of them; never from the test part.

    Raises ConfigError where they ask for what this run does not have.
    """
    score = best_score(predictions) if options.score.name == "auto" else options.score.name
    if options.rule == "fixed":
        if score != "msp":
            raise ConfigError(
                say(
                    "A fixed threshold is a probability, and the score “{score}” is none. Nothing was "
                    "changed. Set open_set.rule to “recall”, “youden” or “cost”.",
                    score=score,
                )
            )
        return score, options.threshold
    held = predictions.of(VALIDATION), predictions.fresh_mixtures()
    known, pretend = (ranking(part, score) for part in held)
    found = {
        "recall": lambda: metrics.threshold_at_recall(known, options.recall),
        "youden": lambda: metrics.youden(known, pretend),
        "cost": lambda: metrics.least_cost(known, pretend, options.cost_ratio),
    }[options.rule]()
    if np.isinf(found) and found > 0:
        raise ConfigError(
            say(
                "At the cost ratio {cost_ratio:g} it would be cheapest to turn everything away. Nothing "
                "was changed. Set a smaller open_set.cost_ratio.",
                cost_ratio=options.cost_ratio,
            )
        )
    if np.isnan(found):
        lacking = _lacking(predictions)
        raise ConfigError(
            say(
                "The rule “recall” needs validation clouds, and {lacking}. Nothing was changed. Set a "
                "fixed threshold.",
                lacking=lacking,
            )
            if options.rule == "recall"
            else say(
                "The rule “{rule}” needs validation clouds and mixtures of them, and {lacking}. Nothing "
                "was changed. Set a fixed threshold.",
                rule=options.rule,
                lacking=lacking,
            )
        )
    # Outvoted samples rank below 0, where no threshold on a probability can lie.
    return score, max(0.0, found) if score == "msp" else found


def _lacking(predictions: Predictions) -> str:
    """Why no rule can choose on what was held back."""
    if predictions.peeked and predictions.teacher_logits is None:  # the teacher's own answers
        return say("the teacher has learnt from some")
    if not (predictions.split == VALIDATION).any():
        return say("this run stored none")
    if (predictions.split == PRETEND).any():
        return say(
            "all mixtures are of the sort that the run has learnt from ({mixture})",
            mixture=predictions.mixture,
        )
    return say("this run stored no mixtures")


def kept(predictions: Predictions, score: str, threshold: float) -> float:
    """The share of known validation clouds that this score at this threshold does not turn away."""
    held = predictions.of(VALIDATION)
    return float((said(held, score, threshold) < len(held.known)).mean())


def ranks(predictions: Predictions, strangers: int) -> dict[str, float]:
    """AUROC of every score for the known of one part against strangers: VALIDATION against PRETEND or WATCH (then a
    rehearsal: some kinds that could be known play the strangers), or both sides of TEST. Mixtures of the sort that the
    run learnt from are passed over."""
    side = predictions.fresh_mixtures() if strangers == PRETEND else predictions.of(strangers)
    known = side if strangers == TEST else predictions.of(VALIDATION)
    mine, theirs = known.labels < len(known.known), side.labels == len(side.known)
    return {
        name: metrics.auroc(ranking(known, name)[mine], ranking(side, name)[theirs])
        for name in sorted({"msp", *predictions.scores})
    }


def judged(predictions: Predictions) -> dict[str, float]:
    """AUROC of validation clouds against mixtures of them by score, where that can judge it.

    A trained unknown has learnt from mixtures, so not even those of another sort can judge the scores that read it:
    they are passed over.
    """
    found = ranks(predictions, PRETEND)
    for name in (*_OF_TEACHER, *(_OF_UNKNOWN if predictions.unknown_column is not None else ())):
        found.pop(name, None)
    return {name: value for name, value in found.items() if not np.isnan(value)}


def best_score(predictions: Predictions) -> str:
    """The score that best ranks validation clouds above mixtures of them; “msp” where nothing can tell."""
    usable = judged(predictions)
    return max(usable, key=lambda name: (usable[name], name == "msp")) if usable else "msp"


def evaluate(predictions: Predictions, score: str, threshold: float) -> dict[str, Any]:
    """Figures of the test part: what the threshold decides, and how the score ranks whatever the threshold.

    auroc, oscr, aupr_known, aupr_unknown; fpr95 (3D_OS's definition) and fpr95_unknown_positive (OpenOOD's);
    ccr_at_fpr_1, _5, _10; detection_error at its least and detection_error_95 where 95 % of the known are kept;
    oscr_arpl_compat: as ARPL's code has it; aurc: of the risk-coverage curve; ece, nll, brier: of the probabilities of
    known clouds. intervals: of 95 %, Wilson's for shares, by resampling for most of the others.
    """
    tested = predictions.of(TEST)
    column = tested.unknown_column
    scores = None if score == "msp" else score_of(tested, score)
    named = metrics.thresholded(
        tested.logits, tested.labels, threshold, rule_of(score), column, scores
    )
    rank, right = ranking(tested, score), metrics.correct(tested.logits, tested.labels, column)
    known = tested.labels < len(tested.known)
    sides = rank[known], right[known], rank[~known]
    ends = sides[0], sides[2]
    sure = metrics.confidence(tested.logits, column)
    shares = metrics.softmax(tested.logits)
    truth = np.where(known, tested.labels, 0)
    costs = {
        "nll": metrics.log_losses(shares, truth),
        "brier": metrics.brier_scores(shares, truth),
    }
    decided = metrics.decide(tested.logits, threshold, rule_of(score), column, scores)
    drawn = metrics.Tested(rank, tested.labels, decided, right, sure, len(tested.known), costs)
    return {
        **named,
        "intervals": named["intervals"] | metrics.intervals(drawn),
        "score": score,
        "threshold": threshold,
        "auroc": metrics.auroc(*ends),
        "oscr": metrics.oscr(*sides),
        "aupr_known": metrics.aupr(*ends),
        "aupr_unknown": metrics.aupr(*ends, positive="unknown"),
        "fpr95": metrics.fpr_at_tpr(*ends),
        "fpr95_unknown_positive": metrics.fpr_at_tpr(*ends, positive="unknown"),
        **{f"ccr_at_fpr_{p}": metrics.ccr_at_fpr(*sides, fpr=p / 100) for p in (1, 5, 10)},
        "aurc": metrics.aurc(rank, right),
        "detection_error": metrics.detection_error(*ends),
        "detection_error_95": metrics.detection_error(*ends, tpr=0.95),
        "oscr_arpl_compat": metrics.oscr_arpl_compat(*sides),
        "ece": metrics.ece(sure[known], right[known]),
        **{name: _mean(values[known]) for name, values in costs.items()},
    }


def _mean(values: Values) -> float:
    return float(values.mean()) if values.size else float("nan")
