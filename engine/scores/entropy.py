"""How spread out the probabilities are: Shannon's entropy and the generalised one (GEN)."""

from typing import Any, ClassVar

import torch
from pydantic import Field
from torch import Tensor

from engine import registry
from engine.registry import register
from engine.scores.base import Score
from engine.scores.evidence import Evidence
from engine.words import say


def entropy(logits: Tensor) -> Tensor:
    """Σ p log p, minus Shannon's entropy in nats, (B, K) -> (B,)."""
    log_p = logits.log_softmax(1)
    return (log_p.exp() * log_p).sum(1)


def gen(logits: Tensor, gamma: float = 0.1, top: int = 0) -> Tensor:
    """-Σ p^γ (1-p)^γ over the `top` largest p; 0 = all, and all where there are fewer. (B, K) -> (B,)."""
    log_p = logits.log_softmax(1).sort(dim=1, descending=True).values
    # 1 - p cancels only for the largest p, where it is the sum of the others.
    rest = torch.cat([log_p[:, 1:].logsumexp(1, keepdim=True), _log_rest(log_p[:, 1:])], dim=1)
    terms = (gamma * (log_p + rest)).exp()
    return -(terms[:, :top] if top else terms).sum(1)


def _log_rest(log_p: Tensor) -> Tensor:
    return (-log_p.exp()).log1p()


@register(
    "score", "entropy", say("Certainty"), say("How far the probabilities are from an even spread.")
)
class Entropy(Score):
    """Minus the entropy of the softmax."""

    extra: ClassVar[dict[str, Any]] = {
        "term": say("Entropy"),
        "needs": ["logits"],
        "paper": say("Shannon, 1948"),
    }

    def rate(self, evidence: Evidence) -> Tensor:
        """-log K..0."""
        (logits,) = self.take(evidence, "logits")
        return entropy(logits)


@register(
    "score", "gen", say("Generalised certainty"), say("Certainty that feels even small doubts.")
)
class GEN(Score):
    """Generalised entropy."""

    extra: ClassVar[dict[str, Any]] = {
        "term": "GEN",
        "needs": ["logits"],
        "paper": say("Liu, Lochman and Zach, CVPR 2023"),
    }

    class Settings(registry.Settings):
        """Of GEN."""

        gamma: float = Field(
            0.1, gt=0, lt=1, title=say("Exponent"), json_schema_extra={"term": "γ"}
        )
        top: int = Field(
            0,
            ge=0,
            title=say("Kinds that count"),
            description=say("The most probable ones; 0 = all."),
            json_schema_extra={"term": "M"},
        )

    def rate(self, evidence: Evidence) -> Tensor:
        """At most 0."""
        (logits,) = self.take(evidence, "logits")
        return gen(logits, self.settings.gamma, self.settings.top)
