"""Decoupled knowledge distillation (Zhao et al., CVPR 2022).

α · TCKD + β · NCKD, both times T². TCKD: KL between teacher and student on (p(label), 1 - p(label)). NCKD: KL between
their softmaxes over the other kinds alone. Plain distillation weights NCKD by the teacher's doubt, so what a sure
teacher knows about the wrong kinds is lost; here it counts in full. Logits (B, K), labels (B,), softmax of z / T.
"""

from typing import Any

import torch
from pydantic import Field
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from engine import registry
from engine.errors import ConfigError
from engine.losses.lesson import Course, Lesson, Term
from engine.losses.standardise import standardise as z_scores
from engine.registry import register
from engine.words import say


def dkd(
    student_logits: Tensor,
    teacher_logits: Tensor,
    labels: Tensor,
    alpha: float = 1.0,
    beta: float = 8.0,
    temperature: float = 4.0,
    standardise: bool = False,
) -> Tensor:
    """Mean over B. Raises ConfigError for two kinds, where there is one wrong answer and nothing to compare."""
    _refuse_two(student_logits.shape[1])
    if standardise:
        student_logits, teacher_logits = z_scores(student_logits), z_scores(teacher_logits)
    student, student_wrong = _decoupled(student_logits / temperature, labels)
    teacher, teacher_wrong = _decoupled(teacher_logits / temperature, labels)
    target = F.kl_div(student, teacher, reduction="batchmean", log_target=True)
    others = F.kl_div(student_wrong, teacher_wrong, reduction="batchmean", log_target=True)
    return (alpha * target + beta * others) * temperature**2


def _decoupled(logits: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    """Logarithms of (right, wrong) (B, 2), and of the softmax over the wrong kinds alone (B, K - 1).

    The label's column is left out by index: a mask before or after the softmax overflows or gives log 0.
    """
    columns = torch.arange(logits.shape[1] - 1, device=logits.device)
    wrong = logits.gather(1, columns + (columns >= labels[:, None]))
    right = logits.gather(1, labels[:, None])
    both = torch.cat([right, wrong.logsumexp(dim=1, keepdim=True)], dim=1)
    return F.log_softmax(both, dim=1), F.log_softmax(wrong, dim=1)


def _refuse_two(kinds: int) -> None:
    if kinds < 3:
        raise ConfigError(
            say(
                "The loss {called} compares the wrong answers with each other, and with {kinds} kinds "
                "there is only one. Use {instead}, or three kinds or more.",
                called=registry.called("loss", "dkd"),
                kinds=kinds,
                instead=registry.called("loss", "kd"),
            )
        )


@register(
    "loss",
    "dkd",
    say("Soft answers, taken apart"),
    say(
        "Copies how sure the teacher is, and how it ranks the wrong answers, each with its own weight."
    ),
)
class DKD(Term):
    """On the kinds the teacher knows. A warm-up of 20 epochs is usual."""

    extra: dict[str, Any] = {  # noqa: RUF012
        "word": say("Soft answers, taken apart"),
        "greek": "delta",
        "symbol": "δ",
        "token": "kd",
        "why": say("How closely to copy what the teacher thinks of the wrong answers too."),
        "from": "teacher",
    }

    class Settings(registry.Settings):
        """Of decoupled distillation."""

        temperature: float = Field(
            4.0,
            gt=0,
            le=100,
            title=say("Softness, taken apart"),
            description=say("Higher shows more of the teacher’s doubts."),
            json_schema_extra={"term": say("DKD temperature")},
        )
        alpha: float = Field(
            1.0, ge=0, title=say("Weight of being sure"), json_schema_extra={"term": "TCKD"}
        )
        beta: float = Field(
            8.0, ge=0, title=say("Weight of the wrong answers"), json_schema_extra={"term": "NCKD"}
        )
        standardise: bool = Field(
            False,
            title=say("Compare proportions only"),
            json_schema_extra={"term": say("logit standardisation")},
        )

    settings: Settings

    def __init__(self, settings: Settings, course: Course) -> None:
        super().__init__(settings, course)
        _refuse_two(int(course.labels.max()) + 1)

    def forward(self, lesson: Lesson) -> Tensor:
        """One number."""
        return dkd(lesson.learnt, lesson.taught.logits, lesson.labels, **self.settings.model_dump())
