"""Open-set scores: one a file, each from what one pass of the net has stored; higher = more likely known."""

from dataclasses import replace
from typing import Any

from torch import Tensor

from engine import registry
from engine.scores.base import Score
from engine.scores.evidence import Evidence, Train

__all__ = ["Evidence", "Score", "Train", "score"]

_ALSO_CALLED = {"ash": "ash_s"}
"""The literature's short names for one of several forms."""


def score(
    name: str,
    logits: Tensor | None = None,
    features: Tensor | None = None,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    train: Train | None = None,
    teacher_logits: Tensor | None = None,
    teacher_features: Tensor | None = None,
    unknown_column: int | None = None,
    **settings: Any,
) -> Tensor:
    """(B,), higher = more likely known, of any registered score; shapes as in `Evidence`.

    unknown_column: the column of a trained “unknown” logit, then a row of weight and bias too.
    Raises ConfigError for a name or setting nobody knows and for evidence that lacks or does not fit.
    """
    rater = registry.make("score", _ALSO_CALLED.get(name, name), settings)
    evidence = Evidence(logits, features, weight, bias, train)
    if unknown_column is not None:
        evidence = evidence.split(unknown_column)
    taught = replace(evidence, teacher_logits=teacher_logits, teacher_features=teacher_features)
    answer: Tensor = rater(taught)
    return answer
