"""Knowledge distillation: match the teacher's softened answers (Hinton et al., 2015; the paper's eq. 5)."""

from typing import Any

from pydantic import Field
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from engine import registry
from engine.losses.lesson import Lesson, Term
from engine.losses.standardise import standardise as z_scores
from engine.registry import register
from engine.words import say


def kd(
    student_logits: Tensor,
    teacher_logits: Tensor,
    temperature: float = 4.0,
    standardise: bool = False,
) -> Tensor:
    """T² · KL(softmax(teacher / T) ‖ softmax(student / T)), (B, K) each, summed over kinds, mean over B.

    T² keeps the gradient's size independent of T. standardise: both sides as z-scores first.
    """
    if standardise:
        student_logits, teacher_logits = z_scores(student_logits), z_scores(teacher_logits)
    student = F.log_softmax(student_logits / temperature, dim=1)
    teacher = F.log_softmax(teacher_logits / temperature, dim=1)
    return F.kl_div(student, teacher, reduction="batchmean", log_target=True) * temperature**2


def soft_cross_entropy(
    student_logits: Tensor, teacher_logits: Tensor, temperature: float
) -> Tensor:
    """The paper's eq. 5 as printed: cross-entropy between both softened answers, mean over B, without T²."""
    student = F.log_softmax(student_logits / temperature, dim=1)
    teacher = F.softmax(teacher_logits / temperature, dim=1)
    return -(teacher * student).sum(dim=1).mean()


@register(
    "loss", "kd", say("Soft answers"), say("Copies the teacher’s doubts, not only its verdicts.")
)
class KD(Term):
    """Distils on the kinds the teacher knows; a further logit of the student takes no part."""

    extra: dict[str, Any] = {  # noqa: RUF012
        "word": say("Soft answers"),
        "greek": "alpha",
        "symbol": "α",
        "token": "kd",
        "why": say("How closely to copy the teacher’s doubts, not only its verdicts."),
        "from": "teacher",
    }

    class Settings(registry.Settings):
        """Of knowledge distillation."""

        temperature: float = Field(
            4.0,
            gt=0,
            le=100,
            title=say("Teacher softness"),
            description=say("Higher shows more of the teacher’s doubts."),
            json_schema_extra={"term": say("KD temperature")},
        )
        standardise: bool = Field(
            False,
            title=say("Compare proportions only"),
            description=say("Not how large the answers are; softness 2 is usual then."),
            json_schema_extra={"term": say("logit standardisation")},
        )
        printed: bool = Field(
            False,
            title=say("As the paper prints it"),
            description=say("Without the factor T²: the softer, the less it counts."),
            json_schema_extra={"term": say("eq. 5, soft cross-entropy")},
        )

    settings: Settings

    def forward(self, lesson: Lesson) -> Tensor:
        """One number."""
        options = self.settings
        if options.printed:
            pair = (lesson.learnt, lesson.taught.logits)
            student, teacher = map(z_scores, pair) if options.standardise else pair
            return soft_cross_entropy(student, teacher, options.temperature)
        return kd(lesson.learnt, lesson.taught.logits, options.temperature, options.standardise)
