"""Nets: every classifier takes points (B, N, 3) and gives an Output."""

from typing import Any, cast

import torch
from torch import nn

from engine import registry
from engine.experiment import Choice, Experiment
from engine.nets.output import Output

__all__ = ["Output", "build", "build_for", "count_macs", "count_parameters", "describe"]


def build(name: str, num_classes: int = 10, **settings: Any) -> nn.Module:
    """A registered net with `num_classes` logits; raises ConfigError for an unknown name or setting."""
    net = registry.get("net", name)
    return cast(nn.Module, net(registry.configure("net", name, settings), num_classes))


def build_for(experiment: Experiment, known: int) -> nn.Module:
    """The net an experiment trains on so many known kinds: with its further outputs and its own sort of last layer."""
    recipe = registry.get("recipe", experiment.recipe.name)
    return cast(nn.Module, recipe.build(experiment, known))


def count_parameters(module: nn.Module) -> int:
    """How many numbers its parameters hold, frozen ones too."""
    return sum(parameter.numel() for parameter in module.parameters())


def count_macs(module: nn.Module, points: int) -> int:
    """Multiply-accumulate operations of the linear layers for one cloud, counted without computing any."""
    total = 0

    def add(layer: nn.Module, inputs: tuple[torch.Tensor, ...], _output: object) -> None:
        nonlocal total
        weight = cast(torch.Tensor, layer.weight)
        total += inputs[0].numel() // weight.shape[1] * weight.numel()

    module = module.to("meta").eval()
    hooks = [
        layer.register_forward_hook(add)
        for layer in module.modules()
        if getattr(layer, "weight", None) is not None and cast(torch.Tensor, layer.weight).ndim == 2
    ]
    with torch.no_grad():
        module(torch.empty(1, points, 3, device="meta"))
    for hook in hooks:
        hook.remove()
    return total


def describe(experiment: Experiment) -> dict[str, Any]:
    """Size and cost of the net an experiment trains, for the window's live counters; the cost (0: not counted) is of
    nets that name clouds."""
    recipe = registry.get("recipe", experiment.recipe.name)
    choice = recipe.net_of(experiment)
    known = recipe.answers(experiment)
    classes = known + int(recipe.extra["unknown_output"])
    points = int(experiment.data.settings.get("points", 1024))
    with torch.device("meta"):
        net = build_for(experiment, known)
    return {
        "net": choice.name,
        "classes": classes,
        "points": points,
        "parameters": count_parameters(net),
        "macs": count_macs(net, points) if "nets" not in recipe.extra else 0,
    }


def chosen(net: Choice, usual: str) -> Choice:
    """The net asked for, or the recipe's usual one (with the settings asked for)."""
    return Choice(name=usual, **net.settings) if net.name == "auto" else net
