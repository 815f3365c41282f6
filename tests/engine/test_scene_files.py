"""Scenes from files: how each is judged; Pointcept's folders, S3DIS, SUN RGB-D."""

import numpy as np
import pytest

from engine.datasets.kept import kept_for_test
from engine.datasets.scenes import raw
from engine.datasets.scenes.raw import Raw, Rules, bytes_of, judged, whole
from engine.errors import DataError
from engine.formats.bounded import Damage
from engine.upright import around, inside
from tests.engine.scene_makers import RNG, cube, read

RULES = Rules(("wall", "bed", "lamp"), ("bed", "lamp"), most=1000)


def judge(**arrays):
    return judged(Raw(**arrays), "den", RULES, np.random.default_rng(0))


# ---- one scene, whatever its files are like


def test_that_points_that_are_no_numbers_are_left_out_and_counted():
    points = cube(20)
    points[3, 1], points[7, 2] = np.nan, np.inf
    scene, told = judge(points=points, semantic=np.full(20, 1), instance=np.zeros(20, int))
    assert len(scene) == len(scene.semantic) == len(scene.instance) == 18
    assert scene.boxes[0] == pytest.approx(around(np.delete(points, [3, 7], axis=0)))
    assert told == ("“den”: 2 points that are no numbers were left out.",)


@pytest.mark.parametrize(
    "points", [np.empty((0, 3)), np.full((4, 3), np.nan), np.zeros((4, 2)), np.zeros(9)]
)
def test_that_a_scene_without_points_is_damage(points):
    with pytest.raises(Damage, match="points"):
        judge(points=points)


def test_that_unknown_labels_count_as_none_and_are_told():
    scene, told = judge(points=cube(5), semantic=np.array([0, 2, 3, -2, -1]))
    assert scene.semantic.tolist() == [0, 2, -1, -1, -1]
    assert told == ("“den”: the labels of 2 points are not known and count as none.",)


def test_that_boxes_that_make_no_sense_are_left_out_and_told():
    boxes = np.array([
        (0, 0, 0, 1, 1, 1, 0),
        (9, 9, 9, 1, 1, 1, 0),  # without points
        (0, 0, 0, 0, 1, 1, 0),  # without size
        (np.nan, 0, 0, 1, 1, 1, 0),
        (0, 0, 0, 1, 1, 1, 0),  # of a thing that is none
    ])  # fmt: skip
    scene, told = judge(points=cube(), boxes=boxes, labels=np.array([1, 0, 0, 0, 7]))
    assert scene.boxes.tolist() == [[0, 0, 0, 1, 1, 1, 0]] and scene.labels.tolist() == [1]
    assert [" ".join(words.split()[1:4]) for words in told] == [
        "2 boxes without",
        "1 box of",
        "1 box without",
    ]
    assert "a point in" in told[2] and "not known" in told[1]


def test_that_a_scene_of_too_many_points_is_thinned_by_the_seed_and_told():
    points = cube(1500)
    scene, told = judge(
        points=points, semantic=np.arange(1500) % 3, colours=np.zeros((1500, 3), np.uint8)
    )
    again, _ = judge(points=points)
    assert len(scene) == len(scene.semantic) == len(scene.colours) == 1000
    assert np.array_equal(scene.points, again.points)
    assert len(np.unique(scene.points, axis=0)) == 1000
    assert told == ("“den”: its 1500 points were thinned to 1000.",)
    # Points keep their labels.
    number = {tuple(point): row % 3 for row, point in enumerate(points.tolist())}
    assert all(
        number[tuple(p)] == s for p, s in zip(scene.points.tolist(), scene.semantic, strict=True)
    )


def test_that_ten_million_points_are_the_most():
    assert raw.MOST_POINTS == 10_000_000 == Rules((), ()).most


@pytest.mark.parametrize(
    "wrong",
    [
        {"semantic": np.zeros(3, int)},
        {"instance": np.zeros((40, 2), int)},
        {"colours": np.zeros((40, 4), np.uint8)},
        {"boxes": np.zeros((2, 6)), "labels": np.zeros(2, int)},
        {"boxes": np.ones((10_001, 7)), "labels": np.zeros(10_001, int)},
    ],
)
def test_that_arrays_that_do_not_fit_are_damage(wrong):
    with pytest.raises(Damage):
        judge(points=cube(), **wrong)


def test_that_labels_of_any_type_become_whole_numbers():
    assert whole(np.array([0.0, 2, np.nan, 1.5, 1e20, np.inf])).tolist() == [0, 2, -2, -2, -2, -2]
    assert whole(np.array([255, 0], np.uint8)).tolist() == [255, 0]
    assert whole(np.array([2**64 - 1, 3], np.uint64)).tolist() == [-2, 3]
    with pytest.raises(Damage):
        whole(np.array(["a"]))


def test_that_colours_of_any_type_become_bytes():
    assert bytes_of(np.array([[0.0, 0.5, 1.0]])).tolist() == [[0, 128, 255]]
    assert bytes_of(np.array([[0.0, 127.6, 300.0]])).tolist() == [[0, 128, 255]]
    assert bytes_of(np.array([[1, 0, 1]])).tolist() == [[1, 0, 1]]
    assert bytes_of(np.array([[np.nan, np.inf, -3]])).tolist() == [[0, 0, 0]]


def test_that_names_are_kept_for_the_test_whatever_their_order():
    names = [f"room {number}" for number in range(10)]
    kept = kept_for_test(names, 0.3, 5)
    assert len(kept) == 3 and kept == kept_for_test(reversed(names * 2), 0.3, 5)
    assert len(kept_for_test(names, 0.01, 0)) == 1 and len(kept_for_test(names, 0.9999, 0)) == 9
    assert kept_for_test(names, 0, 0) == kept_for_test(["one"], 0.5, 0) == set()


@pytest.mark.parametrize("name", ["scannet", "pointcept", "s3dis", "sunrgbd"])
def test_that_a_folder_without_scenes_is_a_sentence(tmp_path, name):
    (tmp_path / "notes.md").write_text("nothing")
    with pytest.raises(DataError, match="Choose"):
        read(name, tmp_path)
    with pytest.raises(DataError, match="no file or folder"):
        read(name, tmp_path / "none")


# ---- Pointcept


def pointcept(folder, **changes):
    folder.mkdir(parents=True)
    arrays = {
        "coord": cube(20),
        "color": np.full((20, 3), 200.0, np.float32),
        "segment20": np.array([2] * 12 + [-1] * 8, np.int16),
        "instance": np.array([0] * 12 + [-1] * 8, np.int32),
        "normal": np.zeros((20, 3)),
    } | changes
    for name, array in arrays.items():
        if array is not None:
            np.save(folder / f"{name}.npy", array)
    return arrays


def test_that_scene_folders_are_read_with_their_split(tmp_path):
    arrays = pointcept(tmp_path / "train" / "scene0000_00")
    pointcept(tmp_path / "val" / "scene0000_01", segment20=None, instance=None)
    pointcept(tmp_path / "test" / "scene0002_00", instance=np.zeros(3, int))
    scenes = read("pointcept", tmp_path)
    assert {scene.name: scene.train for scene in scenes.scenes} == {
        "scene0000_00": True,
        "scene0000_01": False,
    }
    first = next(scene for scene in scenes.scenes if scene.train)
    assert first.points == pytest.approx(arrays["coord"]) and (first.colours == 200).all()
    assert [scenes.things[label] for label in first.labels] == ["cabinet"]
    assert first.boxes[0] == pytest.approx(around(arrays["coord"][:12]), abs=1e-6)
    told = " ".join(scenes.problems)
    assert len(scenes.problems) == 3 and "no labels" in told and "scene0002_00" in told
    assert "how 3 scenes are turned, so boxes there may stand askew" in told
    assert [scene.annotated for scene in scenes.scenes] == [scene.train for scene in scenes.scenes]


def test_that_scene_folders_are_turned_to_the_axes_of_their_room(tmp_path):
    arrays = pointcept(tmp_path / "train" / "scene0000_00")
    quarter = "axisAlignment = 0 -1 0 5 1 0 0 0 0 0 1 0 0 0 0 1"
    (tmp_path / "train" / "scene0000_00" / "scene0000_00.txt").write_text(quarter)
    pointcept(tmp_path / "val" / "scene0001_00")
    (tmp_path / "val" / "scene0001_00" / "scene0001_00.txt").write_text("nothing of use")
    scenes = read("pointcept", tmp_path)
    x, y, z = arrays["coord"].T
    first = next(scene for scene in scenes.scenes if scene.train)
    assert first.points == pytest.approx(np.column_stack([5 - y, x, z]), abs=1e-6)
    assert first.boxes[0] == pytest.approx(around(first.points[:12]), abs=1e-6)
    assert len(scenes.problems) == 1 and "“scene0001_00”: nothing usable" in scenes.problems[0]


def test_that_a_room_is_annotated_where_its_things_are_told():
    def annotated(**told):
        rules = Rules(("floor", "bed"), ("bed",))
        return judged(Raw(cube(9), **told), "room", rules, RNG)[0].annotated

    nothing, floor = np.full(9, -1), np.zeros(9, int)
    assert not annotated()
    assert not annotated(semantic=nothing, instance=nothing)
    assert not annotated(semantic=floor)  # which things there are is not told by that
    assert annotated(semantic=floor, instance=nothing)
    assert annotated(boxes=np.zeros((0, 7)), labels=np.zeros(0, int))


def test_that_folders_without_a_split_are_drawn(tmp_path):
    for number in range(4):
        pointcept(tmp_path / f"scene000{number}_00", color=None)
    scenes = read("pointcept", tmp_path, test_share=0.5)
    assert sum(scene.train for scene in scenes.scenes) == 2
    assert all(scene.colours is None for scene in scenes.scenes)


def test_that_only_scenes_for_the_test_are_learnt_from_and_told(tmp_path):
    pointcept(tmp_path / "val" / "scene0000_00")
    scenes = read("pointcept", tmp_path)
    assert scenes.scenes[0].train and "for training" in scenes.problems[-1]


# ---- S3DIS


def room(root, area="Area_1", name="office_1", **objects):
    folder = root / area / name / "Annotations"
    folder.mkdir(parents=True)
    for stem, points in objects.items():
        rows = np.column_stack([points, np.tile((1, 2, 250), (len(points), 1))])
        np.savetxt(folder / f"{stem}.txt", rows, fmt="%.6f")
    return folder


def test_that_a_room_of_objects_is_put_together(tmp_path):
    chair, wall, stairs = cube(30, (1, 1, 0)), cube(20, (5, 0, 0)), cube(10, (9, 0, 0))
    room(tmp_path, chair_1=chair, wall_2=wall, stairs_1=stairs, unicorn_1=cube(5))
    scenes = read("s3dis", tmp_path)
    (scene,) = scenes.scenes
    assert scene.name == "Area_1_office_1" and len(scene) == 65
    assert (scene.colours == (1, 2, 250)).all()
    words = [scenes.classes[number] for number in scene.semantic if number >= 0]
    assert {word: words.count(word) for word in set(words)} == {
        "chair": 30,
        "wall": 20,
        "clutter": 10,
    }
    assert [scenes.things[label] for label in scene.labels] == ["chair"]
    assert scene.boxes[0] == pytest.approx(around(chair), abs=1e-5)
    assert len(np.unique(scene.instance)) == 4
    assert scenes.problems == (
        "“Area_1_office_1”: the labels of 5 points are not known and count as none.",
    )


def test_that_lines_that_are_no_numbers_are_left_out_and_counted(tmp_path):
    # The published Area_5/hallway_6 has such a line.
    folder = room(tmp_path, ceiling_1=cube(8), floor_1=cube(4))
    with (folder / "ceiling_1.txt").open("ab") as file:
        file.write(b"1 2 3 185\x10 187 1\n1 2\n4 5 6 7 8 9\n")
    (folder / "wall_1.txt").write_bytes(b"")
    scenes = read("s3dis", tmp_path)
    assert len(scenes.scenes[0]) == 8 + 1 + 4
    told = " ".join(scenes.problems)
    assert "2 lines of ceiling_1.txt" in told and "wall_1.txt holds no points" in told


def test_that_one_area_is_for_the_test(tmp_path):
    for area in (1, 5, 6):
        room(tmp_path, f"Area_{area}", wall_1=cube(5))
    scenes = read("s3dis", tmp_path, test_share=0)
    assert {scene.name[:6]: scene.train for scene in scenes.scenes} == {
        "Area_1": True, "Area_5": False, "Area_6": True,
    }  # fmt: skip
    scenes = read("s3dis", tmp_path, test_area=6)
    assert [scene.train for scene in scenes.scenes] == [True, True, False]


def test_that_npz_rooms_take_their_class_names_from_the_file(tmp_path):
    points = cube(10)
    arrays = {"xyz": points, "rgb": np.zeros((10, 3), np.uint8), "ins": np.arange(10) // 5 + 1}
    names = np.array(["sofa", "unicorn"])
    np.savez(tmp_path / "Area_2_a.npz", **arrays, sem=np.arange(10) // 5, class_names=names)
    np.savez(tmp_path / "Area_2_b.npz", **arrays, sem=np.full(10, 8))
    np.savez(tmp_path / "Area_2_c.npz", **arrays)
    scenes = read("s3dis", tmp_path)
    first, second = scenes.scenes
    assert first.semantic.tolist() == [scenes.classes.index("sofa")] * 5 + [-1] * 5
    assert (second.semantic == scenes.classes.index("chair")).all() and len(second.boxes) == 2
    assert len(scenes.problems) == 2 and "no array “sem”" in scenes.problems[1]


# ---- SUN RGB-D

# 30 degrees from x towards y.
AHEAD, ASIDE = np.cos(np.pi / 6), np.sin(np.pi / 6)
BOX = (1.0, 2.0, 0.0, 4.0, 1.0, 1.0, np.pi / 6)


def brick():
    """Points in a box 4 x 1 x 1 about (1, 2, 0), turned by 30 degrees."""
    local = RNG.uniform(-0.5, 0.5, (60, 3)) * (4, 1, 1)
    x, y, z = local.T
    return np.stack([1 + AHEAD * x - ASIDE * y, 2 + ASIDE * x + AHEAD * y, z], axis=1).astype(
        np.float32
    )


def test_that_the_text_of_a_view_gives_whole_sizes_and_a_heading(tmp_path):
    # Half sizes in the file: width, length, height.
    lines = [
        f"bed 1 2 3 4 1 2 0 0.5 2 0.5 {AHEAD} {ASIDE}",
        f"ottoman 1 2 3 4 1 2 0 0.5 2 0.5 {AHEAD} {ASIDE}",
        "chair 1 2 3",
        "sofa a b c d 1 2 0 0.5 2 0.5 1 0",
        f"desk 1 2 3 4 50 2 0 0.5 2 0.5 {AHEAD} {ASIDE}",
    ]
    np.savez(tmp_path / "000001.npz", xyz=brick(), rgb=np.zeros((60, 3), np.uint8))
    (tmp_path / "000001_label.txt").write_text("\n".join(lines))
    np.savez(tmp_path / "000002.npz", xyz=brick())
    (tmp_path / "000002_label.txt").write_text("")
    scenes = read("sunrgbd", tmp_path)
    first, second = scenes.scenes
    assert first.boxes == pytest.approx(np.array([BOX]), abs=1e-5)
    assert [scenes.things[label] for label in first.labels] == ["bed"]
    assert inside(first.points, first.boxes[0]).mean() > 0.95
    assert (first.semantic == -1).all() and len(second.boxes) == 0 and second.colours is None
    told = " ".join(scenes.problems)
    assert "1 box of other kinds (ottoman)" in told
    assert "2 lines of its labels" in told and "1 box without a point" in told


def test_that_votenets_arrays_give_the_same_box(tmp_path):
    # Its headings run from x towards -y.
    folder = tmp_path / "sunrgbd_pc_bbox_votes_50k_v1_train"
    other = tmp_path / "sunrgbd_pc_bbox_votes_50k_v1_val"
    for place in (folder, other):
        place.mkdir()
        np.savez(
            place / f"00000{len(place.name) % 10}_pc.npz",
            pc=np.column_stack([brick(), np.full((60, 3), 0.5)]),
        )
        np.save(
            place / f"00000{len(place.name) % 10}_bbox.npy",
            np.array([[1, 2, 0, 2, 0.5, 0.5, -np.pi / 6, 3]]),
        )
    np.savez(folder / "000099_pc.npz", pc=np.zeros((5, 6)))
    scenes = read("sunrgbd", tmp_path)
    assert [scene.train for scene in scenes.scenes] == [True, False]
    for scene in scenes.scenes:
        assert scene.boxes == pytest.approx(np.array([BOX]), abs=1e-5)
        assert [scenes.things[label] for label in scene.labels] == ["chair"]
        assert (scene.colours == 128).all()
    assert len(scenes.problems) == 1 and "000099_bbox.npy" in scenes.problems[0]


# ---- real scenes


def test_that_real_views_have_full_turned_boxes(real_data):
    scenes = read("sunrgbd", real_data / "indoor_sample" / "sunrgbd")
    assert [len(scene.boxes) for scene in scenes.scenes] == [3, 2, 3, 2]
    counts = [inside(s.points, box).sum() for s in scenes.scenes for box in s.boxes]
    assert min(counts) > 30 and max(counts) == 20597  # as the sample's notes say


def test_that_real_rooms_of_s3dis_are_read(real_data):
    scenes = read("s3dis", real_data / "indoor_sample" / "s3dis")
    assert [(scene.name, scene.train) for scene in scenes.scenes] == [
        ("Area_3_hallway_3", True), ("Area_5_storage_3", False),
    ]  # fmt: skip
    seen = {
        scenes.classes[number] for scene in scenes.scenes for number in np.unique(scene.semantic)
    }
    assert seen == {"ceiling", "floor", "wall", "door", "clutter"}
