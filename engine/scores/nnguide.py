"""Energy, trusted as far as similar training samples had much of it too (NNGuide)."""

from typing import Any, ClassVar

from pydantic import Field
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from engine import registry
from engine.registry import register
from engine.scores.base import Score
from engine.scores.energy import energy
from engine.scores.evidence import Evidence
from engine.scores.neighbours import by_rows
from engine.words import say


def guidance(features: Tensor, bank: Tensor, bank_logits: Tensor, k: int) -> Tensor:
    """The mean of the k largest cosine · energy over the training samples (N, F), (N, K); (B, F) -> (B,)."""
    guides = F.normalize(bank) * energy(bank_logits)[:, None]

    def mean_of_best(block: Tensor) -> Tensor:
        return (block @ guides.mT).topk(k, dim=1).values.mean(1)

    return by_rows(F.normalize(features), guides, mean_of_best)


@register(
    "score",
    "nnguide",
    say("Guided energy"),
    say("Energy, weighed by its nearest training samples."),
)
class NNGuide(Score):
    """The bank is the whole training set, not a random part of it: the score is the same every time."""

    extra: ClassVar[dict[str, Any]] = {
        "term": say("NNGuide"),
        "needs": ["logits", "features", "train"],
        "paper": say("Park, Jung and Teoh, ICCV 2023"),
    }

    class Settings(registry.Settings):
        """Of NNGuide."""

        k: int = Field(10, ge=1, title=say("How many neighbours"), json_schema_extra={"term": "k"})

    def rate(self, evidence: Evidence) -> Tensor:
        """Unbounded."""
        logits, features = self.take(evidence, "logits", "features")
        bank, bank_logits = self.take(evidence, "train_features", "train_logits")
        if self.settings.k > len(bank):
            raise self.refuse(
                say(
                    "asks for {k} training samples, but there are only {bank}: choose a smaller k.",
                    k=self.settings.k,
                    bank=len(bank),
                )
            )
        return energy(logits) * guidance(features, bank, bank_logits, self.settings.k)
