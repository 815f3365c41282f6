"""Key frames of nuScenes listed in one JSON file, with all transforms worked out, as MMDetection3D's info files."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from engine.datasets.drives.json_rows import json_at
from engine.datasets.drives.nuscenes_moment import AHEAD, LASER, Moment
from engine.datasets.drives.scan import matrix, within
from engine.datasets.drives.turns import Matrix, level, rigid
from engine.errors import FormatError
from engine.formats.bounded import MAX_BYTES, Damage, plain
from engine.formats.refusal import refusing
from engine.words import say

_KEYS = ("metainfo", "data_list")


def find_info(root: Path) -> Path | None:
    """The file itself, or the first JSON file in the folder that is such a list."""
    if root.is_file():
        return root
    return next((path for path in sorted(root.glob("*.json")) if _is_info(path)), None)


def infos_of(path: Path, camera: str, problems: list[str]) -> Iterator[Moment]:
    """Every moment of which the list names a picture of this camera. FormatError when it is no such list."""
    told = json_at(path)
    with refusing(path, say("list of frames")):
        if not isinstance(told, dict) or not all(key in told for key in _KEYS):
            raise Damage(say("it has no metainfo and data_list"))
        words = {int(row): str(word) for word, row in told["metainfo"]["categories"].items()}
        entries = list(told["data_list"])
    for number, entry in enumerate(entries):
        try:
            with refusing(Path(f"{path.name} {number}"), "frame"):
                if camera in entry["images"]:
                    yield _moment(path.parent, entry, camera, words, number)
        except FormatError as error:
            problems.append(error.sentence)


def _is_info(path: Path) -> bool:
    """Whether its keys are those of such a list; most JSON files need not be read to know."""
    try:
        if path.stat().st_size > MAX_BYTES:
            return False
        told = json_at(path)
    except (OSError, FormatError):
        return False
    return isinstance(told, dict) and all(key in told for key in _KEYS)


def _moment(
    folder: Path, entry: dict[str, Any], camera: str, words: dict[int, str], number: int
) -> Moment:
    shot = entry["images"][camera]
    picture = _file(folder, shot["img_path"], camera)
    if picture is None:
        raise Damage(say("its picture’s name leads out of the folder"))
    scan = entry.get("lidar_points", {}).get("lidar_path")
    rows = entry.get("instances", [])
    world_from_laser = np.eye(4)
    if "ego2global" in entry and "lidar2ego" in entry.get("lidar_points", {}):
        world_from_laser = rigid(entry["ego2global"]) @ rigid(entry["lidar_points"]["lidar2ego"])
    turn = level(world_from_laser, AHEAD)
    solids = np.array([matrix(row["bbox_3d"], 1, 7)[0] for row in rows]).reshape(-1, 7)
    return Moment(
        name=plain(entry.get("token") or say("frame {number}", number=number), 60),
        scene="",
        picture=picture,
        scan=_file(folder, scan, LASER),
        intrinsics=matrix(shot["cam2img"], 3, 3),
        turn=turn,
        camera_from_ours=rigid(shot["lidar2cam"]) @ np.linalg.inv(turn),
        kinds=tuple(words.get(int(row["bbox_label_3d"]), "unknown") for row in rows),
        solids=_upright(solids, turn),
        seen=np.array([int(row.get("num_lidar_pts", 1)) for row in rows], np.int64),
        visible=np.full(len(rows), 4),
    )


def _upright(solids: Matrix, turn: Matrix) -> Matrix:
    """Solids (K, 7) of the laser's axes in ours. Their headings are those of a level direction, seen along the laser's
    up: its part along that up is what makes it level in the world."""
    up = turn[2, :3]
    cos, sin = np.cos(solids[:, 6]), np.sin(solids[:, 6])
    ahead = np.stack([cos, sin, -(up[0] * cos + up[1] * sin) / up[2]], axis=1) @ turn[:3, :3].T
    result = solids.copy()
    result[:, :3] = solids[:, :3] @ turn[:3, :3].T
    result[:, 6] = np.arctan2(ahead[:, 1], ahead[:, 0])
    return result


def _file(folder: Path, name: Any, channel: str) -> Path | None:
    """The file beside the list, or where nuScenes keeps it."""
    here = within(folder, name)
    if here is None or here.is_file():
        return here
    kept = folder / "samples" / channel / here.name
    return kept if kept.is_file() else here
