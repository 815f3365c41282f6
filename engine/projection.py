"""From a laser's metres to a camera's pixels, and depth as a number between 0 and 1 that a net can learn."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:  # the window draws boxes with this and knows no torch
    from torch import Tensor

Numbers = TypeVar("Numbers", NDArray[Any], "Tensor")
NEAREST = 0.1  # metres before the camera's plane
_GAMMA = 2.2


@dataclass(frozen=True)
class Calibration:
    """projection (3, 4) float64: metres in the camera's axes (x right, y down, z forward) to pixels times depth, as
    KITTI's P2 with its fourth column; camera_from_laser (4, 4) float64: metres in the laser's axes to the camera's, as
    R0_rect · Tr_velo_to_cam. Pixels are continuous, 0 at the left and top edge."""

    projection: NDArray[np.float64]
    camera_from_laser: NDArray[np.float64]

    def resized(self, across: float, down: float) -> Self:
        """For the same picture so many times as wide and as high."""
        scale = np.array([[across], [down], [1.0]])
        return replace(self, projection=self.projection * scale)

    @property
    def whole(self) -> NDArray[np.float64]:
        """(3, 4): the laser's metres straight to pixels times depth."""
        return self.projection @ self.camera_from_laser


def project(points: Numbers, calibration: Calibration) -> tuple[Numbers, Numbers, Numbers]:
    """Laser points (N, 3 or more) in metres -> pixels (N, 2), depth (N,) in metres along the camera's axis, and a mask
    (N,) of those at least `NEAREST` before the camera. Of the others the pixels mean nothing, and still are numbers."""
    given: Any = points
    whole = calibration.whole
    if isinstance(given, np.ndarray):
        whole = whole.astype(np.result_type(given.dtype, np.float32))
    else:
        whole = given.new_tensor(whole)
    moved = given[:, :3] @ whole[:, :3].T + whole[:, 3]
    depth = moved[:, 2]
    return moved[:, :2] / depth.clip(NEAREST)[:, None], depth, depth >= NEAREST


def in_picture(
    points: NDArray[Any], calibration: Calibration, size: tuple[int, int]
) -> tuple[NDArray[Any], NDArray[Any], NDArray[np.bool_]]:
    """Laser points (N, 3 or more) and a picture’s height and width -> pixels (N, 2), depth (N,), and a mask (N,) of
    those before the camera that fall into the picture."""
    pixels, depth, ahead = project(points, calibration)
    height, width = size
    within = ahead & (pixels >= 0).all(axis=1) & (pixels < (width, height)).all(axis=1)
    return pixels, depth, np.asarray(within)


def depth_to_unit(depth: Numbers, depth_max: float = 70.0) -> Numbers:
    """Metres -> (d / d_max)^(1/2.2), clamped to 0..1 (ClassroomNet): near differences count more than far ones."""
    share: Any = depth / depth_max
    unit: Numbers = share.clip(0, 1) ** (1 / _GAMMA)
    return unit


def unit_to_depth(unit: Numbers, depth_max: float = 70.0) -> Numbers:
    """The inverse: 0..1, clamped, -> metres."""
    clamped: Any = unit
    depth: Numbers = depth_max * clamped.clip(0, 1) ** _GAMMA
    return depth
