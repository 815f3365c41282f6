"""Similarity-preserving distillation (Tung and Mori, ICCV 2019).

‖G_S - G_T‖² / B², where G (B, B) holds the dot products of the clouds' features, every row taken to length 1.
Features (B, s) and (B, t), of any two widths.
"""

from typing import Any

from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from engine.losses.lesson import Lesson, Term
from engine.registry import register
from engine.usual_weights import USUAL_WEIGHTS
from engine.words import say


def similarity(student: Tensor, teacher: Tensor) -> Tensor:
    """One number; 0 when the dot products agree row by row but for a factor. 3,000 is its usual weight."""
    learnt = F.normalize(student @ student.t(), dim=1)
    taught = F.normalize(teacher @ teacher.t(), dim=1)
    return (learnt - taught).square().mean()


@register(
    "loss",
    "similarity",
    say("The same likeness"),
    say("Two clouds should be as alike as they are for the teacher."),
)
class Similarity(Term):
    """On penultimate features."""

    extra: dict[str, Any] = {  # noqa: RUF012
        "word": say("The same likeness"),
        "greek": "sigma",
        "symbol": "σ",
        "token": "crd",
        "why": say(
            "How closely likeness follows the teacher’s; the numbers are small, 3000 is usual."
        ),
        "from": "teacher",
        "usual": USUAL_WEIGHTS["similarity"],
    }

    def forward(self, lesson: Lesson) -> Tensor:
        """One number."""
        return similarity(lesson.student.features, lesson.taught.features)
