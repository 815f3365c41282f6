"""A recipe whose batches several processes share; alone, the recipe itself."""

import warnings
from typing import Any

import torch
from torch import Tensor, distributed, nn
from torch.nn.parallel import DistributedDataParallel

from engine.ranks.spread import spread, spreading
from engine.ranks.world import here
from engine.recipes.recipe import Recipe


class _Terms(nn.Module):
    """The terms of a recipe as what a module answers, for DistributedDataParallel."""

    def __init__(self, recipe: Recipe) -> None:
        super().__init__()
        self.recipe = recipe

    def forward(self, batch: Any) -> dict[str, Tensor]:
        """Every loss term of the whole batch, unweighted."""
        return self.recipe.terms(batch)


class Together:
    """`terms(batch)`; the gradients of a sum of them are the means over all processes, which begin with the weights
    of the first."""

    def __init__(self, recipe: Recipe) -> None:
        self.terms: Any = recipe.terms
        self._alone = here().size == 1
        if self._alone:
            return
        for part in recipe.shared_parts():
            spread(part)
        if recipe.teacher is not None:
            spread(recipe.teacher)
        with (
            warnings.catch_warnings()
        ):  # newer releases have another name for it, older ones do not know it
            warnings.simplefilter("ignore", FutureWarning)
            shared = DistributedDataParallel(
                _Terms(recipe), broadcast_buffers=False, find_unused_parameters=True
            )

        def terms(batch: Any) -> dict[str, Tensor]:
            with spreading():
                found: dict[str, Tensor] = shared(batch)
            return found

        self.terms = terms

    def mean(self, gradients: list[Tensor]) -> list[Tensor]:
        """Gradients that were not asked for by `backward`, as all processes together have them."""
        if self._alone:
            return gradients
        flat = torch.cat([own.flatten() for own in gradients])
        distributed.all_reduce(flat)
        parts = torch.split(flat / here().size, [own.numel() for own in gradients])
        return [part.view_as(own) for part, own in zip(parts, gradients, strict=True)]
