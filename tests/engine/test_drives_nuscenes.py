"""nuScenes: the JSON tables made here from known poses, the real key frame, and what may be wrong with either."""

import json
import shutil

import numpy as np
import pytest

from engine.datasets.drives.json_rows import rows_at
from engine.datasets.drives.nuscenes_moment import CAMERAS
from engine.datasets.drives.scan import within
from engine.datasets.drives.solids import pictured
from engine.datasets.drives.turns import level, placed
from engine.drive_split import split_drive
from engine.errors import ConfigError, DataError, FormatError
from engine.experiment import Experiment
from engine.projection import project
from engine.upright import inside
from tests.engine.drive_makers import check_frame, iou, picture, read, source

WIDE = {"height": 900, "width": 1600}
ALL = {"most_points": 100_000, "nearest": 0, "furthest": 1000}
HALF = np.sqrt(0.5)
# From the camera's axes (x right, y down, z ahead) to the vehicle's (x ahead, y left, z up).
CAMERA = [0.5, -0.5, 0.5, -0.5]
# From the laser's (x right, y ahead, z up) to the vehicle's: a quarter to the right.
LASER = [HALF, 0, 0, -HALF]


def tables(root, annotations=None, **changes):
    """One scene of two samples: the vehicle stands at (100, 50), looking along the world's y; the camera is 1 m before
    and 1 m above the laser, which is 2 m up; 0.1 s later, when the picture is taken, the vehicle is 1 m further."""
    ego = [HALF, 0, 0, HALF]
    rows = {
        "scene": [{"token": "s", "name": "scene-0001"}],
        "sample": [
            {"token": "a", "scene_token": "s", "timestamp": 2},
            {"token": "b", "scene_token": "s", "timestamp": 1},
        ],
        "sensor": [{"token": "cf", "channel": "CAM_FRONT"}, {"token": "lt", "channel": "LIDAR_TOP"}],
        "calibrated_sensor": [
            {
                "token": "ccf", "sensor_token": "cf", "rotation": CAMERA, "translation": [1, 0, 3],
                "camera_intrinsic": [[100, 0, 64], [0, 100, 32], [0, 0, 1]],
            },
            {"token": "clt", "sensor_token": "lt", "rotation": LASER, "translation": [0, 0, 2], "camera_intrinsic": []},
        ],
        "ego_pose": [
            {"token": "e0", "rotation": ego, "translation": [100, 50, 0]},
            {"token": "e1", "rotation": ego, "translation": [100, 51, 0]},
        ],
        "sample_data": [
            {
                "token": f"{sample}{channel}", "sample_token": sample, "is_key_frame": key,
                "calibrated_sensor_token": f"c{channel}", "ego_pose_token": pose, "filename": f"samples/{name}",
            }
            for sample in "ab"
            for channel, pose, name, key in (
                ("cf", "e1", f"CAM_FRONT/{sample}.jpg", True),
                ("cf", "e1", "CAM_FRONT/other.jpg", False),
                ("lt", "e0", f"LIDAR_TOP/{sample}.pcd.bin", True),
            )
        ],
        "category": [{"token": "c", "name": "vehicle.car"}, {"token": "d", "name": "animal"}],
        "instance": [{"token": "i", "category_token": "c"}, {"token": "j", "category_token": "d"}],
        # 20 m before the vehicle at the scan, 1 m to its left, looking as the vehicle does.
        "sample_annotation": [annotation()] if annotations is None else annotations,
    }  # fmt: skip
    folder = root / "v1.0-mini"
    folder.mkdir(parents=True)
    for name, table in (rows | changes).items():
        if table is not None:
            (folder / f"{name}.json").write_text(json.dumps(table, indent=0))
    points = np.array([(-1, 20, -1, 127.5, 0), (-1, 22.1, -1, 255, 5), (5, -9, 0, 0, 9)], "<f4")
    for sample in "ab":
        picture(root / "samples" / "CAM_FRONT" / f"{sample}.jpg")
        (root / "samples" / "LIDAR_TOP").mkdir(exist_ok=True)
        points.tofile(root / "samples" / "LIDAR_TOP" / f"{sample}.pcd.bin")
    return folder


def annotation(**changes):
    return {
        "token": "t", "sample_token": "b", "instance_token": "i", "visibility_token": "4",
        "translation": [99, 70, 1], "size": [2, 4, 2], "rotation": [HALF, 0, 0, HALF], "num_lidar_pts": 1,
    } | changes  # fmt: skip


def one(root, **settings):
    drive = read("nuscenes", root, **({"height": 64, "width": 128} | settings))
    for frame in drive.frames:
        check_frame(frame, drive)
    return drive.frames[0], drive


# ---- tables


def test_that_quaternions_are_w_x_y_z():
    turn = placed([HALF, 0, 0, HALF], [1, 2, 3])
    assert turn @ [1, 0, 0, 1] == pytest.approx([1, 3, 3, 1])  # x turns to y
    # The camera's z looks ahead, its x to the right.
    assert placed(CAMERA, [0, 0, 0])[:3, :3] == pytest.approx(
        np.array([[0, 0, 1], [-1, 0, 0], [0, -1, 0]])
    )


def test_that_a_level_frame_looks_ahead_along_the_ground():
    tilted = placed([np.cos(0.05), np.sin(0.05), 0, 0], [0, 0, 0])  # nose up by 0.1
    turn = level(tilted, (0, 1, 0))[:3, :3]
    assert turn @ turn.T == pytest.approx(np.eye(3)) and np.linalg.det(turn) == pytest.approx(1)
    up = np.linalg.inv(tilted[:3, :3]) @ [0, 0, 1]
    assert turn @ up == pytest.approx([0, 0, 1])
    assert (turn @ [0, 1, 0])[1] == pytest.approx(0, abs=1e-12) and (turn @ [0, 1, 0])[0] > 0.99


@pytest.mark.parametrize("inner", [True, False])
def test_that_the_chain_of_poses_puts_a_car_where_it_is(tmp_path, inner):
    folder = tables(tmp_path)
    frame, drive = one(folder if inner else tmp_path)
    assert [frame.name for frame in drive.frames] == ["scene-0001/000", "scene-0001/001"]
    assert drive.things[0] == "car" and frame.labels.tolist() == [0]
    # The laser is 2 m up: 20 m ahead, 1 m left, 1 m below it.
    assert frame.solids[0] == pytest.approx([20, 1, -1, 4, 2, 2, 0], abs=1e-4)
    # The camera has driven 1 m and is 1 m before the laser, 1 m above it.
    assert frame.depths[0] == pytest.approx(18, abs=1e-4)
    pixels, depth, _ = project(np.array([[20.0, 1, -1]]), frame.calibration)
    assert pixels[0] == pytest.approx([64 - 100 / 18, 32 + 200 / 18]) and depth[0] == pytest.approx(
        18
    )
    near, far = 16, 20
    assert frame.boxes[0] == pytest.approx(
        [64 - 200 / near, 32 + 100 / far, 64, 32 + 300 / near], abs=1e-3
    )


def test_that_points_are_turned_to_our_axes_with_intensities_to_one(tmp_path):
    frame, drive = one(tables(tmp_path))
    assert frame.points[:, :3] == pytest.approx(
        np.array([[20, 1, -1], [22.1, 1, -1], [-9, -5, 0]]), abs=1e-5
    )
    assert frame.points[:, 3].tolist() == [0.5, 1, 0]
    assert frame.owner.tolist() == [0, -1, -1]
    background = drive.classes.index("background")
    assert frame.of_points.tolist() == [0, background, background]


def test_that_other_kinds_and_things_that_nobody_sees_do_not_count(tmp_path):
    tables(
        tmp_path,
        [
            annotation(),
            annotation(instance_token="j"),
            annotation(num_lidar_pts=0),
            annotation(visibility_token="1"),
        ],
    )
    frame, _ = one(tmp_path)
    assert len(frame.boxes) == 2 and len(frame.ignored) == 2
    frame, _ = one(tmp_path, fewest_points=0, least_visible=2, things=["car", "animal"])
    assert frame.labels.tolist() == [0, 1, 0] and len(frame.ignored) == 1


def test_that_a_thing_out_of_the_picture_still_has_its_points(tmp_path):
    tables(tmp_path, [annotation(translation=[105, 41, 2])])
    frame, _ = one(tmp_path)
    assert len(frame.boxes) == 0 and len(frame.ignored) == 0
    assert frame.of_points.tolist()[2] == 0 and frame.owner.tolist() == [-1, -1, -1]


def test_that_missing_files_are_told_once_for_all(tmp_path):
    tables(tmp_path)
    (tmp_path / "samples" / "CAM_FRONT" / "a.jpg").unlink()
    (tmp_path / "samples" / "LIDAR_TOP" / "b.pcd.bin").unlink()
    frame, drive = one(tmp_path)
    assert len(drive) == 1 and len(frame) == 0 and len(frame.boxes) == 1
    assert "data.camera = “all”" in drive.problems[0]
    with pytest.raises(DataError, match="holds 1 frame to learn from.*data.camera = “all”"):
        split_drive(drive, Experiment())
    assert drive.problems[1:] == (
        "1 frame has no picture and was left out (“scene-0001/001”).",
        "1 picture without a scan is used without the laser’s points (“scene-0001/000”).",
    )


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"category": None}, "category.json"),
        ({"instance": [{"token": "i", "category_token": "gone"}]}, "gone"),
        ({"sample_data": {"not": "a list"}}, "not a list"),
        ({"ego_pose": [1, 2]}, "list of objects"),
    ],
)
def test_that_tables_that_do_not_fit_are_a_sentence(tmp_path, changes, why):
    tables(tmp_path, **changes)
    with pytest.raises((FormatError, DataError), match=why) as caught:
        one(tmp_path)
    assert caught.value.sentence.endswith(".")


def test_that_one_sample_that_makes_no_sense_leaves_the_others(tmp_path):
    tables(tmp_path, [annotation(size=[1, 2])])
    frame, drive = one(tmp_path)
    assert len(drive) == 1 and len(frame.boxes) == 0 and "“000” was not read" in drive.problems[1]


def test_that_a_picture_s_name_cannot_lead_out_of_the_folder(tmp_path):
    assert within(tmp_path, "samples/a.jpg") == tmp_path / "samples" / "a.jpg"
    for name in ("/etc/passwd", "../a", "a/../../b", "", None, 3, "a\x00b"):
        assert within(tmp_path, name) is None


def test_that_a_long_table_is_read_object_by_object(tmp_path, monkeypatch):
    monkeypatch.setattr("engine.datasets.drives.json_rows._CHUNK", 7)
    path = tmp_path / "table.json"
    rows = [{"number": number, "text": "é, ]} " * number} for number in range(20)]
    path.write_text(json.dumps(rows, indent=2, ensure_ascii=False))
    assert list(rows_at(path)) == rows
    path.write_text("[]")
    assert list(rows_at(path)) == []
    for broken in ("", "{}", '[{"a": 1}', '[{"a": 1}, {"b"', '[{"a": 1}, 5]', "[" * 100_000):
        path.write_text(broken)
        with pytest.raises(FormatError):
            list(rows_at(path))


def test_that_several_versions_are_asked_about(tmp_path):
    folder = tables(tmp_path)
    shutil.copytree(folder, tmp_path / "v1.0-trainval")
    with pytest.raises(DataError, match="Choose one"):
        one(tmp_path)
    assert len(one(folder)[1]) == 2


def test_that_a_camera_that_is_none_is_refused():
    with pytest.raises(ConfigError, match="CAM_FRONT"):
        source("nuscenes", "x", camera="CAM_TOP")


# ---- the real key frame


def real(real_data, camera="CAM_FRONT", **settings):
    root = real_data / "nuscenes_sample"
    entry = json.loads((root / "info.json").read_text())["data_list"][0]
    drive = read("nuscenes", root, camera=camera, **(WIDE | ALL | {"fewest_points": 0} | settings))
    for frame in drive.frames:
        check_frame(frame, drive)
    return drive, drive.frames[0], entry


def test_that_real_solids_hold_as_many_points_as_they_are_said_to(real_data):
    from engine.datasets.drives.nuscenes_info import infos_of

    drive, frame, entry = real(real_data)
    said = [row["num_lidar_pts"] for row in entry["instances"]]
    moment = next(infos_of(real_data / "nuscenes_sample" / "info.json", "CAM_FRONT", []))
    counted = [int(inside(frame.points[:, :3], solid).sum()) for solid in moment.solids]
    assert len(frame) == 34688 and len(counted) == 69
    assert max(abs(a - b) for a, b in zip(counted, said, strict=True)) <= 1
    assert (frame.of_points == drive.classes.index("background")).sum() > 33_000


@pytest.mark.parametrize("camera", CAMERAS)
def test_that_real_boxes_are_those_of_the_devkit(real_data, camera):
    drive, frame, entry = real(real_data, camera)
    known = [row for row in entry["cam_instances"][camera] if row["bbox_label_3d"] >= 0]
    assert len(known) == len(frame.boxes)
    names = list(
        json.loads((real_data / "nuscenes_sample" / "info.json").read_text())["metainfo"][
            "categories"
        ]
    )
    for row in known:
        overlaps = [iou(np.array(row["bbox"]), box) for box in frame.boxes]
        best = int(np.argmax(overlaps))
        assert overlaps[best] > 0.97
        assert drive.things[frame.labels[best]] == names[row["bbox_label_3d"]]
        assert frame.depths[best] == pytest.approx(row["depth"], abs=0.05)


def test_that_real_points_of_a_thing_fall_into_its_box_at_the_usual_size(real_data):
    drive, frame, _ = real(real_data, height=96, width=160, fewest_points=1)
    assert frame.image.shape == (96, 160, 3) and drive.frames[0].train
    pixels, _, ahead = project(frame.points, frame.calibration)
    for number, box in enumerate(frame.boxes):
        of_it = pixels[(frame.owner == number) & ahead]
        if len(of_it) >= 5 and box[0] > 0 and box[2] < 160:
            assert ((of_it > box[:2] - 1) & (of_it < box[2:] + 1)).all(axis=1).mean() > 0.95
    again = pictured(frame.solids, frame.calibration, 160, 96)
    assert again == pytest.approx(frame.boxes, abs=0.01)


def test_that_a_list_with_entries_that_make_no_sense_gives_the_rest(tmp_path, real_data):
    root = real_data / "nuscenes_sample"
    told = json.loads((root / "info.json").read_text())
    for path in root.glob("*CAM_FRONT__*"):
        shutil.copy(path, tmp_path)
    for path in root.glob("*.bin"):
        (tmp_path / path.name).write_bytes(path.read_bytes()[:-9])
    bad = {"images": {"CAM_FRONT": {"img_path": "x.jpg"}}}
    told["data_list"] += [bad, {}, 7]
    (tmp_path / "info.json").write_text(json.dumps(told))
    drive = read("nuscenes", tmp_path)
    assert len(drive) == 1
    assert sum("“info.json" in sentence for sentence in drive.problems) == 3
    assert any("34687 whole points" in sentence for sentence in drive.problems)
    (tmp_path / "info.json").write_text("{")
    with pytest.raises(DataError, match="Choose"):
        read("nuscenes", tmp_path)


def test_that_every_camera_gives_a_frame_of_its_own(real_data):
    drive, frame, _ = real(real_data, "all")
    assert len(drive) == 6 and len({own.name for own in drive.frames}) == 6
    front, _, _ = real(real_data)
    assert np.array_equal(frame.image, front.frames[0].image)
