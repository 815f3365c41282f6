"""How like the usual probabilities of some known kind those of the sample are (KL matching)."""

import math
from typing import Any, ClassVar

import torch
from torch import Tensor

from engine.registry import register
from engine.scores.base import Score
from engine.scores.evidence import Evidence
from engine.words import say


def kl_matching(logits: Tensor, bank: Tensor) -> Tensor:
    """-min_k KL(p ‖ d_k), d_k the mean p of training logits (N, K) that answer k; (B, K) -> (B,)."""
    log_p, log_bank = logits.log_softmax(1), bank.log_softmax(1)
    answered = bank.argmax(1)
    log_d = torch.stack(
        [
            log_bank[answered == kind].logsumexp(0) - math.log(int((answered == kind).sum()))
            for kind in torch.unique(answered).tolist()
        ]
    )
    p = log_p.exp()
    return ((p @ log_d.mT) - (p * log_p).sum(1, keepdim=True)).amax(1)


@register(
    "score", "kl_matching", say("Usual doubts"), say("How like the usual answers for a kind it is.")
)
class KLMatching(Score):
    """Templates are grouped by the net's answer: true labels take no part."""

    extra: ClassVar[dict[str, Any]] = {
        "term": say("KL matching"),
        "needs": ["logits", "train"],
        "paper": say("Hendrycks et al., ICML 2022"),
    }

    def rate(self, evidence: Evidence) -> Tensor:
        """At most 0."""
        logits, bank = self.take(evidence, "logits", "train_logits")
        return kl_matching(logits, bank)
