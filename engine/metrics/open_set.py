"""Open-set metrics under one roof: how scores rank known above unknown, what a threshold does."""

from engine.metrics.bootstrap import Tested, intervals
from engine.metrics.calibration import Reliability, brier_scores, ece, log_losses, reliability
from engine.metrics.decisions import (
    STEPS,
    Labels,
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
from engine.metrics.operating import ccr_at_fpr, detection_error, oscr_arpl_compat
from engine.metrics.ranking import Curve, aupr, auroc, fpr_at_tpr, oscr, oscr_curve
from engine.metrics.selective import RiskCoverage, aurc, risk_coverage
from engine.metrics.thresholds import least_cost, threshold_at_recall, youden

__all__ = [
    "STEPS",
    "Curve",
    "Figures",
    "Labels",
    "Reliability",
    "RiskCoverage",
    "Rule",
    "Table",
    "Tested",
    "aupr",
    "aurc",
    "auroc",
    "brier_scores",
    "ccr_at_fpr",
    "confidence",
    "confusion",
    "correct",
    "decide",
    "detection_error",
    "ece",
    "f_measure",
    "figures",
    "fpr_at_tpr",
    "intervals",
    "least_cost",
    "log_losses",
    "oscr",
    "oscr_arpl_compat",
    "oscr_curve",
    "probabilities",
    "reliability",
    "risk_coverage",
    "softmax",
    "sweep",
    "threshold_at_recall",
    "thresholded",
    "wilson",
    "wins_unknown",
    "youden",
]
