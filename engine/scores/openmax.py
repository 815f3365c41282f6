"""OpenMax: each logit gives up what extreme-value theory says is too far from its kind, to “unknown”."""

from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import Field
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from engine import registry
from engine.registry import register
from engine.scores.base import Score
from engine.scores.evidence import Evidence
from engine.scores.kinds import examples
from engine.words import say

Measure = Literal["euclidean", "cosine", "eucos"]
_EUCOS_SHARE = 1 / 200
"""How much of the Euclidean distance OSDN adds to the cosine distance."""


@dataclass(frozen=True)
class Tail:
    """A Weibull distribution of the largest distances, moved so that the smallest of them lies at 1."""

    start: float
    shape: float
    scale: float

    def weight(self, distance: Tensor) -> Tensor:
        """The share of the tail that lies nearer: 0 near, 1 far."""
        moved = (distance - self.start + 1).clamp_min(0)
        return -torch.expm1(-((moved / self.scale) ** self.shape))


def fit_tail(distances: NDArray[np.float64], size: int) -> Tail:
    """Fit the `size` largest distances as libMR does: by likelihood, after moving the smallest to 1."""
    from scipy.stats import weibull_min

    tail = np.sort(distances)[-size:]
    start = float(tail[0])
    if tail[-1] - start <= 1e-9 * max(1.0, abs(start)):
        # Equal distances have no likelihood maximum: a steep step just beyond them.
        return Tail(start, 1e3, 1.01)
    shape, _, scale = weibull_min.fit(tail - start + 1, floc=0)
    return Tail(start, float(shape), float(scale))


def distance(logits: Tensor, centre: Tensor, measure: Measure) -> Tensor:
    """From (B, K) to the mean activation (K,): (B,)."""
    euclidean: Tensor = torch.linalg.vector_norm(logits - centre, dim=1)
    cosine: Tensor = 1 - F.cosine_similarity(logits, centre[None])
    if measure == "eucos":
        return _EUCOS_SHARE * euclidean + cosine
    return cosine if measure == "cosine" else euclidean


def log_known(logits: Tensor, moved: Tensor, combine: Literal["logits", "chances"]) -> Tensor:
    """log P(known), (B,), when kind c gives up the share moved[:, c] of its logit or of its probability."""
    if combine == "chances":
        lost = (logits.softmax(1) * moved).sum(1)
        return (-lost.clamp(0, 1 - torch.finfo(lost.dtype).eps)).log1p()
    unknown = (logits * moved).sum(1)
    # 1 / (1 + e^(u - lse)), in a form that neither overflows nor rounds to 0 or 1.
    return -F.softplus(unknown - (logits * (1 - moved)).logsumexp(1))


@register(
    "score",
    "openmax",
    "OpenMax",
    say("Takes from every kind what is too far from its typical answer."),
)
class OpenMax(Score):
    """log of one minus OpenMax's probability of “unknown”. Typical answers come from rightly classified samples."""

    extra: ClassVar[dict[str, Any]] = {
        "term": "OpenMax",
        "needs": ["logits", "train"],
        "paper": say("Bendale and Boult, CVPR 2016"),
    }

    class Settings(registry.Settings):
        """Of OpenMax."""

        tail: int = Field(20, ge=3, title=say("Farthest samples to learn from"))
        alpha: int = Field(
            3,
            ge=1,
            title=say("Kinds that give"),
            description=say("The strongest so many; the first gives most."),
            json_schema_extra={"term": "α"},
        )
        measure: Measure = Field("euclidean", title=say("Distance"))
        combine: Literal["logits", "chances"] = Field(
            "logits",
            title=say("What is given away"),
            description=say("As published: logits. Probabilities are steadier."),
        )

    def rate(self, evidence: Evidence) -> Tensor:
        """At most 0."""
        logits, bank, labels = self.take(evidence, "logits", "train_logits", "train_labels")
        far = [self._far(logits, bank[mask]) for mask in examples(labels, bank)]
        moved = torch.stack(far, dim=1) * self._shares(logits)
        return log_known(logits, moved, self.settings.combine)

    def _far(self, logits: Tensor, examples: Tensor) -> Tensor:
        """How surely (B, K) lies beyond the examples (n, K) of one kind: (B,) in 0..1."""
        centre, measure = examples.mean(0), self.settings.measure
        # Only these few distances leave the device: SciPy fits them.
        seen = distance(examples, centre, measure).double().cpu().numpy()
        return fit_tail(seen, self.settings.tail).weight(distance(logits, centre, measure))

    def _shares(self, logits: Tensor) -> Tensor:
        """(B, K): 1 for the strongest kind, then (α - 1) / α ... down to 0."""
        rank = logits.argsort(dim=1, descending=True, stable=True).argsort(dim=1)
        shares: Tensor = 1 - rank / self.settings.alpha
        return shares.clamp_min(0).to(logits.dtype)
