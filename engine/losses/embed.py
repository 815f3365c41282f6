"""The projection that contrastive losses compare in: linear, then onto the unit sphere."""

from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from engine.losses.lesson import Course, Lesson, Term
from engine.registry import Settings


class Embed(nn.Module):
    """(B, inputs) -> (B, feature_dim), every row of length 1."""

    def __init__(self, inputs: int, feature_dim: int) -> None:
        super().__init__()
        self.linear = nn.Linear(inputs, feature_dim)

    def forward(self, features: Tensor) -> Tensor:
        """(B, inputs) -> (B, feature_dim)."""
        return F.normalize(self.linear(features), dim=1)


class Projected(Term):
    """A loss that compares the penultimate features of both sides, projected to one width."""

    def __init__(self, settings: Settings, course: Course, feature_dim: int) -> None:
        super().__init__(settings, course)
        self.student = Embed(course.student_dim, feature_dim)
        self.teacher = Embed(course.teacher_dim, feature_dim)

    def projected(self, lesson: Lesson) -> tuple[Tensor, Tensor]:
        """Features of student and teacher, (B, feature_dim) each, rows of length 1."""
        return self.student(lesson.student.features), self.teacher(lesson.taught.features)
