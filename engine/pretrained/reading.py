"""Reads the tensors of a checkpoint file. Nothing in it is run: only tensors and plain data are let in."""

import argparse
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file
from torch import Tensor

from engine.errors import FormatError
from engine.words import say

_WRAPPERS = ("base_model", "model_state_dict", "state_dict", "model", "net", "module")
_scalar = np.float64(0).__reduce__()[0]
# What the published files hold beside tensors: figures as numpy scalars, and the words of a command line.
_PLAIN: list[Any] = [
    np.dtype,
    argparse.Namespace,
    _scalar,
    (_scalar, "numpy.core.multiarray.scalar"),
    *{type(np.dtype(kind)) for kind in (np.float32, np.float64, np.int32, np.int64, np.bool_)},
]


def read_tensors(path: Path) -> dict[str, Tensor]:
    """The model's tensors by name, on the CPU; raises FormatError in a sentence where there are none to be had."""
    content = _content(path)
    for _ in range(3):  # a wrapper in a wrapper at most
        inner = next(
            (content[key] for key in _WRAPPERS if isinstance(content.get(key), dict)), None
        )
        if inner is None:
            break
        content = inner
    tensors = {str(name): value for name, value in content.items() if isinstance(value, Tensor)}
    if not tensors:
        raise FormatError(
            say(
                "{path} holds no weights. Nothing was started. Choose another file.", path=path.name
            )
        )
    return tensors


def _content(path: Path) -> dict[str, Any]:
    if not path.is_file():
        raise FormatError(say("There is no file {path}. Nothing was started.", path=path))
    try:
        with path.open("rb") as file:
            file.read(1)
    except OSError as error:
        raise FormatError(
            say("{path} could not be read: {error}. Nothing was started.", path=path, error=error)
        ) from None
    try:
        if path.suffix == ".safetensors":
            return dict(load_file(path))
        with torch.serialization.safe_globals(_PLAIN):
            content = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # noqa: BLE001  a damaged file makes torch raise whatever it stumbles over
        raise _damaged(path, error) from None
    if not isinstance(content, dict):
        raise FormatError(
            say(
                "{path} holds no weights by name but a {name}. Nothing was started.",
                path=path.name,
                name=type(content).__name__,
            )
        )
    return content


def _damaged(path: Path, error: Exception) -> FormatError:
    if "unsupported global" in str(error).lower() or "unsupported class" in str(error).lower():
        return FormatError(
            say(
                "{path} holds more than weights and plain data, and what that is could run as a program. "
                "Nothing of it was run, and nothing was started. Save its weights alone, best as "
                ".safetensors.",
                path=path.name,
            )
        )
    return FormatError(
        say(
            "{path} is damaged, or no checkpoint file. Nothing was started. Copy or download it again.",
            path=path.name,
        )
    )
