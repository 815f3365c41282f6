"""How far a sample is from the known kinds, measured in their own spread: Mahalanobis, plain and relative."""

from typing import Any, ClassVar

from torch import Tensor

from engine.registry import register
from engine.scores.base import Score
from engine.scores.covariance import precise, whitening
from engine.scores.evidence import Evidence
from engine.scores.kinds import means_of_kinds
from engine.scores.neighbours import distances
from engine.words import say


def mahalanobis(features: Tensor, bank: Tensor, labels: Tensor) -> Tensor:
    """Minus the squared distance to the mean of every kind met, one shared covariance; (B, F) -> (B, M)."""
    means, own = means_of_kinds(bank, labels)
    white = whitening(bank - means[own])
    return -distances(features @ white, means @ white).square()


def background(features: Tensor, bank: Tensor) -> Tensor:
    """Minus the squared distance to the mean of all, by the covariance of all; (B, F) -> (B, 1)."""
    mean = bank.mean(0, keepdim=True)
    white = whitening(bank - mean)
    return -distances(features @ white, mean @ white).square()


@register(
    "score",
    "mahalanobis",
    say("Distance to the kinds"),
    say("How far off, by how much the kinds vary."),
)
class Mahalanobis(Score):
    """Gaussians with one covariance (MDS), on the penultimate features alone."""

    extra: ClassVar[dict[str, Any]] = {
        "term": say("Mahalanobis"),
        "needs": ["features", "train"],
        "paper": say("Lee et al., NeurIPS 2018"),
    }

    def rate(self, evidence: Evidence) -> Tensor:
        """At most 0."""
        features, bank, labels = self.take(evidence, "features", "train_features", "train_labels")
        far = mahalanobis(precise(features), precise(bank), labels)
        return far.amax(1).to(features.dtype)


@register(
    "score",
    "relative_mahalanobis",
    say("Distance, relative"),
    say("How much closer it is to one kind than to everything known."),
)
class RelativeMahalanobis(Score):
    """Mahalanobis less the distance to all training samples together (RMDS)."""

    extra: ClassVar[dict[str, Any]] = {
        "term": say("Relative Mahalanobis"),
        "needs": ["features", "train"],
        "paper": say("Ren et al., 2021, arXiv 2106.09022"),
    }

    def rate(self, evidence: Evidence) -> Tensor:
        """Unbounded."""
        features, bank, labels = self.take(evidence, "features", "train_features", "train_labels")
        wide, whole = precise(features), precise(bank)
        closer = mahalanobis(wide, whole, labels) - background(wide, whole)
        return closer.amax(1).to(features.dtype)
