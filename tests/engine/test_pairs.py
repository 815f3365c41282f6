"""Pairs of clouds and pictures: made ones, rendered ones, folders; the cache that holds them."""

import numpy as np
import pytest
from PIL import Image

from engine import registry
from engine.control import Control, Wish
from engine.datasets.pairs import (
    Pair,
    cached_pairs,
    gathered,
    prepare_pairs,
    read_pairs,
    write_pairs,
)
from engine.datasets.pairs.pair import at_most, drawn, square
from engine.datasets.pairs.words import Slots, caption, read_slots, words_of
from engine.datasets.shapes import KINDS
from engine.errors import ConfigError, DataError, Stopped
from engine.experiment import Choice
from engine.formats.bounded import Damage
from engine.render import Camera
from tests.engine.stack_files import ran

TINY = {
    "kinds": ("chair", "cone", "night_stand"),
    "per_kind": 4,
    "views": 2,
    "points": 64,
    "side": 32,
}


def source(name, **settings):
    return registry.make("pairs", name, settings)


def read(name, **settings):
    return ran(source(name, **settings).read(Control()))[0]


def picture(path, size=(40, 30), colour=(200, 30, 30)):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size, colour).save(path)


def cloud(path, count=50, seed=0):
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savetxt(path, np.random.default_rng(seed).normal(size=(count, 3)) + 1e6, fmt="%.4f")


# ---- made pairs


def test_that_made_pairs_have_true_captions_and_a_split_by_shape():
    pairs = read("shapes_views", **TINY)
    assert len(pairs) == 3 * 4 * 2
    assert pairs.kinds == ("chair", "cone", "night_stand")
    assert pairs.train.tolist() == ([True] * 6 + [False] * 2) * 3
    for label, text in zip(pairs.labels, pairs.captions, strict=True):
        assert read_slots(text, KINDS).kind == pairs.kinds[label]
    assert "_" not in "".join(pairs.captions)
    assert pairs.made


def test_that_the_picture_and_the_cloud_of_a_made_pair_fit_each_other():
    pairs = read("shapes_views", **TINY | {"seen_only": True, "points": 256, "side": 64})
    camera = Camera(pairs.intrinsics, pairs.extrinsics, 64, 64)
    pixels, depth = camera.project(pairs.points)
    assert camera.inside(pixels).all()
    places = np.rint(pixels).astype(int)
    seen = np.stack([d[p[:, 1], p[:, 0]] for d, p in zip(pairs.depth, places, strict=True)])
    # What is seen lies where the depth picture says, but for the last pixel of an edge.
    assert (np.abs(seen - depth) < 0.12).mean() > 0.9
    ground = (pairs.images == pairs.images[0, 0, 0]).all(axis=-1)
    assert ((pairs.depth > 0) == ~ground).mean() > 0.99


def test_that_the_told_colour_and_size_are_those_of_the_picture_and_the_cloud():
    pairs = read("shapes_views", **TINY)
    for image, depth, points, text in zip(
        pairs.images, pairs.depth, pairs.points, pairs.captions, strict=True
    ):
        red, green, blue = image[depth > 0].mean(axis=0)
        told = read_slots(text, KINDS)
        if told.colour == "red":
            assert red > 2 * max(green, blue)
        if told.colour == "blue":
            assert blue > red and blue > green
        large = np.linalg.norm(points, axis=1).max() > 0.8
        assert told.size == ("large" if large else "small")


def test_that_grey_pairs_tell_no_colour():
    pairs = read("shapes_views", **TINY | {"colours": False})
    assert not any(read_slots(text, KINDS).colour for text in pairs.captions)
    assert np.ptp(pairs.images.astype(int), axis=-1).max() == 0


def test_that_made_pairs_are_the_same_again_and_others_with_another_seed():
    one, again = (read("shapes_views", **TINY) for _ in range(2))
    assert np.array_equal(one.images, again.images) and np.array_equal(one.points, again.points)
    assert not np.array_equal(one.images, read("shapes_views", **TINY | {"seed": 3}).images)


def test_that_a_kind_that_does_not_exist_is_a_sentence():
    with pytest.raises(ConfigError, match="unicorn"):
        source("shapes_views", kinds=("unicorn",))
    with pytest.raises(ConfigError):
        source("shapes_views", kinds=())


def test_that_making_pairs_can_be_stopped():
    control = Control()
    control.ask(Wish.FINISH)
    with pytest.raises(Stopped):
        ran(source("shapes_views", **TINY).read(control))


# ---- words


@pytest.mark.parametrize("template", range(3))
@pytest.mark.parametrize("colour", ["purple", ""])
def test_that_captions_can_be_read_back(template, colour):
    slots = Slots("night_stand", colour, "small", "above")
    assert read_slots(caption(slots, template), KINDS) == slots


def test_that_the_longest_kind_in_a_caption_counts():
    assert (
        read_slots("one large tv stand in red, from the side.", ["stand", "tv_stand"]).kind
        == "tv_stand"
    )
    assert read_slots("a carpet.", ["car"]).kind == ""


def test_that_every_caption_is_made_of_known_words():
    words = words_of(KINDS)
    for template in range(3):
        for colour in ("red", ""):
            text = caption(Slots("tv_stand", colour, "large", "side"), template)
            assert set(text.replace(",", " ,").replace(".", " .").split()) <= set(words)
    assert len(words) == len(set(words))


# ---- rendered clouds


def test_that_clouds_of_a_folder_are_rendered_with_their_kind_and_split(tmp_path):
    for kind in ("ball", "stick"):
        for part, count in (("train", 2), ("test", 1)):
            for number in range(count):
                cloud(tmp_path / part / kind / f"{kind}_{number}.xyz", 200, number)
    pairs = read("modelnet_views", path=str(tmp_path), points=128, views=2, side=32)
    assert len(pairs) == 2 * 3 * 2
    assert pairs.kinds == ("ball", "stick")
    assert pairs.train.sum() == 8
    assert (pairs.depth > 0).mean() > 0.05
    assert np.linalg.norm(pairs.points, axis=2).max() == pytest.approx(1)


# ---- folders


def test_that_a_picture_and_a_cloud_of_one_name_are_a_pair(tmp_path):
    picture(tmp_path / "images" / "a.png")
    cloud(tmp_path / "clouds" / "a.xyz")
    pairs = read("folder_pairs", path=str(tmp_path), points=64, side=16)
    assert pairs.names == ("a",)
    assert pairs.images.shape == (1, 16, 16, 3)
    assert pairs.images[0, 8, 8].tolist() == [200, 30, 30]
    assert np.isnan(pairs.intrinsics).all()
    assert np.abs(pairs.points).max() < 10  # the offset of a million is gone
    assert pairs.problems == ()


def test_that_what_stands_alone_or_is_damaged_is_told_and_the_rest_used(tmp_path):
    for stem in ("good", "torn", "tiny", "lonely"):
        picture(tmp_path / f"{stem}.jpg", (5, 5) if stem == "tiny" else (40, 30))
    for stem in ("good", "torn", "tiny", "other"):
        cloud(tmp_path / f"{stem}.xyz")
    torn = tmp_path / "torn.jpg"
    torn.write_bytes(torn.read_bytes()[:100])
    cloud(tmp_path / "inner" / "good.xyz")
    pairs = read("folder_pairs", path=str(tmp_path), points=64, side=16)
    assert pairs.names == ("good",)
    told = "\n".join(pairs.problems)
    for words in ("lonely", "other", "torn.jpg", "5 x 5 pixels", "1 files have the name"):
        assert words in told
    assert len(pairs.problems) == 5


def test_that_a_folder_without_pairs_is_a_sentence(tmp_path):
    picture(tmp_path / "a.png")
    with pytest.raises(DataError, match="a"):
        read("folder_pairs", path=str(tmp_path))
    with pytest.raises(DataError, match="no file or folder"):
        read("folder_pairs", path=str(tmp_path / "none"))


def test_that_real_pairs_of_pictures_and_clouds_are_read(real_data):
    pairs = read(
        "folder_pairs", path=str(real_data / "indoor_sample" / "sunrgbd"), points=256, side=64
    )
    assert pairs.names == ("000001", "000002", "000003", "000004")
    assert np.ptp(pairs.points, axis=1).max() < 20  # metres


# ---- one cloud, one picture


def test_that_points_are_drawn_without_repeats_while_there_are_enough():
    points = np.arange(30.0).reshape(10, 3)
    rng = np.random.default_rng(0)
    assert len(np.unique(drawn(points, 8, rng), axis=0)) == 8
    counts = np.unique(drawn(points, 25, rng), axis=0, return_counts=True)[1]
    assert len(counts) == 10 and set(counts) <= {2, 3}
    for bad in (np.empty((0, 3)), np.full((4, 3), np.nan)):
        with pytest.raises(Damage):
            drawn(bad, 4, rng)


def test_that_cutting_a_picture_square_changes_its_camera_alike():
    # 40 x 20 -> 20 x 10 -> the middle 10 x 10 begins at column 5.
    image = Image.new("RGB", (40, 20))
    image.paste((255, 255, 255), (20, 8, 24, 12))  # middle at column 21.5, row 9.5
    intrinsics = np.array([[30.0, 0, 19.5], [0, 30, 9.5], [0, 0, 1]])
    small, changed = square(image, 10, intrinsics)
    assert changed[:2, :2].tolist() == [[15, 0], [0, 15]]
    assert changed[:2, 2] == pytest.approx([4.5, 4.5])
    rows, columns = np.nonzero(np.asarray(small)[..., 0] > 127)
    direction = (21.5 - 19.5) / 30
    assert columns.mean() == pytest.approx(15 * direction + 4.5)
    assert rows.mean() == pytest.approx(4.5)


# ---- the cache


def a_pair(name="x", kind=""):
    rng = np.random.default_rng(len(name))
    return Pair(
        image=rng.integers(0, 255, (8, 8, 3)).astype(np.uint8),
        points=rng.normal(size=(16, 3)).astype(np.float32),
        depth=rng.random((8, 8)).astype(np.float32),
        name=name,
        kind=kind,
        caption="a thing.",
    )


def test_that_pairs_come_back_from_the_cache_as_they_were(tmp_path):
    pairs = gathered([a_pair("x", "b"), a_pair("yy"), a_pair("zzz", "a")], "Ä title", ["one."])
    assert pairs.labels.tolist() == [1, -1, 0]
    write_pairs(tmp_path / "p.h5", pairs)
    back = read_pairs(tmp_path / "p.h5")
    for name in ("images", "points", "depth", "intrinsics", "extrinsics", "labels", "train"):
        assert np.array_equal(
            getattr(back, name),
            getattr(pairs, name),
            equal_nan=name[0] in "ie" and name != "images",
        )
    assert (back.names, back.kinds, back.title, back.problems) == (
        ("x", "yy", "zzz"), ("a", "b"), "Ä title", ("one.",),
    )  # fmt: skip
    assert back.captions == ("a thing.",) * 3


def test_that_a_cut_cache_is_a_sentence_and_made_anew():
    choice = Choice.model_validate({"name": "shapes_views", **TINY})
    path = cached_pairs("shapes_views", source("shapes_views", **TINY).fingerprint())
    *_, prepared = prepare_pairs(choice, Control())
    assert prepared.path == str(path)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(DataError, match="damaged"):
        read_pairs(path)
    *_, prepared = prepare_pairs(choice, Control())
    assert len(read_pairs(path)) == 24
    assert [event.kind for event in prepare_pairs(choice, Control())] == ["prepared"]


def test_that_one_flipped_bit_is_noticed(tmp_path):
    import h5py

    path = tmp_path / "p.h5"
    write_pairs(path, gathered([a_pair()], "t"))
    with h5py.File(path, "r+") as file:
        file["points"][0, 0, 0] += 1
    with pytest.raises(DataError, match="checksum"):
        read_pairs(path)


def test_that_many_problems_are_cut_short():
    told = at_most([f"{number}." for number in range(60)])
    assert len(told) == 51 and told[-1].startswith("10 more")


def test_that_too_many_pairs_for_the_memory_are_refused():
    class Many(list):
        def __len__(self):
            return 10**9

    with pytest.raises(DataError, match="memory"):
        gathered(Many([a_pair()]), "t")
