"""Hints (Romero et al., FitNets, ICLR 2015): mean square of r(f_S) - f_T, with a linear r learnt along.

Features (B, s) and (B, t); the function takes what already has one shape.
"""

from typing import Any

from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from engine.losses.lesson import Course, Lesson, Term
from engine.registry import register
from engine.usual_weights import USUAL_WEIGHTS
from engine.words import say


def hint(student: Tensor, teacher: Tensor) -> Tensor:
    """Mean square difference of two tensors of one shape."""
    return F.mse_loss(student, teacher)


@register(
    "loss",
    "hint",
    say("The same features"),
    say("The teacher’s features should follow from the student’s."),
)
class Hint(Term):
    """On penultimate features, the student's through a linear layer of the teacher's width."""

    extra: dict[str, Any] = {  # noqa: RUF012
        "word": say("The same features"),
        "greek": "phi",
        "symbol": "φ",
        "token": "crd",
        "why": say(
            "How closely the features follow the teacher’s, number by number; 100 is usual."
        ),
        "from": "teacher",
        "usual": USUAL_WEIGHTS["hint"],
    }

    def __init__(self, settings: Any, course: Course) -> None:
        super().__init__(settings, course)
        self.regressor = nn.Linear(course.student_dim, course.teacher_dim)

    def forward(self, lesson: Lesson) -> Tensor:
        """One number."""
        return hint(self.regressor(lesson.student.features), lesson.taught.features)
