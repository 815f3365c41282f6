"""Files of weights as people have them, read without running anything in them: safetensors, torch.save, TorchScript."""

from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from engine.errors import FormatError
from engine.formats.bounded import Damage, plain
from engine.formats.refusal import named, refusing
from engine.teachers2d.torchscript import is_torchscript, read_torchscript
from engine.words import say

_WRAPPINGS = ("state_dict", "model_state_dict", "model")
_MODULE = "module."


def read_weights(path: Path) -> dict[str, Tensor]:
    """The tensors of a file by name, on the CPU, in the precision they have. Raises only FormatError."""
    with refusing(path, say("file of weights")):
        if not path.is_file():
            raise Damage(say("there is no such file"))
        if path.suffix.lower() == ".safetensors":
            found: object = load_file(path)
        elif is_torchscript(path):
            found = read_torchscript(path)
        else:
            found = torch.load(path, map_location="cpu", weights_only=True)
        return _tensors(found)


def _tensors(found: object) -> dict[str, Tensor]:
    for key in _WRAPPINGS:
        if isinstance(found, Mapping) and isinstance(found.get(key), Mapping):
            found = found[key]
    if not isinstance(found, Mapping):
        raise Damage(say("it holds no table of weights"))
    kept = {str(name): value for name, value in found.items() if isinstance(value, Tensor)}
    if not kept:
        raise Damage(say("it holds no weights"))
    return {name.removeprefix(_MODULE): value for name, value in kept.items()}


def fill(net: nn.Module, weights: Mapping[str, Tensor], path: Path) -> None:
    """Give a net (on the meta device) its weights in float32; FormatError names the first that is missing or unlike."""
    for name, wanted in net.state_dict().items():
        if name not in weights:
            raise FormatError(
                say(
                    "{named} was not used: its “{name}” is missing.",
                    named=named(path),
                    name=plain(name, 60),
                )
            )
        if weights[name].shape != wanted.shape:
            raise FormatError(
                say(
                    "{named} was not used: its “{name}” has the shape {weights}, not {wanted}.",
                    named=named(path),
                    name=plain(name, 60),
                    weights=tuple(weights[name].shape),
                    wanted=tuple(wanted.shape),
                )
            )
    wanted_names = net.state_dict().keys()
    net.load_state_dict({name: weights[name].float() for name in wanted_names}, assign=True)
