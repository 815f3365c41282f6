"""Pseudo-open-set samples: mixtures of clouds of different known kinds, which a net is to answer with “none of these”.

Sources are turned and stretched each on its own, mixed, normalised like every cloud, and augmented like every cloud.
"""

import math
from collections import Counter
from typing import Annotated, Literal

import torch
from pydantic import Field
from torch import Generator, Tensor

from engine import registry
from engine.device import seeded
from engine.errors import ConfigError
from engine.experiment import Choice, Experiment
from engine.points import normalise
from engine.points.augment import augment
from engine.words import say

_FRESH, _POOL = 4, 5  # the loop and the batches draw with other numbers
_AT_ONCE = 256
_LARGE = 2**62  # a remainder of so large a number is as good as uniform


class PseudoSettings(registry.Settings):
    """How many mixtures a batch gets, of how many clouds each, and how they are made."""

    ratio: float = Field(
        0.1,
        gt=0,
        le=4,
        title=say("Mixtures per known cloud"),
        description=say("A tenth makes them as many as the clouds of one kind of ten."),
        json_schema_extra={"term": say("pseudo-open-set ratio ρ")},
    )
    sources: tuple[Annotated[int, Field(ge=2, le=8)], ...] = Field(
        (2, 3, 4),
        min_length=1,
        title=say("Clouds in a mixture"),
        description=say(
            "Each of another kind. Mixtures of n clouds come n times as often as single ones would."
        ),
    )
    mixture: Choice = Field(Choice(name="shuffle"), title=say("How clouds are mixed"))
    all_outputs: bool = Field(
        False,
        title=say("Keep all outputs of a draw"),
        description=say("As printed in the paper; off: one of each draw, which varies more."),
    )
    pool: Literal["fresh", "fixed"] = Field(
        "fresh",
        title=say("Mixtures"),
        description=say("fresh: new ones in every batch; fixed: made once, shown again and again."),
    )


class PseudoSamples:
    """Makes the mixtures of every step from the training clouds (M, N, 3), labels (M,) below `known`, on their device.

    Raises ConfigError when there are fewer than two kinds, or fewer than a mixture is to have.
    """

    def __init__(
        self,
        settings: PseudoSettings,
        experiment: Experiment,
        points: Tensor,
        labels: Tensor,
        known: int,
    ) -> None:
        self.settings, self.experiment, self.points, self.known = (
            settings,
            experiment,
            points,
            known,
        )
        choice = settings.mixture
        self.mixture = registry.make("mixture", choice.name, choice.settings)
        kinds, self._count = torch.unique(labels, return_counts=True)
        _refuse_few(len(kinds), settings)
        self._order = labels.argsort(stable=True)
        self._start = self._count.cumsum(0) - self._count
        turn = "any" if experiment.augment.turn == "any" else "upright"
        # Points dropped or jittered twice would tell mixtures from clouds, so the sources are spared both.
        self._before = experiment.augment.model_copy(
            update={"turn": turn, "dropout": 0.0, "jitter": 0.0}
        )
        self._pool = self._made_once() if settings.pool == "fixed" else None

    def at(self, step: int, batch_size: int) -> tuple[Tensor, Tensor, Tensor]:
        """Points (P, N, 3), labels (P,) all `known`, rows (P,) of a step: M and up in a fixed pool, else -1.

        P is the ratio times the batch size on the average of many steps.
        """
        first, last = (math.floor(at * batch_size * self.settings.ratio) for at in (step, step + 1))
        generator = seeded(self.points.device, self.experiment.seed, _FRESH, step)
        rows = torch.arange(first, last, device=self.points.device)
        labels = torch.full_like(rows, self.known)
        if self._pool is None:
            points, rows = self.made(first, last, generator), torch.full_like(rows, -1)
        else:
            points, rows = self._pool[rows % len(self._pool)], rows % len(self._pool)
            rows = rows + len(self.points)
        return augment(points, self.experiment.augment, generator), labels, rows

    def made(self, first: int, last: int, generator: Generator) -> Tensor:
        """The mixtures number `first` to before `last`, normalised: (last - first, N, 3), by number of sources."""
        numbers = [size for size in self.settings.sources for _ in range(size)]
        wanted = Counter(numbers[number % len(numbers)] for number in range(first, last))
        parts = [self._of(size, wanted[size], generator) for size in sorted(wanted)]
        return normalise(torch.cat([self.points[:0], *parts]))

    def draw(self, draws: int, size: int, generator: Generator) -> Tensor:
        """Rows (draws, size) of clouds to mix; the clouds of a draw are of pairwise different kinds."""
        device = self.points.device
        keys = torch.rand(draws, len(self._count), generator=generator, device=device)
        kinds = keys.argsort(dim=1, stable=True)[:, :size]
        number = torch.randint(_LARGE, (draws, size), generator=generator, device=device)
        return self._order[self._start[kinds] + number % self._count[kinds]]

    def _of(self, size: int, wanted: int, generator: Generator) -> Tensor:
        """So many mixtures of `size` clouds each."""
        every = self.settings.all_outputs
        draws = math.ceil(wanted / size) if every else wanted
        clouds = self.points[self.draw(draws, size, generator)]
        clouds = augment(clouds.flatten(0, 1), self._before, generator).view_as(clouds)
        mixed: Tensor = self.mixture(clouds, generator, every)
        return mixed.flatten(0, 1)[:wanted] if every else mixed

    def _made_once(self) -> Tensor:
        """The fixed pool, shuffled, from the seed alone."""
        size, device = pool_size(self.settings, len(self.points)), self.points.device
        generator = seeded(device, self.experiment.seed, _POOL)
        starts = range(0, size, _AT_ONCE)
        made = [self.made(start, min(start + _AT_ONCE, size), generator) for start in starts]
        keys = torch.rand(size, generator=generator, device=device)
        return torch.cat(made)[keys.argsort(stable=True)]


def pool_size(settings: PseudoSettings, clouds: int) -> int:
    """How many mixtures a fixed pool for so many training clouds has."""
    return max(1, round(settings.ratio * clouds))


def _refuse_few(kinds: int, settings: PseudoSettings) -> None:
    if kinds < 2:
        raise ConfigError(
            say(
                "Mixtures need clouds of at least two known kinds to learn from. Nothing was started. "
                "Make more kinds known."
            )
        )
    if max(settings.sources) > kinds:
        raise ConfigError(
            say(
                "A mixture is to have clouds of {sources} different kinds, but only {kinds} are known. "
                "Nothing was started. Make more kinds known, or set recipe.sources to smaller numbers.",
                sources=max(settings.sources),
                kinds=kinds,
            )
        )
