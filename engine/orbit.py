"""Where the eye is that looks at a cloud, and where on a picture each point lands."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
AZIMUTH, ELEVATION = 32.0, 20.0
EYE_DISTANCE = 4.2  # in radii of the cloud: a mild perspective
MARGIN = 0.80  # share of the picture the cloud may fill, as near parts look larger


@dataclass(frozen=True)
class Orbit:
    """An eye on a turntable, in degrees: azimuth 0 looks along +y, elevation 90 straight down.

    `aim` is what it looks at, in units of the cloud from the middle of the frame.
    """

    azimuth: float = AZIMUTH
    elevation: float = ELEVATION
    zoom: float = 1.0
    aim: tuple[float, float, float] = (0.0, 0.0, 0.0)

    def turned(self, azimuth: float, elevation: float = 0.0) -> Self:
        """Turned by some degrees; the elevation stops short of the poles."""
        higher = min(89.0, max(-60.0, self.elevation + elevation))
        return replace(self, azimuth=(self.azimuth + azimuth) % 360.0, elevation=higher)

    def zoomed(self, factor: float) -> Self:
        """Nearer (> 1) or farther (< 1), within limits."""
        return replace(self, zoom=min(8.0, max(0.3, self.zoom * factor)))

    def axes(self) -> Floats:
        """(3, 3): the unit vectors to the right, up, and towards the eye."""
        a, e = np.radians((self.azimuth, self.elevation))
        right = (np.cos(a), np.sin(a), 0.0)
        up = (-np.sin(a) * np.sin(e), np.cos(a) * np.sin(e), np.cos(e))
        toward = (np.sin(a) * np.cos(e), -np.cos(a) * np.cos(e), np.sin(e))
        return np.array((right, up, toward), dtype=np.float32)


@dataclass(frozen=True)
class Frame:
    """The upright cylinder around a cloud: fits from every side, so turning is steady."""

    centre: Floats  # (3,)
    radius: float
    half_height: float

    @classmethod
    def around(cls, points: Floats) -> Self:
        """The cylinder around the points (N, 3)."""
        low, high = points.min(axis=0), points.max(axis=0)
        centre = ((low + high) / 2).astype(np.float32)
        across = np.hypot(*(points[:, :2] - centre[:2]).T)
        return cls(centre, max(float(across.max()), 1e-6), max(float(high[2] - low[2]) / 2, 1e-6))

    @property
    def floor(self) -> float:
        """The height of the lowest point."""
        return float(self.centre[2]) - self.half_height

    @property
    def distance(self) -> float:
        """From the eye to the centre."""
        return EYE_DISTANCE * float(np.hypot(self.radius, self.half_height))

    def pixels_per_unit(self, width: float, height: float, zoom: float = 1.0) -> float:
        """How large one unit at the centre is drawn; the same at every elevation."""
        e = np.radians(ELEVATION)
        half = self.half_height * np.cos(e) + self.radius * np.sin(e)
        return float(MARGIN * zoom * min(width / self.radius, height / half) / 2)


def project(points: Floats, frame: Frame, orbit: Orbit, width: float, height: float) -> Floats:
    """(N, 4): pixel x, pixel y (down), units towards the eye, pixels per unit at that depth."""
    seen = (points - (frame.centre + np.asarray(orbit.aim, np.float32))) @ orbit.axes().T
    away = np.maximum(frame.distance - seen[:, 2], 0.05 * frame.distance)
    scale = frame.pixels_per_unit(width, height, orbit.zoom) * frame.distance / away
    x, y = width / 2 + seen[:, 0] * scale, height / 2 - seen[:, 1] * scale
    return np.stack((x, y, seen[:, 2], scale), axis=1).astype(np.float32)
