"""What an image teacher answers about pictures: asked once, kept on the disk, looked up ever after.

The file's name is made of every number the answers follow from: the teacher's weights, the pictures, the device.
Kept as float16, whose error is at most 2^-11 of a value; where a value is too large for it, as float32.
"""

import hashlib
from collections.abc import Generator
from contextlib import suppress
from pathlib import Path
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from engine.atomic import writing
from engine.control import Control
from engine.events import Event, Phase
from engine.places import cache_folder
from engine.teachers2d.teacher import ImageTeacher

Question = Literal["prefix", "embed", "patches"]
_AT_ONCE = 64


def remembered(
    teacher: ImageTeacher,
    images: NDArray[np.uint8],
    control: Control,
    question: Question = "prefix",
) -> Generator[Event, None, Tensor]:
    """The teacher's answers (S, ...) float32 on the CPU about all pictures (S, H, W, 3), the same on every call.

    Yields Phase events while it asks; Stopped when asked to stop.
    """
    path = cache_folder() / "pictures" / f"{_mark(teacher, images, question)}.safetensors"
    answers = _read(path, len(images))
    if answers is None:
        parts = []
        for start in range(0, len(images), _AT_ONCE):
            yield from control.gate()
            share = start / len(images)
            yield Phase(name="Asking the image teacher", detail="", fraction=share)
            parts.append(
                getattr(teacher, question)(tensors(images[start : start + _AT_ONCE], teacher))
            )
        answers = _rounded(torch.cat(parts).cpu())
        _write(path, answers)
    return answers.float()


def tensors(images: NDArray[np.uint8], teacher: ImageTeacher) -> Tensor:
    """Pictures (B, H, W, 3) as a teacher wants them: (B, 3, H, W), 0..1, on its device."""
    return torch.from_numpy(images).to(_device(teacher)).permute(0, 3, 1, 2).float() / 255


def _device(teacher: ImageTeacher) -> torch.device:
    return next(teacher.parameters()).device


def _rounded(answers: Tensor) -> Tensor:
    half = answers.half()
    return half if bool(torch.isfinite(half).all()) else answers.float()


def _mark(teacher: ImageTeacher, images: NDArray[np.uint8], question: str) -> str:
    shapes = f"{question} {images.shape} {_device(teacher).type} {type(teacher).__name__}"
    digest = hashlib.sha256(shapes.encode())
    for name, value in sorted(teacher.state_dict().items()):
        digest.update(f"{name} {tuple(value.shape)}".encode())
        digest.update(value.detach().cpu().contiguous().numpy().data)
    digest.update(np.ascontiguousarray(images).data)
    return digest.hexdigest()[:32]


def _read(path: Path, count: int) -> Tensor | None:
    """None where there are none yet, or the file is damaged: they can be asked for again."""
    with suppress(OSError, SafetensorError, KeyError):
        answers = load_file(path)["answers"]
        return answers if len(answers) == count else None
    return None


def _write(path: Path, answers: Tensor) -> None:
    """A full disk only costs the time of asking again."""
    with suppress(OSError, SafetensorError):
        path.parent.mkdir(parents=True, exist_ok=True)
        with writing(path) as temporary:
            save_file({"answers": answers.contiguous()}, temporary)
