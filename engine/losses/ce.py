"""Cross-entropy with the true labels."""

from typing import Any

from pydantic import Field
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from engine import registry
from engine.losses.lesson import Lesson, Term
from engine.registry import register
from engine.words import say


@register("loss", "ce", say("The right answer"), say("How far the answer is from the true label."))
class CE(Term):
    """Mean of -log p(label) over the clouds whose label has a logit; a mixture has none where nothing answers it."""

    extra: dict[str, Any] = {  # noqa: RUF012
        "word": say("The right answer"),
        "greek": "gamma",
        "symbol": "γ",
        "token": "ce",
        "why": say("How much plain right or wrong counts."),
        "from": "labels",
    }

    class Settings(registry.Settings):
        """Of cross-entropy."""

        label_smoothing: float = Field(0.0, ge=0, lt=1, title=say("Label smoothing"))

    settings: Settings

    def forward(self, lesson: Lesson) -> Tensor:
        """One number."""
        logits = lesson.student.logits
        return F.cross_entropy(
            logits,
            lesson.labels,
            ignore_index=logits.shape[1],
            label_smoothing=self.settings.label_smoothing,
        )
