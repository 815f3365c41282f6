"""Distillation by correlation instead of equality (Huang et al., DIST, NeurIPS 2022).

T² · (β (1 - ρ between kinds) + γ (1 - ρ within kinds)) with the softmaxes p = softmax(z / T) (B, K) and Pearson's ρ:
between kinds over each row (how one cloud's kinds compare), within kinds over each column (how the clouds compare in
one kind); each the mean of its correlations.
"""

from typing import Any

from pydantic import Field
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from engine import registry
from engine.losses.lesson import Lesson, Term
from engine.registry import register
from engine.words import say


def dist(
    student_logits: Tensor,
    teacher_logits: Tensor,
    beta: float = 1.0,
    gamma: float = 1.0,
    temperature: float = 1.0,
) -> Tensor:
    """One number; 0 for equal answers, and for softmaxes that rise and fall together."""
    student = F.softmax(student_logits / temperature, dim=1)
    teacher = F.softmax(teacher_logits / temperature, dim=1)
    between = 1 - pearson(student, teacher).mean()
    within = 1 - pearson(student.t(), teacher.t()).mean()
    return (beta * between + gamma * within) * temperature**2


def pearson(a: Tensor, b: Tensor) -> Tensor:
    """Correlation of each row of a with the same row of b, (R, C) each -> (R,); 0 where a row is constant."""
    a = F.normalize(a - a.mean(dim=1, keepdim=True), dim=1)
    b = F.normalize(b - b.mean(dim=1, keepdim=True), dim=1)
    return (a * b).sum(dim=1)


@register(
    "loss",
    "dist",
    say("The same ranking"),
    say("Asks for the teacher’s order and proportions, not for its exact numbers."),
)
class DIST(Term):
    """On the kinds the teacher knows."""

    extra: dict[str, Any] = {  # noqa: RUF012
        "word": say("The same ranking"),
        "greek": "zeta",
        "symbol": "ζ",
        "token": "kd",
        "why": say("How closely to follow the teacher’s order of kinds and of clouds."),
        "from": "teacher",
    }

    class Settings(registry.Settings):
        """Of distillation by correlation."""

        beta: float = Field(1.0, ge=0, title=say("Weight of the order of kinds"))
        gamma: float = Field(1.0, ge=0, title=say("Weight of the order of clouds"))
        temperature: float = Field(
            1.0, gt=0, le=100, title=say("Softness"), json_schema_extra={"term": "temperature"}
        )

    settings: Settings

    def forward(self, lesson: Lesson) -> Tensor:
        """One number."""
        return dist(lesson.learnt, lesson.taught.logits, **self.settings.model_dump())
