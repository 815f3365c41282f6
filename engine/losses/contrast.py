"""Contrastive representation distillation as a term of the loss: what is compared with what, and how it is set."""

from typing import Any, Literal

import torch
from pydantic import Field
from torch import Tensor

from engine import registry
from engine.errors import ConfigError
from engine.losses.crd import CRD, Partition
from engine.losses.draw import Draw
from engine.losses.lesson import Course, Lesson, Term
from engine.registry import register
from engine.words import say

_USUAL = 2048


@register(
    "loss",
    "crd",
    say("Same cloud, same place"),
    say("Puts each cloud where the teacher puts it, and away from clouds of other kinds."),
)
class Contrast(Term):
    """CRD on penultimate features; negatives of other kinds are drawn from torch's generator of the device."""

    extra: dict[str, Any] = {  # noqa: RUF012
        "word": say("Same cloud, same place"),
        "greek": "beta",
        "symbol": "β",
        "token": "crd",
        "why": say("How closely to arrange the clouds as the teacher does."),
        "from": "teacher",
    }

    class Settings(registry.Settings):
        """Of contrastive representation distillation."""

        temperature: float = Field(
            0.1,
            ge=0.01,
            le=10,
            title=say("Contrast softness"),
            description=say("Lower looks only at the nearest clouds."),
            json_schema_extra={"term": say("CRD temperature")},
        )
        negatives: int = Field(
            0,
            ge=0,
            le=65536,
            title=say("Clouds to differ from"),
            description=say("Drawn anew from other kinds. 0: 2,048, or as many as there are."),
            json_schema_extra={"term": "negatives"},
        )
        feature_dim: int = Field(
            128,
            ge=1,
            le=4096,
            title=say("Width of the comparison"),
            json_schema_extra={"term": "projection"},
        )
        momentum: float = Field(
            0.5,
            ge=0,
            lt=1,
            title=say("How slowly the memory moves"),
            json_schema_extra={"term": "momentum"},
        )
        partition: Partition = Field(
            "frozen",
            title=say("Scale of the scores"),
            description=say("Taken from the first batch, or left out as in the paper’s formula."),
        )
        mode: Literal["exact", "relax"] = Field(
            "exact",
            title=say("What belongs together"),
            description=say("exact: the very same cloud; relax: any cloud of its kind."),
        )

    settings: Settings

    def __init__(self, settings: Settings, course: Course) -> None:
        super().__init__(settings, course)
        self.draw = Draw(course.labels)
        if settings.negatives > self.draw.fewest_others:
            raise ConfigError(
                say(
                    "The loss {called} is to compare each cloud with {negatives} of other kinds, but the "
                    "largest kind has only {fewest_others} others. Nothing was started. Set "
                    "losses.crd.negatives to {fewest_others} or less.",
                    called=registry.called("loss", "crd"),
                    negatives=settings.negatives,
                    fewest_others=self.draw.fewest_others,
                )
            )
        self.negatives = settings.negatives or min(_USUAL, self.draw.fewest_others)
        options = settings.model_dump(exclude={"mode"}) | {"negatives": self.negatives}
        self.crd = CRD(course.student_dim, course.teacher_dim, len(course.labels), **options)

    def forward(self, lesson: Lesson) -> Tensor:
        """One number."""
        rows = lesson.rows
        positive = rows if self.settings.mode == "exact" else self.draw.same(rows)
        negatives = self.draw.others(rows, self.negatives)
        contrast = torch.cat([positive[:, None], negatives], dim=1)
        loss: Tensor = self.crd(lesson.student.features, lesson.taught.features, rows, contrast)
        return loss
