"""What the trained “unknown” output of a net itself says."""

from typing import Any, ClassVar

import torch
from torch import Tensor

from engine.registry import register
from engine.scores.base import Score
from engine.scores.evidence import Evidence
from engine.words import say


def unknown_probability(logits: Tensor, unknown: Tensor) -> Tensor:
    """Minus the softmax probability of the unknown logit (B,) beside the known (B, K): (B,) in -1..0."""
    return -torch.cat([logits, unknown[:, None]], dim=1).softmax(1)[:, -1]


def known_minus_unknown(logits: Tensor, unknown: Tensor) -> Tensor:
    """The largest known logit (B, K) less the unknown one (B,): (B,)."""
    return logits.amax(1) - unknown


@register(
    "score",
    "unknown_probability",
    say("Not the “unknown” output"),
    say("How improbable “unknown” itself is."),
)
class UnknownProbability(Score):
    """For heads with one output more than there are known kinds."""

    extra: ClassVar[dict[str, Any]] = {
        "term": "-p(unknown)",
        "needs": ["logits", "unknown"],
        "paper": say("Joint distillation and open-set recognition (a trained k+1-th output)"),
    }

    def rate(self, evidence: Evidence) -> Tensor:
        """-1..0."""
        logits, unknown = self.take(evidence, "logits", "unknown")
        return unknown_probability(logits, unknown)


@register(
    "score",
    "known_minus_unknown",
    say("Lead over “unknown”"),
    say("By how much the best known kind beats “unknown”."),
)
class KnownMinusUnknown(Score):
    """The same comparison in logits, which do not saturate."""

    extra: ClassVar[dict[str, Any]] = {
        "term": say("max z - z(unknown)"),
        "needs": ["logits", "unknown"],
        "paper": say("Joint distillation and open-set recognition (a trained k+1-th output)"),
    }

    def rate(self, evidence: Evidence) -> Tensor:
        """Unbounded."""
        logits, unknown = self.take(evidence, "logits", "unknown")
        return known_minus_unknown(logits, unknown)
