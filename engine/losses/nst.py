"""Neuron selectivity transfer (Huang and Wang, 2017).

The distributions of channels are to agree: MMD² = mean k(s, s') + mean k(t, t') - 2 mean k(s, t) with k(a, b) = (a·b)²
over all pairs of channels, where a channel is its activation at every place, taken to length 1. Per-point features
(B, N, C) with one order of points on both sides: mean over B. Penultimate features (B, C): the places are the B clouds
of the batch, so a channel is what it answers to them. Channels of any two widths, in any order.
"""

from typing import Any

from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from engine.losses.attention import refuse_other_places
from engine.losses.lesson import Lesson, Term
from engine.registry import register
from engine.usual_weights import USUAL_WEIGHTS
from engine.words import say


def nst(student: Tensor, teacher: Tensor) -> Tensor:
    """One number, at least 0. 50 is its usual weight. Raises ConfigError where the two have not the same places."""
    refuse_other_places(student, teacher)
    learnt, taught = _channels(student), _channels(teacher)
    return _alike(learnt, learnt) + _alike(taught, taught) - 2 * _alike(learnt, taught)


def _channels(features: Tensor) -> Tensor:
    """(B, N, C) or (B, C), every channel of length 1 over its places."""
    return F.normalize(features if features.ndim == 3 else features[None], dim=1)


def _alike(a: Tensor, b: Tensor) -> Tensor:
    return (a.transpose(1, 2) @ b).square().mean()


@register(
    "loss",
    "nst",
    say("The same specialists"),
    say("Features should answer to the same clouds as the teacher’s do."),
)
class NST(Term):
    """On penultimate features."""

    extra: dict[str, Any] = {  # noqa: RUF012
        "word": say("The same specialists"),
        "greek": "nu",
        "symbol": "ν",
        "token": "crd",
        "why": say(
            "How closely each feature’s favourite clouds follow the teacher’s; 50 is usual."
        ),
        "from": "teacher",
        "usual": USUAL_WEIGHTS["nst"],
    }

    def forward(self, lesson: Lesson) -> Tensor:
        """One number."""
        return nst(lesson.student.features, lesson.taught.features)
