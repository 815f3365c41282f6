"""What a loss may look at: one batch's answers and the truth."""

from dataclasses import dataclass

from torch import Tensor

from engine.nets.output import Output


@dataclass(frozen=True)
class Lesson:
    """student and teacher answers on the same B clouds, labels (B,) int64, rows (B,) in the training set."""

    student: Output
    labels: Tensor
    rows: Tensor
    teacher: Output | None = None

    @property
    def taught(self) -> Output:
        """The teacher's answers; asking without a teacher is a programming error."""
        assert self.teacher is not None
        return self.teacher
