"""Losses of a detector: what its boxes cost, term by term, once each true box is matched with one of its answers.

The matching and the terms are engine.detection's (3DETR); here each is a lesson with a weight of its own, as published:
overlap 1, kind 1, centre 5, size 1, direction 0.1, and its rest 5 times that.
"""

from typing import Any

from pydantic import Field
from torch import Tensor

from engine import registry
from engine.losses.lesson import Lesson, Term
from engine.registry import register
from engine.words import say

COSTS = ("overlap", "kind", "centre", "size", "heading", "rest")  # as BoxLoss names them


def _told(word: str, greek: str, symbol: str, token: str, why: str) -> dict[str, Any]:
    words = {"word": word, "greek": greek, "symbol": symbol, "token": token, "why": why}
    return words | {"from": "boxes"}


class _OfBoxes(Term):
    """One of the terms, which the recipe has computed for all of them together."""

    cost: str

    def forward(self, lesson: Lesson) -> Tensor:
        """One number."""
        return lesson.costs[self.cost]


@register(
    "loss", "box_overlap", say("Fill the same room"), say("How much of both boxes is shared.")
)
class BoxOverlap(_OfBoxes):
    """Sum of 1 - GIoU over matched pairs, by the number of true boxes."""

    cost = "overlap"
    extra: dict[str, Any] = _told(
        say("Same room"), "alpha", "α", "kd", say("How much the shared room of two boxes counts.")
    )


@register(
    "loss",
    "box_kind",
    say("Name what is inside"),
    say("What a box holds, or that it holds nothing."),
)
class BoxKind(_OfBoxes):
    """Cross-entropy over all proposals; “nothing” weighs less, as the recipe says."""

    cost = "kind"
    extra: dict[str, Any] = _told(
        say("Right name"), "gamma", "γ", "ce", say("How much the name of what is inside counts.")
    )


@register(
    "loss", "box_centre", say("Be in the right place"), say("How far the middle is from the true.")
)
class BoxCentre(_OfBoxes):
    """L1 in shares of the scene."""

    cost = "centre"
    extra: dict[str, Any] = _told(
        say("Right place"), "beta", "β", "crd", say("How much a wrong place counts.")
    )


@register(
    "loss", "box_size", say("Be as large"), say("How far the three sizes are from the true ones.")
)
class BoxSize(_OfBoxes):
    """L1 in shares of the scene."""

    cost = "size"
    extra: dict[str, Any] = _told(
        say("Be as large"), "delta", "δ", "crd", say("How much a wrong size counts.")
    )


@register(
    "loss", "box_heading", say("Face the right way"), say("Which way it faces, and what is left.")
)
class BoxHeading(Term):
    """Cross-entropy over the net's directions, and Huber loss of the rest; 0 of nets with one direction."""

    extra: dict[str, Any] = _told(
        say("Right way"), "eta", "η", "ce", say("How much a wrong direction counts.")
    )

    class Settings(registry.Settings):
        """Of directions."""

        rest: float = Field(
            5.0,
            ge=0,
            title=say("Rest of the direction"),
            description=say(
                "How much what is left within a direction counts beside the direction itself."
            ),
            json_schema_extra={"term": say("angle residual")},
        )

    settings: Settings

    def forward(self, lesson: Lesson) -> Tensor:
        """One number."""
        return lesson.costs["heading"] + self.settings.rest * lesson.costs["rest"]
