"""Cross-entropy of points: what each belongs to."""

from typing import Any

import torch
from pydantic import Field
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from engine import registry
from engine.losses.lesson import Lesson, Term
from engine.registry import register
from engine.words import say


@register(
    "loss",
    "points",
    say("Each point right"),
    say("How far the answer about each point is from true."),
)
class Points(Term):
    """Mean of -log p(label) over the points whose label is told, weighed by class; 0 where none is told."""

    extra: dict[str, Any] = {  # noqa: RUF012
        "word": say("Each point right"),
        "greek": "gamma",
        "symbol": "γ",
        "token": "ce",
        "why": say("How much plain right or wrong counts, point by point."),
        "from": "points",
    }

    class Settings(registry.Settings):
        """Of cross-entropy."""

        balanced: bool = Field(
            True,
            title=say("Rare classes count more"),
            description=say(
                "By 1 / log(1.2 + share) in rooms, by 1 / √(share + 0.001) in streets; parts of shapes "
                "always count alike."
            ),
            json_schema_extra={"term": say("class weights")},
        )
        label_smoothing: float = Field(0.0, ge=0, lt=1, title=say("Label smoothing"))

    settings: Settings

    def forward(self, lesson: Lesson) -> Tensor:
        """One number."""
        logits, told = lesson.student.logits, lesson.labels >= 0
        if not told.any():
            return logits.sum() * 0
        balance = lesson.balance if self.settings.balanced else None
        return F.cross_entropy(
            logits[told],
            lesson.labels[told],
            weight=None if balance is None else balance.to(torch.float32),
            label_smoothing=self.settings.label_smoothing,
        )
