"""One segment of Waymo's: a file for each component, of which the rows of one frame belong together."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.datasets.drives.parquet import Row, Table
from engine.datasets.drives.scan import matrix
from engine.datasets.drives.turns import Matrix, rigid
from engine.datasets.drives.waymo_range import Laser, inclinations_of, points_of
from engine.formats.bounded import MAX_BYTES, Damage
from engine.projection import Calibration
from engine.words import say

CAMERA, LASER = "key.camera_name", "key.laser_name"
TOP = 1
_AXES = np.array([[0.0, -1, 0, 0], [0, 0, -1, 0], [1, 0, 0, 0], [0, 0, 0, 1]])
_CALIBRATION = "[CameraCalibrationComponent]."
_LASER = "[LiDARCalibrationComponent]."
_RANGE, _POSE = (
    "[LiDARComponent].range_image_return1",
    "[LiDARPoseComponent].range_image_return1",
)
_LABEL = "[LiDARSegmentationLabelComponent].range_image_return1"
_VEHICLE = "[VehiclePoseComponent].world_from_vehicle.transform"
_SHUTTER = "[CameraImageComponent].image"
_PANOPTIC = "[CameraSegmentationLabelComponent].panoptic_label"
_BOX = "[CameraBoxComponent]."
_SOLID = "[LiDARBoxComponent]."
_FLAT = ("box.center.x", "box.center.y", "box.size.x", "box.size.y", "type")
_FULL = (
    *("box.center.x", "box.center.y", "box.center.z", "box.size.x", "box.size.y", "box.size.z"),
    *("box.heading", "type", "num_lidar_points_in_box"),
)
_IDS = "key.camera_object_id", "key.laser_object_id"
COMPONENTS: dict[str, tuple[tuple[str, ...], str]] = {
    "camera_image": ((_SHUTTER,), CAMERA),
    "camera_calibration": (
        (
            *(f"{_CALIBRATION}intrinsic.{name}" for name in ("f_u", "f_v", "c_u", "c_v")),
            f"{_CALIBRATION}extrinsic.transform",
        ),
        CAMERA,
    ),
    "lidar": ((f"{_RANGE}.values", f"{_RANGE}.shape"), LASER),
    "lidar_calibration": (
        (
            f"{_LASER}extrinsic.transform",
            *(f"{_LASER}beam_inclination.{name}" for name in ("min", "max", "values")),
        ),
        LASER,
    ),
    "lidar_pose": ((f"{_POSE}.values", f"{_POSE}.shape"), LASER),
    "lidar_segmentation": ((f"{_LABEL}.values", f"{_LABEL}.shape"), LASER),
    "vehicle_pose": ((_VEHICLE,), ""),
    "camera_box": ((_IDS[0], *(_BOX + name for name in _FLAT)), CAMERA),
    "lidar_box": ((_IDS[1], *(_SOLID + name for name in _FULL)), ""),
    "camera_to_lidar_box_association": (_IDS, CAMERA),
    "camera_segmentation": ((_PANOPTIC, f"{_PANOPTIC}_divisor"), CAMERA),
}


@dataclass(frozen=True)
class Scan:
    """points (N, 4), intensity 0..1; labels (N,): Waymo's numbers, 0: none, or None; unmarked (N,): where nobody looked
    for things (no-label zones)."""

    points: NDArray[np.float64]
    labels: NDArray[np.int64] | None
    unmarked: NDArray[np.bool_]


class Segment:
    """Opens its files when they are asked for. Any of them may be missing."""

    def __init__(self, root: Path, name: str) -> None:
        """root: the folder of the components' folders; name: of the segment's files, without their ending."""
        self.root, self.name = root, name
        self._tables: dict[str, Table | None] = {}

    def table(self, component: str) -> Table | None:
        """The rows of a component, None when the file is missing."""
        if component not in self._tables:
            path = self.path(component)
            columns, number = COMPONENTS[component]
            self._tables[component] = Table(path, columns, number) if path.is_file() else None
        return self._tables[component]

    def path(self, component: str) -> Path:
        """Where a component's file would be."""
        return self.root / component / f"{self.name}.parquet"

    def row(self, component: str, time: int, number: int = 0) -> Row | None:
        """What a component says of a frame; None when it says nothing."""
        table = self.table(component)
        return table.row(time, number) if table else None

    def rows(self, component: str, time: int, number: int = 0) -> Sequence[Row]:
        """All that a component says of a frame."""
        table = self.table(component)
        return table.rows(time, number) if table else ()

    def calibration(self, camera: int) -> Calibration:
        """From the vehicle's axes to the camera's pixels; its lens is taken for one that bends no lines."""
        row = self.row("camera_calibration", 0, camera)
        if row is None:
            raise Damage(say("it has no calibration of this camera"))
        names = (f"{_CALIBRATION}intrinsic.{name}" for name in ("f_u", "f_v", "c_u", "c_v"))
        across, down, x, y = matrix([row.get(name) for name in names], 1, 4)[0]
        if across <= 0 or down <= 0:
            raise Damage(say("its calibration is not that of a camera"))
        vehicle = rigid(row.get(f"{_CALIBRATION}extrinsic.transform"))
        projection = np.array([[across, 0, x, 0], [0, down, y, 0], [0, 0, 1, 0]])
        return Calibration(projection, _AXES @ np.linalg.inv(vehicle))

    def picture(self, time: int, camera: int) -> bytes:
        """The bytes of the picture's own file."""
        row = self.row("camera_image", time, camera)
        data = row.get(_SHUTTER) if row else None
        if not isinstance(data, bytes) or len(data) > MAX_BYTES:
            raise Damage(say("it has no picture"))
        return data

    def scan(self, time: int, laser: int) -> Scan | None:
        """The first returns of a laser in the vehicle's axes; None when there is no scan."""
        row, about = self.row("lidar", time, laser), self.row("lidar_calibration", 0, laser)
        if row is None or about is None:
            return None
        image = _image(row, _RANGE, 4)
        ranges = np.where(np.isfinite(image[..., 0]), image[..., 0], 0)
        given = about.get(f"{_LASER}beam_inclination.values")
        ends = [about.get(f"{_LASER}beam_inclination.{name}") for name in ("min", "max")]
        low, high = (np.nan if end is None else float(end) for end in ends)
        values = np.array([] if given is None else given, np.float64)
        angles = inclinations_of(values, low, high, len(ranges))
        poses, vehicle = self._poses(time, laser)
        mount = Laser(rigid(about.get(f"{_LASER}extrinsic.transform")), angles)
        points = points_of(ranges, mount, poses, vehicle)
        hit = ranges > 0
        # Intensities have no upper end; the hyperbolic tangent brings them below 1, as others do too.
        bright = np.tanh(np.nan_to_num(image[..., 1][hit].astype(np.float64)).clip(0))
        label = self.row("lidar_segmentation", time, laser)
        labels = None if label is None else _image(label, _LABEL, 2)[..., 1]
        if labels is not None and labels.shape != hit.shape:
            raise Damage(say("its labels are not one for each pixel of the range image"))
        return Scan(
            points=np.column_stack([points, bright]),
            labels=None if labels is None else labels[hit].astype(np.int64),
            unmarked=image[..., 3][hit] == 1,
        )

    def boxes(self, time: int, camera: int) -> tuple[list[str], list[int], NDArray[np.float64]]:
        """Names, types and boxes (K, 4) that people drew around what a camera sees."""
        rows = self.rows("camera_box", time, camera)
        numbers = _numbers(rows, _BOX, _FLAT)
        (x, y, width, height), types = numbers[:, :4].T, numbers[:, 4]
        edges = np.column_stack([x - width / 2, y - height / 2, x + width / 2, y + height / 2])
        return [str(row.get(_IDS[0])) for row in rows], types.astype(int).tolist(), edges

    def solids(
        self, time: int
    ) -> tuple[list[str], list[int], NDArray[np.float64], NDArray[np.float64]]:
        """Names, types, solids (K, 7) in the vehicle's axes, and how many points of all lasers each holds (K,)."""
        rows = self.rows("lidar_box", time)
        numbers = _numbers(rows, _SOLID, _FULL)
        names = [str(row.get(_IDS[1])) for row in rows]
        return names, numbers[:, 7].astype(int).tolist(), numbers[:, :7], numbers[:, 8]

    def same(self, time: int, camera: int) -> dict[str, str]:
        """From a box's name to the name of the solid around the same thing, where people said it."""
        rows = self.rows("camera_to_lidar_box_association", time, camera)
        return {str(row.get(_IDS[0])): str(row.get(_IDS[1])) for row in rows}

    def panoptic(self, time: int, camera: int) -> tuple[bytes, int] | None:
        """A PNG of 16 bits, and by what its numbers are divided to give the class; None for most frames."""
        row = self.row("camera_segmentation", time, camera)
        if row is None or not isinstance(row.get(_PANOPTIC), bytes):
            return None
        return row[_PANOPTIC], int(row.get(f"{_PANOPTIC}_divisor") or 1000)

    def _poses(self, time: int, laser: int) -> tuple[NDArray[np.floating] | None, Matrix | None]:
        """Where the vehicle was for each pixel of the laser on the roof, and at the time of the frame."""
        row, vehicle = self.row("lidar_pose", time, laser), self.row("vehicle_pose", time)
        if laser != TOP or row is None or vehicle is None:
            return None, None
        return _image(row, _POSE, 6), rigid(vehicle.get(_VEHICLE))


def _image(row: Row, name: str, channels: int) -> NDArray[Any]:
    """(H, W, channels) from a flat list and its shape."""
    values, shape = row.get(f"{name}.values"), row.get(f"{name}.shape")
    if values is None or shape is None or len(shape) != 3 or int(shape[2]) != channels:
        raise Damage(
            say("its range image is not one of {channels} numbers a pixel", channels=channels)
        )
    height, width = int(shape[0]), int(shape[1])
    if height < 1 or width < 1 or height * width * channels != len(values):
        raise Damage(
            say(
                "its range image announces {height} x {width} pixels and has others",
                height=height,
                width=width,
            )
        )
    return np.asarray(values).reshape(height, width, channels)


def _numbers(rows: Sequence[Row], prefix: str, names: Sequence[str]) -> NDArray[np.float64]:
    """(K, names), NaN for what is missing; a type that is missing is 0, and so is a count."""
    table = np.array(
        [
            [np.nan if row.get(prefix + name) is None else row[prefix + name] for name in names]
            for row in rows
        ],
        np.float64,
    ).reshape(-1, len(names))
    for column, name in enumerate(names):
        if name == "type":
            table[:, column] = np.nan_to_num(table[:, column])
        elif name.startswith("num_"):
            table[:, column] = np.nan_to_num(table[:, column], nan=1)
    return table
