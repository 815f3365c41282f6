"""Energy after scaling every feature by how concentrated they are (SCALE)."""

from typing import Any, ClassVar

from pydantic import Field
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from engine import registry
from engine.registry import register
from engine.scores.base import Score
from engine.scores.energy import energy
from engine.scores.evidence import Evidence
from engine.scores.shaping import boost, top
from engine.words import say


def scale(features: Tensor, percent: float) -> Tensor:
    """All features times exp(sum of all / sum of those left when `percent` % are cut). (B, F) -> the same."""
    kept, _ = top(features, percent)
    return features * boost(features, kept)


@register(
    "score", "scale", say("Scaled energy"), say("Energy, larger where many features speak at once.")
)
class Scale(Score):
    """As ASH-S, but nothing is cut away."""

    extra: ClassVar[dict[str, Any]] = {
        "term": "SCALE",
        "needs": ["features", "weights"],
        "paper": say("Xu et al., ICLR 2024"),
    }

    class Settings(registry.Settings):
        """Of SCALE."""

        percentile: float = Field(85.0, ge=0, le=98, title=say("Do not count, percent"))

    def rate(self, evidence: Evidence) -> Tensor:
        """Unbounded."""
        features = self.rectified(evidence)
        return energy(F.linear(scale(features, self.settings.percentile), *self.head(evidence)))
