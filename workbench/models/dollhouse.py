"""A room as a dollhouse: which points of walls and ceiling stand between the eye and the room; numpy alone."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from engine.orbit import Floats, Orbit

Bools = NDArray[np.bool_]
_WAYS = 72  # horizontal directions that are told apart
_THICK = 0.22  # metres: what lies so near to the outermost points that way belongs to the wall
_OUTLIERS = 0.004
_COVERED = 0.4  # of the floor: what lies above less of it is no ceiling
_CELL = 0.25  # metres
_FACING = 0.25  # cosine: a wall seen more from the side hides nothing
_STEEP = 12.0  # degrees: lower, one does not look through the ceiling


@dataclass(frozen=True)
class Dollhouse:
    """wall (N, W): whether a point is outermost towards each of W directions, so that the eye there looks through it;
    ceiling (N,)."""

    wall: Bools
    ceiling: Bools

    @classmethod
    def of(cls, points: Floats) -> Self:
        """Of a room (N, 3) in metres, z up."""
        angles = np.arange(_WAYS) * 2 * np.pi / _WAYS
        along = points[:, :2] @ np.stack((np.cos(angles), np.sin(angles)))
        outermost = np.quantile(along, 1 - _OUTLIERS, axis=0)
        low, high = np.quantile(points[:, 2], (_OUTLIERS, 1 - _OUTLIERS))
        off_floor = points[:, 2] > low + 0.12
        wall = (along > outermost - _THICK) & off_floor[:, None]
        return cls(wall, _ceiling(points, float(low), float(high)))

    def kept(self, orbit: Orbit) -> Bools:
        """(N,): what is drawn for an eye there: a wall goes where its outside faces the eye."""
        toward = orbit.axes()[2]
        hidden = np.zeros(len(self.ceiling), bool)
        if orbit.elevation > _STEEP:
            hidden |= self.ceiling
        facing = np.cos(np.arange(_WAYS) * 2 * np.pi / _WAYS - np.arctan2(toward[1], toward[0]))
        for way in np.flatnonzero(facing > _FACING):
            hidden |= self.wall[:, way]
        return ~hidden


def _ceiling(points: Floats, low: float, high: float) -> Bools:
    """What lies in the uppermost part, if that covers enough of the room."""
    top = points[:, 2] > high - _THICK
    if high - low < 1.5:
        return np.zeros(len(points), bool)
    cells = np.floor(points[:, :2] / _CELL).astype(np.int64)
    room, above = (len(np.unique(part, axis=0)) for part in (cells, cells[top]))
    return top if above > _COVERED * room else np.zeros(len(points), bool)
