"""One key frame of nuScenes (Caesar et al., CVPR 2020), whichever file tells of it, on its way into a frame."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.datasets.drives.gather import picture_at
from engine.datasets.drives.raw import Marked, Raw
from engine.datasets.drives.scan import scan_of
from engine.datasets.drives.solids import pictured
from engine.datasets.drives.told import end_of
from engine.errors import FormatError
from engine.formats.refusal import refusing
from engine.projection import Calibration

CAMERAS = (
    *("CAM_FRONT", "CAM_FRONT_LEFT", "CAM_FRONT_RIGHT"),
    *("CAM_BACK", "CAM_BACK_LEFT", "CAM_BACK_RIGHT"),
)
LASER = "LIDAR_TOP"
THINGS = (
    *("car", "truck", "trailer", "bus", "construction_vehicle"),
    *("bicycle", "motorcycle", "pedestrian", "traffic_cone", "barrier"),
)
AHEAD = (0, 1, 0)  # its laser's axes are x right, y ahead
_NUMBERS = 5  # x, y, z, intensity to 255, ring


@dataclass(frozen=True)
class Moment:
    """turn (4, 4): from the axes of its laser to ours, x ahead, y left, z up in the world, as its boxes stand upright
    there; intrinsics (3, 3); camera_from_ours (4, 4) and solids (K, 7) in our axes; seen (K,): points of the laser in
    each; visible (K,): 1 to 4, how much of each the cameras see, 4 where nothing tells it."""

    name: str
    scene: str
    picture: Path
    scan: Path | None
    intrinsics: NDArray[np.float64]
    turn: NDArray[np.float64]
    camera_from_ours: NDArray[np.float64]
    kinds: tuple[str, ...]
    solids: NDArray[np.float64]
    seen: NDArray[np.int64]
    visible: NDArray[np.int64]


def raw_of(moment: Moment, fewest_points: int, least_visible: int) -> Raw:
    """The picture, the scan, and boxes around what the picture shows of the solids. FormatError without a picture."""
    image = picture_at(moment.picture)
    projection = np.concatenate([moment.intrinsics, np.zeros((3, 1))], axis=1)
    calibration = Calibration(projection, moment.camera_from_ours)
    points, told = _points(moment.scan, moment.turn)
    boxes = pictured(moment.solids, calibration, image.shape[1], image.shape[0])
    passed = (moment.seen < fewest_points) | (moment.visible < least_visible)
    marked = Marked(moment.kinds, boxes, moment.solids, passed=passed)
    return Raw(image, points, calibration, marked, told=told)


def _points(
    path: Path | None, turn: NDArray[np.float64]
) -> tuple[NDArray[np.float32], tuple[str, ...]]:
    """(N, 4) in our axes, intensity 0..1, and what is wrong with the scan."""
    nothing = np.empty((0, 4), np.float32)
    if path is None:
        return nothing, ()
    try:
        with refusing(path, "scan"):
            points, told = scan_of(path, _NUMBERS)
    except FormatError as error:
        return nothing, (end_of(error),)
    turned = points[:, :3] @ turn[:3, :3].T.astype(np.float32)
    return np.concatenate([turned, points[:, 3:4] / 255], axis=1), told
