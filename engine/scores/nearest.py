"""How close the nearest training sample or prototype is, as the 3D open-set benchmark 3D_OS measures it."""

from typing import Any, ClassVar, Literal

from pydantic import Field
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from engine import registry
from engine.registry import register
from engine.scores.base import Score
from engine.scores.evidence import Evidence
from engine.scores.kinds import means_of_kinds
from engine.scores.neighbours import by_rows, distances
from engine.words import say

_TOUCHING = 1e-12


def inverse_distance(features: Tensor, bank: Tensor) -> Tensor:
    """1 / Euclidean distance to the nearest of bank (N, F), at most 1e12; (B, F) -> (B,)."""
    nearest = by_rows(features, bank, lambda block: distances(block, bank).amin(1))
    return 1 / nearest.clamp_min(_TOUCHING)


def cosine(features: Tensor, bank: Tensor) -> Tensor:
    """(1 + cos) / 2 to the most similar of bank (N, F): 0..1; (B, F) -> (B,)."""
    units = F.normalize(bank)
    similar = by_rows(F.normalize(features), bank, lambda block: (block @ units.mT).amax(1))
    return 0.5 + 0.5 * similar


@register(
    "score",
    "nearest",
    say("Nearest neighbour"),
    say("How close the most similar training sample is."),
)
class Nearest(Score):
    """To a training sample or to the mean of a kind, by distance or by angle."""

    extra: ClassVar[dict[str, Any]] = {
        "term": say("1 / distance"),
        "needs": ["features", "train"],
        "paper": say("Alliegro, Cappio Borlino and Tommasi, NeurIPS 2022 (3DOS)"),
    }

    class Settings(registry.Settings):
        """Of the nearest neighbour."""

        to: Literal["samples", "prototypes"] = Field("samples", title=say("Nearest what"))
        measure: Literal["euclidean", "cosine"] = Field("euclidean", title=say("Measured by"))

    def rate(self, evidence: Evidence) -> Tensor:
        """At least 0."""
        features, bank = self.take(evidence, "features", "train_features")
        if self.settings.to == "prototypes":
            (labels,) = self.take(evidence, "train_labels")
            bank, _ = means_of_kinds(bank, labels)
        measure = cosine if self.settings.measure == "cosine" else inverse_distance
        return measure(features, bank)
