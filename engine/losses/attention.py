"""Attention transfer (Zagoruyko and Komodakis, ICLR 2017).

mean of (q_S - q_T)², where q holds how strongly each place is lit: the mean square over its channels, all places of
one cloud together taken to length 1. Per-point features (B, N, C) with one order of points on both sides, channels of
any two widths; penultimate features (B, C) count as one cloud whose places are the B clouds of the batch.
"""

from typing import Any

from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from engine.errors import ConfigError
from engine.losses.lesson import Course, Lesson, Term
from engine.registry import called, register
from engine.usual_weights import USUAL_WEIGHTS
from engine.words import say


def attention(student: Tensor, teacher: Tensor) -> Tensor:
    """One number; 0 when both light the same places, whatever their brightness. 1,000 is its usual weight.

    Raises ConfigError where the two have not the same places.
    """
    refuse_other_places(student, teacher)
    return (_lit(student) - _lit(teacher)).square().mean()


def refuse_other_places(student: Tensor, teacher: Tensor) -> None:
    """Raises ConfigError where maps (B, N, C) or (B, C) differ in more than their channels."""
    if student.shape[:-1] != teacher.shape[:-1]:
        raise ConfigError(
            say(
                "Features of {learnt} and {taught} places cannot be compared place by place. Give both sides "
                "the same clouds with the same points in the same order.",
                learnt=" x ".join(map(str, student.shape[:-1])),
                taught=" x ".join(map(str, teacher.shape[:-1])),
            )
        )


def _lit(features: Tensor) -> Tensor:
    """(B, N, C) -> (B, N), or (B, C) -> (1, B)."""
    maps = features if features.ndim == 3 else features[None]
    return F.normalize(maps.square().mean(dim=2), dim=1)


@register(
    "loss",
    "attention",
    say("The same places"),
    say("The points that speak loudest should be those that do for the teacher."),
)
class Attention(Term):
    """On what both nets say of every single point, just before they sum a cloud up."""

    extra: dict[str, Any] = {  # noqa: RUF012
        "word": say("The same places"),
        "greek": "lambda",
        "symbol": "λ",
        "token": "crd",
        "why": say(
            "How closely the loudest points follow the teacher’s; the numbers are small, 1000 is usual."
        ),
        "from": "teacher",
        "usual": USUAL_WEIGHTS["attention"],
        "needs": "places",
    }

    def __init__(self, settings: Any, course: Course) -> None:
        super().__init__(settings, course)
        learnt, taught = course.places
        if not learnt or learnt != taught:
            raise ConfigError(
                say(
                    "The loss {called} compares what two nets say of the same places. This student "
                    "speaks of {learnt}, its teacher of {taught}. Nothing was started. Choose nets that "
                    "match, such as {nets}, without augment.variants.",
                    called=called("loss", "attention"),
                    learnt=learnt or say("no single places"),
                    taught=taught or say("no single places"),
                    nets=called("net", "pointnet_student_wide", "pointnet_teacher", every=True),
                )
            )

    def forward(self, lesson: Lesson) -> Tensor:
        """One number."""
        learnt, taught = lesson.student.places, lesson.taught.places
        assert learnt is not None and taught is not None
        return attention(learnt, taught)
