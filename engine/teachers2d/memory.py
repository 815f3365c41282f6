"""What an image teacher answers about pictures: asked once, kept on the disk, looked up ever after.

Kept as float16, whose error is at most 2^-11 of a value; where a value is too large for it, as float32.
"""

from collections.abc import Generator
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine import answers
from engine.control import Control
from engine.events import Event, Phase
from engine.teachers2d.teacher import ImageTeacher
from engine.words import say

Question = Literal["prefix", "embed", "patches"]
_AT_ONCE = 64


def remembered(
    teacher: ImageTeacher,
    images: NDArray[np.uint8],
    control: Control,
    question: Question = "prefix",
) -> Generator[Event, None, Tensor]:
    """The teacher's answers (S, ...) about all pictures (S, H, W, 3), on the CPU as they are kept: the same every time.

    Yields Phase events while it asks; Stopped when asked to stop.
    """
    words = f"{question} {_device(teacher).type} {type(teacher).__name__}"
    path = answers.place_of("pictures", teacher, torch.from_numpy(images), words)
    kept = answers.found(path).get("answers")
    if kept is None or len(kept) != len(images):
        parts = []
        for start in range(0, len(images), _AT_ONCE):
            yield from control.gate()
            share = start / len(images)
            yield Phase(name=say("Asking the image teacher"), detail="", fraction=share)
            asked = tensors(images[start : start + _AT_ONCE], teacher)
            parts.append(getattr(teacher, question)(asked).cpu())
        kept = _rounded(torch.cat(parts))
        answers.keep(path, {"answers": kept})
    return kept


def tensors(images: NDArray[np.uint8], teacher: ImageTeacher) -> Tensor:
    """Pictures (B, H, W, 3) as a teacher wants them: (B, 3, H, W), 0..1, on its device."""
    return torch.from_numpy(images).to(_device(teacher)).permute(0, 3, 1, 2).float() / 255


def _device(teacher: ImageTeacher) -> torch.device:
    return next(teacher.parameters()).device


def _rounded(answers: Tensor) -> Tensor:
    half = answers.half()
    return half if bool(torch.isfinite(half).all()) else answers.float()
