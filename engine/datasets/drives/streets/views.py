"""The two that look at a street, as on KITTI's car: a laser, and a camera a little before and below it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.datasets.drives.streets.blocks import Blocks, Floats
from engine.datasets.drives.streets.casting import Seen, corners, look
from engine.projection import Calibration

LASER_HEIGHT = 1.73  # metres above the ground, which is z = -1.73 in its axes
_FOCAL = 0.72  # of the picture's width
_HORIZON = 0.44  # of the picture's height
_AT = np.array((0.27, -0.06, -0.08))  # the camera in the laser's axes, metres
_ASKEW = np.radians(
    (0.4, -0.3, 0.6)
)  # how far it is turned beside straight ahead: roll, pitch, yaw
_BESIDE = np.array(
    (0.06, 0.0, 0.003)
)  # metres from the calibrated camera to the one that is used, as KITTI's P2
_UP, _DOWN, _ASIDE = np.radians((4.0, 21.0, 42.0))  # what the laser reaches
_NEAR = 0.05
_EDGES = np.array([(a, a | bit) for bit in (1, 2, 4) for a in range(8) if not a & bit])
SAMPLES = 2  # rays of a pixel along each side


@dataclass(frozen=True)
class Camera:
    """A pinhole of so many pixels with several rays a pixel. eye (3,): its place in the laser's axes; rays (R, C, 3):
    one metre along the camera's axis each."""

    calibration: Calibration
    eye: Floats
    rays: Floats
    focal: float

    def see(self, blocks: Blocks) -> Seen:
        """The nearest along each ray."""
        return look(self.eye, self.rays, blocks, self._rects(blocks), -LASER_HEIGHT)

    def _rects(self, blocks: Blocks) -> NDArray[np.int64]:
        whole = self.calibration.whole
        moved = corners(blocks) @ whole[:, :3].T + whole[:, 3]
        # Where the sides of a box leave what is before the camera, it has corners, too.
        one, other = moved[:, _EDGES[:, 0]], moved[:, _EDGES[:, 1]]
        first, second = one[..., 2:], other[..., 2:]
        cut = (first > _NEAR) != (second > _NEAR)
        share = np.where(cut, (_NEAR - first) / np.where(cut, second - first, 1), np.nan)
        points = np.concatenate(
            [np.where(moved[..., 2:] < _NEAR, np.nan, moved), one + share * (other - one)], axis=1
        )
        places = points[..., 1::-1] / points[..., 2:] * SAMPLES
        return _rects(places - 0.5, self.rays.shape)


@dataclass(frozen=True)
class Laser:
    """Rays (R, C, 3) of length 1 from the origin; tilt (R,) and turn (C,): their angles in radians, falling."""

    rays: Floats
    tilt: Floats
    turn: Floats

    def see(self, blocks: Blocks) -> Seen:
        """The nearest along each ray."""
        return look(np.zeros(3), self.rays, blocks, self._rects(blocks), -LASER_HEIGHT)

    def _rects(self, blocks: Blocks) -> NDArray[np.int64]:
        places = corners(blocks)
        turn = np.arctan2(places[..., 1], places[..., 0])
        middle = places.mean(axis=1)
        out = np.linalg.norm(middle[:, :2], axis=1)
        reach = np.linalg.norm(places[..., :2] - middle[:, None, :2], axis=2).max(axis=1)
        near, far = np.maximum(out - reach, 0.1)[:, None], (out + reach)[:, None]
        z = places[..., 2]
        tilt = np.concatenate([np.arctan2(z, near), np.arctan2(z, far)], axis=1)
        rows = (self.tilt[0] - tilt) / _step(self.tilt)
        columns = (self.turn[0] - turn) / _step(self.turn)
        columns = np.concatenate([columns, columns], axis=1)
        found = np.stack([rows, columns], axis=2)
        # What is beside the laser may be seen in any direction.
        found[places[..., 0].min(axis=1) <= _NEAR, :2] = (0, 0), np.subtract(self.rays.shape[:2], 1)
        found[places[..., 0].max(axis=1) <= _NEAR] = np.nan
        return _rects(found, self.rays.shape)


def camera(height: int, width: int) -> Camera:
    """The camera of the car for pictures of this many pixels."""
    focal = _FOCAL * width
    lens = np.array([(focal, 0, width / 2), (0, focal, _HORIZON * height), (0, 0, 1.0)])
    from_laser = np.eye(4)
    from_laser[:3, :3] = _turn(_ASKEW) @ np.array([(0, -1.0, 0), (0, 0, -1), (1, 0, 0)])
    from_laser[:3, 3] = -from_laser[:3, :3] @ _AT
    calibration = Calibration(np.column_stack([lens, lens @ _BESIDE]), from_laser)
    back = np.linalg.inv(calibration.whole[:, :3])
    u = (np.arange(width * SAMPLES) + 0.5) / SAMPLES
    v = (np.arange(height * SAMPLES) + 0.5) / SAMPLES
    pixels = np.stack(
        [*np.broadcast_arrays(u[None], v[:, None]), np.ones((len(v), len(u)))], axis=2
    )
    eye = -back @ calibration.whole[:, 3]
    return Camera(calibration, eye, np.ascontiguousarray(pixels @ back.T), focal * SAMPLES)


def laser(down: int, across: int) -> Laser:
    """So many rows of rays of so many each, before the car."""
    tilt, turn = np.linspace(_UP, -_DOWN, down), np.linspace(_ASIDE, -_ASIDE, across)
    level = np.cos(tilt)[:, None]
    rays = [level * np.cos(turn), level * np.sin(turn), np.sin(tilt)[:, None] + 0 * turn]
    return Laser(np.ascontiguousarray(np.stack(rays, axis=2)), tilt, turn)


def sideways() -> float:
    """How far to a side a picture shows, as a share of the way ahead."""
    return 0.5 / _FOCAL


def _step(angles: Floats) -> float:
    return float(angles[0] - angles[-1]) / max(len(angles) - 1, 1)


def _turn(angles: Floats) -> Floats:
    """Turned about the camera's z, x and y, one after another."""
    (a, b, c), (d, e, f) = np.cos(angles), np.sin(angles)
    roll = np.array([(a, -d, 0), (d, a, 0), (0, 0, 1.0)])
    pitch = np.array([(1.0, 0, 0), (0, b, -e), (0, e, b)])
    yaw = np.array([(c, 0, f), (0, 1.0, 0), (-f, 0, c)])
    return np.asarray(yaw @ pitch @ roll)


def _rects(places: Floats, shape: tuple[int, ...]) -> NDArray[np.int64]:
    """(P, 4): first and last row and column, the last not included, of the rays that can meet what has its corners at
    these rows and columns (P, M, 2); NaN for what is no corner, and no ray where there is none."""
    there = ~np.isnan(places[..., 0])
    most = np.array(shape[:2], np.float64)
    low = np.where(there[..., None], places, np.inf).min(axis=1)
    high = np.where(there[..., None], places, -np.inf).max(axis=1)
    first = np.floor(low).clip(0, most)
    last = (np.ceil(high) + 1).clip(0, most)
    rects = np.stack([first[:, 0], last[:, 0], first[:, 1], last[:, 1]], axis=1)
    return np.ascontiguousarray(rects.astype(np.int64))
