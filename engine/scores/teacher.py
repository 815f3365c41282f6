"""How far student and teacher agree about a sample: on the kinds they taught each other they do."""

from typing import Any, ClassVar

import torch
from pydantic import Field
from torch import Tensor

from engine import registry
from engine.registry import register
from engine.scores.base import Score
from engine.scores.covariance import precise
from engine.scores.evidence import Evidence
from engine.words import say


def disagreement(logits: Tensor, teacher_logits: Tensor, temperature: float = 1.0) -> Tensor:
    """-KL(teacher ‖ student) of both softened answers, (B, K) each, known kinds only: (B,)."""
    student = (logits / temperature).log_softmax(1)
    teacher = (teacher_logits / temperature).log_softmax(1)
    return -(teacher.exp() * (teacher - student)).sum(1)


@register(
    "score", "disagreement", say("Agreement in answers"), say("How far student and teacher agree.")
)
class Disagreement(Score):
    """Free wherever a student has learnt from a teacher."""

    extra: ClassVar[dict[str, Any]] = {
        "term": say("-KL(teacher ‖ student)"),
        "needs": ["logits", "teacher"],
        "paper": say("Ours"),
    }

    class Settings(registry.Settings):
        """Of the disagreement."""

        temperature: float = Field(1.0, gt=0, le=1000, title=say("Temperature"))

    def rate(self, evidence: Evidence) -> Tensor:
        """At most 0."""
        logits, teacher = self.take(evidence, "logits", "teacher_logits")
        return disagreement(logits, teacher, self.settings.temperature)


@register(
    "score",
    "feature_gap",
    say("Agreement in features"),
    say("How well the teacher’s view is foreseen."),
)
class FeatureGap(Score):
    """Foretells the teacher's features from the student's, linearly, as on the training samples."""

    extra: ClassVar[dict[str, Any]] = {
        "term": say("-‖A f + b - teacher f‖"),
        "needs": ["features", "teacher", "train"],
        "paper": say("Ours"),
    }

    class Settings(registry.Settings):
        """Of the feature gap."""

        ridge: float = Field(
            1e-3,
            gt=0,
            le=1e3,
            title=say("Caution of the fit"),
            description=say("Relative to the mean variance of a feature."),
        )

    def rate(self, evidence: Evidence) -> Tensor:
        """At most 0."""
        parts = ("features", "teacher_features", "train_features", "train_teacher_features")
        taken = self.take(evidence, *parts)
        features, teacher, bank, taught = (precise(part) for part in taken)
        centre, goal = bank.mean(0), taught.mean(0)
        moved = bank - centre
        spread = moved.mT @ moved / len(moved)
        # Where nothing varies any ridge does: the fit is then the mean alone.
        ridge = self.settings.ridge * spread.diagonal().mean().clamp_min(1e-12)
        spread += ridge * torch.eye(len(spread), dtype=spread.dtype, device=spread.device)
        fit = torch.linalg.solve(spread, moved.mT @ (taught - goal) / len(moved))
        missed: Tensor = (features - centre) @ fit + goal - teacher
        gap: Tensor = torch.linalg.vector_norm(missed, dim=1)
        return -gap.to(taken[0].dtype)
