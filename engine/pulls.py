"""How hard each term of the loss pulls at the weights: the norms of their own gradients."""

from collections.abc import Callable

import torch
from torch import Tensor

from engine.recipes.recipe import Recipe

Mean = Callable[[list[Tensor]], list[Tensor]]


def pulls(recipe: Recipe, terms: dict[str, Tensor], epoch: float, mean: Mean) -> dict[str, Tensor]:
    """The norm of each weighted term's own gradient, where there are several terms. mean: over all processes."""
    if len(terms) < 2:
        return {}
    weights = [value for value in recipe.parameters() if value.requires_grad]
    norms = {}
    for name, value in terms.items():
        if not value.requires_grad:
            continue
        pulled = recipe.weighted(name, value, epoch)
        found = torch.autograd.grad(pulled, weights, retain_graph=True, allow_unused=True)
        parts = mean([part.float() for part in found if part is not None])
        norms[f"gradient/{name}"] = torch.stack([part.norm() for part in parts]).norm()
    return norms
