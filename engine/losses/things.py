"""Losses of a camera student's detector, term by term: torchvision's Faster R-CNN with a depth (engine.detection2d).

`box_kind` of engine.losses.boxes is the fifth: what is inside.
"""

from typing import Any

from torch import Tensor

from engine.losses.lesson import Lesson, Term
from engine.registry import register
from engine.words import say

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


@register(
    "loss",
    "objectness",
    say("Notice something"),
    say("Whether there is anything at a place at all."),
)
class Objectness(_OfThings):
    """Cross-entropy over drawn anchors."""

    cost = "objectness"
    extra: dict[str, Any] = _told(
        say("Notice something"),
        "omicron",
        "ο",
        say("How much noticing that something is there counts."),
    )


@register(
    "loss",
    "rpn_box",
    say("Roughly where"),
    say("How far the first guess of a box is from the true one."),
)
class ProposedBox(_OfThings):
    """Smooth L1 of anchors that stand for a box."""

    cost = "rpn_box"
    extra: dict[str, Any] = _told(
        say("Roughly where"), "rho", "ρ", say("How much a wrong first guess of the place counts.")
    )


@register(
    "loss",
    "box_place",
    say("Exactly where"),
    say("How far a box in the picture is from the true one."),
)
class BoxPlace(_OfThings):
    """Smooth L1 of proposals that hold something, each by the deltas of what it holds."""

    cost = "place"
    extra: dict[str, Any] = _told(
        say("Exactly where"), "pi", "π", say("How much a wrong place of the final box counts.")
    )


@register(
    "loss", "box_depth", say("How far away"), say("How far the told distance is from the true one.")
)
class BoxDepth(_OfThings):
    """Smooth L1 of (depth / farthest)^(1 / 2.2)."""

    cost = "depth"
    extra: dict[str, Any] = _told(
        say("How far away"), "delta", "δ", say("How much a wrong distance counts.")
    )
