"""Answers of a frozen net that cost time to get: kept on the disk under a name made of what they follow from.

The net's weights, what it was asked about, and words for the rest (device, precision, question) make the name, so that
no run ever finds another's answers.
"""

import hashlib
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from engine.atomic import writing
from engine.places import cache_folder


def place_of(room: str, net: nn.Module, asked: Tensor, words: str) -> Path:
    """Where a net's answers about `asked` are or will be."""
    digest = hashlib.sha256(f"{words} {tuple(asked.shape)}".encode())
    for name, value in sorted(net.state_dict().items()):
        digest.update(f"{name} {tuple(value.shape)}".encode())
        digest.update(_bytes(value))
    digest.update(_bytes(asked))
    return cache_folder() / room / f"{digest.hexdigest()[:32]}.safetensors"


def found(path: Path, device: str | torch.device = "cpu") -> dict[str, Tensor]:
    """The answers by name; empty where there are none yet or the file is damaged: they can be asked for again."""
    with suppress(OSError, SafetensorError):
        answers: dict[str, Tensor] = load_file(path, device=str(device))
        return answers
    return {}


def keep(path: Path, answers: Mapping[str, Tensor]) -> None:
    """Write them whole or not at all; a full disk only costs the time of asking again."""
    with suppress(OSError, SafetensorError):
        path.parent.mkdir(parents=True, exist_ok=True)
        with writing(path) as temporary:
            save_file({name: value.contiguous() for name, value in answers.items()}, temporary)


def _bytes(value: Tensor) -> memoryview:
    return value.detach().cpu().contiguous().numpy().data
