"""Shapes with parts: built-in ones and ShapeNetPart, and the cache that holds them."""

import json

import h5py
import numpy as np
import pytest

from engine import registry
from engine.control import Control, Wish
from engine.datasets.parts import cached_parts, prepare_parts, read_parts, write_parts
from engine.datasets.parts.official import CATEGORIES, PART_NAMES
from engine.datasets.parts.shape_parts import PARTS
from engine.datasets.shapes import make_cloud, make_mesh, make_parted
from engine.datasets.shapes import parts as piece
from engine.datasets.shapes.mesh import copies, join, part_names
from engine.errors import ConfigError, DataError, Stopped
from engine.experiment import Choice
from tests.engine.stack_files import ran

TINY = {"kinds": ("chair", "lamp", "table"), "per_kind": 4, "points": 256}
ARRAYS = ("points", "parts", "category", "train")
CHAIR, MUG = "03001627", "03797390"


def source(name, **settings):
    return registry.make("parts", name, settings)


def read(name, **settings):
    return ran(source(name, **settings).read(Control()))[0]


# ---- names of parts in meshes


def test_that_names_stay_with_their_faces_through_all_changes():
    box, ball = piece.box((1, 1, 1)).named("box"), piece.ellipsoid((1, 1, 1))
    whole = join([box, ball.named("ball"), ball])
    names = ["box"] * len(box.faces) + ["ball"] * len(ball.faces) + [""] * len(ball.faces)
    for changed in (
        whole,
        whole.move(1),
        whole.scale(2),
        whole.turn("x", 9),
        whole.mirror(),
        whole.standing(),
    ):
        assert changed.parts.tolist() == names
    assert (
        whole.twice().parts.tolist()
        == names * 2
        == copies(whole, [(0, 0, 0), (3, 0, 0)]).parts.tolist()
    )
    assert whole.named("rest").parts.tolist() == [name or "rest" for name in names]
    assert ball.twice().parts is None and part_names(ball).tolist() == [""] * len(ball.faces)


@pytest.mark.parametrize("kind", sorted(PARTS))
def test_that_every_face_of_a_kind_with_parts_has_one_of_its_two_to_five(kind):
    assert 2 <= len(PARTS[kind]) <= 5
    seen = set()
    for index in range(60):
        names = set(part_names(make_mesh(kind, 1, index)).tolist())
        assert names <= set(PARTS[kind])
        assert len(names) >= 1
        seen |= names
    assert seen == set(PARTS[kind])


def test_that_naming_parts_leaves_the_points_of_a_shape_as_they_are():
    for kind in ("chair", "guitar"):
        cloud, names = make_parted(kind, 3, 2, 500)
        assert np.array_equal(cloud, make_cloud(kind, 3, 2, 500))
        assert names.shape == (500,) and set(names.tolist()) <= set(PARTS[kind])


# ---- built-in shapes with parts


def test_that_parts_lie_where_they_are_in_the_world():
    shapes = read(
        "shape_parts", kinds=("chair", "table", "toilet", "monitor"), per_kind=12, points=1000
    )
    above = {
        "chair": ("seat", "legs"),
        "table": ("top", "legs"),
        "toilet": ("tank", "bowl"),
        "monitor": ("screen", "stand"),
    }
    for row in range(len(shapes)):
        kind = shapes.categories[shapes.category[row]]
        heights = []
        for name in above[kind]:
            own = shapes.parts[row] == shapes.part_names.index(f"{kind} {name}")
            heights.append(shapes.points[row, own, 2].mean() if own.any() else None)
        if None not in heights:
            assert heights[0] > heights[1], shapes.names[row]


def test_that_shapes_are_normalised_split_and_have_parts_of_their_own_kind_alone():
    shapes = read("shape_parts", **TINY)
    assert shapes.points.shape == (12, 256, 3) and shapes.points.dtype == np.float32
    assert shapes.parts.shape == (12, 256) and shapes.parts.dtype == np.int16
    assert np.abs(shapes.points.mean(axis=1)).max() < 1e-5
    assert np.linalg.norm(shapes.points, axis=2).max(axis=1) == pytest.approx(np.ones(12), abs=1e-5)
    assert (
        shapes.categories == ("chair", "lamp", "table")
        and shapes.category.tolist() == [0] * 4 + [1] * 4 + [2] * 4
    )
    assert shapes.train.tolist() == [True, True, True, False] * 3
    assert shapes.parts_of == ((0, 1, 2, 3), (4, 5), (6, 7, 8, 9))
    assert shapes.part_names[4:6] == ("lamp stand", "lamp shade")
    for category, parts in zip(shapes.category, shapes.parts, strict=True):
        assert set(parts.tolist()) <= set(shapes.parts_of[category])
    assert shapes.made and len(set(shapes.names)) == 12


def test_that_the_same_seed_gives_the_same_shapes():
    one, again, other = (read("shape_parts", **TINY, seed=seed) for seed in (0, 0, 1))
    assert all(np.array_equal(getattr(one, name), getattr(again, name)) for name in ARRAYS)
    assert not np.array_equal(one.points, other.points)


def test_that_kinds_without_parts_are_refused_and_making_can_be_stopped():
    with pytest.raises(ConfigError, match="unicorn"):
        source("shape_parts", kinds=("chair", "unicorn"))
    with pytest.raises(ConfigError, match="No kind"):
        source("shape_parts", kinds=())
    control = Control()
    control.ask(Wish.FINISH)
    with pytest.raises(Stopped):
        ran(source("shape_parts", **TINY).read(control))


# ---- ShapeNetPart


def shape(root, synset, name, labels, seed=0, bad=()):
    (root / synset).mkdir(parents=True, exist_ok=True)
    rows = np.zeros((len(labels), 7))
    rows[:, :3] = np.random.default_rng(seed).uniform(-0.3, 0.3, (len(labels), 3))
    rows[:, 6] = labels
    lines = [" ".join(f"{number:.6f}" for number in row) for row in rows]
    (root / synset / f"{name}.txt").write_text("\n".join([*lines, *bad]))
    return rows


def lists(root, **names):
    (root / "train_test_split").mkdir(parents=True)
    for split, words in names.items():
        path = root / "train_test_split" / f"shuffled_{split}_file_list.json"
        path.write_text(json.dumps([f"shape_data/{word}" for word in words]))


def test_that_the_official_numbers_are_sixteen_categories_and_fifty_parts():
    assert len(CATEGORIES) == 16 and len(PART_NAMES) == 50
    assert [part for category in CATEGORIES for part in category.parts] == list(range(50))
    assert [category.name for category in CATEGORIES] == sorted(
        category.name for category in CATEGORIES
    )
    assert (PART_NAMES[12], PART_NAMES[49]) == ("Chair 1", "Table 3")


def test_that_shapes_stand_upright_with_their_parts(tmp_path):
    rows = shape(tmp_path, CHAIR, "a", [12] * 20 + [15] * 20)
    shapes = read("shapenetpart", path=str(tmp_path), points=40)
    assert (
        shapes.names == ("a",)
        and shapes.category.tolist() == [4]
        and shapes.train.tolist() == [True]
    )
    assert len(shapes.categories) == 16 and shapes.parts_of[4] == (12, 13, 14, 15)
    # y is up in the files and z here; forty of forty points are drawn, in another order.
    turned = rows[:, [0, 2, 1]] * (1, -1, 1)
    turned = turned - turned.mean(axis=0)
    turned /= np.linalg.norm(turned, axis=1).max()
    gaps = np.linalg.norm(shapes.points[0][:, None] - turned[None], axis=2)
    nearest = gaps.argmin(axis=1)
    assert sorted(nearest) == list(range(40)) and gaps.min(axis=1).max() < 1e-5
    assert shapes.parts[0].tolist() == rows[nearest, 6].tolist()


def test_that_the_lists_split_and_tell_what_is_missing(tmp_path):
    for number, name in enumerate("abcd"):
        shape(tmp_path, MUG, name, [36] * 9 + [37], seed=number)
    lists(tmp_path, train=[f"{MUG}/a"], val=[f"{MUG}/b"], test=[f"{MUG}/c", f"{CHAIR}/gone"])
    shapes = read("shapenetpart", path=str(tmp_path), points=16)
    assert dict(zip(shapes.names, shapes.train.tolist(), strict=True)) == {
        "a": True,
        "b": True,
        "c": False,
    }
    assert shapes.problems == (
        "1 of the 4 shapes that the lists name are not there.",
        "1 shapes are in none of the lists and were left out.",
    )


def test_that_only_shapes_for_the_test_are_learnt_from_and_told(tmp_path):
    shape(tmp_path, MUG, "a", [36] * 9)
    lists(tmp_path, test=[f"{MUG}/a"])
    shapes = read("shapenetpart", path=str(tmp_path), points=16)
    assert shapes.train.tolist() == [True] and "for training" in shapes.problems[0]


def test_that_without_lists_a_share_of_each_category_is_for_the_test(tmp_path):
    for synset, label in ((CHAIR, 12), (MUG, 36)):
        for number in range(5):
            shape(tmp_path / "inner", synset, f"{synset}_{number}", [label] * 9, seed=number)
    shapes = read("shapenetpart", path=str(tmp_path), points=16, test_share=0.4)
    for category in (4, 11):
        assert (~shapes.train[shapes.category == category]).sum() == 2


@pytest.mark.parametrize(
    "text", ["", "[1, 2]", '{"a": 1}', "[" * 100_000, '["shape_data/../../etc/passwd"]']
)
def test_that_a_damaged_list_is_told_or_names_nothing(tmp_path, text):
    shape(tmp_path, MUG, "a", [36] * 9)
    shape(tmp_path, MUG, "b", [36] * 9)
    lists(tmp_path, train=[f"{MUG}/a"])
    (tmp_path / "train_test_split" / "shuffled_test_file_list.json").write_text(text)
    shapes = read("shapenetpart", path=str(tmp_path), points=16)
    assert shapes.names == ("a",)
    assert len(shapes.problems) == 2


def test_that_damaged_shapes_are_told_and_the_rest_is_used(tmp_path):
    shape(tmp_path, CHAIR, "good", [12] * 30 + [40, 99, -1, 12.5], bad=["nan 0 0 0 0 0 12"])
    shape(tmp_path, CHAIR, "mug", [36] * 30)
    shape(tmp_path, CHAIR, "short", [12] * 30, bad=["1 2 3"])
    shape(tmp_path, CHAIR, "words", [12] * 30, bad=["a b c d e f g"])
    (tmp_path / CHAIR / "empty.txt").write_text("")
    (tmp_path / CHAIR / "blank.txt").write_text("\n\n")
    shapes = read("shapenetpart", path=str(tmp_path), points=64)
    assert shapes.names == ("good",) and (shapes.parts == 12).all()
    told = "\n".join(shapes.problems)
    assert (
        "1 point with broken numbers and 4 points with a part that no Chair has were left out"
        in told
    )
    for name in ("mug", "short", "words", "empty", "blank"):
        assert f"{name}.txt" in told
    (tmp_path / CHAIR / "good.txt").unlink()
    with pytest.raises(DataError, match="no shape that could be read"):
        read("shapenetpart", path=str(tmp_path))


def test_that_a_folder_that_is_no_shapenetpart_is_a_sentence(tmp_path):
    (tmp_path / "12345678").mkdir()
    with pytest.raises(DataError, match="03001627"):
        read("shapenetpart", path=str(tmp_path))


def test_that_the_fingerprint_changes_with_files_and_settings(tmp_path):
    shape(tmp_path, MUG, "a", [36] * 9)
    marks = [
        source("shapenetpart", path=str(tmp_path), points=points).fingerprint()
        for points in (16, 32)
    ]
    shape(tmp_path, MUG, "a", [36] * 11)
    marks.append(source("shapenetpart", path=str(tmp_path), points=16).fingerprint())
    lists(tmp_path, train=[f"{MUG}/a"])
    marks.append(source("shapenetpart", path=str(tmp_path), points=16).fingerprint())
    assert len(set(marks)) == 4


def test_that_real_shapes_with_parts_are_read(real_data):
    shapes = read("shapenetpart", path=str(real_data / "shapenetpart_sample"), points=1024)
    assert [shapes.categories[row] for row in shapes.category] == ["Skateboard"] * 2 + ["Table"] * 2
    assert shapes.problems == ()
    for points, parts in zip(shapes.points[2:], shapes.parts[2:], strict=True):
        assert set(parts.tolist()) <= {47, 48, 49}
        # The top of a table is above its legs.
        assert points[parts == 47, 2].mean() > points[parts == 48, 2].mean()


# ---- the cache


def test_that_shapes_with_parts_come_back_from_the_cache_as_they_were(tmp_path):
    shapes = read("shape_parts", **TINY)
    write_parts(tmp_path / "p.h5", shapes)
    back = read_parts(tmp_path / "p.h5")
    for name in ARRAYS:
        mine, yours = getattr(shapes, name), getattr(back, name)
        assert np.array_equal(mine, yours) and mine.dtype == yours.dtype
    for name in ("names", "categories", "part_names", "parts_of", "title", "problems", "made"):
        assert getattr(shapes, name) == getattr(back, name)


@pytest.mark.parametrize("name", ARRAYS)
def test_that_one_changed_number_is_noticed(tmp_path, name):
    write_parts(tmp_path / "p.h5", read("shape_parts", **TINY))
    with h5py.File(tmp_path / "p.h5", "r+") as file:
        file[name][0] = ~file[name][0] if name == "train" else file[name][0] + 1
    with pytest.raises(DataError, match="checksum"):
        read_parts(tmp_path / "p.h5")


def test_that_a_cut_cache_is_made_anew_and_a_whole_one_left_alone():
    choice = Choice.model_validate({"name": "shape_parts", **TINY})
    path = cached_parts("shape_parts", source("shape_parts", **TINY).fingerprint())
    *_, prepared = prepare_parts(choice, Control())
    assert prepared.path == str(path)
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(DataError, match="damaged"):
        read_parts(path)
    *_, prepared = prepare_parts(choice, Control())
    assert len(read_parts(path)) == 12
    assert [event.kind for event in prepare_parts(choice, Control())] == ["prepared"]
