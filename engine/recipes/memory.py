"""What a teacher answers about training clouds in their fixed variants: asked once, looked up ever after.

Other runs with the same teacher and clouds (the rows of a table, the steps of a sweep) find the answers on the disk.
"""

from collections.abc import Generator, Iterator
from pathlib import Path

import torch
from torch import Tensor, nn

from engine import answers
from engine.nets.output import Output

_AT_ONCE = 64


class TeacherMemory:
    """Answers by variant: logits (M, K) and features (M, F) of all training clouds."""

    def __init__(self, teacher: nn.Module) -> None:
        self.teacher = teacher
        self._answers: dict[int, Output] = {}

    def knows(self, variant: int) -> bool:
        """Whether the teacher has been asked about this variant."""
        return variant in self._answers

    def ask(self, variant: int, points: Tensor) -> Iterator[float]:
        """Ask about all clouds (M, N, 3) of a variant, always in the same groups, so that a resumed run gets the very
        same answers; yields the share done before each group."""
        path = self._path(points)
        kept = answers.found(path, points.device)
        if not kept.keys() >= {"logits", "features"}:
            output = yield from self._outputs(points)
            kept = {"logits": output.logits, "features": output.features}
            answers.keep(path, kept)
        self._answers[variant] = Output(kept["logits"], kept["features"])

    def recall(self, variant: int, rows: Tensor) -> Output:
        """The answers about these clouds (B,)."""
        known = self._answers[variant]
        return Output(known.logits[rows], known.features[rows])

    def _outputs(self, points: Tensor) -> Generator[float, None, Output]:
        outputs = []
        for start in range(0, len(points), _AT_ONCE):
            yield start / len(points)
            with torch.no_grad():
                outputs.append(self.teacher(points[start : start + _AT_ONCE]).full())
        logits = torch.cat([output.logits for output in outputs])
        return Output(logits, torch.cat([output.features for output in outputs]))

    def _path(self, points: Tensor) -> Path:
        device = points.device.type
        precision = torch.is_autocast_enabled(device) and torch.get_autocast_dtype(device)
        return answers.place_of("answers", self.teacher, points, f"{device} {precision}")
