"""Rigid-subset mix: a compact piece of one cloud, its shape kept, replaces one of another (RSMix, Lee et al., 2021)."""

import torch
from torch import Generator, Tensor
from torch.nn.functional import pad

from engine.mixtures.mixture import Mixture, Pieces, in_order, piece_sizes, places, replaced
from engine.points.distances import squared_distances
from engine.registry import register
from engine.words import say


@register(
    "mixture",
    "rigid",
    say("Transplanted pieces"),
    say("A compact piece of one cloud in the place of another’s."),
)
class Rigid(Mixture):
    """Around a random point of the base the nearest points leave; as many around one of the other move in."""

    class Settings(Pieces):
        """Of the rigid-subset mix."""

    def __init__(self, settings: Settings) -> None:
        self.pieces = settings

    def one(self, clouds: Tensor, generator: Generator) -> Tensor:
        """(G, n, N, C) -> (G, N, C)."""
        base, *others = clouds.unbind(1)
        for other in others:
            here, there = _centre(base, generator), _centre(other, generator)
            outgoing = in_order(base, squared_distances(places(base), here))
            incoming = in_order(other, squared_distances(places(other), there))
            incoming = incoming - _only_placed(there, other) + _only_placed(here, base)
            base = replaced(outgoing, incoming, piece_sizes(self.pieces, clouds, generator))
        return base


def _centre(points: Tensor, generator: Generator) -> Tensor:
    """(G, N, C) -> (G, 1, 3): where one of each cloud's points is."""
    groups, size, _ = points.shape
    index = torch.randint(size, (groups, 1, 1), generator=generator, device=points.device)
    return points.gather(1, index.expand(-1, -1, 3))


def _only_placed(centre: Tensor, like: Tensor) -> Tensor:
    """(G, 1, 3) -> (G, 1, C): what points carry beside their place is not moved."""
    return pad(centre, (0, like.shape[2] - 3))
