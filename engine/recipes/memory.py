"""What a teacher answers about training clouds in their fixed variants: asked once, looked up ever after.

Other runs with the same teacher and clouds (the rows of a table, the steps of a sweep) find the answers on the disk,
under a name made of the teacher's weights, the clouds and the precision.
"""

import hashlib
from collections.abc import Generator, Iterable, Iterator
from contextlib import suppress
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from engine.atomic import writing
from engine.nets.output import Output
from engine.places import cache_folder

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
        answers = _read(path, points.device)
        if answers is None:
            answers = yield from self._outputs(points)
            _write(path, answers)
        self._answers[variant] = answers

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
        mark = _mark([*self.teacher.state_dict().values(), points], f"{device} {precision}")
        return cache_folder() / "answers" / f"{mark}.safetensors"


def _mark(tensors: Iterable[Tensor], words: str) -> str:
    digest = hashlib.sha256(words.encode())
    for tensor in tensors:
        digest.update(tensor.detach().cpu().contiguous().numpy().data)
    return digest.hexdigest()[:32]


def _read(path: Path, device: torch.device) -> Output | None:
    """None where there are none yet, or the file is damaged: they can be asked for again."""
    with suppress(OSError, SafetensorError, KeyError):
        found = load_file(path, device=str(device))
        return Output(found["logits"], found["features"])
    return None


def _write(path: Path, answers: Output) -> None:
    """A full disk only costs the time of asking again."""
    with suppress(OSError, SafetensorError):
        path.parent.mkdir(parents=True, exist_ok=True)
        with writing(path) as temporary:
            save_file({"logits": answers.logits, "features": answers.features}, temporary)
