"""ScanNet in its forms: scans as published, exported arrays, npz files; damaged and hostile ones."""

import json
import pickle
import zipfile

import numpy as np
import pytest

from engine.control import Control, Wish
from engine.datasets.scenes import gather
from engine.datasets.scenes.scannet_labels import CLASSES, THINGS, classes_of, things_of
from engine.errors import DataError, Stopped
from engine.upright import around
from tests.engine.scene_makers import cube, read, source
from tests.engine.stack_files import ran


def test_that_the_twenty_classes_are_those_of_nyu():
    assert len(CLASSES) == 20 and len(THINGS) == 18
    assert [CLASSES[number] for number in classes_of(np.array([1, 2, 24, 39]))] == [
        "wall", "floor", "refrigerator", "other furniture",
    ]  # fmt: skip
    assert classes_of(np.array([0, 13, 40, 41, -1, 255])).tolist() == [-1, -1, -1, -2, -2, -2]
    assert [THINGS[number] for number in things_of(np.array([3, 39]))] == [
        "cabinet",
        "other furniture",
    ]
    assert things_of(np.array([1, 2, 0, 99])).tolist() == [-1, -1, -1, -2]


def ply(path, points, colours):
    rows = np.empty(len(points), "<f4, <f4, <f4, u1, u1, u1, u1")
    for column, values in zip(
        rows.dtype.names, (*points.T, *colours.T, np.full(len(points), 255)), strict=True
    ):
        rows[column] = values
    kinds = "".join(f"property float {axis}\n" for axis in "xyz")
    kinds += "".join(f"property uchar {name}\n" for name in ("red", "green", "blue", "alpha"))
    head = f"ply\nformat binary_little_endian 1.0\nelement vertex {len(points)}\n{kinds}"
    faces = np.array([(3, 0, 1, 2)], "u1, <i4, <i4, <i4")
    head += "element face 1\nproperty list uchar int vertex_indices\nend_header\n"
    path.write_bytes(head.encode() + rows.tobytes() + faces.tobytes())


def scan(root, name="scene0000_00", label="office chair"):
    """A chair of 30 points about (1, 0, 0), a floor of 10 points and 5 of nothing; turned by a quarter."""
    folder = root / name
    folder.mkdir(parents=True)
    points = np.concatenate(
        [cube(30, (1, 0, 0), 0.5), cube(10, (0, 0, -1), 0.1), cube(5, (3, 3, 3))]
    )
    colours = np.tile((200, 100, 50), (45, 1))
    ply(folder / f"{name}_vh_clean_2.ply", points, colours)
    segments = [7] * 15 + [9] * 15 + [1] * 10 + [100000] * 5
    (folder / f"{name}_vh_clean_2.0.010000.segs.json").write_text(
        json.dumps({"segIndices": segments})
    )
    groups = [
        {"id": 0, "objectId": 0, "segments": [9, 7], "label": label},
        {"id": 1, "objectId": 1, "segments": [1], "label": "floor"},
    ]
    (folder / f"{name}.aggregation.json").write_text(json.dumps({"segGroups": groups}))
    turn = np.array([(0, -1, 0, 10), (1, 0, 0, 20), (0, 0, 1, 30), (0, 0, 0, 1)])
    numbers = " ".join(f"{number:f}" for number in turn.ravel())
    (folder / f"{name}.txt").write_text(f"axisAlignment = {numbers} \ncolorHeight = 968\n")
    return folder, points


def test_that_a_scan_is_turned_labelled_and_boxed(tmp_path):
    _, points = scan(tmp_path)
    scenes = read("scannet", tmp_path)
    (scene,) = scenes.scenes
    expected = np.stack([10 - points[:, 1], 20 + points[:, 0], 30 + points[:, 2]], axis=1)
    assert scene.points == pytest.approx(expected, abs=1e-5)
    assert (scene.colours == (200, 100, 50)).all()
    chair, floor = (CLASSES.index(name) for name in ("chair", "floor"))
    assert scene.semantic.tolist() == [chair] * 30 + [floor] * 10 + [-1] * 5
    assert scene.instance.tolist() == [0] * 30 + [1] * 10 + [-1] * 5
    assert [scenes.things[label] for label in scene.labels] == ["chair"]
    assert scene.boxes[0] == pytest.approx(around(expected[:30]), abs=1e-5)
    assert scene.train and scenes.problems == ()


def test_that_words_are_looked_up_in_the_table_of_labels(tmp_path):
    scan(tmp_path, label="chaise longue")
    assert "“chaise longue”" in read("scannet", tmp_path).problems[0]
    table = "id\traw_category\tcategory\tnyu40id\n1\tchaise longue\tsofa\t6\n2\tx\ty\t\n"
    (tmp_path / "scannetv2-labels.combined.tsv").write_text(table)
    scenes = read("scannet", tmp_path)
    assert [scenes.things[label] for label in scenes.scenes[0].labels] == ["sofa"]
    assert scenes.problems == ()
    (tmp_path / "scannetv2-labels.combined.tsv").write_text("nothing\n1\n")
    assert "raw_category" in read("scannet", tmp_path).problems[0]


@pytest.mark.parametrize(
    ("end", "text", "words"),
    [
        ("_vh_clean_2.0.010000.segs.json", '{"segIndices": [1, 2]}', "not one segment for each"),
        ("_vh_clean_2.0.010000.segs.json", '{"segIndices": "all"}', "no list “segIndices”"),
        ("_vh_clean_2.0.010000.segs.json", "[" * 100_000, "not a whole list of segments"),
        ("_vh_clean_2.0.010000.segs.json", '{"segIndices": [' + "1, " * 44 + "1e999]}", "not one segment"),
        (".aggregation.json", '{"segGroups": [3]}', "not a whole list of objects"),
        (".aggregation.json", '{"segGroups": [{"label": "bed", "segments": ["a"]}]}', "list of objects"),
        (".aggregation.json", "", "empty"),
        ("_vh_clean_2.ply", "ply\nelement vertex 99999999\n", "whole PLY header"),
        ("_vh_clean_2.ply", "", "empty"),
    ],
)  # fmt: skip
def test_that_a_damaged_scan_is_one_sentence_and_the_others_are_used(tmp_path, end, text, words):
    scan(tmp_path, "scene0000_00")
    folder, _ = scan(tmp_path, "scene0001_00")
    (folder / f"scene0001_00{end}").write_text(text)
    scenes = read("scannet", tmp_path)
    assert [scene.name for scene in scenes.scenes] == ["scene0000_00"]
    (problem,) = scenes.problems
    assert words in problem and "scene0001_00" in problem


@pytest.mark.parametrize(
    "text",
    ["", "axisAlignment = 1 2 3", "axisAlignment = " + "nan " * 16, "axisAlignment = " + "5 " * 16],
)
def test_that_a_scan_that_is_turned_nobody_knows_how_is_left_as_it_is(tmp_path, text):
    folder, points = scan(tmp_path)
    (folder / "scene0000_00.txt").write_text(text)
    scenes = read("scannet", tmp_path)
    assert scenes.scenes[0].points == pytest.approx(points)
    assert "askew" in scenes.problems[0]


def test_that_a_scan_without_labels_is_used_and_told(tmp_path):
    folder, _ = scan(tmp_path)
    (folder / "scene0000_00.aggregation.json").unlink()
    scenes = read("scannet", tmp_path)
    assert (scenes.scenes[0].semantic == -1).all() and len(scenes.scenes[0].boxes) == 0
    assert scenes.problems == ("“scene0000_00”: it has no labels.",)


def export(root, name="scene0000_00"):
    """VoteNet's arrays of a bed about (1, 2, 0.5), and its wall."""
    root.mkdir(parents=True, exist_ok=True)
    points = np.concatenate([cube(30, (1, 2, 0.5)), cube(10, (4, 4, 1))])
    np.save(root / f"{name}_vert.npy", np.column_stack([points, np.tile((10.0, 20, 250), (40, 1))]))
    np.save(
        root / f"{name}_sem_label.npy", np.array([4] * 30 + [1] * 5 + [0] * 4 + [77], np.uint32)
    )
    np.save(root / f"{name}_ins_label.npy", np.array([1] * 30 + [2] * 5 + [0] * 5, np.uint32))
    boxes = np.array(
        [
            (1, 2, 0.5, 1, 1, 1, 4),
            (4, 4, 1, 1, 1, 1, 1),
            (0, 0, 9, 1, 1, 1, 5),
            (0, 0, 0, 1, 1, 1, 250),
        ]
    )
    np.save(root / f"{name}_bbox.npy", boxes)
    return points


def test_that_exported_arrays_are_read(tmp_path):
    points = export(tmp_path)
    scenes = read("scannet", tmp_path)
    (scene,) = scenes.scenes
    bed, wall = CLASSES.index("bed"), CLASSES.index("wall")
    assert scene.points == pytest.approx(points) and (scene.colours == (10, 20, 250)).all()
    assert scene.semantic.tolist() == [bed] * 30 + [wall] * 5 + [-1] * 5
    assert scene.instance.tolist() == [0] * 30 + [1] * 5 + [-1] * 5
    assert scene.boxes.tolist() == [[1, 2, 0.5, 1, 1, 1, 0]]
    assert [scenes.things[label] for label in scene.labels] == ["bed"]
    told = " ".join(scenes.problems)
    assert (
        "labels of 1 point are" in told
        and "1 box without a point in them left out" in told
        and "1 box of things that are not known left out" in told
    )


def test_that_what_is_missing_of_an_export_is_named(tmp_path):
    export(tmp_path, "scene0001_00")
    export(tmp_path, "scene0002_00")
    (tmp_path / "scene0002_00_bbox.npy").unlink()
    scenes = read("scannet", tmp_path)
    assert len(scenes) == 1
    assert (
        scenes.problems[-1]
        == "“scene0002_00_vert.npy” was not read: its “scene0002_00_bbox.npy” is not there."
    )


class Evil:
    def __reduce__(self):
        return (print, ("never",))


def hostile(path, how):
    if how == "pickle":
        np.save(path, np.array([Evil()], object), allow_pickle=True)
    elif how == "no array":
        path.write_bytes(pickle.dumps([1, 2, 3]))
    elif how == "bomb":
        head = b"{'descr': '<f8', 'fortran_order': False, 'shape': (9999999999, 6), }"
        path.write_bytes(b"\x93NUMPY\x01\x00" + len(head).to_bytes(2, "little") + head)
    elif how == "cut":
        path.write_bytes(path.read_bytes()[:-20])
    elif how == "words":
        np.save(path, np.array([["a"] * 7] * 40))
    else:
        path.unlink()
        path.mkdir()


@pytest.mark.parametrize("how", ["pickle", "no array", "bomb", "cut", "words", "folder"])
@pytest.mark.parametrize("end", ["_vert.npy", "_ins_label.npy", "_bbox.npy"])
def test_that_hostile_arrays_are_a_sentence(tmp_path, how, end, capsys):
    export(tmp_path, "scene0001_00")
    export(tmp_path / "other", "scene0002_00")
    hostile(tmp_path / f"scene0001_00{end}", how)
    scenes = read("scannet", tmp_path)
    assert [scene.name for scene in scenes.scenes] == ["scene0002_00"]
    assert capsys.readouterr().out == ""


def npz(path, **changes):
    points = cube(50)
    arrays = {
        "xyz": points,
        "rgb": np.full((50, 3), 9, np.uint8),
        "sem": np.full(50, 33, np.uint8),
        "ins": np.full(50, 3, np.uint16),
        "boxes": around(points)[None, :6],
        "box_class": np.array([33], np.uint8),
    } | changes
    np.savez_compressed(
        path, **{name: array for name, array in arrays.items() if array is not None}
    )


def test_that_npz_scenes_are_read_and_odd_ones_told(tmp_path):
    npz(tmp_path / "scene0000_00.npz")
    npz(tmp_path / "scene0001_00.npz", sem=None)
    npz(tmp_path / "scene0002_00.npz", box_class=np.array([33, 4]))
    npz(tmp_path / "scene0003_00.npz", ins=np.zeros(3))
    with zipfile.ZipFile(tmp_path / "scene0004_00.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xyz.npy", b"\0" * (100 << 20))
    (tmp_path / "scene0005_00.npz").write_bytes(b"PK\3\4 no zip")
    scenes = read("scannet", tmp_path)
    (scene,) = scenes.scenes
    assert [scenes.things[label] for label in scene.labels] == ["toilet"]
    assert (scene.instance == 2).all()
    assert len(scenes.problems) == 5
    for words in ("no array “sem”", "not one label each", "its instances", "unfold", "scene0005"):
        assert words in " ".join(scenes.problems)


def test_that_the_official_lists_split_and_what_they_do_not_name_is_left_out(tmp_path):
    for number in range(4):
        npz(tmp_path / "scans" / f"scene000{number}_00.npz") if number else (
            tmp_path / "scans"
        ).mkdir()
    (tmp_path / "meta_data").mkdir()
    (tmp_path / "meta_data" / "scannetv2_train.txt").write_text("scene0001_00\nscene0009_00\n")
    (tmp_path / "meta_data" / "scannetv2_val.txt").write_text("scene0002_00\n")
    scenes = read("scannet", tmp_path / "scans")
    assert [(scene.name, scene.train) for scene in scenes.scenes] == [
        ("scene0001_00", True),
        ("scene0002_00", False),
    ]
    assert scenes.problems == ("1 scenes are in none of the lists and were left out.",)


def test_that_scans_of_one_room_fall_on_the_same_side(tmp_path):
    for room in range(5):
        for number in range(2):
            npz(tmp_path / f"scene000{room}_0{number}.npz")
    scenes = read("scannet", tmp_path, test_share=0.4)
    sides = {}
    for scene in scenes.scenes:
        sides.setdefault(scene.name[:9], set()).add(scene.train)
    assert sorted(map(sorted, sides.values())) == [[False]] * 2 + [[True]] * 3


def test_that_one_room_alone_is_all_for_training(tmp_path):
    npz(tmp_path / "scene0000_00.npz")
    npz(tmp_path / "scene0000_01.npz")
    assert all(scene.train for scene in read("scannet", tmp_path, test_share=0.5).scenes)


def test_that_the_fingerprint_changes_with_any_file_and_setting(tmp_path):
    folder, _ = scan(tmp_path)
    marks = [source("scannet", tmp_path).fingerprint()]
    assert marks[0] == source("scannet", tmp_path).fingerprint()
    marks.append(source("scannet", tmp_path, most_points=20).fingerprint())
    for path in (
        folder / "scene0000_00.txt",
        folder / "scene0000_00.aggregation.json",
        tmp_path / "scannetv2_val.txt",
    ):
        path.write_text("other")
        marks.append(source("scannet", tmp_path).fingerprint())
    assert len(set(marks)) == len(marks)


def test_that_reading_can_be_stopped_and_the_memory_is_minded(tmp_path, monkeypatch):
    npz(tmp_path / "scene0000_00.npz")
    control = Control()
    control.ask(Wish.FINISH)
    with pytest.raises(Stopped):
        ran(source("scannet", tmp_path).read(control))
    [scene] = read("scannet", tmp_path).scenes
    large = sum(getattr(scene, key).nbytes for key in ("points", "colours", "semantic", "instance"))
    monkeypatch.setattr(gather, "most_bytes", lambda: large)
    assert len(read("scannet", tmp_path)) == 1
    monkeypatch.setattr(gather, "most_bytes", lambda: large - 1)  # colours count, too
    with pytest.raises(DataError, match="memory"):
        read("scannet", tmp_path)


def test_that_scenes_fill_half_of_the_memory_at_most(monkeypatch):
    told = {"SC_PHYS_PAGES": 1000, "SC_PAGE_SIZE": 4096}
    monkeypatch.setattr(gather.os, "sysconf", told.__getitem__, raising=False)
    assert gather.most_bytes() == 500 * 4096
    monkeypatch.delattr(gather.os, "sysconf")
    assert gather.most_bytes() == 16 << 30


def test_that_only_damaged_scenes_are_a_sentence_with_the_reason(tmp_path):
    npz(tmp_path / "scene0000_00.npz", xyz=np.full((50, 3), np.nan, np.float32))
    with pytest.raises(DataError, match="no usable points"):
        read("scannet", tmp_path)


def test_that_real_scans_are_read_and_their_boxes_are_those_of_instances(real_data):
    scenes = read("scannet", real_data / "indoor_sample" / "scannet")
    assert [len(scene.boxes) for scene in scenes.scenes] == [27, 29, 28]
    assert [len(scene) for scene in scenes.scenes] == [81369, 80583, 86001]
    assert scenes.problems == ()
    for scene in scenes.scenes:
        own = [around(scene.points[scene.instance == row]) for row in np.unique(scene.instance)]
        gaps = np.abs(scene.boxes[:, None] - np.stack(own)[None]).max(axis=-1)
        assert (gaps.min(axis=1) < 1e-4).all()
