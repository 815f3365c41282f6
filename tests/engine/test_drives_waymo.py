"""Waymo's parquet files, made here from known rays: range images, poses, boxes, outlines, and what may be wrong."""

import io
import sys

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image

from engine.datasets.drives.kinds import kinds_of
from engine.datasets.drives.semantic import class_table
from engine.datasets.drives.waymo_labels import NUMBERS, OF_PIXELS, OF_POINTS, THINGS, WORDS
from engine.datasets.drives.waymo_marks import matches
from engine.datasets.drives.waymo_range import Laser, inclinations_of, points_of, turns_of
from engine.errors import DataError
from engine.formats.bounded import Damage
from engine.projection import project
from tests.engine.drive_makers import check_frame, read, source

SIZE = {"height": 64, "width": 128, "stride": 1, "nearest": 0}
FRONT, TOP = 1, 1
TIMES = (1000, 2000)


# ---- range images


def test_that_the_middle_column_looks_ahead_and_rows_go_down():
    laser = Laser(np.eye(4), inclinations_of(np.array([-0.2, 0.1]), np.nan, np.nan, 2))
    ranges = np.zeros((2, 5))
    ranges[0, 2], ranges[1, 2], ranges[0, 0], ranges[1, 4] = 10, 20, 5, -1
    points = points_of(ranges, laser)
    # Row by row: the first column of five looks 144 degrees to the left.
    left = np.radians(144)
    assert points == pytest.approx(
        np.array([
            [5 * np.cos(0.1) * np.cos(left), 5 * np.cos(0.1) * np.sin(left), 5 * np.sin(0.1)],
            [10 * np.cos(0.1), 0, 10 * np.sin(0.1)],
            [20 * np.cos(0.2), 0, -20 * np.sin(0.2)],
        ])
    )  # fmt: skip


def test_that_the_columns_count_from_where_the_laser_is_turned_in_the_vehicle():
    mount = np.array(
        [[0.0, -1, 0, 1], [1, 0, 0, 2], [0, 0, 1, 3], [0, 0, 0, 1]]
    )  # a quarter to the left
    points = points_of(np.full((1, 1), 10.0), Laser(mount, np.zeros(1)))
    # The middle of the picture looks along the vehicle's x all the same.
    assert points[0] == pytest.approx([11, 2, 3])


def test_that_inclinations_are_told_from_below_or_spread_evenly():
    assert inclinations_of(np.array([]), -0.4, 0.4, 4).tolist() == pytest.approx(
        [0.3, 0.1, -0.1, -0.3]
    )
    assert inclinations_of(np.array([1.0, 2, 3]), 0, 0, 3).tolist() == [3, 2, 1]
    for values, low in (([1.0, 2], 0), ([], np.nan), ([np.nan] * 3, 0)):
        with pytest.raises(Damage, match="inclinations"):
            inclinations_of(np.array(values), low, 1, 3)


def test_that_roll_pitch_and_yaw_turn_about_x_then_y_then_z():
    quarter = np.pi / 2
    turns = turns_of(
        np.array([(quarter, 0, 0), (0, quarter, 0), (0, 0, quarter), (quarter, 0, quarter)])
    )
    assert turns[0] @ [0, 1, 0] == pytest.approx([0, 0, 1])
    assert turns[1] @ [0, 0, 1] == pytest.approx([1, 0, 0])
    assert turns[2] @ [1, 0, 0] == pytest.approx([0, 1, 0])
    assert turns[3] @ [0, 0, 1] == pytest.approx([1, 0, 0])  # roll: to -y; then yaw: to x


def test_that_each_pixel_is_put_where_the_vehicle_was_and_then_seen_from_where_it_is():
    laser = Laser(np.eye(4), np.zeros(1))
    poses = np.array([[[0, 0, np.pi / 2, 100, 50, 7]]])  # looking along the world's y
    vehicle = np.eye(4)
    vehicle[:3, 3] = 98, 50, 7  # since driven back 2 m and turned to the world's x
    points = points_of(np.full((1, 1), 10.0), laser, poses, vehicle)
    assert points[0] == pytest.approx([2, 10, 0])
    with pytest.raises(Damage, match="poses"):
        points_of(np.full((1, 2), 10.0), laser, poses, vehicle)


# ---- whole segments


def png(array):
    target = io.BytesIO()
    Image.fromarray(array).save(target, "PNG")
    return target.getvalue()


def write(root, component, rows, segment="seg"):
    folder = root / component
    folder.mkdir(parents=True, exist_ok=True)
    prefix = {"key.segment_context_name": segment}
    pq.write_table(
        pa.Table.from_pylist([prefix | one for one in rows]),
        folder / f"{segment}.parquet",
        row_group_size=2,
    )


def flat(name, array):
    return {f"{name}.values": array.reshape(-1).tolist(), f"{name}.shape": list(array.shape)}


def segment(root, name="seg", **changes):
    """Two frames. One vehicle 20 m ahead, a sign 10 m ahead and to the left; camera and laser stand at the vehicle's
    origin. The four columns of the range image look 135, 45, -45 and -135 degrees to the left. changes: rows instead of
    its own, None: no such file, True: an extra file too."""
    ranges = np.zeros((2, 4, 4), np.float32)
    ranges[0, :, 0] = 20
    ranges[0, :, 1] = (0, 0.5, 30, np.nan)
    ranges[1, 1, 0], ranges[1, 2, 0] = 5, np.nan
    ranges[0, 3, 3] = 1  # a zone without labels
    poses = np.zeros((2, 4, 6))
    poses[..., 3] = 3
    grey = png(np.full((64, 128, 3), 90, np.uint8))
    labels = np.zeros((2, 4, 2), np.int32)
    labels[..., 1] = [[18, 1, 15, 0], [1, 22, 18, 18]]
    frames = [{"key.frame_timestamp_micros": time} for time in TIMES]
    camera, laser = {"key.camera_name": FRONT}, {"key.laser_name": TOP}
    intrinsic = dict(zip(("f_u", "f_v", "c_u", "c_v"), (100.0, 100.0, 64.0, 32.0), strict=True))
    turned = np.eye(4)
    rows = {
        "camera_image": [
            one | {"key.camera_name": number, "[CameraImageComponent].image": grey}
            for one in frames
            for number in (2, 1)
        ],
        "camera_calibration": [
            {"key.camera_name": number, "[CameraCalibrationComponent].extrinsic.transform": turned.reshape(-1).tolist()}
            | {f"[CameraCalibrationComponent].intrinsic.{key}": value * number for key, value in intrinsic.items()}
            for number in (1, 2)
        ],
        "lidar": [one | laser | flat("[LiDARComponent].range_image_return1", ranges) for one in frames],
        "lidar_calibration": [
            laser
            | {
                "[LiDARCalibrationComponent].extrinsic.transform": np.eye(4).reshape(-1).tolist(),
                "[LiDARCalibrationComponent].beam_inclination.min": -0.1,
                "[LiDARCalibrationComponent].beam_inclination.max": 0.1,
                "[LiDARCalibrationComponent].beam_inclination.values": [-0.1, 0.0],
            }
        ],
        "lidar_pose": [one | laser | flat("[LiDARPoseComponent].range_image_return1", poses) for one in frames],
        "vehicle_pose": [
            one | {"[VehiclePoseComponent].world_from_vehicle.transform": np.eye(4).reshape(-1).tolist()}
            for one in frames
        ],
        "camera_box": [
            one | camera | {"key.camera_object_id": "c1"} | box("[CameraBoxComponent].box", 66, 32, 0, 11, 11, 0, 1)
            for one in frames
        ],
        "lidar_box": [
            one | {"key.laser_object_id": key} | box("[LiDARBoxComponent].box", *numbers)
            | {"[LiDARBoxComponent].box.heading": 0.0, "[LiDARBoxComponent].num_lidar_points_in_box": 3}
            for one in frames
            for key, numbers in (("l1", (20, 0, 0, 4, 2, 2, 1)), ("l2", (10, 2, 0, 0.2, 1, 1, 3)))
        ],
    }  # fmt: skip
    extra = {
        "lidar_segmentation": [
            one | laser | flat("[LiDARSegmentationLabelComponent].range_image_return1", labels) for one in frames[:1]
        ],
        "camera_segmentation": [
            one | camera
            | {
                "[CameraSegmentationLabelComponent].panoptic_label": png(panoptic()),
                "[CameraSegmentationLabelComponent].panoptic_label_divisor": 1000,
            }
            for one in frames[:1]
        ],
        "camera_to_lidar_box_association": [
            one | camera | {"key.camera_object_id": "c1", "key.laser_object_id": "l2"} for one in frames
        ],
    }  # fmt: skip
    for component, of_it in rows.items():
        if changes.get(component, of_it) is not None:
            write(root, component, changes.get(component, of_it), name)
    for component in changes.keys() & extra.keys():
        write(root, component, extra[component], name)
    return root


def box(name, x, y, z, length, width, height, kind):
    component = name.rsplit(".", 1)[0]
    numbers = {
        "center.x": x,
        "center.y": y,
        "center.z": z,
        "size.x": length,
        "size.y": width,
        "size.z": height,
    }
    return {f"{name}.{key}": float(value) for key, value in numbers.items()} | {
        f"{component}.type": kind
    }


def panoptic():
    picture = np.full((64, 128), 20 * 1000, np.uint16)  # road
    picture[:20] = 25 * 1000  # sky
    picture[26:38, 60:71] = 2 * 1000 + 7  # a car
    picture[60:] = 1 * 1000  # the vehicle itself
    return picture


def one(root, **settings):
    drive = read("waymo", root, **(SIZE | settings))
    for frame in drive.frames:
        check_frame(frame, drive)
    return drive.frames[0], drive


def test_that_a_segment_s_points_are_where_its_rays_end(tmp_path):
    frame, drive = one(segment(tmp_path))
    assert [frame.name for frame in drive.frames] == [
        "seg/1000",
        "seg/2000",
    ] and not drive.problems[1:]
    flat_20, flat_5 = 20 / np.sqrt(2), 5 * np.cos(0.1) / np.sqrt(2)
    # 3 m further, where the vehicle was.
    expected = [
        (3 - flat_20, flat_20, 0),
        (3 + flat_20, flat_20, 0),
        (3 + flat_20, -flat_20, 0),
        (3 - flat_20, -flat_20, 0),
        (3 + flat_5, flat_5, -5 * np.sin(0.1)),
    ]
    assert frame.points[:, :3] == pytest.approx(np.array(expected), abs=1e-5)
    assert frame.points[:, 3] == pytest.approx([0, np.tanh(0.5), 1, 0, 0])


def test_that_the_camera_looks_along_the_vehicle_s_x(tmp_path):
    frame, _ = one(segment(tmp_path))
    pixels, depth, ahead = project(np.array([[10.0, 1, 2]]), frame.calibration)
    assert pixels[0] == pytest.approx([54, 12]) and depth[0] == pytest.approx(10) and ahead[0]
    other, _ = one(tmp_path, camera="FRONT_LEFT")
    assert other.calibration.projection[0, 0] == 200 and len(other.boxes) == 1  # the sign alone


def test_that_drawn_boxes_find_their_solids_and_signs_are_projected(tmp_path):
    frame, drive = one(segment(tmp_path))
    assert drive.things == THINGS and frame.labels.tolist() == [0, 2]
    assert frame.boxes[0].tolist() == [60.5, 26.5, 71.5, 37.5]
    assert frame.solids[0].tolist() == [20, 0, 0, 4, 2, 2, 0]
    assert frame.depths == pytest.approx([20, 10])
    near, far = 9.9, 10.1
    assert frame.boxes[1] == pytest.approx(
        [64 - 250 / near, 32 - 50 / near, 64 - 150 / far, 32 + 50 / near], abs=1e-3
    )
    frame, _ = one(tmp_path, boxes="projected")
    assert frame.boxes[0] == pytest.approx(
        [64 - 100 / 18, 32 - 100 / 18, 64 + 100 / 18, 32 + 100 / 18], abs=1e-3
    )


def test_that_what_people_tied_goes_before_what_overlaps(tmp_path):
    frame, _ = one(segment(tmp_path, camera_to_lidar_box_association=True))
    assert frame.solids[0, :2].tolist() == [10, 2]


def test_that_points_are_background_but_where_nobody_looked(tmp_path):
    solids = [
        {"key.frame_timestamp_micros": time, "key.laser_object_id": "l"}
        | box("[LiDARBoxComponent].box", 3 + 20 / np.sqrt(2), 20 / np.sqrt(2), 0, 1, 1, 1, 2)
        | {"[LiDARBoxComponent].box.heading": 0.4}
        for time in TIMES
    ]
    frame, drive = one(segment(tmp_path, lidar_box=solids))
    assert drive.classes == (*THINGS, "background")
    assert frame.of_points.tolist() == [4, 1, 4, -1, 4]


def test_that_labelled_points_and_pixels_give_the_classes(tmp_path):
    frame, drive = one(segment(tmp_path, lidar_segmentation=True, camera_segmentation=True))
    assert drive.classes == WORDS
    assert [drive.classes[row] if row >= 0 else "" for row in frame.of_points] == [
        *("road", "vehicle", "vegetation", "", "sidewalk")
    ]
    named = [drive.classes[frame.areas[y, 65]] for y in (5, 30, 45)]
    assert named == ["sky", "vehicle", "road"] and frame.areas[62, 65] == -1
    assert (frame.owners == 0).sum() == 12 * 11 and frame.owners[30, 65] == 0
    # The second frame has neither.
    second = drive.frames[1]
    assert second.areas is None and set(second.of_points.tolist()) == {-1}
    kinds = kinds_of(("car = vehicle",))
    assert class_table(kinds, WORDS, OF_POINTS, NUMBERS)[1] == 0
    assert (
        class_table(kinds, WORDS, OF_PIXELS, NUMBERS)[9] == 1
    )  # pedestrians are a class of their own


def test_that_cameras_may_be_named_by_words_and_frames_are_strided(tmp_path):
    image = png(np.zeros((64, 128, 3), np.uint8))
    rows = [
        {
            "key.frame_timestamp_micros": time,
            "key.camera_name": "FRONT",
            "[CameraImageComponent].image": image,
        }
        for time in range(1000, 8000, 1000)
    ]
    _, drive = one(segment(tmp_path, camera_image=rows), stride=3)
    assert [frame.name for frame in drive.frames] == ["seg/1000", "seg/4000", "seg/7000"]
    assert len(drive.frames[0]) == 5 and len(drive.frames[2]) == 0
    assert any("“seg/7000”: it has no scan" in told for told in drive.problems)


def test_that_folders_called_training_and_validation_are_respected(tmp_path):
    segment(tmp_path / "training", "b")
    segment(tmp_path / "validation", "a")
    _, drive = one(tmp_path)
    assert [(frame.name[0], frame.train) for frame in drive.frames] == [("b", True)] * 2 + [
        ("a", False)
    ] * 2


# ---- what may be wrong


@pytest.mark.parametrize(
    ("component", "scan", "things"),
    [
        ("lidar", 0, 2),
        ("lidar_calibration", 0, 2),
        ("lidar_pose", 5, 2),
        ("camera_box", 5, 2),
        ("lidar_box", 5, 1),
    ],
)
def test_that_missing_components_leave_the_rest(tmp_path, component, scan, things):
    frame, _ = one(segment(tmp_path, **{component: None}))
    assert len(frame) == scan and len(frame.boxes) == things


def test_that_without_a_calibration_of_the_camera_there_is_no_frame(tmp_path):
    with pytest.raises(DataError, match="no calibration of this camera"):
        one(segment(tmp_path, camera_calibration=None))


def test_that_without_boxes_nothing_found_counts(tmp_path):
    frame, _ = one(segment(tmp_path, camera_box=None, lidar_box=None))
    assert len(frame.boxes) == 0 and frame.ignored.tolist() == [[0, 0, 128, 64]]


def test_that_range_images_that_lie_about_their_size_are_told(tmp_path):
    wrong = [
        {"key.frame_timestamp_micros": TIMES[0], "key.laser_name": TOP}
        | {"[LiDARComponent].range_image_return1.values": [1.0] * 8}
        | {"[LiDARComponent].range_image_return1.shape": shape}
        for shape in ([1 << 30, 1 << 30, 4],)
    ]
    frame, drive = one(segment(tmp_path, lidar=wrong))
    assert len(frame) == 0 and any("announces" in told for told in drive.problems)


@pytest.mark.parametrize("component", ["camera_image", "lidar", "camera_box"])
def test_that_files_that_are_no_parquet_are_sentences(tmp_path, component):
    segment(tmp_path, "a")
    segment(tmp_path, "b")
    (tmp_path / component / "a.parquet").write_bytes(b"PAR1 nothing PAR1")
    _, drive = one(tmp_path)
    assert len(drive) >= 2 and any(told.endswith(".") for told in drive.problems)
    assert {frame.name[0] for frame in drive.frames} == (
        {"a", "b"} if component == "lidar" else {"b"}
    )


def test_that_a_picture_that_is_none_leaves_the_other_frame(tmp_path):
    image = png(np.zeros((64, 128, 3), np.uint8))
    rows = [
        {
            "key.frame_timestamp_micros": time,
            "key.camera_name": FRONT,
            "[CameraImageComponent].image": data,
        }
        for time, data in zip(TIMES, (image[:50], image), strict=True)
    ]
    _, drive = one(segment(tmp_path, camera_image=rows))
    assert [frame.name for frame in drive.frames] == [
        "seg/2000"
    ] and "seg at 1000" in drive.problems[0]


def test_that_without_pyarrow_a_sentence_says_how_to_get_it(tmp_path, monkeypatch):
    segment(tmp_path)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(DataError, match="python -m pip install pyarrow"):
        one(tmp_path)
    source("waymo", tmp_path).fingerprint()


def test_that_each_solid_is_tied_to_one_box():
    boxes = np.array([(0, 0, 10, 10), (1, 0, 11, 10), (50, 50, 60, 60), (np.nan,) * 4])
    others = np.array([(0, 0, 10, 10), (2, 0, 12, 10), (np.nan,) * 4])
    assert matches(boxes, others).tolist() == [0, 1, -1, -1]
    alike = np.array([[0, 1, 1], [1, 1, 1], [1, 1, 1], [1, 1, 1]], bool)
    assert matches(boxes, others, alike).tolist() == [1, 0, -1, -1]
    assert (
        matches(boxes[:0], others).shape == (0,) and matches(boxes, others[:0]).tolist() == [-1] * 4
    )
