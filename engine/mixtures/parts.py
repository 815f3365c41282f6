"""Part swap: clouds cut across an axis into n parts each, and put together with every part from another cloud."""

import torch
from torch import Generator, Tensor

from engine.mixtures.mixture import Mixture, in_order
from engine.registry import register
from engine.words import say


@register(
    "mixture",
    "parts",
    say("Swapped parts"),
    say("The foot of one cloud, the middle of another, the top of a third."),
)
class Parts(Mixture):
    """Part p of an output comes from cloud p of the draw, so all outputs together are the union of the sources."""

    def __call__(self, clouds: Tensor, generator: Generator, all_outputs: bool = False) -> Tensor:
        """(G, n, N, C) -> (G, N, C) or (G, n, N, C); the axis is drawn for every group."""
        groups, count, size, _ = clouds.shape
        axis = torch.randint(3, (groups, 1, 1, 1), generator=generator, device=clouds.device)
        height = clouds.gather(3, axis.expand(-1, count, size, 1)).flatten(0, 1).squeeze(2)
        ordered = in_order(clouds.flatten(0, 1), height).view_as(clouds)
        part = torch.arange(size, device=clouds.device) * count // size
        first = torch.arange(count if all_outputs else 1, device=clouds.device)
        source = (part + first[:, None]) % count
        outputs = ordered[:, source, torch.arange(size, device=clouds.device)]
        return outputs if all_outputs else outputs[:, 0]
