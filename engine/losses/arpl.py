"""Reciprocal points: be far from what your kind is not, within a radius that is learnt (Chen et al., TPAMI 2021)."""

from typing import Any

import torch
from pydantic import Field
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from engine import registry
from engine.losses.lesson import Course, Lesson, Term
from engine.nets.reciprocal import Reciprocal
from engine.registry import register
from engine.words import say


def radius_term(distances: Tensor, labels: Tensor, radius: Tensor, margin: float = 0.0) -> Tensor:
    """Mean over B of max(d_e(f, P_y) - R + margin, 0): distances (B, K), labels (B,), radius (1,)."""
    own = distances.gather(1, labels[:, None])[:, 0]
    return F.relu(own - radius + margin).mean()


@register(
    "loss",
    "arpl",
    say("Far from the others"),
    say("Pushes each kind away from the point of all that it is not."),
)
class ARPL(Term):
    """Uses the points of the student's last layer, which must be such a one: points of its own would leave the net's
    answers untaught. Only looks at clouds of known kinds. The radius R is learnt with the net and not needed after.
    """

    extra: dict[str, Any] = {  # noqa: RUF012
        "word": say("Far from the others"),
        "greek": "theta",
        "symbol": "θ",
        "token": "unknown",
        "why": say("How much it counts to be far from everything that is no such thing."),
        "from": "labels",
        "needs": "reciprocal",
    }

    class Settings(registry.Settings):
        """Of reciprocal points learning."""

        temperature: float = Field(
            1.0, gt=0, le=100, title=say("Temperature"), json_schema_extra={"term": "temperature"}
        )
        radius_weight: float = Field(
            0.1, ge=0, le=100, title=say("Weight of the radius"), json_schema_extra={"term": "λ"}
        )
        margin: float = Field(
            0.0,
            ge=0,
            le=100,
            title=say("Margin"),
            description=say("0 as in the paper; 1 as in its authors’ code."),
        )

    settings: Settings

    def __init__(self, settings: Settings, course: Course) -> None:
        super().__init__(settings, course)
        assert isinstance(course.head, Reciprocal)
        self.head = course.head
        self.radius = nn.Parameter(torch.zeros(1))

    def forward(self, lesson: Lesson) -> Tensor:
        """One number."""
        known = len(lesson.labels) - lesson.pseudo
        features, labels = lesson.student.features[:known], lesson.labels[:known]
        options = self.settings
        answer = F.cross_entropy(self.head(features) / options.temperature, labels)
        within = radius_term(self.head.distances(features), labels, self.radius, options.margin)
        return answer + options.radius_weight * within
