"""What a loss is built for and what it may look at: the course, and one batch's answers and truth."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from torch import Tensor, nn

from engine import registry
from engine.nets.output import Output

if TYPE_CHECKING:
    from engine.losses.mimic import Mimic


@dataclass(frozen=True)
class Course:
    """What a loss is built for: feature widths (teacher_dim 0: no teacher), labels (M,) of all training rows,
    the student's last layer where a recipe has put one of another sort there, and in words which single places student
    and teacher speak of (empty: of none)."""

    student_dim: int
    teacher_dim: int
    labels: Tensor
    head: nn.Module | None = None
    places: tuple[str, str] = ("", "")


@dataclass(frozen=True)
class Lesson:
    """student and teacher answers on the same B clouds, labels (B,) int64, rows (B,) in the training set.

    The last `pseudo` clouds are pseudo-open-set samples: their label is one past the known ones. Where points are
    named, B counts points, label -1 is not told, and balance (K,) says how much each class counts; costs: what a
    detector's answers cost, term by term; mimics: imitated maps beside their teachers'.
    """

    student: Output
    labels: Tensor
    rows: Tensor
    teacher: Output | None = None
    pseudo: int = 0
    balance: Tensor | None = None
    costs: Mapping[str, Tensor] = field(default_factory=dict)
    mimics: Mapping[str, "Mimic"] = field(default_factory=dict)

    @property
    def taught(self) -> Output:
        """The teacher's answers; asking without a teacher is a programming error."""
        assert self.teacher is not None
        return self.teacher

    def first(self, count: int, teacher: Output) -> "Lesson":
        """The lesson of the first so many clouds, about which this teacher was asked."""
        pseudo = max(0, self.pseudo - (len(self.labels) - count))
        student = self.student.first(count)
        return Lesson(student, self.labels[:count], self.rows[:count], teacher, pseudo)

    @property
    def learnt(self) -> Tensor:
        """The student's logits (B, K) on the kinds the teacher knows; a further logit takes no part."""
        return self.student.logits[:, : self.taught.logits.shape[1]]


class Term(nn.Module):
    """A registered loss: built from its settings and the course, called with a lesson, gives one number."""

    extra: dict[str, Any]

    class Settings(registry.Settings):
        """A loss without settings of its own."""

    settings: registry.Settings

    def __init__(self, settings: Any, course: Course) -> None:
        super().__init__()
        self.settings = settings
