"""What a mixture did to every point, and where the points are while they are shown being mixed. numpy alone."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from engine.orbit import AZIMUTH, Floats, Frame
from engine.shading import local_light

Ints = NDArray[np.int64]
TOGETHER, PARTING = 0.33, 0.60  # the clouds meet until the first, new ones part from the second on
STOPS = (0.0, TOGETHER, 0.72, 1.0)  # the third where it can be seen which way the points go
_GAP = 0.3  # between clouds that stand side by side, in radii of a cloud
_BEHIND = 1.5  # how far back the points stay that no new cloud takes, in radii of the scene


@dataclass(frozen=True)
class Deal:
    """n new clouds of N points: source (n, N) and index (n, N), the cloud and its point that each was.

    points (n, N, 3): where they are now, None where no point was moved.
    """

    source: Ints
    index: Ints
    points: Floats | None = None

    @classmethod
    def from_answer(cls, answer: dict[str, Any]) -> Self:
        """From the engine's answer to “mix”."""
        moved = answer["points"]
        return cls(
            np.array(answer["source"], dtype=np.int64),
            np.array(answer["index"], dtype=np.int64),
            None if moved is None else np.array(moved, dtype=np.float32),
        )

    @property
    def shares(self) -> NDArray[np.float64]:
        """(n, n): how much of each new cloud (row) is from each source (column); rows sum to 1."""
        count, size = self.source.shape
        cells = self.source + count * np.arange(count)[:, None]
        counts = np.bincount(cells.ravel(), minlength=count * count).reshape(count, count)
        return np.asarray(counts / size)

    @property
    def uses(self) -> Ints:
        """(n, N): in how many places of the new clouds each point of each source is."""
        count, size = self.source.shape
        number = (self.source * size + self.index).ravel()
        return np.bincount(number, minlength=count * size).reshape(count, size)


@dataclass(frozen=True)
class Scene:
    """M points on their way: source (M,), light (M,), and where they are apart, in a heap, and at the end (M, 3)."""

    source: Ints
    light: Floats
    apart: Floats
    heap: Floats
    end: Floats
    frame: Frame

    def at(self, time: float) -> Floats:
        """(M, 3) at a time 0..1: together by 0.33, in the heap until 0.60, dealt out at 1."""
        if time < TOGETHER:
            return _between(self.apart, self.heap, time / TOGETHER)
        return _between(self.heap, self.end, max(0.0, time - PARTING) / (1 - PARTING))


def scene_of(clouds: Floats, deal: Deal | None) -> Scene:
    """The scene of n clouds (n, N, 3) and what became of them; with no deal yet they stay in the heap.

    Points that no new cloud takes stay behind in the end; one that is taken twice is there twice.
    """
    count, size, _ = clouds.shape
    row = _row(clouds)
    frame = _frame(clouds, row)
    uses = np.zeros((count, size), dtype=np.int64) if deal is None else deal.uses
    left, left_index = np.nonzero(uses == 0)
    behind = np.float32(0 if deal is None else _BEHIND * frame.radius) * _direction(AZIMUTH + 90)
    source, index, end = left, left_index, clouds[left, left_index] + behind
    if deal is not None:
        taken = clouds[deal.source, deal.index] if deal.points is None else deal.points
        source = np.concatenate([deal.source.ravel(), left])
        index = np.concatenate([deal.index.ravel(), left_index])
        end = np.concatenate([(taken + row[:, None]).reshape(-1, 3), end])
    heap = clouds[source, index]
    light = np.stack([local_light(cloud) for cloud in clouds])
    apart = heap + row[source]
    return Scene(source, light[source, index], apart, heap, end, frame)


def _row(clouds: Floats) -> Floats:
    """(n, 3): where n clouds stand side by side, as seen at first."""
    along = _direction(AZIMUTH)
    step = 2 * float(np.abs(clouds @ along).max()) + _GAP
    place = np.arange(len(clouds), dtype=np.float32) - (len(clouds) - 1) / 2
    return np.asarray(place[:, None] * step * along, dtype=np.float32)


def _frame(clouds: Floats, row: Floats) -> Frame:
    """The cylinder around the clouds in their row: the same for every deal of these clouds."""
    low, high = float(clouds[..., 2].min()), float(clouds[..., 2].max())
    spread = clouds[..., :2] + row[:, None, :2]
    radius = max(float(np.hypot(spread[..., 0], spread[..., 1]).max()), 1e-6)
    centre = np.array((0, 0, (low + high) / 2), dtype=np.float32)
    return Frame(centre, radius, max((high - low) / 2, 1e-6))


def _direction(degrees: float) -> Floats:
    angle = np.radians(degrees)
    return np.array((np.cos(angle), np.sin(angle), 0), dtype=np.float32)


def _between(start: Floats, end: Floats, share: float) -> Floats:
    share = min(1.0, max(0.0, share))
    smooth = np.float32(share * share * (3 - 2 * share))
    return np.asarray(start + smooth * (end - start), dtype=np.float32)
