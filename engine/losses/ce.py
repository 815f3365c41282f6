"""Cross-entropy with the true labels."""

from typing import Any

from pydantic import Field
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from engine import registry
from engine.losses.lesson import Lesson
from engine.registry import register


@register("loss", "ce", "The right answer", "How far the answer is from the true label.")
class CE(nn.Module):
    """Mean over B of -log p(label)."""

    extra: dict[str, Any] = {  # noqa: RUF012
        "word": "The right answer",
        "greek": "gamma",
        "symbol": "γ",
        "token": "ce",
        "why": "How much plain right or wrong counts.",
        "from": "labels",
    }

    class Settings(registry.Settings):
        """Of cross-entropy."""

        label_smoothing: float = Field(0.0, ge=0, lt=1, title="Label smoothing")

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.settings = settings

    def forward(self, lesson: Lesson) -> Tensor:
        """One number."""
        return F.cross_entropy(
            lesson.student.logits, lesson.labels, label_smoothing=self.settings.label_smoothing
        )
