"""Shaded point splats with a z-buffer, a whole batch at once. numpy alone, so that data sets can be made of them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.picture import LIGHT
from engine.render.camera import Camera

Floats = NDArray[np.float32]
Indices = NDArray[np.int64]
_AMBIENT = 0.35
_STEPS = 2**24  # of depth that the z-buffer can tell apart


@dataclass(frozen=True)
class Rendered:
    """What B cameras see of B clouds.

    images (B, 3, H, W) float32 0..1; depth (B, H, W) float32 along the axis, 0 where nothing is seen;
    index (B, H, W) int64: which point is seen, -1 where none is.
    """

    images: Floats
    depth: Floats
    index: Indices
    camera: Camera

    def visible(self, sample: int) -> Indices:
        """The points of one cloud that are seen somewhere, in order."""
        seen = np.unique(self.index[sample])
        return seen[seen >= 0]


def render(
    points: NDArray[np.floating],
    normals: NDArray[np.floating],
    colours: NDArray[np.floating],
    camera: Camera,
    *,
    splat: int = 2,
    background: float | Floats = 1.0,
) -> Rendered:
    """Clouds (B, N, 3) with normals of either sign (B, N, 3) and colours 0..1 (B, N, 3) or (B, 1, 3).

    Every point covers `splat` x `splat` pixels; the nearest wins, of equally near ones the first.
    """
    pixels, depth = camera.project(points)
    index = _nearest(pixels, depth, (camera.height, camera.width), splat)
    seen = np.maximum(index, 0).reshape(len(index), -1)
    hit = (index >= 0).reshape(len(index), -1)
    lit = colours * shade(points, normals, camera)[..., None]
    shown = np.take_along_axis(lit, seen[..., None], axis=1)
    images = np.where(hit[..., None], shown, background).astype(np.float32)
    shape = (len(index), camera.height, camera.width)
    return Rendered(
        np.ascontiguousarray(images.reshape(*shape, 3).transpose(0, 3, 1, 2)),
        np.where(hit, np.take_along_axis(depth, seen, axis=1), 0).reshape(shape).astype(np.float32),
        index.reshape(shape),
        camera,
    )


def shade(
    points: NDArray[np.floating], normals: NDArray[np.floating], camera: Camera
) -> NDArray[np.float64]:
    """(B, N) 0..1: how light each point is, from a lamp behind the camera's left shoulder."""
    turn = camera.extrinsics[:, :3, :3]
    eye = -(turn.swapaxes(1, 2) @ camera.extrinsics[:, :3, 3:]).swapaxes(1, 2)
    towards = ((eye - points) * normals).sum(axis=-1)
    lamp = np.array(LIGHT) * (1, -1, -1) / np.linalg.norm(LIGHT)
    facing = (normals @ (lamp @ turn)[..., None])[..., 0] * np.sign(towards)
    return np.asarray(_AMBIENT + (1 - _AMBIENT) * np.maximum(facing, 0))


def _nearest(
    pixels: NDArray[np.float64], depth: NDArray[np.float64], size: tuple[int, int], splat: int
) -> Indices:
    """(B, H * W): the index of the nearest point over each pixel, -1 where there is none.

    Depth and index share one integer, so that one `minimum.at` is the whole z-buffer.
    """
    (batch, count), (height, width) = depth.shape, size
    # The first of the `splat` columns and rows whose middles are nearest; far away where nothing is ahead.
    first = np.floor(np.clip(np.nan_to_num(pixels, nan=-1e6), -1e6, 1e6) - splat / 2 + 1)
    key = _ranked(depth) * count + np.arange(count)
    buffer = np.full((batch, height * width), np.iinfo(np.int64).max)
    start = np.arange(batch)[:, None] * (height * width)
    for row in range(splat):
        for column in range(splat):
            x, y = (first + np.array((column, row))).astype(np.int64).transpose(2, 0, 1)
            on = (x >= 0) & (x < width) & (y >= 0) & (y < height)
            np.minimum.at(buffer.reshape(-1), (start + y * width + x)[on], key[on])
    return np.asarray(np.where(buffer == np.iinfo(np.int64).max, -1, buffer % count))


def _ranked(depth: NDArray[np.float64]) -> Indices:
    """Depths (B, N) as whole numbers, the nearest of each cloud 0."""
    low = depth.min(axis=1, keepdims=True)
    span = np.maximum(np.ptp(depth, axis=1, keepdims=True), 1e-12)
    return np.asarray((depth - low) / span * _STEPS, np.int64)
