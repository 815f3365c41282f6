"""How far the k-th nearest training sample is, on unit features (KNN)."""

from typing import Any, ClassVar

from pydantic import Field
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from engine import registry
from engine.registry import register
from engine.scores.base import Score
from engine.scores.evidence import Evidence
from engine.scores.neighbours import by_rows, distances
from engine.words import say


def knn(features: Tensor, bank: Tensor, k: int) -> Tensor:
    """Minus the squared distance to the k-th nearest of bank (N, F), both of unit length; (B, F) -> (B,)."""
    unit, units = F.normalize(features), F.normalize(bank)

    def kth(block: Tensor) -> Tensor:
        return distances(block, units).kthvalue(k, dim=1).values

    return -by_rows(unit, units, kth).square()


@register(
    "score",
    "knn",
    say("k-th neighbour"),
    say("How close the k-th most similar training sample is."),
)
class KNN(Score):
    """Deep nearest neighbours."""

    extra: ClassVar[dict[str, Any]] = {
        "term": "KNN",
        "needs": ["features", "train"],
        "paper": say("Sun et al., ICML 2022"),
    }

    class Settings(registry.Settings):
        """Of KNN."""

        k: int = Field(50, ge=1, title=say("Which neighbour"), json_schema_extra={"term": "k"})

    def rate(self, evidence: Evidence) -> Tensor:
        """-4..0."""
        features, bank = self.take(evidence, "features", "train_features")
        if self.settings.k > len(bank):
            raise self.refuse(
                say(
                    "asks for the {k}th nearest training sample, but there are only {bank}: choose a "
                    "smaller k.",
                    k=self.settings.k,
                    bank=len(bank),
                )
            )
        return knn(features, bank, self.settings.k)
