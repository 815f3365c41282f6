"""All clouds of one use as tensors on the device; batches are cut and augmented there, drawn from (seed, step)."""

import numpy as np
import torch
from torch import Tensor

from engine.clouds import Clouds
from engine.device import seeded
from engine.experiment import Experiment
from engine.points.augment import augment
from engine.pseudo import PseudoSamples
from engine.recipes.recipe import Batch
from engine.split import Rows

_ORDER, _AUGMENT, _VARIANT = 1, 2, 7


class Batches:
    """The training clouds. `steps` batches an epoch; clouds beyond the last full batch wait for another epoch.

    With `pseudo`, every batch gets its pseudo-open-set samples on top of its `size` known clouds.
    """

    pseudo: PseudoSamples | None = None

    def __init__(
        self, clouds: Clouds, rows: Rows, targets: Rows, where: tuple[Experiment, torch.device]
    ) -> None:
        self.experiment, self.device = where
        self.points = torch.from_numpy(clouds.points[rows]).to(self.device)
        self.labels = torch.from_numpy(targets[rows]).to(self.device)
        self.size = min(self.experiment.training.batch_size, len(rows))
        self.steps = len(rows) // self.size
        self._shown: tuple[int, Tensor] = (-1, torch.empty(0))
        self._order: tuple[int, Tensor] = (-1, torch.empty(0))

    def at(self, step: int) -> Batch:
        """The batch of a step: the same for the same seed and step, whatever came before."""
        epoch, index = divmod(step, self.steps)
        rows = self._shuffled(epoch)[index * self.size : (index + 1) * self.size]
        variant = self.variant(epoch)
        points = self._changed(rows, step) if variant is None else self.shown(variant)[rows]
        if self.pseudo is None:
            return Batch(points, self.labels[rows], rows, step / self.steps, 0, variant)
        more_points, more_labels, more_rows = self.pseudo.at(step, self.size)
        points = torch.cat([points, more_points])
        labels, all_rows = torch.cat([self.labels[rows], more_labels]), torch.cat([rows, more_rows])
        return Batch(points, labels, all_rows, step / self.steps, len(more_labels), variant)

    def variant(self, epoch: int) -> int | None:
        """Which fixed variant of the clouds an epoch shows; None where every batch is changed afresh."""
        variants = self.experiment.augment.variants
        return epoch % variants if variants else None

    def shown(self, variant: int) -> Tensor:
        """All training clouds (M, N, 3) in one of their fixed variants."""
        if self._shown[0] != variant:  # only one is kept: each is as large as the whole data set
            generator = seeded(self.device, self.experiment.seed, _VARIANT, variant)
            self._shown = variant, augment(self.points, self.experiment.augment, generator)
        return self._shown[1]

    def _changed(self, rows: Tensor, step: int) -> Tensor:
        generator = seeded(self.device, self.experiment.seed, _AUGMENT, step)
        return augment(self.points[rows], self.experiment.augment, generator)

    def _shuffled(self, epoch: int) -> Tensor:
        if self._order[0] != epoch:
            generator = seeded(torch.device("cpu"), self.experiment.seed, _ORDER, epoch)
            order = torch.randperm(len(self.points), generator=generator)
            self._order = (epoch, order.to(self.device))
        return self._order[1]


def sample(rows: Rows, most: int, seed: int) -> Rows:
    """At most so many of the rows, drawn by seed, in order."""
    if len(rows) <= most:
        return rows
    chosen: Rows = np.sort(np.random.default_rng(seed).choice(rows, most, replace=False))
    return chosen
