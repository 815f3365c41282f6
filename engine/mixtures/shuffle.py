"""Algorithm 1: all points of n clouds shuffled and cut into n clouds; every output is a thin ghost of each source."""

from torch import Generator, Tensor

from engine.mixtures.mixture import Mixture
from engine.points.mix import mix_groups
from engine.registry import register
from engine.words import say


@register(
    "mixture",
    "shuffle",
    say("Shuffled points"),
    say("The points of all clouds in one pot, dealt out again."),
)
class Shuffle(Mixture):
    """The paper's Algorithm 1. All outputs of a draw together are the union of its sources."""

    def __call__(self, clouds: Tensor, generator: Generator, all_outputs: bool = False) -> Tensor:
        """(G, n, N, C) -> (G, N, C) or (G, n, N, C)."""
        mixed, _ = mix_groups(clouds, generator)
        return mixed if all_outputs else mixed[:, 0]
