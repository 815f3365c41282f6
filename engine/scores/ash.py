"""Energy after cutting away most of the features of each sample (ASH-B and ASH-S)."""

from typing import Any, ClassVar

import torch
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


def ash_b(features: Tensor, percent: float) -> Tensor:
    """Cut `percent` % away and give every feature left the same value, so that the sum stays. (B, F) -> same."""
    kept, places = top(features, percent)
    fill = features.sum(1, keepdim=True) / kept.shape[1]
    return torch.zeros_like(features).scatter(1, places, fill.expand_as(kept))


def ash_s(features: Tensor, percent: float) -> Tensor:
    """Cut `percent` % away and scale the rest by exp(sum before / sum after). (B, F) -> the same."""
    kept, places = top(features, percent)
    return torch.zeros_like(features).scatter(1, places, kept * boost(features, kept))


@register(
    "score",
    "ash_b",
    say("Energy, features evened"),
    say("Energy of the strongest features, made equal."),
)
class AshB(Score):
    """ASH-B, then the energy of the last layer."""

    extra: ClassVar[dict[str, Any]] = {
        "term": "ASH-B",
        "needs": ["features", "weights"],
        "paper": say("Djurisic et al., ICLR 2023"),
    }

    class Settings(registry.Settings):
        """Of ASH-B."""

        percentile: float = Field(65.0, ge=0, le=98, title=say("Cut away, percent"))

    def rate(self, evidence: Evidence) -> Tensor:
        """Unbounded."""
        features = self.rectified(evidence)
        return energy(F.linear(ash_b(features, self.settings.percentile), *self.head(evidence)))


@register(
    "score",
    "ash_s",
    say("Energy, features cut"),
    say("Energy of the strongest features, sharpened."),
)
class AshS(Score):
    """ASH-S, then the energy of the last layer."""

    extra: ClassVar[dict[str, Any]] = {
        "term": "ASH-S",
        "needs": ["features", "weights"],
        "paper": say("Djurisic et al., ICLR 2023"),
    }

    class Settings(registry.Settings):
        """Of ASH-S."""

        percentile: float = Field(90.0, ge=0, le=98, title=say("Cut away, percent"))

    def rate(self, evidence: Evidence) -> Tensor:
        """Unbounded."""
        features = self.rectified(evidence)
        return energy(F.linear(ash_s(features, self.settings.percentile), *self.head(evidence)))
