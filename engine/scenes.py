"""Scenes and shapes with parts in memory: whatever the source, this is what later tasks learn from. numpy only."""

import re
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

NOT_TOLD = -1
_SCANS = re.compile(r"^(scene\d{4})_\d\d$")  # ScanNet: several scans of one room


@dataclass(frozen=True)
class Scene:
    """One room. points (N, 3) float32 in metres, z up; colours (N, 3) uint8, or None;
    semantic (N,) int16, index into `Scenes.classes`, and instance (N,) int32, each -1 where not told;
    boxes (K, 7) float32: centre, full size, heading in radians about z, counted from x towards y;
    labels (K,) int16, index into `Scenes.things`; annotated False: nobody said which things stand here, so no box does
    not mean that there is none."""

    name: str
    points: NDArray[np.float32]
    colours: NDArray[np.uint8] | None
    semantic: NDArray[np.int16]
    instance: NDArray[np.int32]
    boxes: NDArray[np.float32]
    labels: NDArray[np.int16]
    train: bool = True
    annotated: bool = True

    def __len__(self) -> int:
        return len(self.points)


def room_of(name: str) -> str:
    """The room a scene was taken of: scans of one room have the same, and are never on two sides of a split."""
    found = _SCANS.match(name)
    return found[1] if found else name


@dataclass(frozen=True)
class Scenes:
    """classes: what a point can be of; things: what a box can hold; problems: one sentence for each thing that was left
    out; made: True for generated scenes."""

    scenes: tuple[Scene, ...]
    classes: tuple[str, ...]
    things: tuple[str, ...]
    title: str
    problems: tuple[str, ...] = ()
    made: bool = False
    source: Path | None = field(default=None, compare=False)

    def __len__(self) -> int:
        return len(self.scenes)


@dataclass(frozen=True)
class Parted:
    """S shapes of N points each, every point with its part. points (S, N, 3) float32, centred, largest radius 1, z up;
    parts (S, N) int16, index into `part_names`; category (S,) int64, index into `categories`; train (S,) bool;
    parts_of: for each category the parts it can have, of which no two categories share one."""

    points: NDArray[np.float32]
    parts: NDArray[np.int16]
    category: NDArray[np.int64]
    train: NDArray[np.bool_]
    names: tuple[str, ...]
    categories: tuple[str, ...]
    part_names: tuple[str, ...]
    parts_of: tuple[tuple[int, ...], ...]
    title: str
    problems: tuple[str, ...] = ()
    made: bool = False
    source: Path | None = field(default=None, compare=False)

    def __len__(self) -> int:
        return len(self.points)
