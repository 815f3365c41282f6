"""Variational information distillation (Ahn et al., CVPR 2019).

½ mean of (μ(f_S) - f_T)² / σ² + log σ²: the teacher's features (B, t) as a Gaussian about a prediction from the
student's (B, s), with one learnt variance per teacher channel. It bounds their mutual information from below, and
may fall under 0.
"""

import math
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from engine.losses.lesson import Course, Lesson, Term
from engine.registry import register
from engine.words import say

_FIRST, _SMALLEST = 5.0, 1e-5  # variances: at the start, and the least


def vid(predicted: Tensor, teacher: Tensor, variance: Tensor) -> Tensor:
    """Mean over (B, t) for a prediction of the same shape and variance (t,)."""
    return ((predicted - teacher).square() / variance + variance.log()).mean() / 2


@register(
    "loss",
    "vid",
    say("Foretell the features"),
    say("The student’s features should foretell the teacher’s."),
)
class VID(Term):
    """On penultimate features, through three linear layers of the teacher's width."""

    extra: dict[str, Any] = {  # noqa: RUF012
        "word": say("Foretell the features"),
        "greek": "psi",
        "symbol": "ψ",
        "token": "crd",
        "why": say("How well the teacher’s features can be foretold from the student’s."),
        "from": "teacher",
    }

    def __init__(self, settings: Any, course: Course) -> None:
        super().__init__(settings, course)
        width = course.teacher_dim
        self.predict = nn.Sequential(
            nn.Linear(course.student_dim, width),
            nn.ReLU(),
            nn.Linear(width, width),
            nn.ReLU(),
            nn.Linear(width, width),
        )
        start = math.log(math.expm1(_FIRST - _SMALLEST))
        self.raw_variance = nn.Parameter(torch.full((width,), start))

    def forward(self, lesson: Lesson) -> Tensor:
        """One number."""
        variance = F.softplus(self.raw_variance) + _SMALLEST
        return vid(self.predict(lesson.student.features), lesson.taught.features, variance)
