"""Probabilistic knowledge transfer (Passalis and Tefas, ECCV 2018).

mean over (B, B) of p_T log(p_T / p_S), where row i of p holds how likely cloud i picks each cloud as its neighbour:
(cosine + 1) / 2, divided by the row's sum. Features (B, s) and (B, t), of any two widths; 1e-7 guards the logarithm.
"""

from typing import Any

from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from engine.losses.lesson import Lesson, Term
from engine.registry import register
from engine.usual_weights import USUAL_WEIGHTS
from engine.words import say

_EPSILON = 1e-7


def pkt(student: Tensor, teacher: Tensor) -> Tensor:
    """One number; 0 when all cosines agree. It is small: 30,000 is its usual weight."""
    learnt, taught = _neighbours(student), _neighbours(teacher)
    return (taught * ((taught + _EPSILON) / (learnt + _EPSILON)).log()).mean()


def _neighbours(features: Tensor) -> Tensor:
    unit = F.normalize(features, dim=1)
    likeness = (unit @ unit.t() + 1) / 2
    return likeness / likeness.sum(dim=1, keepdim=True)


@register(
    "loss",
    "pkt",
    say("The same neighbours"),
    say("Clouds should have the neighbours that they have for the teacher."),
)
class PKT(Term):
    """On penultimate features."""

    extra: dict[str, Any] = {  # noqa: RUF012
        "word": say("The same neighbours"),
        "greek": "pi",
        "symbol": "π",
        "token": "crd",
        "why": say(
            "How closely neighbourhoods follow the teacher’s; the numbers are tiny, 30 000 is usual."
        ),
        "from": "teacher",
        "usual": USUAL_WEIGHTS["pkt"],
    }

    def forward(self, lesson: Lesson) -> Tensor:
        """One number."""
        return pkt(lesson.student.features, lesson.taught.features)
