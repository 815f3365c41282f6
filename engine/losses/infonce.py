"""Contrast within the batch (van den Oord et al., InfoNCE, 2018; both ways as in CLIP, Radford et al., 2021).

CE(ŝ t̂ᵀ / τ, own row), mean of both directions, with ŝ, t̂ (B, D) of length 1. No memory, so clouds without a place in
the training set can take part; the negatives are the other clouds of the batch.
"""

from typing import Any

import torch
from pydantic import Field
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from engine import registry
from engine.losses.embed import Projected
from engine.losses.lesson import Course, Lesson
from engine.registry import register
from engine.words import say


def infonce(student: Tensor, teacher: Tensor, temperature: float) -> Tensor:
    """(B, D) each, row i of both from one cloud; at least 0, and log B when nothing is told apart."""
    scores = F.normalize(student, dim=1) @ F.normalize(teacher, dim=1).t() / temperature
    own = torch.arange(len(scores), device=scores.device)
    return (F.cross_entropy(scores, own) + F.cross_entropy(scores.t(), own)) / 2


@register(
    "loss",
    "infonce",
    say("Find the same cloud"),
    say("Each cloud must be recognised among the batch by its teacher’s features."),
)
class InfoNCE(Projected):
    """On penultimate features, both projected to one width."""

    extra: dict[str, Any] = {  # noqa: RUF012
        "word": say("Find the same cloud"),
        "greek": "eta",
        "symbol": "η",
        "token": "crd",
        "why": say("How clearly each cloud must be recognised by the teacher’s features."),
        "from": "teacher",
    }

    class Settings(registry.Settings):
        """Of contrast within the batch."""

        temperature: float = Field(
            0.1,
            ge=0.01,
            le=10,
            title=say("Contrast softness in the batch"),
            description=say("Lower looks only at the nearest clouds."),
            json_schema_extra={"term": say("InfoNCE temperature")},
        )
        feature_dim: int = Field(
            128,
            ge=1,
            le=4096,
            title=say("Width of the comparison"),
            json_schema_extra={"term": "projection"},
        )

    settings: Settings

    def __init__(self, settings: Settings, course: Course) -> None:
        super().__init__(settings, course, settings.feature_dim)

    def forward(self, lesson: Lesson) -> Tensor:
        """One number."""
        return infonce(*self.projected(lesson), self.settings.temperature)
