"""A drive as KITTI's files: read back by hand, as KITTI's own description says."""

import numpy as np
import pytest
from PIL import Image

from engine.datasets.drives.kitti_export import calibration_of, export_kitti, labels_of
from engine.errors import DataError
from engine.projection import Calibration, project
from tests.engine.small_drives import CAMERA, LENS, at_pixel, drive, frame

# A car 10 m ahead, 1 m to the left, 4 long, 2 wide and 1.5 high, that looks ahead; its middle is 0.5 m below the laser.
SOLID = np.array([[10, 1, -0.5, 4, 2, 1.5, 0]], np.float32)


def a_frame(**more):
    points = [at_pixel(7, 6, 9), at_pixel(3, 2, 20)]
    parts = {"solids": SOLID, "ignored": np.array([[0, 0, 3, 2.5]], np.float32)}
    return frame(points, [[5.5, 4, 9, 8.25]], **parts | more)


def numbers(line):
    return [float(word) for word in line.split()[1:]]


def test_that_a_label_has_kittis_fifteen_fields():
    line, ignored = labels_of(a_frame(), ("car", "sign")).splitlines()
    assert line.split()[0] == "Car" and len(line.split()) == 15
    cut, hidden, view, *rest = numbers(line)
    assert rest[:4] == [5.5, 4, 9, 8.25]
    assert rest[4:7] == [1.5, 2, 4]  # height, width, length
    assert rest[7:10] == [-1, 1.25, 10]  # right, down, ahead: the middle of its underside
    # It looks along the camera's z: a quarter turn from x to the other side of z.
    assert rest[10] == pytest.approx(-np.pi / 2, abs=0.01)
    assert view == pytest.approx(-np.pi / 2 - np.arctan2(-1, 10), abs=0.01)
    assert (cut, hidden) == (0, 0)
    assert ignored.split()[0] == "DontCare"
    assert numbers(ignored) == [-1, -1, -10, 0, 0, 3, 2.5, -1, -1, -1, -1000, -1000, -1000, -10]


@pytest.mark.parametrize(
    ("heading", "turn"), [(0, -np.pi / 2), (-np.pi / 2, 0), (0.3, -np.pi / 2 - 0.3)]
)
def test_that_a_heading_is_counted_from_the_cameras_x_downwards(heading, turn):
    solid = SOLID.copy()
    solid[0, 6] = heading
    (line,) = labels_of(a_frame(solids=solid, ignored=np.zeros((0, 4))), ("car",)).splitlines()
    assert numbers(line)[-1] == pytest.approx(turn, abs=0.01)


def test_that_what_lies_beyond_the_picture_is_counted_as_cut_off():
    # 2 m wide, without depth, 10 m ahead: two pixels, of which the right one is beyond the sixteen.
    solid = np.array([[10, -8, 0, 0.001, 2, 2, 0]], np.float32)
    assert numbers(labels_of(a_frame(solids=solid), ("car",)).splitlines()[0])[0] == pytest.approx(
        0.5, abs=0.01
    )


def test_that_a_thing_without_a_solid_says_so():
    solid = np.full((1, 7), np.nan, np.float32)
    line = labels_of(a_frame(solids=solid), ("traffic sign",)).splitlines()[0]
    assert line.startswith(
        "Traffic_sign 0.00 0 -10.00 5.50 4.00 9.00 8.25 -1.00 -1.00 -1.00 -1000.00"
    )
    assert len(line.split()) == 15


def test_that_the_calibration_projects_as_before():
    turned = np.eye(4)
    turned[:3] = [[0, -1, 0, 0.1], [0, 0, -1, -0.2], [1, 0, 0, 0.3]]
    lens = LENS + np.array([[0, 0, 0, 4.5], [0, 0, 0, 0.2], [0, 0, 0, 0.003]])
    rows = dict(line.split(": ") for line in calibration_of(Calibration(lens, turned)).splitlines())
    read = {name: np.array(row.split(), float) for name, row in rows.items()}
    rotation, moved = np.eye(4), np.eye(4)
    rotation[:3, :3] = read["R0_rect"].reshape(3, 3)
    moved[:3] = read["Tr_velo_to_cam"].reshape(3, 4)
    whole = read["P2"].reshape(3, 4) @ rotation @ moved
    np.testing.assert_allclose(whole, lens @ turned, atol=1e-9)
    assert set(read) == {"P0", "P1", "P2", "P3", "R0_rect", "Tr_velo_to_cam", "Tr_imu_to_velo"}


def test_that_all_files_of_all_frames_are_there_and_read_back(tmp_path):
    first, second = a_frame(), a_frame(train=False)
    first.image[3, 5] = (10, 200, 30)
    first.points[:, 3] = (0.25, 0.5)
    export_kitti(drive(first, second), tmp_path / "kitti")
    training = tmp_path / "kitti" / "training"
    for folder, suffix in (
        ("image_2", "png"),
        ("velodyne", "bin"),
        ("calib", "txt"),
        ("label_2", "txt"),
    ):
        assert sorted(path.name for path in (training / folder).iterdir()) == [
            f"000000.{suffix}", f"000001.{suffix}",
        ]  # fmt: skip
    with Image.open(training / "image_2" / "000000.png") as picture:
        assert np.array_equal(np.asarray(picture), first.image)
    cloud = np.fromfile(training / "velodyne" / "000000.bin", "<f4").reshape(-1, 4)
    assert np.array_equal(cloud, first.points)
    pixels, _, _ = project(cloud, CAMERA)
    np.testing.assert_allclose(pixels, [[7, 6], [3, 2]], atol=1e-5)
    sets = tmp_path / "kitti" / "ImageSets"
    assert [(sets / f"{name}.txt").read_text() for name in ("train", "val")] == [
        "000000\n",
        "000001\n",
    ]


def test_that_a_folder_with_anything_in_it_is_refused_and_left_alone(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(DataError, match="not empty"):
        export_kitti(drive(a_frame()), tmp_path)
    with pytest.raises(DataError, match="not empty"):
        export_kitti(drive(a_frame()), tmp_path / "mine.txt")
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_that_an_empty_folder_is_filled(tmp_path):
    (tmp_path / "empty").mkdir()
    export_kitti(drive(a_frame()), tmp_path / "empty")
    assert (tmp_path / "empty" / "training" / "label_2" / "000000.txt").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["empty"]


def test_that_nothing_is_left_where_it_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(DataError, match="could not be written"):
        export_kitti(drive(a_frame()), tmp_path / "file" / "below")
    with pytest.raises(IndexError):
        export_kitti(drive(a_frame(labels=np.array([9], np.int16))), tmp_path / "kitti")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
