"""Which weights are pulled towards zero: all of them, or, as transformers are trained, only matrices."""

from collections.abc import Iterator
from typing import Any

from torch import nn

from engine.experiment import Optimiser


def decayed(module: nn.Module, options: Optimiser) -> Iterator[nn.Parameter] | list[dict[str, Any]]:
    """What an optimiser is made of: all parameters, or those with decay and those without as two groups.

    Without: anything with one dimension (biases, norms), and learnt tokens, which are (1, count, width).
    """
    if options.decay_all:
        return module.parameters()
    with_decay: list[nn.Parameter] = []
    without: list[nn.Parameter] = []
    for name, parameter in module.named_parameters():
        (without if _spared(name, parameter) else with_decay).append(parameter)
    groups = ((with_decay, options.weight_decay), (without, 0.0))
    return [{"params": some, "weight_decay": decay} for some, decay in groups if some]


def _spared(name: str, parameter: nn.Parameter) -> bool:
    token = parameter.ndim == 3 and parameter.shape[0] == 1
    return parameter.ndim <= 1 or token or name.endswith("bias")
