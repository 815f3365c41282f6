"""Batches of a laser's sweeps: all points one after another, and which sweep each is of. Nothing is padded."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from numpy.random import Generator
from numpy.typing import NDArray
from pydantic import Field
from torch import Tensor

from engine import projection
from engine.drives import Frame
from engine.experiment import Augment
from engine.projection import project
from engine.registry import Settings
from engine.scene_batches import Drawn, Where
from engine.scene_blocks import class_counts
from engine.scene_moves import Floats, MoveSettings, kept, moved
from engine.split import Rows
from engine.words import say

_NO_BOXES = np.zeros((0, 7), np.float32)
_SIDES = -1.0, 1.0
_RARE = 0.001  # a share: of what is rarer, one point more or less would change its weight too much


class SweepSettings(Settings):
    """Which points of a sweep are looked at, and how sweeps are changed beside experiment.augment."""

    seen: Literal["all", "camera"] = Field(
        "all",
        title=say("Points looked at"),
        description=say("“camera”: only those that lie in its picture."),
        json_schema_extra={"term": say("field of view")},
    )
    flip: bool = Field(
        True, title=say("Mirrored"), description=say("Left and right, every second time.")
    )
    tilt: float = Field(
        5.0,
        ge=0,
        le=180,
        title=say("Turned by at most"),
        description=say("Degrees about the up axis; 180 as published."),
    )


@dataclass(frozen=True)
class Sweep:
    """What is looked at of a frame. points (N, 4): x, y, z in metres, intensity; labels (N,) index into the drive's
    classes, -1 not told; rows (N,): which of the frame's points these are."""

    points: NDArray[np.float32]
    labels: NDArray[np.int16]
    rows: Rows

    def __len__(self) -> int:
        return len(self.points)


@dataclass(frozen=True)
class SweepBatch:
    """points (M, 4) of all sweeps; cloud (M,) int64: which sweep each is of; labels (M,), -1 where not told; known: how
    many are told."""

    points: Tensor
    cloud: Tensor
    labels: Tensor
    epoch: float
    known: int


def sweep_of(frame: Frame, seen: str = "all") -> Sweep:
    """The points of a frame that are looked at."""
    rows = np.arange(len(frame))
    if seen == "camera":
        rows = np.flatnonzero(in_picture(frame))
    return Sweep(frame.points[rows], frame.of_points[rows], rows)


def class_balance(sweeps: Sequence[Sweep], classes: int) -> Floats:
    """(C,): how much each class counts: 1 / sqrt(share + 0.001). A pedestrian is one point in two hundred, and weights
    that suit rooms leave it unlearnt."""
    counts = class_counts((sweep.labels for sweep in sweeps), classes)
    share = counts / max(int(counts.sum()), 1)
    return (1 / np.sqrt(share + _RARE)).astype(np.float32)


def in_picture(frame: Frame) -> NDArray[np.bool_]:
    """(N,): which points lie before the camera and in its picture."""
    return projection.in_picture(frame.points, frame.calibration, frame.image.shape[:2])[2]


def shades_of(frame: Frame, rows: Rows) -> NDArray[np.uint8]:
    """(R, 3): the colours of the picture where these points lie in it, grey elsewhere."""
    shades = np.full((len(rows), 3), 128, np.uint8)
    inside = in_picture(frame)[rows]
    pixels = project(frame.points[rows[inside]], frame.calibration)[0].astype(np.int64)
    shades[inside] = frame.image[pixels[:, 1], pixels[:, 0]]
    return shades


def changed(points: Floats, settings: SweepSettings, options: Augment, rng: Generator) -> Floats:
    """Points (N, 4) mirrored, turned, scaled and moved at random; intensities stay."""
    side = rng.choice(_SIDES) if settings.flip else 1.0
    mirrored = points[:, :3] * np.array([1, side, 1], np.float32)
    turns = MoveSettings(flip=False, tilt=settings.tilt)
    places, _ = moved(mirrored, _NO_BOXES, turns, options, rng)
    return np.concatenate([places, points[:, 3:]], axis=1)


def joined(sweeps: Sequence[Floats], device: torch.device) -> tuple[Tensor, Tensor]:
    """Sweeps (N, 4) each -> points (M, 4) and (M,) which sweep each is of."""
    sizes = torch.tensor([len(points) for points in sweeps])
    points = torch.from_numpy(np.concatenate(sweeps)).to(device, torch.float32)
    return points, torch.repeat_interleave(sizes).to(device)


class Sweeps(Drawn):
    """Sweeps with a class for every point."""

    def __init__(self, sweeps: Sequence[Sweep], settings: SweepSettings, where: Where) -> None:
        super().__init__(len(sweeps), where)
        self.sweeps, self.settings = sweeps, settings

    def batch(self, rows: Rows, draws: Sequence[Generator], epoch: float) -> SweepBatch:
        """As the class says."""
        options, points, labels = self.experiment.augment, [], []
        for row, rng in zip(rows, draws, strict=True):
            sweep = self.sweeps[row]
            # In their own order: a voxel's mean is the same whatever the order, and sorted points are faster.
            own = np.sort(kept(len(sweep), options, rng))
            points.append(changed(sweep.points[own], self.settings, options, rng))
            labels.append(sweep.labels[own])
        together, cloud = joined(points, self.device)
        wanted = torch.from_numpy(np.concatenate(labels)).to(self.device, torch.int64)
        return SweepBatch(together, cloud, wanted, epoch, int((wanted >= 0).sum()))
