"""Contrast against a queue of earlier batches (He et al., MoCo, CVPR 2020).

CE([s·t, s·q₁ … s·q_L] / τ, first), s, t (B, D) of one cloud and q (L, D) the latest teacher features, all of length 1:
many negatives like CRD, without a memory that grows with the training set.
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


def queued(student: Tensor, teacher: Tensor, queue: Tensor, temperature: float) -> Tensor:
    """Mean over B; student and teacher (B, D), queue (L, D), rows of length 1."""
    own = (student * teacher).sum(dim=1, keepdim=True)
    scores = torch.cat([own, student @ queue.t()], dim=1) / temperature
    return F.cross_entropy(scores, scores.new_zeros(len(scores), dtype=torch.long))


@register(
    "loss",
    "queue",
    say("Find it among earlier ones"),
    say("Each cloud must be recognised among the clouds of earlier batches."),
)
class Queue(Projected):
    """The newest teacher features stand first; the queue starts with random directions."""

    queue: Tensor
    extra: dict[str, Any] = {  # noqa: RUF012
        "word": say("Find it among earlier ones"),
        "greek": "kappa",
        "symbol": "κ",
        "token": "crd",
        "why": say("How clearly each cloud must be recognised among many earlier ones."),
        "from": "teacher",
    }

    class Settings(registry.Settings):
        """Of contrast against a queue."""

        temperature: float = Field(
            0.1,
            ge=0.01,
            le=10,
            title=say("Contrast softness in the queue"),
            description=say("Lower looks only at the nearest clouds."),
            json_schema_extra={"term": say("queue temperature")},
        )
        length: int = Field(1024, ge=1, le=1_048_576, title=say("Earlier clouds to keep"))
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
        random = F.normalize(torch.randn(settings.length, settings.feature_dim), dim=1)
        self.register_buffer("queue", random)

    def forward(self, lesson: Lesson) -> Tensor:
        """One number; in training the queue takes up the batch afterwards."""
        student, teacher = self.projected(lesson)
        loss = queued(student, teacher, self.queue, self.settings.temperature)
        if self.training:
            self.queue = torch.cat([teacher.detach(), self.queue])[: self.settings.length]
        return loss
