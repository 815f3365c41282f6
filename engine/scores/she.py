"""How well a sample fits the stored pattern of the kind it is taken for (SHE)."""

from typing import Any, ClassVar

import torch
from torch import Tensor

from engine.registry import register
from engine.scores.base import Score
from engine.scores.evidence import Evidence
from engine.scores.kinds import examples
from engine.words import say


def she(logits: Tensor, features: Tensor, patterns: Tensor) -> Tensor:
    """The inner product of f (B, F) with the pattern (K, F) of the predicted kind: (B,)."""
    return (features * patterns[logits.argmax(1)]).sum(1)


@register(
    "score",
    "she",
    say("Stored pattern"),
    say("How well it fits the pattern of the kind it is taken for."),
)
class SHE(Score):
    """Simplified Hopfield energy; a pattern is the mean of the kind's rightly classified training samples."""

    extra: ClassVar[dict[str, Any]] = {
        "term": "SHE",
        "needs": ["logits", "features", "train"],
        "paper": say("Zhang et al., ICLR 2023"),
    }

    def rate(self, evidence: Evidence) -> Tensor:
        """Unbounded."""
        logits, features = self.take(evidence, "logits", "features")
        bank, answers, labels = self.take(
            evidence, "train_features", "train_logits", "train_labels"
        )
        patterns = torch.stack([bank[mask].mean(0) for mask in examples(labels, answers)])
        return she(logits, features, patterns)
