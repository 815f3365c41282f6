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
_ASKEW = np.radians((0.4, -0.3, 0.6))  # how far it is turned beside straight ahead: roll, pitch, yaw
_BESIDE = np.array((0.06, 0.0, 0.003))  # metres from the calibrated camera to the one that is used, as KITTI's P2
_UP, _DOWN, _ASIDE = np.radians((4.0, 21.0, 42.0))  # what the laser reaches
_NEAR = 0.05
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
        before = (moved[..., 2] > _NEAR).all(axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            places = moved[..., 1::-1] / moved[..., 2:] * SAMPLES
        return _rects(places - 0.5, before, (moved[..., 2] > _NEAR).any(axis=1), self.rays.shape)


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
        before = (places[..., 0] > _NEAR).all(axis=1)
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
        return _rects(np.stack([rows, columns], axis=2), before, places[..., 0].max(axis=1) > 0, self.rays.shape)


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


def _rects(
    places: Floats, before: NDArray[np.bool_], seen: NDArray[np.bool_], shape: tuple[int, ...]
) -> NDArray[np.int64]:
    """(P, 4): first and last row and column of rays that can meet what has its corners at these rows and columns
    (P, 8, 2); all of them where not all of it is before the eye, and none where nothing is."""
    most = np.array(shape[:2])
    with np.errstate(invalid="ignore"):
        low = np.floor(places.min(axis=1)).clip(0, most)
        high = (np.ceil(places.max(axis=1)) + 1).clip(0, most)
    low[~before], high[~before] = 0, most
    high[~seen] = low[~seen]
    rects = np.stack([low[:, 0], high[:, 0], low[:, 1], high[:, 1]], axis=1)
    return np.ascontiguousarray(rects.astype(np.int64))
