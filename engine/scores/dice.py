"""Energy through only those weights that matter for the training samples (DICE)."""

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


def sparse(weight: Tensor, bank: Tensor, percent: float) -> Tensor:
    """W with all entries set to 0 whose mean contribution W · mean(f) is not above that percentile."""
    contribution = weight * bank.mean(0)
    return weight * (contribution > percentile(contribution, percent))


@register(
    "score", "dice", say("Sparse energy"), say("Energy through the connections that matter most.")
)
class Dice(Score):
    """Directed sparsification of the last layer."""

    extra: ClassVar[dict[str, Any]] = {
        "term": "DICE",
        "needs": ["features", "weights", "train"],
        "paper": say("Sun and Li, ECCV 2022"),
    }

    class Settings(registry.Settings):
        """Of DICE."""

        percentile: float = Field(90.0, ge=0, lt=100, title=say("Connections left out, percent"))

    def rate(self, evidence: Evidence) -> Tensor:
        """Unbounded."""
        features, bank = self.take(evidence, "features", "train_features")
        weight, bias = self.head(evidence)
        return energy(F.linear(features, sparse(weight, bank, self.settings.percentile), bias))
