"""Waymo's range images, whose pixels are ranges along known rays, as points in the vehicle's axes (Sun, 2020)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.formats.bounded import Damage
from engine.words import say

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Laser:
    """extrinsic (4, 4): from the laser's axes to the vehicle's; inclinations (H,): rows from the top, radians."""

    extrinsic: Floats
    inclinations: Floats


def inclinations_of(values: Floats, low: float, high: float, rows: int) -> Floats:
    """(rows,) from the top row down: those told (they are told from the bottom up), else evenly between two ends."""
    if not len(values):
        values = (np.arange(rows) + 0.5) / rows * (high - low) + low
    if len(values) != rows or not np.isfinite(values).all():
        raise Damage(say("its laser’s inclinations are not one for each of {rows} rows", rows=rows))
    return np.asarray(values, np.float64)[::-1]


def points_of(
    ranges: NDArray[np.floating],
    laser: Laser,
    poses: NDArray[np.floating] | None = None,
    vehicle: Floats | None = None,
) -> Floats:
    """Ranges (H, W) in metres -> (M, 3) in the vehicle's axes at the time of `vehicle`, row by row; those above 0 only.

    poses (H, W, 6): where the vehicle was when each pixel was measured (roll, pitch, yaw, x, y, z in the world), with
    vehicle (4, 4), its pose at the time of the frame: the laser on the roof turns while the vehicle drives.
    """
    height, width = ranges.shape
    rows, columns = np.nonzero(ranges > 0)
    far = ranges[rows, columns].astype(np.float64)
    turn = np.arctan2(laser.extrinsic[1, 0], laser.extrinsic[0, 0])
    azimuth = ((width - columns - 0.5) / width * 2 - 1) * np.pi - turn
    inclination = laser.inclinations[rows]
    flat = far * np.cos(inclination)
    local = np.stack(
        [flat * np.cos(azimuth), flat * np.sin(azimuth), far * np.sin(inclination)], axis=1
    )
    points = local @ laser.extrinsic[:3, :3].T + laser.extrinsic[:3, 3]
    if poses is None or vehicle is None:
        return np.asarray(points, np.float64)
    if poses.shape != (height, width, 6):
        raise Damage(say("its poses are not one for each pixel of the range image"))
    pose = poses[rows, columns].astype(np.float64)
    world = np.einsum("nij,nj->ni", turns_of(pose[:, :3]), points) + pose[:, 3:]
    back = np.linalg.inv(vehicle)
    return np.asarray(world @ back[:3, :3].T + back[:3, 3], np.float64)


def turns_of(angles: Floats) -> Floats:
    """Roll, pitch, yaw (N, 3) in radians -> (N, 3, 3): about x first, then y, then z."""
    (sr, sp, sy), (cr, cp, cy) = np.sin(angles.T), np.cos(angles.T)
    rows = [
        [cy * cp, cy * sp * sr - sy * cr, cy * sp * cr + sy * sr],
        [sy * cp, sy * sp * sr + cy * cr, sy * sp * cr - cy * sr],
        [-sp, cp * sr, cp * cr],
    ]
    return np.moveaxis(np.array(rows), -1, 0)
