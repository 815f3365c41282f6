"""ModelNet opens in each of its three forms, with the official split, and damage is a sentence."""

import time

import h5py
import numpy as np
import pytest

from engine import registry
from engine.control import Control, Wish
from engine.datasets import prepare, read_cache
from engine.datasets.modelnet import TEN
from engine.errors import ConfigError, DataError, Stopped
from engine.events import Phase
from engine.experiment import Choice
from tests.engine.sample_files import rows, write
from tests.engine.stack_files import clouds, ran, stack


def source(path, **settings):
    return registry.make("dataset", "modelnet", {"path": str(path), "points": 16, **settings})


def opened(path, **settings):
    return ran(source(path, **settings).read(Control()))[0]


def off_tree(root, kinds=("bed", "chair"), train=2, test=1):
    for kind in kinds:
        for split, count in (("train", train), ("test", test)):
            folder = root / kind / split
            folder.mkdir(parents=True)
            for number in range(count):
                write(folder, "off").rename(folder / f"{kind}_{number:04d}.off")
    return root


def list_tree(root):
    for split, numbers in (("train", (1, 2)), ("test", (3,))):
        names = [f"night_stand_{n:04d}" for n in numbers] + [f"bed_{n:04d}" for n in numbers]
        (root / f"modelnet40_{split}.txt").write_text("\n".join(names) + "\n")
        for name in names:
            folder = root / name.rpartition("_")[0]
            folder.mkdir(exist_ok=True)
            table = np.random.default_rng(len(name)).random((40, 6))
            (folder / f"{name}.txt").write_text(rows(table, ","))
    return root


def pair(root, kinds=("bed", "chair")):
    stack(root / "x_train.h5", [0, 1, 0], kinds=kinds, name=np.array([b"a", b"b", b"c"]))
    stack(root / "x_test.h5", [1, 0], kinds=kinds)
    return root


@pytest.mark.parametrize("form", [off_tree, pair])
def test_that_the_official_split_is_kept(tmp_path, form):
    found = opened(form(tmp_path))
    assert found.kinds == found.known == ("bed", "chair")
    train = {off_tree: [2, 2], pair: [2, 1]}[form]
    assert [sum(found.train & (found.labels == k)) for k in (0, 1)] == train
    assert [sum(~found.train & (found.labels == k)) for k in (0, 1)] == [1, 1]
    assert found.problems == ()
    assert found.points.shape == (len(found), 16, 3)
    assert np.abs(found.points.mean(axis=1)).max() < 1e-6
    assert np.allclose(np.linalg.norm(found.points, axis=2).max(axis=1), 1, atol=1e-6)


def test_that_lists_of_models_are_followed(tmp_path):
    found = opened(list_tree(tmp_path))
    assert found.kinds == ("bed", "night_stand")
    assert dict(zip(found.names, found.train.tolist(), strict=True)) == {
        "night_stand_0001": True,
        "night_stand_0002": True,
        "bed_0001": True,
        "bed_0002": True,
        "night_stand_0003": False,
        "bed_0003": False,
    }


def test_that_a_list_cannot_lead_out_of_the_folder(tmp_path):
    root = tmp_path / "inner"
    root.mkdir()
    list_tree(root)
    with (root / "modelnet40_train.txt").open("a") as file:
        file.write("../secret_0001\n/etc/passwd_1\nchair_0001\n")
    found = opened(root)
    assert found.kinds == ("bed", "night_stand")
    assert any("2 words that name no model" in problem for problem in found.problems)
    assert any("“chair_0001.txt” was not read: there is no such" in p for p in found.problems)
    assert any("no usable cloud of “chair”" in problem for problem in found.problems)


def test_that_a_folder_around_the_data_is_entered(tmp_path):
    inner = tmp_path / "ModelNet40" / "ModelNet40"
    inner.mkdir(parents=True)
    assert len(opened(pair(inner).parents[1])) == 5


def test_that_a_needle_in_many_wrappings_is_not_searched_for(tmp_path):
    inner = tmp_path.joinpath("a", "b", "c", "d")
    inner.mkdir(parents=True)
    pair(inner)
    with pytest.raises(DataError, match="is not ModelNet"):
        opened(tmp_path)


def test_that_a_third_file_is_not_mixed_in(tmp_path):
    pair(tmp_path)
    stack(tmp_path / "x_subset.h5", [0] * 50, kinds=["bed"])
    assert len(opened(tmp_path)) == 5


def test_that_naming_one_side_brings_the_other(tmp_path):
    pair(tmp_path)
    for name in ("x_train.h5", "x_test.h5"):
        found = opened(tmp_path / name)
        assert (found.train.sum(), (~found.train).sum()) == (3, 2)


def test_that_one_file_without_a_split_gets_one_by_the_seed(tmp_path):
    path = stack(tmp_path / "all.h5", [0, 1] * 20, kinds=["bed", "chair"])
    first = opened(path)
    assert [sum(~first.train & (first.labels == k)) for k in (0, 1)] == [4, 4]
    assert np.array_equal(first.train, opened(path).train)
    assert not np.array_equal(first.train, opened(path, seed=1).train)


def test_that_a_split_inside_the_file_is_kept(tmp_path):
    path = stack(tmp_path / "all.h5", [0, 0, 1, 1], split=np.array([0, 1, 0, 1], "u1"))
    found = opened(path)
    assert found.kinds == ("kind 0", "kind 1")
    assert found.train.tolist() == [True, False, True, False]


def test_that_names_of_kinds_may_lie_beside(tmp_path):
    stack(tmp_path / "ply_data_train0.h5", [[1], [0]])
    stack(tmp_path / "ply_data_train1.h5", [[1]])
    stack(tmp_path / "ply_data_test0.h5", [[1]])
    (tmp_path / "shape_names.txt").write_text("vase\nairplane\n")
    found = opened(tmp_path)
    assert found.kinds == ("airplane", "vase")
    assert found.labels.tolist() == [0, 0, 1, 0]  # files in order of name: test0, train0, train1
    assert found.train.tolist() == [False, True, True, True]


def test_that_points_are_drawn_by_the_seed_from_what_is_stored(tmp_path):
    data = clouds(3)
    stack(tmp_path / "x_train.h5", [0, 0, 0], data)
    stack(tmp_path / "x_test.h5", [0], data[:1])
    whole, part = opened(tmp_path, points=32), opened(tmp_path)
    centred = data - data.mean(axis=1, keepdims=True)
    radius = np.linalg.norm(centred, axis=2).max(axis=1)[:, None, None]
    assert np.allclose(whole.points[whole.train], centred / radius, atol=1e-5)
    assert np.array_equal(part.points, opened(tmp_path).points)
    assert not np.array_equal(part.points, opened(tmp_path, seed=1).points)


def test_that_drawn_points_are_stored_ones_and_each_only_once(tmp_path, monkeypatch):
    monkeypatch.setattr("engine.datasets.stacked.normalised", lambda points: points)
    data = clouds(4)
    found = opened(stack(tmp_path / "all.h5", [0] * 4, data, split=np.array([0, 0, 0, 1], "u1")))
    for cloud, stored in zip(found.points, data, strict=True):
        drawn = {tuple(point) for point in cloud.tolist()}
        assert len(drawn) == 16
        assert drawn < {tuple(point) for point in stored.tolist()}


def test_that_too_many_points_asked_for_is_a_sentence(tmp_path):
    with pytest.raises(DataError, match="its clouds have 32 points, but 64 were asked for"):
        opened(pair(tmp_path), points=64)


def test_that_bad_labels_and_clouds_are_left_out_with_a_sentence(tmp_path):
    data = clouds(6)
    data[1, 3, 2] = np.nan
    data[2] = data[2, 0]
    stack(tmp_path / "x_train.h5", [0, 0, 0, 7, -1, 1], data, kinds=["bed", "chair", "door"])
    stack(tmp_path / "x_test.h5", [0], kinds=["bed", "chair", "door"])
    found = opened(tmp_path)
    assert found.kinds == ("bed", "chair")
    assert found.labels.tolist() == [0, 0, 1]
    problems = " ".join(found.problems)
    assert "2 of 6 clouds were left out, for they are not made of finite numbers" in problems
    assert "the first is “x_train_00001”" in problems
    assert "2 of 6 clouds were left out, for their label stands for no kind" in problems
    assert "no usable cloud of “door”" in problems
    assert len(found.problems) == 3


@pytest.mark.parametrize(
    ("damage", "why"),
    [
        ({"data": np.zeros((3, 32))}, "has the shape"),
        ({"data": np.zeros((3, 32, 2))}, "has the shape"),
        ({"label": np.array([0, 1])}, "3 clouds but 2 labels"),
        ({"label": np.array([0.0, 1, 0])}, "3 labels"),
        ({"label": None}, "no “data” with a “label”"),
    ],
)
def test_that_a_stack_of_the_wrong_make_is_refused(tmp_path, damage, why):
    pair(tmp_path)
    with h5py.File(tmp_path / "x_train.h5", "a") as file:
        for name, values in damage.items():
            del file[name]
            if values is not None:
                file[name] = values
    with pytest.raises(DataError, match="no training clouds") as caught:
        opened(tmp_path)
    assert why in caught.value.sentence


def test_that_a_truncated_file_is_named_and_the_rest_opens(tmp_path):
    pair(tmp_path)
    whole = stack(tmp_path / "y_train.h5", [0] * 9, kinds=["bed"]).read_bytes()
    (tmp_path / "y_train.h5").write_bytes(whole[: len(whole) // 2])
    found = opened(tmp_path)
    assert len(found) == 5
    assert len(found.problems) == 1
    assert "“y_train.h5” was not read: " in found.problems[0]
    (tmp_path / "x_train.h5").unlink()
    with pytest.raises(DataError, match=r"no training clouds that could be read\. “y_train.h5”"):
        opened(tmp_path)


def test_that_bad_meshes_are_skipped_and_an_empty_kind_is_told(tmp_path):
    off_tree(tmp_path)
    (tmp_path / "bed/train/bed_0000.off").write_text("OFF\n9 9 9\n")
    for file in (tmp_path / "chair").rglob("*.off"):
        file.write_text("")
    found = opened(tmp_path)
    assert found.kinds == ("bed",)
    assert found.names == ("bed_0001", "bed_0000")
    assert len(found.problems) == 5
    assert sum(p == "“chair_0000.off” was not read: it is empty." for p in found.problems) == 2


def test_that_hundreds_of_problems_are_summed_up(tmp_path):
    off_tree(tmp_path, train=60)
    for file in (tmp_path / "chair").rglob("*.off"):
        file.write_text("")
    found = opened(tmp_path)
    assert len(found.problems) == 51
    assert found.problems[-1].startswith("12 more")  # 61 files and the empty kind


def test_that_what_is_not_there_or_not_modelnet_is_a_sentence(tmp_path):
    with pytest.raises(DataError, match="There is no file or folder"):
        source(tmp_path / "gone").fingerprint()
    with pytest.raises(DataError, match="is not ModelNet"):
        source(tmp_path).fingerprint()
    with pytest.raises(DataError, match="is not ModelNet"):
        opened(write(tmp_path, "off"))
    with pytest.raises(ConfigError, match="needs the key “path”"):
        registry.make("dataset", "modelnet", {})


def test_that_the_fingerprint_follows_the_files_and_the_settings(tmp_path):
    pair(tmp_path)
    marks = [source(tmp_path).fingerprint(), source(tmp_path).fingerprint()]
    marks.append(source(tmp_path, points=20).fingerprint())
    (tmp_path / "shape_names.txt").write_text("a\nb\n")
    marks.append(source(tmp_path).fingerprint())
    stack(tmp_path / "x_test.h5", [1, 0, 0])
    marks.append(source(tmp_path).fingerprint())
    assert marks[0] == marks[1]
    assert len(set(marks)) == 4


def test_that_reading_can_be_stopped_at_every_file(tmp_path):
    control = Control()
    reading = source(off_tree(tmp_path)).read(control)
    event = next(reading)
    assert isinstance(event, Phase)
    control.ask(Wish.DISCARD)
    with pytest.raises(Stopped):
        next(reading)


def test_that_a_pause_waits_between_two_files(tmp_path):
    control = Control()
    control.ask(Wish.PAUSE)
    reading = source(off_tree(tmp_path)).read(control)
    assert next(reading).kind == "paused"
    control.ask(Wish.RUN)
    found, _ = ran(reading)
    assert len(found) == 6


def test_that_the_ten_are_known_where_they_are_all_there(tmp_path):
    kinds = sorted([*TEN, "airplane", "zebra"])
    stack(tmp_path / "x_train.h5", list(range(12)), kinds=kinds)
    stack(tmp_path / "x_test.h5", list(range(12)), kinds=kinds)
    assert opened(tmp_path).known == TEN
    stack(tmp_path / "x_train.h5", list(range(1, 12)) * 2, kinds=kinds)
    assert opened(tmp_path).known == TEN


def test_that_preparing_twice_reads_once(tmp_path):
    choice = Choice.model_validate({"name": "modelnet", "path": str(pair(tmp_path)), "points": 16})
    events = list(prepare(choice, Control()))
    assert any(isinstance(event, Phase) for event in events)
    cached = read_cache(events[-1].path)
    assert len(cached) == 5
    (again,) = prepare(choice, Control())
    assert again.path == events[-1].path


def test_that_the_real_modelnet10_has_the_official_counts(real_data):
    found = opened(real_data / "modelnet10", points=1024)
    assert (found.train.sum(), (~found.train).sum()) == (3991, 908)
    assert found.title == "ModelNet10"
    assert found.kinds == found.known == TEN
    assert found.problems == ()
    train = {"bathtub": 106, "bed": 515, "chair": 889, "desk": 200, "toilet": 344}
    assert {k: found.train[found.of_kind(k)].sum() for k in train} == train


@pytest.mark.slow
def test_that_the_real_modelnet40_has_the_official_counts_and_opens_in_seconds(real_data):
    began = time.process_time()
    found = opened(real_data / "modelnet40", points=1024)
    assert time.process_time() - began < 20
    assert (found.train.sum(), (~found.train).sum()) == (9843, 2468)
    assert found.title == "ModelNet40"
    assert len(found.kinds) == 40
    assert found.known == TEN
    assert found.problems == ()
    assert found.train[found.of_kind("plant")].sum() == 240
    assert (~found.train[found.of_kind("airplane")]).sum() == 100
    assert np.isfinite(found.points).all()
    assert np.abs(np.linalg.norm(found.points, axis=2).max(axis=1) - 1).max() < 1e-6
