"""Open-set metrics under one roof: how scores rank known above unknown, what a threshold does."""

from engine.metrics.decisions import (
    STEPS,
    Rule,
    Table,
    confidence,
    confusion,
    correct,
    decide,
    probabilities,
    softmax,
    sweep,
    wins_unknown,
)
from engine.metrics.figures import Figures, f_measure, figures, thresholded, wilson
from engine.metrics.ranking import Curve, aupr, auroc, fpr_at_tpr, oscr, oscr_curve

__all__ = [
    "STEPS",
    "Curve",
    "Figures",
    "Rule",
    "Table",
    "aupr",
    "auroc",
    "confidence",
    "confusion",
    "correct",
    "decide",
    "f_measure",
    "figures",
    "fpr_at_tpr",
    "oscr",
    "oscr_curve",
    "probabilities",
    "softmax",
    "sweep",
    "thresholded",
    "wilson",
    "wins_unknown",
]
