"""Outlier exposure: on pseudo-open-set samples all answers are to be equally likely (Hendrycks et al., ICLR 2019)."""

from typing import Any

from torch import Tensor

from engine.losses.lesson import Lesson, Term
from engine.registry import register
from engine.words import say


def uniform(logits: Tensor) -> Tensor:
    """½ (logsumexp(z) - mean(z)), (B, C), mean over B; 0 for no rows.

    Half the cross-entropy of softmax(z) with the uniform answer, as the 3D_OS benchmark has it; at least ½ log C.
    """
    each = logits.logsumexp(dim=1) - logits.mean(dim=1)
    return each.sum() / (2 * max(1, len(logits)))


@register(
    "loss",
    "uniform",
    say("Undecided on mixtures"),
    say("How far from undecided the answer to a mixture is."),
)
class Uniform(Term):
    """Looks at the pseudo-open-set samples of a lesson only."""

    extra: dict[str, Any] = {  # noqa: RUF012
        "word": say("Undecided on mixtures"),
        "greek": "omega",
        "symbol": "ω",
        "token": "unknown",
        "why": say("How much it counts to be unsure of clouds that are no known kind."),
        "from": "labels",
        "needs": "mixtures",
    }

    def forward(self, lesson: Lesson) -> Tensor:
        """One number."""
        logits = lesson.student.logits
        return uniform(logits[len(logits) - lesson.pseudo :])
