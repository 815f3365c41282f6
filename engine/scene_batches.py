"""Batches of rooms, of blocks of rooms, and of shapes with parts: drawn from (seed, step), whatever came before."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.random import Generator
from torch import Tensor

from engine.detection import Truth
from engine.experiment import Experiment
from engine.scene_blocks import Floats, crop, drawn, placed
from engine.scene_moves import MoveSettings, PieceSettings, RoomSettings, cuboid, kept, moved
from engine.scenes import NOT_TOLD, Parted, Scene
from engine.split import Rows

_ORDER, _DRAW = 1, 2
_NO_BOXES = np.zeros((0, 7), np.float32)
Where = tuple[Experiment, torch.device]


@dataclass(frozen=True)
class RoomBatch:
    """points (B, N, 3) in metres; truths: the boxes of each room; rows (B,) in the training set. Nothing in it can be
    named right or wrong one by one."""

    points: Tensor
    truths: list[Truth]
    rows: Tensor
    epoch: float
    known: int = 0


@dataclass(frozen=True)
class BlockBatch:
    """points (B, P, 3) as the net sees them; colours (B, P, 3) of 0..1, or None; labels (B, P), -1 where not told or
    not counted; known: how many are counted."""

    points: Tensor
    colours: Tensor | None
    labels: Tensor
    epoch: float
    known: int


@dataclass(frozen=True)
class PartBatch:
    """points (B, N, 3); category (B,) and labels (B, N), -1 where not told; known: how many are told."""

    points: Tensor
    category: Tensor
    labels: Tensor
    epoch: float
    known: int


class Drawn(ABC):
    """`steps` batches an epoch of `size` things each, out of `count`; those beyond the last full batch wait."""

    def __init__(self, count: int, where: Where) -> None:
        self.experiment, self.device = where
        self.count = count
        self.size = min(self.experiment.training.batch_size, count)
        self.steps = count // self.size
        self._order: tuple[int, Rows] = (-1, np.zeros(0, np.int64))

    def at(self, step: int) -> Any:
        """The batch of a step: the same for the same seed and step, whatever came before."""
        epoch, index = divmod(step, self.steps)
        if self._order[0] != epoch:
            order = np.random.default_rng([self.experiment.seed, _ORDER, epoch])
            self._order = (epoch, order.permutation(self.count))
        rows = self._order[1][index * self.size : (index + 1) * self.size]
        draws = [[self.experiment.seed, _DRAW, step, place] for place in range(len(rows))]
        return self.batch(rows, [np.random.default_rng(draw) for draw in draws], step / self.steps)

    @abstractmethod
    def batch(self, rows: Rows, draws: Sequence[Generator], epoch: float) -> Any:
        """These things, each changed by its own draws."""

    def variant(self, epoch: int) -> int | None:
        """Always changed afresh: no teacher looks at them."""
        return None

    def shown(self, variant: int) -> Tensor:
        """Nothing: there are no fixed variants."""
        return torch.empty(0)

    def told(self, arrays: Sequence[Any], kind: torch.dtype = torch.float32) -> Tensor:
        """Arrays of one shape as one tensor on the device."""
        return torch.from_numpy(np.stack(arrays)).to(self.device, kind)


class Rooms(Drawn):
    """Whole rooms with their boxes, for a detector."""

    def __init__(self, scenes: Sequence[Scene], settings: RoomSettings, where: Where) -> None:
        super().__init__(len(scenes), where)
        self.scenes, self.settings = scenes, settings

    def batch(self, rows: Rows, draws: Sequence[Generator], epoch: float) -> RoomBatch:
        """As the class says."""
        found = [self._room(self.scenes[row], rng) for row, rng in zip(rows, draws, strict=True)]
        points = self.told([points for points, _ in found])
        truths = [truth for _, truth in found]
        return RoomBatch(points, truths, torch.from_numpy(rows).to(self.device), epoch)

    def _room(self, scene: Scene, rng: Generator) -> tuple[Floats, Truth]:
        own, options = self.settings, self.experiment.augment
        points, boxes, labels = scene.points, scene.boxes, scene.labels
        if own.crop < 1:
            inside, held = cuboid(points, boxes, own.crop, own.crop_points, rng)
            points, boxes, labels = points[inside], boxes[held], labels[held]
        points = points[drawn(kept(len(points), options, rng), own.points, rng)]
        points, boxes = moved(points, boxes, own, options, rng)
        truth = Truth(torch.from_numpy(boxes), torch.from_numpy(labels.astype(np.int64)))
        return points, Truth(truth.boxes.to(self.device), truth.labels.to(self.device))


class Pieces(Drawn):
    """Blocks of rooms with a class for every point."""

    def __init__(
        self, scenes: Sequence[Scene], settings: PieceSettings, coloured: bool, where: Where
    ) -> None:
        super().__init__(len(scenes) * settings.blocks, where)
        self.scenes, self.settings, self.coloured = scenes, settings, coloured

    def batch(self, rows: Rows, draws: Sequence[Generator], epoch: float) -> BlockBatch:
        """As the class says."""
        scenes = [self.scenes[row % len(self.scenes)] for row in rows]
        found = [self._piece(scene, rng) for scene, rng in zip(scenes, draws, strict=True)]
        points, colours, labels = zip(*found, strict=True)
        shades = self.told(colours) if self.coloured else None
        wanted = self.told(labels, torch.int64)
        return BlockBatch(self.told(points), shades, wanted, epoch, int((wanted >= 0).sum()))

    def _piece(self, scene: Scene, rng: Generator) -> tuple[Floats, Any, Any]:
        own, options = self.settings, self.experiment.augment
        points, semantic, colours = scene.points, scene.semantic, scene.colours
        if options.dropout:
            rows = np.sort(kept(len(points), options, rng))
            points, semantic = points[rows], semantic[rows]
            colours = None if colours is None else colours[rows]
        block = crop(points, semantic, own, rng)
        seen, _ = moved(placed(points, block, own.unit == "radius"), _NO_BOXES, own, options, rng)
        labels = np.where(block.counted, semantic[block.members], NOT_TOLD)
        return seen, shades_of(colours, block.members) if self.coloured else None, labels


class Shapes(Drawn):
    """Shapes with a part for every point; neither mirrored nor turned, unless experiment.augment says so."""

    moves = MoveSettings(flip=False, tilt=0)

    def __init__(self, parted: Parted, rows: Rows, where: Where) -> None:
        super().__init__(len(rows), where)
        self.parted, self.rows = parted, rows

    def batch(self, rows: Rows, draws: Sequence[Generator], epoch: float) -> PartBatch:
        """As the class says."""
        own = self.rows[rows]
        found = [self._shape(row, rng) for row, rng in zip(own, draws, strict=True)]
        points, labels = zip(*found, strict=True)
        wanted = self.told(labels, torch.int64)
        category = torch.from_numpy(self.parted.category[own]).to(self.device)
        return PartBatch(self.told(points), category, wanted, epoch, int((wanted >= 0).sum()))

    def _shape(self, row: int, rng: Generator) -> tuple[Floats, Any]:
        points, parts = self.parted.points[row], self.parted.parts[row]
        options = self.experiment.augment
        rows = drawn(kept(len(points), options, rng), len(points), rng)
        seen, _ = moved(points[rows], _NO_BOXES, self.moves, options, rng)
        return seen, parts[rows]


def shades_of(colours: Any, members: Rows) -> Floats:
    """(N, 3) of 0..255 and (P,) -> (P, 3) of 0..1."""
    shades: Floats = colours[members].astype(np.float32) / 255
    return shades
