"""Cut and mix: a plane in any direction cuts the clouds, and one side comes from another (as PointCutMix, PointCaM)."""

import torch
from torch import Generator, Tensor

from engine.mixtures.mixture import Mixture, Pieces, in_order, piece_sizes, places, replaced
from engine.registry import register
from engine.words import say


@register(
    "mixture",
    "cut",
    say("Cut and joined"),
    say("One side of a plane from one cloud, the other from another."),
)
class Cut(Mixture):
    """The plane stands where the piece has its number of points, in each cloud, so that every output has N."""

    class Settings(Pieces):
        """Of cut and mix."""

    def __init__(self, settings: Settings) -> None:
        self.pieces = settings

    def one(self, clouds: Tensor, generator: Generator) -> Tensor:
        """(G, n, N, C) -> (G, N, C)."""
        base, *others = clouds.unbind(1)
        for other in others:
            side = torch.randn(len(clouds), 3, generator=generator, device=clouds.device)
            side = side.to(clouds.dtype)[:, :, None]
            base, other = (
                in_order(cloud, (places(cloud) @ side).squeeze(2)) for cloud in (base, other)
            )
            base = replaced(base, other, piece_sizes(self.pieces, clouds, generator))
        return base
