"""Relational knowledge distillation (Park et al., CVPR 2019).

w_d · smoothL1(d_S, d_T) + w_a · smoothL1(a_S, a_T): distances d (B, B) between the clouds' features, divided by their
mean over all pairs, and cosines a (B, B, B) of the angles that any two clouds make at a third; means over all entries.
Features (B, s) and (B, t), of any two widths. Size and turn of the feature space do not matter.
"""

from typing import Any

from pydantic import Field
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from engine import registry
from engine.losses.lesson import Lesson, Term
from engine.registry import register
from engine.words import say

_SMALLEST = 1e-12  # the mean distance of clouds that all fell together


def rkd(student: Tensor, teacher: Tensor, distance: float = 25.0, angle: float = 50.0) -> Tensor:
    """One number; 0 when both feature spaces are alike but for size, shift and turn."""
    student_distances, student_angles = _relations(student)
    teacher_distances, teacher_angles = _relations(teacher)
    return distance * F.smooth_l1_loss(
        student_distances, teacher_distances
    ) + angle * F.smooth_l1_loss(student_angles, teacher_angles)


def _relations(features: Tensor) -> tuple[Tensor, Tensor]:
    """Distances (B, B) with mean 1 over pairs, and cosines (B, B, B) at the first cloud."""
    apart = features[None] - features[:, None]
    distances = apart.norm(dim=2)
    pairs = max(1, len(features) * (len(features) - 1))
    directions = F.normalize(apart, dim=2)
    return (
        distances / (distances.sum() / pairs).clamp_min(_SMALLEST),
        directions @ directions.transpose(1, 2),
    )


@register(
    "loss",
    "rkd",
    say("The same map"),
    say("Clouds should lie as near and at the same angles as on the teacher’s map."),
)
class RKD(Term):
    """On penultimate features."""

    extra: dict[str, Any] = {  # noqa: RUF012
        "word": say("The same map"),
        "greek": "mu",
        "symbol": "μ",
        "token": "crd",
        "why": say("How closely distances and angles between clouds follow the teacher’s."),
        "from": "teacher",
    }

    class Settings(registry.Settings):
        """Of relational distillation."""

        distance: float = Field(25.0, ge=0, title=say("Weight of distances"))
        angle: float = Field(50.0, ge=0, title=say("Weight of angles"))

    settings: Settings

    def forward(self, lesson: Lesson) -> Tensor:
        """One number."""
        return rkd(lesson.student.features, lesson.taught.features, **self.settings.model_dump())
