"""How probable the best known kind is: plain (MSP) and with a high temperature (ODIN)."""

from typing import Any, ClassVar

import torch
from pydantic import Field
from torch import Tensor

from engine import registry
from engine.registry import register
from engine.scores.base import Score
from engine.scores.evidence import Evidence
from engine.words import say


def msp(logits: Tensor, unknown: Tensor | None = None) -> Tensor:
    """The largest known probability, (B, K) -> (B,). The softmax runs over the unknown logit (B,) too."""
    kinds = logits.shape[1]
    columns = logits if unknown is None else torch.cat([logits, unknown[:, None]], dim=1)
    return columns.softmax(1)[:, :kinds].amax(1)


def odin(logits: Tensor, temperature: float = 1000.0) -> Tensor:
    """The largest softmax(z / T). ODIN's shift of the input is left out: it needs the net, not its answers."""
    return msp(logits / temperature)


@register("score", "msp", say("Highest probability"), say("How probable the best known kind is."))
class MSP(Score):
    """Maximum softmax probability."""

    extra: ClassVar[dict[str, Any]] = {
        "term": "MSP",
        "needs": ["logits"],
        "paper": say("Hendrycks and Gimpel, ICLR 2017"),
    }

    def rate(self, evidence: Evidence) -> Tensor:
        """0..1."""
        (logits,) = self.take(evidence, "logits")
        return msp(logits, evidence.unknown)


@register(
    "score",
    "odin",
    say("Softened probability"),
    say("The highest probability at a very high temperature."),
)
class ODIN(Score):
    """The temperature part of ODIN."""

    extra: ClassVar[dict[str, Any]] = {
        "term": say("ODIN, ε = 0"),
        "needs": ["logits"],
        "paper": say("Liang, Li and Srikant, ICLR 2018"),
    }

    class Settings(registry.Settings):
        """Of ODIN."""

        temperature: float = Field(1000.0, gt=0, le=1e6, title=say("Temperature"))

    def rate(self, evidence: Evidence) -> Tensor:
        """Close to 1/K for every sample: only the order tells."""
        (logits,) = self.take(evidence, "logits")
        return odin(logits, self.settings.temperature)
