"""What gives a bare cloud its depth: light per point, and a shadow on the floor. numpy alone."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.orbit import Floats, Frame

SHADOW_CELLS = 128
_CELLS = 36  # along each side of the box around a cloud
_REACH = 2.0  # spread of a neighbourhood in cells for 1,024 points: about 24 neighbours


def local_light(points: Floats) -> Floats:
    """(N,) 0..1: how far a point lies above the mean of its neighbourhood; 0.5 is level.

    Neighbourhoods are a blurred grid, not a search tree: as fast, and the window need not load one.
    """
    cell, side = _grid(points)
    crowd = _around(cell, np.ones(len(points)))
    height = points[:, 2] - points[0, 2]
    above = (height - _around(cell, height) / crowd) / (side * 2 * _sigma(len(points)))
    return np.asarray(np.clip(0.5 + 1.25 * above, 0, 1), dtype=np.float32)


def crowding(points: Floats) -> Floats:
    """(N,) 0..1: how many points are near; 1 is the densest place of this cloud."""
    cell, _ = _grid(points)
    crowd = np.log(_around(cell, np.ones(len(points))))
    low, high = np.quantile(crowd, (0.02, 0.98))
    return np.asarray(np.clip((crowd - low) / max(high - low, 1e-6), 0, 1), dtype=np.float32)


def shade_points(colors: Floats, local: Floats, light_theme: bool) -> Floats:
    """Colours (N, 3), lighter or darker by the local light: a flat cloud gets its edges back."""
    low, span = (0.84, 0.20) if light_theme else (0.74, 0.40)
    return np.asarray(np.clip(colors * (low + span * local)[:, None], 0, 1), dtype=np.float32)


def floor_shadow(points: Floats, frame: Frame) -> tuple[Floats, float]:
    """The contact shadow (128, 128) 0..1, indexed [y, x] around the centre, and half its side."""
    half = 1.7 * frame.radius
    cell = ((points[:, :2] - frame.centre[:2]) / half + 1) * SHADOW_CELLS / 2
    x, y = np.clip(cell.astype(np.intp), 0, SHADOW_CELLS - 1).T
    # A shadow is dark under what touches the floor, faint under what is high above it.
    near = np.exp(-(points[:, 2] - frame.floor) / (0.45 * frame.radius))
    grid = np.bincount(y * SHADOW_CELLS + x, 0.15 + near, SHADOW_CELLS**2)
    soft = _soften(grid.reshape(SHADOW_CELLS, SHADOW_CELLS), 3.0)
    scale = np.quantile(soft[soft > soft.max() * 0.02], 0.9)
    return np.asarray(1 - np.exp(-1.2 * soft / scale), dtype=np.float32), half


def _grid(points: Floats) -> tuple[NDArray[np.intp], float]:
    """The cell of each point (N, 3) and the side of a cell."""
    low = points.min(axis=0)
    side = max(float((points.max(axis=0) - low).max()), 1e-6) / (_CELLS - 1)
    return np.rint((points - low) / side).astype(np.intp), side


def _sigma(count: int) -> float:
    return _REACH * float(np.clip(np.sqrt(1024 / count), 0.6, 3))


def _around(cell: NDArray[np.intp], weights: NDArray[np.floating]) -> NDArray[np.float64]:
    """The sum of weights in each point's neighbourhood, (N,)."""
    flat = np.ravel_multi_index(tuple(cell.T), (_CELLS,) * 3)
    grid = np.bincount(flat, weights, _CELLS**3).reshape((_CELLS,) * 3)
    return np.asarray(_soften(grid, _sigma(len(cell))).ravel()[flat])


def _soften(grid: NDArray[Any], sigma: float) -> NDArray[np.float64]:
    """Blurred along every axis by two running means of this joint spread.

    Running sums and no matrix products: on a busy computer the threads of BLAS wait 100 times longer.
    """
    half = max(1, round((np.sqrt(6 * sigma * sigma + 1) - 1) / 2))
    width = 2 * half + 1
    for _ in range(2 * grid.ndim):
        padded = np.zeros((len(grid) + width, *grid.shape[1:]))
        padded[half + 1 : half + 1 + len(grid)] = grid
        total = padded.cumsum(axis=0)
        grid = np.moveaxis(total[width:] - total[:-width], 0, -1) / width
    return np.asarray(grid)
