"""COCO's JSON form: boxes, outlines as polygons and run lengths, depths, and lists that make no sense."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pycocotools import mask as coding

from engine.datasets.drives.coco_outlines import mask_of, owners_of, runs_of
from engine.errors import DataError
from tests.engine.drive_makers import check_frame, picture, read

CATEGORIES = [{"id": 3, "name": "car"}, {"id": 1, "name": "person"}, {"id": 9, "name": "boat"}]
SIZE = {"height": 64, "width": 128}


def listed(root, annotations, name="instances_train2017.json", folder="train2017", images=None):
    picture(root / folder / "a.png")
    (root / "annotations").mkdir(exist_ok=True)
    if images is None:
        images = [{"id": 7, "file_name": "a.png", "width": 128, "height": 64}]
    told = {"images": images, "annotations": annotations, "categories": CATEGORIES}
    (root / "annotations" / name).write_text(json.dumps(told))
    return root


def marked(**changes):
    return {
        "id": 1,
        "image_id": 7,
        "category_id": 3,
        "bbox": [10, 20, 30, 10],
        "iscrowd": 0,
    } | changes


def one(root, **settings):
    drive = read("coco", root, **(SIZE | {"things": ["person", "car"]} | settings))
    for frame in drive.frames:
        check_frame(frame, drive)
    return drive.frames[0], drive


def test_that_a_box_is_left_top_width_height(tmp_path):
    frame, drive = one(listed(tmp_path, [marked()]))
    assert drive.things == ("person", "car") and drive.classes == ("person", "car", "background")
    assert frame.boxes.tolist() == [[10, 20, 40, 30]] and frame.labels.tolist() == [1]
    assert len(frame) == 0 and np.isnan(frame.depths).all() and np.isnan(frame.solids).all()
    assert frame.areas is None and frame.owners is None and not drive.problems


def test_that_a_depth_beside_a_box_is_its_depth_and_nonsense_is_none(tmp_path):
    values = [12.5, 0, -3, "far", None, True, float("nan"), float("inf")]
    frame, _ = one(listed(tmp_path, [marked(depth=value) for value in values]))
    assert frame.depths[0] == 12.5 and np.isnan(frame.depths[1:]).all()


def test_that_outlines_are_owners_and_classes(tmp_path):
    square = [[10, 20, 40, 20, 40, 30, 10, 30]]
    inner = np.zeros((64, 128), np.uint8)
    inner[22:26, 20:24] = 1
    packed = coding.encode(np.asfortranarray(inner))
    runs = {"size": [64, 128], "counts": packed["counts"].decode()}
    frame, drive = one(
        listed(
            tmp_path,
            [
                marked(bbox=[20, 22, 4, 4], category_id=1, segmentation=runs),
                marked(segmentation=square),
                marked(bbox=[100, 0, 20, 10]),
            ],
        )
    )
    # The smaller lies on the larger; where a box has no outline nothing is told.
    assert frame.labels.tolist() == [0, 1, 1]
    assert (frame.owners[22:26, 20:24] == 0).all() and (frame.owners == 0).sum() == 16
    assert (frame.owners == 1).sum() == 300 - 16
    assert frame.areas[25, 35] == 1 and frame.areas[23, 21] == 0
    assert frame.areas[60, 60] == drive.classes.index("background") and frame.areas[5, 110] == -1


def test_that_outlines_shrink_with_the_picture(tmp_path):
    square = [[64, 32, 128, 32, 128, 64, 64, 64]]
    frame, _ = one(
        listed(tmp_path, [marked(bbox=[64, 32, 64, 32], segmentation=square)]), height=32, width=64
    )
    assert frame.boxes.tolist() == [[32, 16, 64, 32]]
    expected = np.full((32, 64), -1)
    expected[16:, 32:] = 0
    assert np.array_equal(frame.owners, expected)


def test_that_crowds_and_other_categories_are_ignored(tmp_path):
    square = [[10, 20, 40, 20, 40, 30, 10, 30]]
    frame, _ = one(
        listed(
            tmp_path,
            [marked(iscrowd=1, segmentation=square), marked(category_id=9, bbox=[0, 0, 9, 9])],
        )
    )
    assert len(frame.boxes) == 0 and len(frame.ignored) == 2
    assert (frame.owners == -1).all() and frame.areas[25, 20] == -1


def test_that_lists_called_train_and_val_are_respected_and_pictures_found(tmp_path):
    listed(tmp_path, [marked()])
    listed(tmp_path, [marked()], name="instances_val2017.json", folder="val2017")
    _, drive = one(tmp_path)
    assert [frame.train for frame in drive.frames] == [True, False]
    frame, _ = one(tmp_path / "annotations" / "instances_train2017.json")
    assert frame.train
    other = listed(tmp_path / "other", [marked()], folder="somewhere")
    frame, _ = one(other, pictures=str(other / "somewhere"))
    assert frame.name == "a"
    with pytest.raises(DataError, match="picture is not there"):
        one(other)


def test_that_a_picture_of_another_size_is_told(tmp_path):
    images = [{"id": 7, "file_name": "a.png", "width": 640, "height": 480}]
    _, drive = one(listed(tmp_path, [marked()], images=images))
    assert drive.problems == (
        "“a”: the list says that it has 640 x 480 pixels, and it has 128 x 64.",
    )


def test_that_things_that_the_list_has_not_are_told(tmp_path):
    listed(tmp_path, [marked()])
    _, drive = one(tmp_path, things=["car", "tram"])
    assert drive.problems == ("The list has no category called tram.",)
    with pytest.raises(DataError, match="It has: boat, car, person"):
        one(tmp_path, things=["tram"])


def test_that_entries_that_make_no_sense_are_counted_and_the_rest_is_used(tmp_path):
    images = [
        {"id": 7, "file_name": "a.png", "width": 128, "height": 64},
        {"id": 8, "file_name": "../../etc/passwd", "width": 1, "height": 1},
        {"id": 9, "file_name": 5, "width": 1, "height": 1},
        {"id": 10},
        {"id": 11, "file_name": "gone.png", "width": 1, "height": 1},
    ]
    wrong = [
        *(
            {"image_id": 7, "category_id": 3, "bbox": box}
            for box in (None, [1, 2, 3], ["a"] * 4, {})
        ),
        {"image_id": "x"},
        {"image_id": 99, "bbox": [0, 0, 1, 1]},
        4,
        marked(bbox=[10, 20, -30, 10]),
        marked(segmentation="no outline"),
        marked(segmentation=[[1, 2, 3]]),
    ]
    frame, drive = one(listed(tmp_path, [marked(), *wrong], images=images))
    assert len(frame.boxes) == 3
    told = " ".join(drive.problems)
    assert "6 entries make no sense" in told and "4 of its annotations make no sense" in told
    assert "2 of its outlines make no sense" in told and "1 box that is none was left out" in told
    assert "1 picture is not there and was left out" in told


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"images": 1}', "[" * 90_000, '{"images": [], "annotations": []}']
)
def test_that_a_list_that_is_none_is_a_sentence(tmp_path, text):
    (tmp_path / "list.json").write_text(text)
    with pytest.raises(DataError, match="list.json"):
        one(tmp_path)


# ---- outlines


@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 2**32 - 1), st.floats(0, 1))
@settings(max_examples=60, deadline=None)
def test_that_run_lengths_of_both_forms_give_the_mask_back(height, width, seed, share):
    mask = np.random.default_rng(seed).random((height, width)) < share
    packed = coding.encode(np.asfortranarray(mask.astype(np.uint8)))
    flat = mask.reshape(-1, order="F")
    edges = np.flatnonzero(np.diff(flat, prepend=False)).tolist()
    plain = np.diff([0, *edges, len(flat)]).tolist()
    for counts in (packed["counts"], packed["counts"].decode(), plain):
        runs = runs_of({"size": [height, width], "counts": counts}, height, width)
        assert runs is not None and np.array_equal(mask_of(runs, height, width), mask)


@given(
    st.one_of(
        st.text(max_size=40), st.binary(max_size=40), st.lists(st.integers(), max_size=9), st.none()
    )
)
@settings(max_examples=200, deadline=None)
def test_that_run_lengths_that_lie_are_refused_before_anything_is_written(counts):
    runs = runs_of({"size": [5, 6], "counts": counts}, 5, 6)
    assert runs is None or mask_of(runs, 5, 6).shape == (5, 6)


def test_that_outlines_of_other_sizes_or_far_outside_do_no_harm():
    assert runs_of({"size": [10**9, 10**9], "counts": [10**18]}, 5, 6) is None
    runs = runs_of([[-1e30, -1e30, 1e30, -1e30, 1e30, 1e30, -1e30, 1e30]], 5, 6)
    assert runs is not None and mask_of(runs, 5, 6).all()
    for polygon in ([float("nan")] * 6, [1, 2, 3, 4], [1] * 7, ["a"] * 6, [[1, 2], [3]], None, 5):
        assert runs_of([polygon], 5, 6) is None
    assert (owners_of([None, None], 5, 6) == -1).all()
