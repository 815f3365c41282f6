"""What the mixtures have in common: how many outputs a draw gives, and pieces that replace pieces."""

import torch
from pydantic import Field
from torch import Generator, Tensor

from engine import registry
from engine.words import say


class Mixture:
    """Makes G mixtures of n clouds each. A subclass says in `one` how, with the first cloud of a draw as the base.

    A point is its place and whatever stands behind it: channels from the fourth on are carried along unread and
    unchanged, and draw nothing, so that a point can be followed by its number.
    """

    class Settings(registry.Settings):
        """Most mixtures have no settings of their own."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def __call__(self, clouds: Tensor, generator: Generator, all_outputs: bool = False) -> Tensor:
        """(G, n, N, C) -> (G, N, C), one output per draw, or (G, n, N, C) with each cloud the base once."""
        if not all_outputs:
            return self.one(clouds, generator)
        turns = range(clouds.shape[1])
        return torch.stack([self.one(clouds.roll(-turn, 1), generator) for turn in turns], dim=1)

    def one(self, clouds: Tensor, generator: Generator) -> Tensor:
        """(G, n, N, C) -> (G, N, C)."""
        raise NotImplementedError


class Pieces(registry.Settings):
    """How much of the base each other cloud replaces, as a part of an equal share (half of two, a third of three)."""

    least: float = Field(
        0.4,
        gt=0,
        le=1,
        title=say("Smallest piece"),
        description=say("Of an equal share of the points."),
    )
    most: float = Field(
        1.0,
        gt=0,
        le=1,
        title=say("Largest piece"),
        description=say("Of an equal share of the points."),
    )


def piece_sizes(pieces: Pieces, clouds: Tensor, generator: Generator) -> Tensor:
    """(G, 1) int64: how many points a piece has, drawn for every group; at least one."""
    groups, count, size, _ = clouds.shape
    low, high = sorted((pieces.least, pieces.most))
    drawn = torch.rand(groups, 1, generator=generator, device=clouds.device)
    share = (low + drawn * (high - low)) / count
    return (share * size).long().clamp_min(1)


def places(points: Tensor) -> Tensor:
    """(..., C) -> (..., 3): where the points are."""
    return points[..., :3]


def in_order(points: Tensor, keys: Tensor) -> Tensor:
    """(G, N, C) points by ascending (G, N) keys, ties by index."""
    order = keys.argsort(dim=1, stable=True)
    return points.gather(1, order[:, :, None].expand(-1, -1, points.shape[2]))


def replaced(base: Tensor, other: Tensor, sizes: Tensor) -> Tensor:
    """The first `sizes` (G, 1) points of the base (G, N, C) replaced by those of the other."""
    position = torch.arange(base.shape[1], device=base.device)
    return torch.where((position < sizes)[:, :, None], other, base)
