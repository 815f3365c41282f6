"""How far a sample is from the borders between the kinds, by how far out it lies (fDBD)."""

from typing import Any, ClassVar

import torch
from torch import Tensor

from engine.registry import register
from engine.scores.base import Score
from engine.scores.evidence import Evidence
from engine.scores.neighbours import distances
from engine.words import say

_TOUCHING = 1e-12


def fdbd(logits: Tensor, features: Tensor, weight: Tensor, centre: Tensor) -> Tensor:
    """Mean over the other kinds of (z_top - z_c) / ‖w_top - w_c‖, over ‖f - centre‖; (B, K), (B, F) -> (B,).

    weight (K, F); centre (F,), the mean training feature; K at least 2.
    """
    best = logits.max(1)
    apart = distances(weight, weight).clamp_min(_TOUCHING)
    borders = (best.values[:, None] - logits) / apart[best.indices]
    outside: Tensor = torch.linalg.vector_norm(features - centre, dim=1).clamp_min(_TOUCHING)
    mean: Tensor = borders.sum(1) / (logits.shape[1] - 1)
    return mean / outside


@register(
    "score",
    "fdbd",
    say("Distance to the borders"),
    say("How clearly it lies inside one kind’s region."),
)
class FDBD(Score):
    """Feature distance to the decision boundaries; its own kind adds 0 to the sum."""

    extra: ClassVar[dict[str, Any]] = {
        "term": "fDBD",
        "needs": ["logits", "features", "weights", "train"],
        "paper": say("Liu and Qin, ICML 2024"),
    }

    def rate(self, evidence: Evidence) -> Tensor:
        """At least 0."""
        logits, features, bank = self.take(evidence, "logits", "features", "train_features")
        weight, _ = self.head(evidence)
        if len(weight) < 2:
            raise self.refuse(say("needs at least two known kinds: one alone has no borders."))
        return fdbd(logits, features, weight, bank.mean(0))
