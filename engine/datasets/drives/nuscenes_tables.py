"""nuScenes' JSON tables v1.0, followed from a sample to its camera, its laser and what was marked in it."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from engine.datasets.drives.json_rows import rows_at
from engine.datasets.drives.nuscenes_moment import AHEAD, LASER, Moment
from engine.datasets.drives.scan import matrix, within
from engine.datasets.drives.turns import Matrix, heading, level, placed
from engine.errors import DataError, FormatError
from engine.formats.bounded import Damage, plain
from engine.formats.refusal import refusing
from engine.words import say

TABLES = (
    *("sample", "sample_data", "calibrated_sensor", "sensor", "ego_pose"),
    *("sample_annotation", "instance", "category", "scene"),
)
_KINDS = {
    "movable_object.barrier": "barrier",
    "movable_object.trafficcone": "traffic_cone",
    "vehicle.bicycle": "bicycle",
    "vehicle.bus.bendy": "bus",
    "vehicle.bus.rigid": "bus",
    "vehicle.car": "car",
    "vehicle.construction": "construction_vehicle",
    "vehicle.motorcycle": "motorcycle",
    "vehicle.trailer": "trailer",
    "vehicle.truck": "truck",
    "human.pedestrian.adult": "pedestrian",
    "human.pedestrian.child": "pedestrian",
    "human.pedestrian.construction_worker": "pedestrian",
    "human.pedestrian.police_officer": "pedestrian",
}

Row = dict[str, Any]


def find_tables(root: Path) -> Path | None:
    """The folder of the tables, at or just below `root`; None when there is none, DataError when there are several."""
    if _are_here(root):
        return root
    found = [folder for folder in sorted(root.glob("*/")) if _are_here(folder)]
    if len(found) > 1:
        some = ", ".join(plain(folder.name, 40) for folder in found[:4])
        raise DataError(
            say(
                "“{root}” holds several versions of nuScenes ({some}). Choose one of these folders.",
                root=plain(root.name),
                some=some,
            )
        )
    return found[0] if found else None


def moments_of(folder: Path, camera: str, problems: list[str]) -> Iterator[Moment]:
    """Every sample with a picture of this camera, by scene and time. FormatError when a table is missing or broken."""
    with refusing(folder, say("folder of tables")):
        tables = _read(folder, camera)
        samples = sorted(
            tables.samples.values(), key=lambda row: (tables.scene(row), row["timestamp"])
        )
    files = folder if (folder / "samples").is_dir() else folder.parent
    numbers: dict[str, int] = defaultdict(int)
    for sample in samples:
        scene = tables.scene(sample)
        name = f"{scene}/{numbers[scene]:03d}"
        numbers[scene] += 1
        try:
            with refusing(Path(name), "sample"):
                yield _moment(tables, sample, files, (name, scene, camera))
        except FormatError as error:
            problems.append(error.sentence)


@dataclass(frozen=True)
class _Tables:
    """samples by token; data by sample and channel; the rest by token, annotations by sample."""

    samples: dict[str, Row]
    data: dict[str, dict[str, Row]]
    calibrated: dict[str, Row]
    poses: dict[str, Row]
    annotations: dict[str, list[Row]]
    kinds: dict[str, str]
    scenes: dict[str, str]

    def scene(self, sample: Row) -> str:
        return self.scenes.get(sample["scene_token"], "scene")


def _are_here(folder: Path) -> bool:
    return all((folder / f"{name}.json").is_file() for name in TABLES[:3])


def _read(folder: Path, camera: str) -> _Tables:
    """All tables, of the long ones only the rows that are needed."""

    def rows(name: str) -> Iterator[Row]:
        return rows_at(folder / f"{name}.json")

    channels = {row["token"]: row["channel"] for row in rows("sensor")}
    calibrated = {row["token"]: row for row in rows("calibrated_sensor")}
    data: dict[str, dict[str, Row]] = defaultdict(dict)
    for row in rows("sample_data"):
        channel = channels[calibrated[row["calibrated_sensor_token"]]["sensor_token"]]
        if row["is_key_frame"] and channel in (camera, LASER):
            data[row["sample_token"]][channel] = row
    wanted = {row["ego_pose_token"] for pair in data.values() for row in pair.values()}
    annotations: dict[str, list[Row]] = defaultdict(list)
    for row in rows("sample_annotation"):
        annotations[row["sample_token"]].append(row)
    names = {row["token"]: str(row["name"]) for row in rows("category")}
    return _Tables(
        samples={row["token"]: row for row in rows("sample") if camera in data[row["token"]]},
        data=data,
        calibrated=calibrated,
        poses={row["token"]: row for row in rows("ego_pose") if row["token"] in wanted},
        annotations=annotations,
        kinds={row["token"]: names[row["category_token"]] for row in rows("instance")},
        scenes={row["token"]: plain(row["name"], 60) for row in rows("scene")},
    )


def _moment(tables: _Tables, sample: Row, files: Path, names: tuple[str, str, str]) -> Moment:
    """Laser -> vehicle -> world -> vehicle at the time of the picture -> camera."""
    name, scene, camera = names
    data = tables.data[sample["token"]]
    shot, scan = data[camera], data.get(LASER)
    picture = within(files, shot["filename"])
    if picture is None:
        raise Damage(say("its picture’s name leads out of the folder"))
    world_from_camera = _in_world(tables, shot)
    # Without a laser the camera's own vehicle stands in for it, so that solids still have a place.
    world_from_laser = (
        _in_world(tables, scan) if scan else _pose(tables.poses[shot["ego_pose_token"]])
    )
    turn = level(world_from_laser, AHEAD if scan else (1, 0, 0))
    world_from_ours = world_from_laser @ np.linalg.inv(turn)
    kinds, solids, seen, visible = [], [], [], []
    for row in tables.annotations.get(sample["token"], []):
        kind = tables.kinds[row["instance_token"]]
        kinds.append(_KINDS.get(kind, kind))
        solids.append(_solid(row, np.linalg.inv(world_from_ours)))
        seen.append(int(row.get("num_lidar_pts", 1)))
        visible.append(int(row.get("visibility_token") or 4))
    return Moment(
        name=name,
        scene=scene,
        picture=picture,
        scan=within(files, scan["filename"]) if scan else None,
        intrinsics=matrix(
            tables.calibrated[shot["calibrated_sensor_token"]]["camera_intrinsic"], 3, 3
        ),
        turn=turn,
        camera_from_ours=np.asarray(np.linalg.inv(world_from_camera) @ world_from_ours, np.float64),
        kinds=tuple(kinds),
        solids=np.array(solids, np.float64).reshape(-1, 7),
        seen=np.array(seen, np.int64),
        visible=np.array(visible, np.int64),
    )


def _solid(row: Row, ours_from_world: Matrix) -> list[float]:
    width, length, height = matrix(row["size"], 1, 3)[0]
    pose = ours_from_world @ _pose(row)
    return [*pose[:3, 3], length, width, height, heading(pose)]


def _in_world(tables: _Tables, data: Row) -> Matrix:
    """(4, 4): from a sensor's axes to the world's."""
    ego = _pose(tables.poses[data["ego_pose_token"]])
    return ego @ _pose(tables.calibrated[data["calibrated_sensor_token"]])


def _pose(row: Row) -> Matrix:
    return placed(row["rotation"], row["translation"])
