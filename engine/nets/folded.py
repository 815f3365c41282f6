"""Batch norms of a net that learns no more, folded into the layers before them: the same answers in fewer passes."""

from copy import deepcopy

import torch
from torch import Tensor, nn

from engine.nets.critical import CriticalMax


def folded(net: nn.Module) -> nn.Module:
    """A frozen copy in evaluation mode whose Linear (Dropout) BatchNorm1d chains are single Linear layers."""
    copy = deepcopy(net).eval().requires_grad_(False)
    for module in copy.modules():
        if isinstance(module, CriticalMax) and module.norm is not None:
            module.linear, module.norm = _absorbed(module.linear, module.norm), None
        elif isinstance(module, nn.Sequential):
            _fold_chain(module)
    return copy


def _fold_chain(layers: nn.Sequential) -> None:
    before = None
    for place, layer in enumerate(layers):
        if isinstance(layer, nn.BatchNorm1d) and before is not None:
            linear = layers[before]
            assert isinstance(linear, nn.Linear)
            layers[before], layers[place] = _absorbed(linear, layer), nn.Identity()
        if isinstance(layer, nn.Linear):
            before = place
        elif not isinstance(layer, nn.Dropout | nn.Identity):
            before = None


@torch.no_grad()
def _absorbed(linear: nn.Linear, norm: nn.BatchNorm1d) -> nn.Linear:
    """norm(W x + b) = (s W) x + s (b - mean) + shift with s = scale / √(variance + ε), worked out in float64."""
    assert norm.running_mean is not None and norm.running_var is not None
    scale = norm.weight.double() / (norm.running_var.double() + norm.eps).sqrt()
    one = deepcopy(linear).to(scale)  # of the same kind: some compute the same otherwise
    if one.bias is None:
        one.bias = nn.Parameter(torch.zeros_like(scale))
    one.weight.copy_(linear.weight.double() * scale[:, None])
    bias: Tensor | float = 0.0 if linear.bias is None else linear.bias.double()
    one.bias.copy_((bias - norm.running_mean.double()) * scale + norm.bias.double())
    return one.to(linear.weight).requires_grad_(False)
