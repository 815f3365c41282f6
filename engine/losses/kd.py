"""Knowledge distillation: match the teacher's softened answers (Hinton et al., 2015; the paper's eq. 5)."""

from typing import Any

from pydantic import Field
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from engine import registry
from engine.losses.lesson import Lesson
from engine.registry import register


def kd(student_logits: Tensor, teacher_logits: Tensor, temperature: float = 4.0) -> Tensor:
    """T² · KL(softmax(teacher / T) ‖ softmax(student / T)), (B, K) each, summed over kinds, mean over B.

    T² keeps the gradient's size independent of T.
    """
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


@register("loss", "kd", "Soft answers", "Copies the teacher’s doubts, not only its verdicts.")
class KD(nn.Module):
    """Distils on the kinds the teacher knows; a further logit of the student takes no part."""

    extra: dict[str, Any] = {  # noqa: RUF012
        "word": "Soft answers",
        "greek": "alpha",
        "symbol": "α",
        "token": "kd",
        "why": "How closely to copy the teacher’s doubts, not only its verdicts.",
        "from": "teacher",
    }

    class Settings(registry.Settings):
        """Of knowledge distillation."""

        temperature: float = Field(
            4.0,
            gt=0,
            le=100,
            title="Teacher softness",
            description="Higher shows more of the teacher’s doubts.",
            json_schema_extra={"term": "KD temperature"},
        )

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.settings = settings

    def forward(self, lesson: Lesson) -> Tensor:
        """One number."""
        known = lesson.taught.logits.shape[1]
        return kd(lesson.student.logits[:, :known], lesson.taught.logits, self.settings.temperature)
