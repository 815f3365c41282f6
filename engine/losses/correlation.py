"""Correlation congruence (Peng et al., ICCV 2019).

‖K_S - K_T‖² / B² with Gaussian kernels K_ij = exp(-γ ‖f_i - f_j‖²) = exp(-2γ (1 - f_i·f_j)) of features of length 1.
The paper expands K to second order for large B; here it is exact. Features (B, s) and (B, t), of any two widths.
"""

from typing import Any

from pydantic import Field
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

from engine import registry
from engine.losses.lesson import Lesson, Term
from engine.registry import register
from engine.words import say


def correlation(student: Tensor, teacher: Tensor, gamma: float = 0.4) -> Tensor:
    """One number; 0 when all cosines agree."""
    return (_kernel(student, gamma) - _kernel(teacher, gamma)).square().mean()


def _kernel(features: Tensor, gamma: float) -> Tensor:
    unit = F.normalize(features, dim=1)
    return (2 * gamma * (unit @ unit.t() - 1)).exp()


@register(
    "loss",
    "correlation",
    say("The same company"),
    say("Clouds should keep the company that they keep for the teacher."),
)
class Correlation(Term):
    """On penultimate features."""

    extra: dict[str, Any] = {  # noqa: RUF012
        "word": say("The same company"),
        "greek": "chi",
        "symbol": "χ",
        "token": "crd",
        "why": say("How closely the clouds keep together as they do for the teacher."),
        "from": "teacher",
    }

    class Settings(registry.Settings):
        """Of correlation congruence."""

        gamma: float = Field(
            0.4, gt=0, le=100, title=say("Narrowness"), json_schema_extra={"term": say("kernel γ")}
        )

    settings: Settings

    def forward(self, lesson: Lesson) -> Tensor:
        """One number."""
        return correlation(lesson.student.features, lesson.taught.features, self.settings.gamma)
