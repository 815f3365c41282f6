"""The largest logit of a known kind, before any softmax (MLS)."""

from typing import Any, ClassVar

from torch import Tensor

from engine.registry import register
from engine.scores.base import Score
from engine.scores.evidence import Evidence
from engine.words import say


def max_logit(logits: Tensor) -> Tensor:
    """(B, K) -> (B,)."""
    return logits.amax(1)


@register(
    "score", "max_logit", say("Highest logit"), say("The strongest raw answer, before any softmax.")
)
class MaxLogit(Score):
    """Maximum logit score; keeps the size of the answer, which the softmax throws away."""

    extra: ClassVar[dict[str, Any]] = {
        "term": "MLS",
        "needs": ["logits"],
        "paper": say("Vaze et al., ICLR 2022"),
    }

    def rate(self, evidence: Evidence) -> Tensor:
        """Unbounded."""
        (logits,) = self.take(evidence, "logits")
        return max_logit(logits)
