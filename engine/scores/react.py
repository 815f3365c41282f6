"""Energy after clipping features that are unusually strong (ReAct)."""

from typing import Any, ClassVar

from pydantic import Field
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from engine import registry
from engine.registry import register
from engine.scores.base import Score
from engine.scores.energy import energy
from engine.scores.evidence import Evidence
from engine.scores.shaping import percentile
from engine.words import say


@register(
    "score",
    "react",
    say("Clipped energy"),
    say("Energy once unusually strong features are clipped."),
)
class ReAct(Score):
    """Energy of W·min(f, c) + b, c a percentile of all training features."""

    extra: ClassVar[dict[str, Any]] = {
        "term": "ReAct",
        "needs": ["features", "weights", "train"],
        "paper": say("Sun, Guo and Li, NeurIPS 2021"),
    }

    class Settings(registry.Settings):
        """Of ReAct."""

        percentile: float = Field(90.0, ge=0, le=100, title=say("Clip above this percentile"))

    def rate(self, evidence: Evidence) -> Tensor:
        """Unbounded."""
        features, bank = self.take(evidence, "features", "train_features")
        ceiling = percentile(bank, self.settings.percentile)
        return energy(F.linear(features.minimum(ceiling), *self.head(evidence)))
