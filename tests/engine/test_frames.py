"""Frames of scans: geometry by hand, .sens files written byte by byte, damage as sentences."""

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from engine import registry
from engine.control import Control
from engine.datasets.pairs.frame import level, seen_points
from engine.errors import DataError
from engine.render import Camera
from tests.engine.stack_files import ran

K = np.array([[20.0, 0, 15.5], [0, 20, 11.5], [0, 0, 1]])
# The camera looks along the world's +y, its x is the world's x: z of the world is up in the picture.
POSE = np.array([[1.0, 0, 0, 5], [0, 0, 1, 6], [0, -1, 0, 1.5], [0, 0, 0, 1]])
DEPTH = np.full((24, 32), 2000, np.uint16)


def read(path, **settings):
    values = {"path": str(path), "stride": 1, "points": 128, "side": 24} | settings
    return ran(registry.make("pairs", "frames", values).read(Control()))[0]


def jpeg(size=(64, 48), colour=(10, 200, 30)):
    target = io.BytesIO()
    Image.new("RGB", size, colour).save(target, "JPEG")
    return target.getvalue()


def matrix(values):
    return "\n".join(" ".join(map(str, row)) for row in values)


def exported(root, count=4, poses=None, depth=DEPTH):
    for name in ("color", "depth", "pose", "intrinsic"):
        (root / name).mkdir(parents=True)
    for number in range(count):
        (root / "color" / f"{number}.jpg").write_bytes(jpeg())
        Image.fromarray(depth).save(root / "depth" / f"{number}.png")
        pose = (poses or {}).get(number, POSE)
        (root / "pose" / f"{number}.txt").write_text(matrix(pose))
    for sort, scale in (("color", 2.0), ("depth", 1.0)):
        lens = np.eye(4)
        lens[:3, :3] = K * [[scale], [scale], [1]]
        lens[:2, 2] += (scale - 1) / 2
        (root / "intrinsic" / f"intrinsic_{sort}.txt").write_text(matrix(lens))
    return root


def sens(path, count=3, depths=None, poses=None, version=4):
    identity = np.eye(4, dtype="<f4")
    lens = identity.copy()
    lens[:3, :3] = K
    content = struct.pack("<IQ", version, 5) + b"scene"
    content += lens.tobytes() + identity.tobytes() + lens.tobytes() + identity.tobytes()
    content += struct.pack("<iiIIIIfQ", 2, 1, 64, 48, 32, 24, 1000.0, count)
    for number in range(count):
        colour = jpeg()
        depth = (depths or {}).get(number, zlib.compress(DEPTH.tobytes()))
        pose = (poses or {}).get(number, POSE).astype("<f4").tobytes()
        content += pose + struct.pack("<QQQQ", 0, 0, len(colour), len(depth)) + colour + depth
    path.write_bytes(content)
    return path


def test_that_depth_becomes_points_worked_out_by_hand():
    depth = np.zeros((24, 32), np.float32)
    depth[11, 25] = 2
    # ((25 - 15.5) / 20 * 2, (11 - 11.5) / 20 * 2, 2)
    assert seen_points(depth, K).tolist() == [pytest.approx([0.95, -0.05, 2])]


def test_that_a_levelled_camera_looks_along_y_with_z_up():
    turn = level(POSE, "z")
    assert turn @ np.array([0, 0, 1]) == pytest.approx([0, 1, 0])  # ahead
    assert turn @ np.array([0, -1, 0]) == pytest.approx([0, 0, 1])  # up in the picture
    assert turn @ np.array([1, 0, 0]) == pytest.approx([1, 0, 0])


@pytest.mark.parametrize("tilt", [-90, -40, 30, 90])
def test_that_up_stays_up_however_the_camera_is_tilted(tilt):
    a = np.radians(tilt)
    tilted = POSE.copy()
    tilted[:3, :3] = POSE[:3, :3] @ [
        [1, 0, 0],
        [0, np.cos(a), -np.sin(a)],
        [0, np.sin(a), np.cos(a)],
    ]
    turn = level(tilted, "z")
    assert turn @ (tilted[:3, :3].T @ [0, 0, 1]) == pytest.approx([0, 0, 1])
    assert turn @ turn.T == pytest.approx(np.eye(3), abs=1e-12)
    assert np.linalg.det(turn) == pytest.approx(1)


def test_that_an_exported_scan_gives_a_wall_two_metres_ahead(tmp_path):
    pairs = read(exported(tmp_path / "scene0000_00"))
    assert len(pairs) == 4 and pairs.problems == ()
    assert pairs.points[..., 1] == pytest.approx(2)
    assert np.abs(pairs.points[..., 0]).max() < 1.56 and np.abs(pairs.points[..., 2]).max() < 1.16
    assert pairs.images[0, 12, 12] == pytest.approx([10, 200, 30], abs=6)
    assert pairs.train.all()  # of one room only


def test_that_every_point_is_found_again_in_the_depth_of_the_picture(tmp_path):
    slope = (1500 + 20 * np.arange(32)[None] + np.zeros((24, 1))).astype(np.uint16)
    pairs = read(exported(tmp_path / "scene", 1, depth=slope))
    camera = Camera(pairs.intrinsics, pairs.extrinsics, 24, 24)
    pixels, depth = camera.project(pairs.points)
    inside = camera.inside(pixels)[0]
    assert 0.5 < inside.mean() < 1  # the picture is cut square, the cloud is not
    x, y = np.rint(pixels[0][inside]).astype(int).T
    assert pairs.depth[0][y, x] == pytest.approx(depth[0][inside], abs=0.025)


def test_that_poses_that_are_none_are_counted_and_left_out(tmp_path):
    lost, bent = np.full((4, 4), -np.inf), POSE * 3
    root = exported(tmp_path / "scene", 5, {1: lost, 2: np.full((4, 4), np.nan), 3: bent})
    (root / "pose" / "4.txt").unlink()
    pairs = read(root)
    assert pairs.names == ("scene_000000",)
    assert pairs.problems == ("4 frames of “scene” have no usable pose and were left out.",)


def test_that_damaged_frames_are_told_and_the_rest_used(tmp_path):
    root = exported(tmp_path / "scene", 7)
    (root / "color" / "1.jpg").write_bytes(jpeg()[:60])
    (root / "color" / "2.jpg").write_bytes(jpeg((20, 20)))
    Image.fromarray(DEPTH * 0).save(root / "depth" / "3.png")
    Image.fromarray(DEPTH.astype(np.uint8)).save(root / "depth" / "4.png")
    (root / "depth" / "5.png").unlink()
    pairs = read(root)
    assert pairs.names == ("scene_000000", "scene_000006")
    told = "\n".join(pairs.problems)
    for words in (
        "000001",
        "20 x 20 pixels, the others have 64 x 48",
        "hardly any",
        "16 bits",
        "1 pictures",
    ):
        assert words in told
    assert len(pairs.problems) == 5


def test_that_a_scan_without_intrinsics_is_a_sentence(tmp_path):
    exported(tmp_path / "good_00", 1)
    root = exported(tmp_path / "bad_00", 1)
    (root / "intrinsic" / "intrinsic_depth.txt").write_text("no numbers")
    pairs = read(tmp_path)
    assert pairs.names == ("good_00_000000",)
    assert "intrinsic_depth.txt" in pairs.problems[0]


def test_that_a_sens_file_gives_what_the_exported_folder_gives(tmp_path):
    pairs = read(sens(tmp_path / "scene0001_00.sens", 3))
    assert pairs.names == tuple(f"scene0001_00_00000{number}" for number in range(3))
    assert pairs.points[..., 1] == pytest.approx(2)


def test_that_a_stride_takes_every_so_manieth_frame(tmp_path):
    pairs = read(sens(tmp_path / "s.sens", 7), stride=3)
    assert pairs.names == ("s_000000", "s_000003", "s_000006")
    assert read(exported(tmp_path / "e", 5), stride=2).names == ("e_000000", "e_000002", "e_000004")


def test_that_damage_in_a_sens_file_keeps_what_came_before(tmp_path):
    path = sens(tmp_path / "s.sens", 3, {1: zlib.compress(b"short"), 2: b"junk"})
    pairs = read(path)
    assert pairs.names == ("s_000000",) and len(pairs.problems) == 2
    whole = sens(path).read_bytes()
    path.write_bytes(whole[:-100])
    assert len(read(path)) == 2
    for cut in range(0, 400, 7):
        path.write_bytes(whole[:cut])
        with pytest.raises(DataError):
            read(path)


def test_that_other_versions_and_bombs_are_refused(tmp_path):
    with pytest.raises(DataError, match="version 3"):
        read(sens(tmp_path / "old.sens", version=3))
    bomb = zlib.compress(b"\0" * 50_000_000)
    assert len(read(sens(tmp_path / "bomb.sens", 2, {1: bomb}))) == 1
    path = sens(tmp_path / "many.sens", 1)
    content = bytearray(path.read_bytes())
    start = 12 + 5 + 4 * 64
    content[start + 28 : start + 36] = struct.pack("<Q", 2**40)
    path.write_bytes(bytes(content))
    with pytest.raises(DataError, match="more than the file holds"):
        read(path)


def test_that_scans_of_one_room_are_on_one_side(tmp_path):
    for room in range(6):
        for again in range(2):
            exported(tmp_path / f"scene000{room}_0{again}", 1)
    pairs = read(tmp_path, test_share=0.5)
    sides = pairs.train.reshape(6, 2)
    assert (sides[:, 0] == sides[:, 1]).all()
    assert 0 < pairs.train.sum() < 12


def test_that_a_folder_without_scans_is_a_sentence(tmp_path):
    with pytest.raises(DataError, match="no scan"):
        read(tmp_path)


def test_that_a_real_scan_stands_upright(real_data):
    root = real_data / "indoor_sample" / "redwood_rgbd"
    pairs = read(root, up="y", points=2048)
    assert len(pairs) == 5
    assert "525" in pairs.problems[0]
    assert pairs.points[..., 1].min() > 0  # all of it is ahead
    # The five frames follow each other: the lowest part is at the same height in all.
    lows = np.quantile(pairs.points[..., 2], 0.05, axis=1)
    assert np.ptp(lows) < 0.15
