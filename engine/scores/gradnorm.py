"""How strongly the last layer's weights would be pulled towards an even answer (GradNorm), in closed form."""

from typing import Any, ClassVar

from torch import Tensor

from engine.registry import register
from engine.scores.base import Score
from engine.scores.evidence import Evidence
from engine.words import say


def gradnorm(logits: Tensor, features: Tensor) -> Tensor:
    """‖∂ Σ_c -log p_c / ∂W‖₁ of each sample alone = ‖f‖₁ · Σ_c |1 - K p_c|; (B, K), (B, F) -> (B,)."""
    pulls = 1 - logits.shape[1] * logits.softmax(1)
    return features.abs().sum(1) * pulls.abs().sum(1)


@register(
    "score",
    "gradnorm",
    say("Gradient size"),
    say("How strongly the sample resists being called anything."),
)
class GradNorm(Score):
    """The gradient has rank one, so its norm needs no backward pass."""

    extra: ClassVar[dict[str, Any]] = {
        "term": "GradNorm",
        "needs": ["logits", "features"],
        "paper": say("Huang, Geng and Li, NeurIPS 2021"),
    }

    def rate(self, evidence: Evidence) -> Tensor:
        """At least 0."""
        logits, features = self.take(evidence, "logits", "features")
        return gradnorm(logits, features)
