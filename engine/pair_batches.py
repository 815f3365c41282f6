"""Pairs of one use as tensors on the device: batches are cut there, drawn from (seed, step)."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Generator, Tensor

from engine.datasets.pairs import Pairs
from engine.device import seeded
from engine.experiment import Experiment
from engine.nets.alignment import cells, pixels
from engine.points.augment import augment, shuffled
from engine.points.normalise import normalise
from engine.split import Rows

_ORDER, _AUGMENT, _MASK = 1, 2, 9


@dataclass(frozen=True)
class PairBatch:
    """points (B, N, 3) as shown; places (B, N, 3): the same points where the camera saw them; target (B, ...): the
    image teacher's answer; intrinsics (B, 3, 3) and extrinsics (B, 4, 4), NaN where unknown; rows (B,) in the training
    set; mask: draws which patches are hidden. None of the clouds has a label to be right about."""

    points: Tensor
    places: Tensor
    target: Tensor
    intrinsics: Tensor
    extrinsics: Tensor
    rows: Tensor
    epoch: float
    mask: Generator
    side: int
    known: int = 0

    def cells(self, chosen: Tensor, grid: int) -> Tensor:
        """In which of the picture's grid x grid patches each chosen point (B, G) lies, -1 outside: (B, G)."""
        centres = self.places.gather(1, chosen[:, :, None].expand(-1, -1, 3))
        where, front = pixels(centres, self.intrinsics, self.extrinsics)
        # The middle of a pixel is a whole number in a camera, but half a pixel further within its picture.
        return cells(where + 0.5, front, (self.side, self.side), (grid, grid))


class PairBatches:
    """Some pairs, normalised, each with its target (kept in half precision). `steps` batches of `size` an epoch."""

    def __init__(
        self, pairs: Pairs, rows: Rows, targets: Tensor, where: tuple[Experiment, torch.device]
    ) -> None:
        self.experiment, self.device = where
        places = torch.from_numpy(pairs.points[rows])
        self.points = normalise(places).to(self.device)
        # Where the camera saw them: kept as middle and size, for a second copy of all clouds would fill the memory.
        self._middle = places.mean(dim=1, keepdim=True).to(self.device)
        away = torch.linalg.vector_norm(places - places.mean(dim=1, keepdim=True), dim=2)
        self._radius = away.amax(dim=1)[:, None, None].to(self.device)
        self.targets = targets[torch.from_numpy(rows)].to(self.device)
        self.intrinsics, self.extrinsics = (
            torch.from_numpy(array[rows]).float().to(self.device)
            for array in (pairs.intrinsics, pairs.extrinsics)
        )
        self.side = pairs.images.shape[1]
        self.size = min(self.experiment.training.batch_size, len(rows))
        self.steps = len(rows) // self.size
        self._order: tuple[int, Tensor] = (-1, torch.empty(0))

    def __len__(self) -> int:
        return len(self.points)

    def at(self, step: int) -> PairBatch:
        """The batch of a step: the same for the same seed and step, whatever came before."""
        epoch, index = divmod(step, self.steps)
        rows = self._shuffled(epoch)[index * self.size : (index + 1) * self.size]
        seed, options = self.experiment.seed, self.experiment.augment
        generator = seeded(self.device, seed, _AUGMENT, step)
        points, places = self.points[rows], self.places(rows)
        if options.shuffle:  # both alike, so that a patch's centre is still found in the picture
            both = shuffled(torch.cat([points, places], dim=2), generator)
            points, places = both[..., :3], both[..., 3:]
            options = options.model_copy(update={"shuffle": False})
        points = augment(points, options, generator)
        return self._batch(rows, points, places, step / self.steps, seed + step)

    def plain(self, rows: Tensor) -> PairBatch:
        """These pairs unchanged, the same patches hidden every time."""
        return self._batch(rows, self.points[rows], self.places(rows), 0.0, int(rows[0]))

    def places(self, rows: Tensor) -> Tensor:
        """The points of these pairs (B, N, 3) where the camera saw them."""
        places: Tensor = self.points[rows] * self._radius[rows] + self._middle[rows]
        return places

    def variant(self, epoch: int) -> int | None:
        """Pairs are always changed afresh: no teacher looks at the clouds."""
        return None

    def shown(self, variant: int) -> Tensor:
        """The clouds as they are."""
        return self.points

    def _batch(
        self, rows: Tensor, points: Tensor, places: Tensor, epoch: float, draw: int
    ) -> PairBatch:
        return PairBatch(
            points=points,
            places=places,
            target=self.targets[rows].float(),
            intrinsics=self.intrinsics[rows],
            extrinsics=self.extrinsics[rows],
            rows=rows,
            epoch=epoch,
            mask=seeded(self.device, self.experiment.seed, _MASK, draw),
            side=self.side,
        )

    def _shuffled(self, epoch: int) -> Tensor:
        if self._order[0] != epoch:
            generator = seeded(torch.device("cpu"), self.experiment.seed, _ORDER, epoch)
            order = torch.randperm(len(self.points), generator=generator)
            self._order = (epoch, order.to(self.device))
        return self._order[1]


def evenly(count: int, most: int) -> Rows:
    """At most so many of `count` rows, evenly spread."""
    rows: Rows = np.linspace(0, count - 1, min(count, most)).round().astype(np.int64)
    return rows
