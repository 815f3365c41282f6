"""The negative free energy of the known logits: a soft maximum that all of them share in."""

from typing import Any, ClassVar

from pydantic import Field
from torch import Tensor

from engine import registry
from engine.registry import register
from engine.scores.base import Score
from engine.scores.evidence import Evidence
from engine.words import say


def energy(logits: Tensor, temperature: float = 1.0) -> Tensor:
    """T · logsumexp(z / T), (B, K) -> (B,); at least the largest logit."""
    return temperature * (logits / temperature).logsumexp(1)


@register(
    "score", "energy", say("Energy"), say("How much all known kinds together speak for the sample.")
)
class Energy(Score):
    """Minus the free energy, so that higher is known."""

    extra: ClassVar[dict[str, Any]] = {
        "term": say("Energy"),
        "needs": ["logits"],
        "paper": say("Liu et al., NeurIPS 2020"),
    }

    class Settings(registry.Settings):
        """Of the energy."""

        temperature: float = Field(1.0, gt=0, le=1e6, title=say("Temperature"))

    def rate(self, evidence: Evidence) -> Tensor:
        """Unbounded."""
        (logits,) = self.take(evidence, "logits")
        return energy(logits, self.settings.temperature)
