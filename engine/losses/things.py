"""Losses of a camera student's detector, term by term: torchvision's Faster R-CNN with a depth (engine.detection2d).

`box_kind` of engine.losses.boxes is the fifth: what is inside.
"""

from typing import Any

from torch import Tensor

from engine.losses.lesson import Lesson, Term
from engine.registry import register

COSTS = ("objectness", "rpn_box", "kind", "place", "depth")  # as the detector names them


def _told(word: str, greek: str, symbol: str, why: str) -> dict[str, Any]:
    return {
        "word": word,
        "greek": greek,
        "symbol": symbol,
        "token": "ce",
        "why": why,
        "from": "things",
    }


class _OfThings(Term):
    """One of the terms, which the net has computed for all of them together."""

    cost: str

    def forward(self, lesson: Lesson) -> Tensor:
        """One number."""
        return lesson.costs[self.cost]


@register("loss", "objectness", "Notice something", "Whether there is anything at a place at all.")
class Objectness(_OfThings):
    """Cross-entropy over drawn anchors."""

    cost = "objectness"
    extra: dict[str, Any] = _told(
        "Notice something", "omicron", "ο", "How much noticing that something is there counts."
    )


@register(
    "loss", "rpn_box", "Roughly where", "How far the first guess of a box is from the true one."
)
class ProposedBox(_OfThings):
    """Smooth L1 of anchors that stand for a box."""

    cost = "rpn_box"
    extra: dict[str, Any] = _told(
        "Roughly where", "rho", "ρ", "How much a wrong first guess of the place counts."
    )


@register(
    "loss", "box_place", "Exactly where", "How far a box in the picture is from the true one."
)
class BoxPlace(_OfThings):
    """Smooth L1 of proposals that hold something, each by the deltas of what it holds."""

    cost = "place"
    extra: dict[str, Any] = _told(
        "Exactly where", "pi", "π", "How much a wrong place of the final box counts."
    )


@register("loss", "box_depth", "How far away", "How far the told distance is from the true one.")
class BoxDepth(_OfThings):
    """Smooth L1 of (depth / farthest)^(1 / 2.2)."""

    cost = "depth"
    extra: dict[str, Any] = _told("How far away", "delta", "δ", "How much a wrong distance counts.")
