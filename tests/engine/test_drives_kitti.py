"""KITTI's object benchmark and odometry, SemanticKITTI's labels, and whatever may be wrong with their files."""

import struct
import zlib

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from engine.datasets.drives.kinds import kinds_of
from engine.datasets.drives.kitti_text import calibration_of, labels_of
from engine.datasets.drives.raw import Marked, Raw, Rules, judged
from engine.datasets.drives.settings import DriveSettings
from engine.datasets.drives.solids import corners, held, pictured
from engine.errors import ConfigError, DataError
from engine.formats.bounded import Damage
from engine.projection import Calibration, project
from engine.upright import inside
from tests.engine.drive_makers import P2, TURN, check_frame, iou, picture, read, row, source

SIZE = {"height": 64, "width": 128}
# 2 m high, 2 m wide, 4 m long, its bottom 1 m below the laser, 10 m ahead: x 8..12, y -1..1, z -1..1.
CAR = "Car 0.00 0 0 50 20 80 45 2 2 4 0 1 10 -1.5707963267948966"


def frame_files(root, name="000000", label=CAR, points=None, calib=None, drive="training"):
    base = root / drive
    picture(base / "image_2" / f"{name}.png")
    if points is None:
        points = [
            (10, 0, 0, 0.5),
            (11.9, 0.9, 0.9, 0.2),
            (12.1, 0, 0, 0.3),
            (-10, 0, 0, 0.1),
            (30, 1, 0, 1),
        ]
    for folder in ("velodyne", "calib", "label_2"):
        (base / folder).mkdir(exist_ok=True)
    np.array(points, "<f4").tofile(base / "velodyne" / f"{name}.bin")
    (base / "calib" / f"{name}.txt").write_text(
        calib or f"P2: {row(P2)}\nR0_rect: {row(np.eye(3))}\nTr_velo_to_cam: {row(TURN)}\n"
    )
    if label is not None:
        (base / "label_2" / f"{name}.txt").write_text(label)
    return base


def one(root, **settings):
    drive = read("kitti", root, **(SIZE | settings))
    for frame in drive.frames:
        check_frame(frame, drive)
    return drive.frames[0], drive


# ---- what a frame says


def test_that_a_car_is_where_its_label_says(tmp_path):
    frame_files(tmp_path)
    frame, drive = one(tmp_path)
    assert drive.things == ("car", "truck", "pedestrian", "cyclist")
    assert frame.boxes.tolist() == [[50, 20, 80, 45]] and frame.labels.tolist() == [0]
    assert frame.solids[0] == pytest.approx([10, 0, 0, 4, 2, 2, 0], abs=1e-6)
    assert frame.depths.tolist() == [10]  # P2's fourth column has no share in the depth here
    pixels, _, _ = project(np.array([[10.0, 0, 0]]), frame.calibration)
    assert pixels[0] == pytest.approx([64.5, 32])  # 64 + 5 / 10


def test_that_a_turned_box_is_turned_about_the_laser_s_up():
    labels = labels_of("Car 0 0 0 0 0 1 1 2 1 4 3 1 10 0.3")
    calibration = calibration_of(f"P2: {row(P2)}\nTr: {row(TURN)}")
    solid = labels.solids(calibration.camera_from_laser)[0]
    # ry counts from the camera's x (right) towards -z (back); seen from above: 0.3 right of "right".
    assert solid == pytest.approx([10, -3, 0, 4, 1, 2, -np.pi / 2 - 0.3])


def test_that_points_in_a_solid_are_of_its_thing_and_others_are_background_only_where_the_camera_looks(
    tmp_path,
):
    frame_files(tmp_path)
    frame, drive = one(tmp_path)
    assert drive.classes[-1] == "background"
    assert frame.of_points.tolist() == [0, 0, 4, -1, 4]
    assert frame.owner.tolist() == [0, 0, -1, -1, -1]


def test_that_dont_care_is_ignored_and_hides_what_its_points_are(tmp_path):
    frame_files(tmp_path, label="DontCare -1 -1 -10 0 0 100 64 -1 -1 -1 -1000 -1000 -1000 -10")
    frame, _ = one(tmp_path)
    assert len(frame.boxes) == 0 and frame.ignored.tolist() == [[0, 0, 100, 64]]
    assert set(frame.of_points.tolist()) == {-1}


def test_that_pictures_boxes_and_calibration_are_resized_alike(tmp_path):
    frame_files(tmp_path)
    frame, _ = one(tmp_path, height=32, width=256)
    assert frame.image.shape == (32, 256, 3)
    assert frame.boxes.tolist() == [[100, 10, 160, 22.5]]
    pixels, depth, _ = project(np.array([[10.0, 0, 0]]), frame.calibration)
    assert pixels[0] == pytest.approx([129, 16]) and depth[0] == pytest.approx(10)


def test_that_types_become_things_by_the_setting_and_the_rest_are_ignored(tmp_path):
    label = "\n".join(
        [CAR, CAR.replace("Car", "Van"), CAR.replace("Car", "Misc"), CAR.replace("Car", "Dog")]
    )
    frame_files(tmp_path, label=label)
    frame, drive = one(tmp_path, things=["motor = Car + Van", "dog"])
    assert drive.things == ("motor", "dog") and frame.labels.tolist() == [0, 0, 1]
    assert len(frame.ignored) == 1 and not any("known" in told for told in drive.problems)
    frame, drive = one(tmp_path, things=["Car"])
    assert frame.labels.tolist() == [0] and len(frame.ignored) == 3
    assert drive.problems[0].startswith("1 box is of a kind that is not known (“Dog”)")


@pytest.mark.parametrize("things", [["a = b", "c = b"], [""], ["= x"], ["a + b"], []])
def test_that_things_that_mean_nothing_are_refused_in_a_sentence(tmp_path, things):
    with pytest.raises(ConfigError, match="things"):
        source("kitti", tmp_path, things=things)


def test_that_hidden_and_cut_off_things_count_unless_a_setting_says_otherwise(tmp_path):
    label = "\n".join([CAR, CAR.replace("0.00 0", "0.00 2"), CAR.replace("0.00 0", "0.60 0")])
    frame_files(tmp_path, label=label)
    frame, _ = one(tmp_path)
    assert len(frame.boxes) == 3 and len(frame.ignored) == 0
    frame, _ = one(tmp_path, most_occlusion=1, most_truncation=0.5)
    assert len(frame.boxes) == 1 and len(frame.ignored) == 2
    # A point in a thing that does not count is of its class, and of none of the frame's things.
    frame, _ = one(
        tmp_path, most_occlusion=1, most_truncation=0.5, things=["truck", "car = Car + Van"]
    )
    assert frame.of_points[0] == 1


def test_that_points_are_thinned_outside_the_picture_first(tmp_path):
    rng = np.random.default_rng(0)
    ahead = np.column_stack([np.full(20, 20.0), rng.uniform(-5, 5, 20), np.zeros(20), np.ones(20)])
    behind = np.column_stack(
        [np.full(500, -20.0), rng.uniform(-5, 5, 500), np.zeros(500), np.ones(500)]
    )
    frame_files(tmp_path, points=np.concatenate([behind, ahead]))
    frame, _ = one(tmp_path, most_points=30)
    assert len(frame) == 30 and (frame.points[:, 0] > 0).sum() == 20
    again, _ = one(tmp_path, most_points=30)
    assert np.array_equal(frame.points, again.points)
    frame, _ = one(tmp_path, most_points=16)
    assert len(frame) == 16 and (frame.points[:, 0] > 0).all()


def test_that_near_and_far_points_are_left_out(tmp_path):
    frame_files(tmp_path, points=[(0.5, 0, 0, 0), (3, 4, 0, 0), (60, 80, 0, 0)])
    frame, _ = one(tmp_path, nearest=1, furthest=99)
    assert frame.points[:, :2].tolist() == [[3, 4]]
    with pytest.raises(ValidationError, match="beyond"):
        DriveSettings(path="x", nearest=10, furthest=5)


def test_that_the_lists_beside_say_which_frames_are_for_the_test(tmp_path):
    for number in range(4):
        frame_files(tmp_path, f"{number:06d}")
    assert [frame.train for frame in read("kitti", tmp_path).frames] == [True, True, True, False]
    (tmp_path / "ImageSets").mkdir()
    (tmp_path / "ImageSets" / "train.txt").write_text("000003\n")
    (tmp_path / "ImageSets" / "val.txt").write_text("000000\n000001\n000002")
    assert [frame.train for frame in read("kitti", tmp_path).frames] == [False] * 3 + [True]


# ---- odometry, SemanticKITTI


def test_that_odometry_s_calibration_serves_all_its_frames_and_drives_stay_whole(tmp_path):
    for drive in ("sequences/00", "sequences/01"):
        for name in ("000000", "000001"):
            base = frame_files(tmp_path, name, label=None, drive=drive)
            (base / "calib" / f"{name}.txt").unlink()
        (base / "calib.txt").write_text(f"P0: {row(P2)}\nP2: {row(P2)}\nTr: {row(TURN)}\n")
    frame, drive = one(tmp_path)
    assert len(drive) == 4 and frame.name == "sequences/00/000000"
    assert (
        drive.frames[0].train
        == drive.frames[1].train
        != drive.frames[2].train
        == drive.frames[3].train
    )
    # Nobody marked boxes: nothing found there is wrong, and no point is background.
    assert frame.ignored.tolist() == [[0, 0, 128, 64]] and set(frame.of_points.tolist()) == {-1}
    assert "4 pictures without labels were used" in drive.problems[0]


def test_that_labels_beside_the_scan_are_the_classes_of_points(tmp_path):
    base = frame_files(tmp_path)
    labels = np.array([10 | 7 << 16, 252, 40, 1, 30], "<u4")
    labels.tofile(base / "velodyne" / "000000.label")
    frame, drive = one(tmp_path)
    assert drive.classes[:4] == drive.things and "background" not in drive.classes
    named = [drive.classes[number] if number >= 0 else "" for number in frame.of_points]
    assert named == ["car", "car", "road", "", "pedestrian"]
    assert frame.owner.tolist() == [0, 0, -1, -1, -1]
    (base / "velodyne" / "000000.label").write_bytes(labels.tobytes()[:12])
    frame, drive = one(tmp_path)
    assert frame.of_points.tolist() == [
        0,
        0,
        -1,
        -1,
        -1,
    ]  # the solids tell, and nothing tells the rest
    assert any("not one label for each" in told for told in drive.problems)


def test_that_a_real_labelled_scan_has_its_classes(tmp_path, real_data):
    base = frame_files(tmp_path)
    folder = real_data / "kitti_sample" / "semantic"
    (base / "velodyne" / "000000.bin").write_bytes((folder / "000000.bin").read_bytes())
    (base / "labels").mkdir()
    (base / "labels" / "000000.label").write_bytes((folder / "000000.label").read_bytes())
    frame, drive = one(tmp_path, most_points=200_000, nearest=0, furthest=1000)
    truth = np.fromfile(folder / "000000.label", "<u4") & 0xFFFF
    assert len(frame) == 124668
    for word, numbers in (("car", [10, 252]), ("road", [40, 60]), ("vegetation", [70])):
        row = drive.classes.index(word)
        assert (frame.of_points == row).sum() == np.isin(truth, numbers).sum() > 0


# ---- the real frames


def test_that_real_solids_match_their_boxes_and_hold_points(real_data):
    drive = read("kitti", real_data / "kitti_sample", most_points=200_000, furthest=500, nearest=0)
    assert [frame.name[-6:] for frame in drive.frames] == ["000000", "000001", "000007", "000008"]
    assert [len(frame.boxes) for frame in drive.frames] == [1, 3, 4, 6]
    assert [len(frame) for frame in drive.frames] == [115384, 120268, 122798, 122555]
    for frame in drive.frames:
        check_frame(frame, drive)
        for box, solid, seen in zip(
            frame.boxes,
            frame.solids,
            pictured(frame.solids, frame.calibration, 320, 96),
            strict=True,
        ):
            assert iou(box, seen) >= 0.85
            assert inside(frame.points[:, :3], solid).sum() >= 5
        # Points of a thing fall into its box.
        pixels, _, _ = project(frame.points, frame.calibration)
        for number, box in enumerate(frame.boxes):
            of_it = pixels[frame.owner == number]
            within = (of_it > box[:2] - 1).all(axis=1) & (of_it < box[2:] + 1).all(axis=1)
            assert within.mean() > 0.9 or box[0] == 0 or box[2] > 318  # cut off by the picture


# ---- what may be wrong


def test_that_frames_without_things_are_kept(tmp_path):
    frame_files(tmp_path, label="")
    frame, drive = one(tmp_path)
    assert len(frame.boxes) == 0 and len(frame.ignored) == 0 and not drive.problems
    assert frame.of_points.tolist() == [4, 4, 4, -1, 4]


def test_that_lone_files_are_told_and_the_rest_is_used(tmp_path):
    base = frame_files(tmp_path, "000000")
    for name in ("000001", "000002", "000003", "000004"):
        frame_files(tmp_path, name)
    (base / "calib" / "000001.txt").unlink()
    (base / "image_2" / "000002.png").unlink()
    (base / "velodyne" / "000003.bin").unlink()
    (base / "label_2" / "000004.txt").unlink()
    _, drive = one(tmp_path)
    assert [frame.name for frame in drive.frames] == ["training/000000", "training/000003"]
    assert len(drive.frames[1]) == 0 and len(drive.frames[1].boxes) == 1
    assert drive.problems == (
        "1 scan without a picture was left out (“training/000002”).",
        "1 picture without a calibration was left out (“training/000001”).",
        "1 picture without labels was left out, as others have them (“training/000004”).",
        "1 picture without a scan is used without the laser’s points (“training/000003”).",
    )


def test_that_a_scan_that_breaks_off_is_used_as_far_as_it_goes(tmp_path):
    base = frame_files(tmp_path)
    path = base / "velodyne" / "000000.bin"
    path.write_bytes(path.read_bytes()[:-7])
    frame, drive = one(tmp_path)
    assert len(frame) == 4
    assert drive.problems == (
        "“training/000000”: its scan breaks off within a point; the 4 whole points before that are used.",
    )
    path.write_bytes(b"")
    frame, drive = one(tmp_path)
    assert len(frame) == 0 and "“000000.bin” was not read: it is empty" in drive.problems[0]


def test_that_points_that_are_no_numbers_are_dropped(tmp_path):
    points = [
        (np.nan, 0, 0, 0),
        (10, np.inf, 0, 0),
        (10, 0, 0, np.nan),
        (10, 0, 0, 7),
        (3e38, 3e38, 0, 0),
    ]
    frame_files(tmp_path, points=points)
    frame, drive = one(tmp_path)
    assert frame.points.tolist() == [[10, 0, 0, 0], [10, 0, 0, 1]]
    assert drive.problems == ("“training/000000”: 2 points that are no numbers were left out.",)


def test_that_boxes_are_clipped_and_dropped_below_a_pixel(tmp_path):
    edges = ["-20 -20 30 30", "200 10 250 30", "10 10 10.5 40", "40 30 20 50", "nan 0 9 9"]
    frame_files(tmp_path, label="\n".join(CAR.replace("50 20 80 45", edge) for edge in edges))
    frame, drive = one(tmp_path)
    assert frame.boxes.tolist() == [[0, 0, 30, 30]]
    told = " ".join(drive.problems)
    assert "2 boxes that are none were left out" in told
    assert "2 boxes outside the picture or smaller than one pixel of it were left out" in told


def test_that_labels_that_lie_keep_their_boxes_without_a_solid(tmp_path):
    lies = [CAR.replace("2 2 4", size) for size in ("-2 2 4", "2 2 40000", "nan 2 4", "0 2 4")] + [
        CAR.replace("0 1 10", "0 1 1e30"),
        CAR.replace("2 2 4 0 1 10", "-1 -1 -1 -1000 -1000 -1000"),
    ]
    frame_files(tmp_path, label="\n".join(lies))
    frame, drive = one(tmp_path)
    assert len(frame.boxes) == 6 and np.isnan(frame.solids).all() and np.isnan(frame.depths).all()
    assert "5 things of a size or place that cannot be have no solid" in drive.problems[0]


def test_that_a_broken_picture_is_told(tmp_path):
    base = frame_files(tmp_path, "000000")
    frame_files(tmp_path, "000001")
    path = base / "image_2" / "000000.png"
    path.write_bytes(path.read_bytes()[:60])
    _, drive = one(tmp_path)
    assert (
        len(drive) == 1
        and "“000000.png” was not read: image file is truncated" in drive.problems[0]
    )


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("side", [9_000, 12_000, 60_000])
def test_that_a_picture_that_would_unfold_to_too_much_is_refused(tmp_path, side):
    base = frame_files(tmp_path, "000000")
    frame_files(tmp_path, "000001")
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + head
    data = (
        b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))
    )
    (base / "image_2" / "000000.png").write_bytes(data)
    _, drive = one(tmp_path)
    assert len(drive) == 1 and "000000.png" in drive.problems[0]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no P2"),
        (f"P2: {row(P2)}", "no Tr_velo_to_cam"),
        (f"P2: 1 2 3\nTr: {row(TURN)}", "P2 is not 3 x 4"),
        (f"P2: {row(P2)}\nTr: {row(TURN * 3)}", "turn axes"),
        (f"P2: {row(-P2)}\nTr: {row(TURN)}", "not the matrix of a camera"),
        (f"P2: {row(P2)}\nTr: {row(TURN).replace('-1', 'nan')}", "Tr is not 3 x 4"),
        (f"P2: {row(P2)}\nR0_rect: {row(np.ones((3, 3)))}\nTr: {row(TURN)}", "turn axes"),
    ],
)
def test_that_a_calibration_that_is_none_is_told(tmp_path, text, why):
    with pytest.raises(Damage, match=why):
        calibration_of(text)
    base = frame_files(tmp_path, "000000")
    frame_files(tmp_path, "000001")
    (base / "calib" / "000000.txt").write_text(text or "\n")
    _, drive = one(tmp_path)
    assert len(drive) == 1 and "“000000.txt” was not read" in drive.problems[0]


def test_that_a_folder_without_frames_is_a_sentence(tmp_path):
    (tmp_path / "notes.md").write_text("nothing")
    for name in ("kitti", "nuscenes", "waymo", "coco"):
        with pytest.raises(DataError, match="Choose"):
            read(name, tmp_path)
        with pytest.raises(DataError, match="no file or folder"):
            read(name, tmp_path / "none")


def test_that_the_mark_changes_with_files_and_settings(tmp_path):
    base = frame_files(tmp_path)
    first = source("kitti", tmp_path).fingerprint()
    assert first == source("kitti", tmp_path).fingerprint()
    assert first != source("kitti", tmp_path, height=64).fingerprint()
    (base / "label_2" / "000000.txt").write_text(CAR + "\n" + CAR)
    assert first != source("kitti", tmp_path).fingerprint()


# ---- any text at all

WORDS = st.one_of(
    st.sampled_from(
        ["Car", "DontCare", "P2:", "Tr:", "nan", "inf", "1e999", "-1", "0", "\x00", "R0_rect:"]
    ),
    st.floats().map(str),
    st.text(max_size=6),
)
TEXTS = st.lists(st.lists(WORDS, max_size=17).map(" ".join), max_size=6).map("\n".join)
NUMBERS = st.lists(st.floats(width=32), min_size=14, max_size=14)
LABELS = st.lists(NUMBERS.map(lambda one: "Car " + " ".join(map(str, one))), max_size=5).map(
    "\n".join
)


@given(label=st.one_of(TEXTS, LABELS))
@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
def test_that_any_label_gives_a_frame(label):
    wanted = DriveSettings(path="x", **SIZE)
    rules = Rules(("car", "background"), kinds_of(("car",)), wanted, around=False, background=1)
    labels = labels_of(label)
    calibration = Calibration(P2, np.vstack([TURN, [0, 0, 0, 1]]))
    marked = Marked(labels.kinds, labels.boxes, labels.solids(calibration.camera_from_laser))
    image, points = np.zeros((64, 128, 3), np.uint8), np.array([[10.0, 0, 0, 1], [-3, 1, 0, 0]])
    frame, told = judged(
        Raw(image, points, calibration, marked), "x", rules, np.random.default_rng(0)
    )
    assert np.isfinite(frame.boxes).all() and len(frame) == 2
    assert all(sentence.endswith(".") for sentence in told)


@given(text=TEXTS)
@settings(max_examples=120, deadline=None)
def test_that_any_calibration_is_one_or_a_sentence(text):
    try:
        calibration = calibration_of(text)
    except Damage as damage:
        assert str(damage)
    else:
        assert np.isfinite(calibration.whole).all()


# ---- solids


def test_that_a_solid_behind_or_beside_the_camera_is_not_seen():
    calibration = Calibration(P2, np.vstack([TURN, [0, 0, 0, 1]]))
    solids = np.array([
        (-10, 0, 0, 4, 2, 2, 0), (10, 30, 0, 4, 2, 2, 0), (np.nan,) * 7, (20, 0, 0, 2, 2, 2, 0), (0, 0, 0, 9, 9, 9, 0),
    ])  # fmt: skip
    boxes = pictured(solids, calibration, 128, 64)
    assert np.isnan(boxes[:3]).all()
    # Its near side, 19 m ahead, is 2 m wide: 64 + 5 / 19 ± 100 / 19.
    assert boxes[3] == pytest.approx([64 - 95 / 19, 32 - 100 / 19, 64 + 105 / 19, 32 + 100 / 19])
    assert boxes[4] == pytest.approx([0, 0, 128, 64])  # the camera is inside


def test_that_a_solid_across_the_picture_s_edge_is_cut_where_it_leaves():
    calibration = Calibration(P2 * [1, 1, 1, 0], np.vstack([TURN, [0, 0, 0, 1]]))
    # From before to behind the camera, 2 m to the left: seen only from x = 2 / 0.64 on.
    boxes = pictured(np.array([[0.0, 2.5, 0, 20, 1, 1, 0]]), calibration, 128, 64)
    near = 2 / 0.64
    assert boxes[0] == pytest.approx([0, 32 - 50 / near, 64 - 200 / 10, 32 + 50 / near])


def test_that_the_smallest_of_several_solids_holds_a_point():
    solids = np.array([(0, 0, 0, 10, 10, 10, 0.3), (0, 0, 0, 1, 1, 1, 0), (np.nan,) * 7])
    points = np.array([[0.0, 0, 0, 1], [3, 0, 0, 1], [30, 0, 0, 1]])
    assert held(points, solids).tolist() == [1, 0, -1]
    assert corners(solids[:1]).shape == (1, 8, 3)
    assert np.linalg.norm(corners(solids[:1])[0], axis=1) == pytest.approx(np.sqrt(75))
