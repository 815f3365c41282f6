"""Pinhole cameras, a batch at a time: points to pixels, and pixels with depth back to points. numpy alone."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.orbit import Orbit

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Camera:
    """intrinsics K (B, 3, 3) in pixels; extrinsics T (B, 4, 4): world to camera, x right, y down, z ahead.

    The middle of the pixel in column i and row j is at (i, j), as depth cameras have it.
    """

    intrinsics: Floats
    extrinsics: Floats
    height: int
    width: int

    def project(self, points: NDArray[np.floating]) -> tuple[Floats, Floats]:
        """(B, N, 3) -> pixels (B, N, 2) as (column, row), depth (B, N) along the axis; behind the camera: nan."""
        turned = points @ self.extrinsics[:, :3, :3].swapaxes(1, 2)
        seen = turned + self.extrinsics[:, None, :3, 3]
        depth = seen[..., 2]
        ahead = np.where(depth > 0, depth, np.nan)
        pixels = (seen / ahead[..., None]) @ self.intrinsics.swapaxes(1, 2)
        return pixels[..., :2], depth

    def inside(self, pixels: Floats) -> NDArray[np.bool_]:
        """(..., 2) -> (...): whether a place lies on the picture; never for what is behind the camera."""
        edge = (self.width - 0.5, self.height - 0.5)
        return np.asarray(((pixels >= -0.5) & (pixels < edge)).all(axis=-1))

    def back_project(self, depth: NDArray[np.floating]) -> Floats:
        """Depth (B, H, W) -> the points of the world seen there (B, H, W, 3); nan where the depth is 0."""
        rows, columns = np.mgrid[: self.height, : self.width]
        rays = np.stack([columns, rows, np.ones_like(rows)], axis=-1).reshape(-1, 3)
        along = rays @ np.linalg.inv(self.intrinsics).swapaxes(1, 2)
        far = np.where(depth > 0, depth, np.nan).reshape(len(depth), -1, 1)
        moved = along * far - self.extrinsics[:, None, :3, 3]
        points = moved @ self.extrinsics[:, :3, :3]
        return np.asarray(points.reshape(*depth.shape, 3))


def turntable(orbits: Sequence[Orbit], side: int, distance: float = 4.0) -> Camera:
    """One camera for each orbit around the origin; a ball of radius 1 fills nine tenths of the square picture."""
    # The outline of a ball is where sight touches it: at the sine, not the tangent, of its half angle.
    focal = 0.45 * side * np.sqrt(distance**2 - 1)
    zooms = np.array([orbit.zoom for orbit in orbits])
    intrinsics = np.zeros((len(orbits), 3, 3))
    intrinsics[:, 0, 0] = intrinsics[:, 1, 1] = focal * zooms
    intrinsics[:, :2, 2] = (side - 1) / 2
    intrinsics[:, 2, 2] = 1
    extrinsics = np.tile(np.eye(4), (len(orbits), 1, 1))
    axes = np.stack([orbit.axes() for orbit in orbits])
    extrinsics[:, :3, :3] = axes * np.array([1, -1, -1])[:, None]
    extrinsics[:, 2, 3] = distance
    return Camera(intrinsics, extrinsics, side, side)
