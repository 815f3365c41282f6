"""How well the direction of a sample agrees with that of the typical sample of some known kind."""

from typing import Any, ClassVar

from pydantic import Field
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from engine import registry
from engine.registry import register
from engine.scores.base import Score
from engine.scores.evidence import Evidence
from engine.scores.kinds import means_of_kinds
from engine.words import say


def prototype(features: Tensor, prototypes: Tensor, origin: Tensor) -> Tensor:
    """The largest cosine, seen from `origin` (F,), between (B, F) and the prototypes (M, F): (B,)."""
    return (F.normalize(features - origin) @ F.normalize(prototypes - origin).mT).amax(1)


@register(
    "score",
    "prototype",
    say("Typical direction"),
    say("How like the typical sample of a kind it is."),
)
class Prototype(Score):
    """Cosine to the nearest class mean."""

    extra: ClassVar[dict[str, Any]] = {
        "term": say("Prototype cosine"),
        "needs": ["features", "train"],
        "paper": say("Mensink et al., TPAMI 2013 (nearest class mean)"),
    }

    class Settings(registry.Settings):
        """Of the prototypes."""

        centred: bool = Field(
            True,
            title=say("Seen from the centre"),
            description=say(
                "Features after a ReLU all point one way; seen from their mean, kinds part."
            ),
        )

    def rate(self, evidence: Evidence) -> Tensor:
        """-1..1."""
        features, bank, labels = self.take(evidence, "features", "train_features", "train_labels")
        means, _ = means_of_kinds(bank, labels)
        origin = bank.mean(0) if self.settings.centred else bank.new_zeros(bank.shape[1])
        return prototype(features, means, origin)
