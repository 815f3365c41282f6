"""Terms that look at the net's own matrices instead of its answers."""

from typing import Any, Literal

import torch
from pydantic import Field
from torch import Tensor

from engine import registry
from engine.losses.lesson import Lesson, Term
from engine.registry import register
from engine.words import say

Mode = Literal["mean_fro", "mean_square", "tf_sum"]


def feature_transform(matrices: Tensor, mode: Mode = "mean_fro") -> Tensor:
    """How far (B, k, k) alignment matrices are from orthogonal: A Aᵀ - I.

    mean_fro: mean over B of the Frobenius norm (the usual PyTorch form); mean_square: of its square (PointNet's
    paper); tf_sum: half the sum of squares over the whole batch (PointNet's first code).
    """
    unit = torch.eye(matrices.shape[1], device=matrices.device, dtype=matrices.dtype)
    squares = (matrices @ matrices.transpose(1, 2) - unit).square().sum(dim=(1, 2))
    if mode == "mean_fro":
        return squares.clamp_min(torch.finfo(squares.dtype).tiny).sqrt().mean()
    return squares.mean() if mode == "mean_square" else squares.sum() / 2


@register(
    "loss",
    "transform",
    say("Straight turns"),
    say("Keeps the big net’s feature matrix close to a rotation."),
)
class FeatureTransform(Term):
    """Looks at the last alignment matrix, which is the feature one in a net that has it."""

    extra: dict[str, Any] = {  # noqa: RUF012
        "word": say("Straight turns"),
        "greek": "rho",
        "symbol": "ρ",
        "token": "ink3",
        "why": say("Keeps the feature matrix close to a rotation; a little is enough."),
        "from": "net",
        "needs": "feature_transform",
    }

    class Settings(registry.Settings):
        """Of the feature-transform regulariser."""

        mode: Mode = Field("mean_fro", title=say("Form"))

    settings: Settings

    def forward(self, lesson: Lesson) -> Tensor:
        """One number."""
        return feature_transform(lesson.student.transforms[-1], self.settings.mode)
