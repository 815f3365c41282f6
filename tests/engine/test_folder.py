"""Any folder of shapes opens: kinds from its sub-folders, splits respected or drawn, damage told."""

import numpy as np
import pytest

from engine import registry
from engine.control import Control
from engine.datasets.found import all_files, folders, place
from engine.datasets.part import room_for
from engine.errors import ConfigError, DataError
from tests.engine.sample_files import rows, write
from tests.engine.stack_files import clouds, ran, stack


def source(path, **settings):
    return registry.make("dataset", "folder", {"path": str(path), "points": 16, **settings})


def opened(path, **settings):
    return ran(source(path, **settings).read(Control()))[0]


def tree(root, **kinds):
    """A sub-folder for each kind with so many clouds, in formats by turns."""
    for kind, count in kinds.items():
        (root / kind).mkdir()
        for number in range(count):
            ending = ("off", "xyz", "npz")[number % 3]
            write(root / kind, ending).rename(root / kind / f"{number:03d}.{ending}")
    return root


def test_that_sub_folders_are_kinds_and_all_are_known(tmp_path):
    found = opened(tree(tmp_path, tree=6, car=5))
    assert found.kinds == found.known == ("car", "tree")
    assert np.bincount(found.labels).tolist() == [5, 6]
    assert found.title == tmp_path.name
    assert found.problems == (
        "Fewer than 16 points are in 7 files: there, points are repeated.",
        "2 of 11 objects are kept to test it, drawn by the seed from each kind, for nothing says which.",
        "2 kinds have fewer than 10 objects to test: figures will be rough (car 1, tree 1).",
    )
    assert found.points.shape == (11, 16, 3)


def test_that_a_share_of_each_kind_is_drawn_for_testing(tmp_path):
    tree(tmp_path, a=10, b=5, c=1)
    found = opened(tmp_path)
    assert [sum(~found.train & (found.labels == k)) for k in range(3)] == [2, 1, 0]
    assert opened(tmp_path, test_share=0).train.all()
    half = opened(tmp_path, test_share=0.5)
    assert [sum(~half.train & (half.labels == k)) for k in range(3)] == [5, 2, 0]


def test_that_the_draw_depends_on_the_seed_alone(tmp_path):
    tree(tmp_path, a=20, b=20)
    first = opened(tmp_path)
    assert np.array_equal(first.train, opened(tmp_path).train)
    assert np.array_equal(first.points, opened(tmp_path).points)
    assert not np.array_equal(first.train, opened(tmp_path, seed=3).train)


def test_that_a_new_file_changes_no_other_cloud(tmp_path):
    before = opened(tree(tmp_path, b=4))
    tree(tmp_path, a=1)
    after = opened(tmp_path)
    assert np.array_equal(before.points, after.points[1:])
    assert np.array_equal(before.train, after.train[1:])


@pytest.mark.parametrize("form", ["{kind}/{split}", "{split}/{kind}", "{kind}/{split}/deep/er"])
def test_that_train_and_test_folders_are_respected(tmp_path, form):
    for kind in ("a", "b"):
        for split, count in (("train", 2), ("Test", 3)):
            folder = tmp_path / form.format(kind=kind, split=split)
            folder.mkdir(parents=True)
            for number in range(count):
                write(folder, "off").rename(folder / f"{number}.off")
    found = opened(tmp_path)
    assert found.kinds == ("a", "b")
    assert [sum(found.train & (found.labels == k)) for k in (0, 1)] == [2, 2]
    assert [sum(~found.train & (found.labels == k)) for k in (0, 1)] == [3, 3]


def test_that_bad_files_are_skipped_and_named(tmp_path):
    tree(tmp_path, a=3, b=1)
    (tmp_path / "a/000.off").write_text("OFF\n1 0 0\nx\n")
    (tmp_path / "b/000.off").write_text("")
    (tmp_path / "a/picture.png").write_bytes(b"png")
    (tmp_path / "a/.hidden.off").write_bytes(b"")
    (tmp_path / "loose.off").write_bytes(b"")
    found = opened(tmp_path)
    assert found.kinds == ("a",)
    assert len(found) == 2
    assert found.problems[:6] == (
        "1 file of other kinds was passed over (.png).",
        "1 file beside the folders of the kinds was passed over.",
        "“000.off” was not read: a line that should hold 3 numbers does not.",
        "“000.off” was not read: it is empty.",
        "Fewer than 16 points are in 2 files: there, points are repeated.",
        "There is no usable cloud of “b”.",
    )
    assert found.problems[6:] == (
        "0 of 2 objects are kept to test it, drawn by the seed from each kind, for nothing says which.",
        "1 kind has fewer than 10 objects to test: figures will be rough (a 0).",
    )


def test_that_a_point_that_is_no_number_is_dropped_and_told(tmp_path):
    (tmp_path / "a").mkdir()
    good = rows(np.random.default_rng(0).random((40, 3)))
    (tmp_path / "a/one.xyz").write_text(good + "nan 1 2\n")
    (tmp_path / "a/two.xyz").write_text(good)
    (tmp_path / "a/bad.xyz").write_text(good + "nan 1 2\n" * 40)
    found = opened(tmp_path)
    assert len(found) == 2
    assert np.isfinite(found.points).all()
    assert found.problems[:2] == (
        "“bad.xyz” was not read: 50% of its points are not usable numbers.",
        "“one.xyz”: 1 point that is no usable number was left out.",
    )


def test_that_a_split_by_folders_is_told_and_enough_to_test_gives_no_warning(tmp_path):
    for part, count in (("train", 2), ("test", 10)):
        (tmp_path / part).mkdir()
        tree(tmp_path / part, a=count)
    assert [p for p in opened(tmp_path).problems if "repeated" not in p] == [
        "10 of 12 objects are kept to test it, as their folders or files say.",
    ]


def test_that_a_folder_without_any_good_cloud_is_a_sentence(tmp_path):
    tree(tmp_path, a=1)
    (tmp_path / "a/000.off").write_text("")
    with pytest.raises(DataError, match="holds no cloud that could be read. “000.off”"):
        opened(tmp_path)


def test_that_a_folder_without_shapes_is_a_sentence(tmp_path):
    (tmp_path / "empty").mkdir()
    write(tmp_path, "off")
    for path in (tmp_path, tmp_path / "empty", write(tmp_path, "xyz"), write(tmp_path, "h5")):
        with pytest.raises(DataError, match="holds no data set"):
            source(path).fingerprint()
    with pytest.raises(DataError, match="no file or folder"):
        opened(tmp_path / "gone")


def test_that_stacks_open_alone_and_from_a_folder(tmp_path):
    stack(tmp_path / "one.h5", [0, 1] * 10, kinds=["a", "b"])
    stack(tmp_path / "two.h5", [0] * 5, kinds=["c"])
    assert opened(tmp_path / "one.h5").kinds == ("a", "b")
    found = opened(tmp_path)
    assert found.kinds == ("a", "b", "c")
    assert np.bincount(found.labels).tolist() == [10, 10, 5]
    assert [sum(~found.train & (found.labels == k)) for k in range(3)] == [2, 2, 1]


def test_that_clouds_in_files_and_in_stacks_go_together(tmp_path):
    tree(tmp_path, a=2)
    stack(tmp_path / "more.h5", [0, 0], clouds(2), kinds=["b"])
    assert opened(tmp_path).labels.tolist() == [0, 0, 1, 1]


def test_that_the_word_test_in_every_name_is_no_split(tmp_path):
    found = opened(stack(tmp_path / "latest.h5", [0] * 10, kinds=["a"]))
    assert found.train.sum() == 8


def test_that_too_few_stored_points_are_a_sentence(tmp_path):
    stack(tmp_path / "one.h5", [0] * 10, kinds=["a"])
    with pytest.raises(DataError, match="have 32 points, but 100 were asked for; ask for 32"):
        opened(tmp_path, points=100)


def test_that_absurd_amounts_are_refused_before_anything_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr("engine.datasets.part.MOST_BYTES", 1000)
    with pytest.raises(DataError, match="6 clouds of 16 points do not fit"):
        opened(tree(tmp_path, a=6))


def test_that_a_far_too_large_folder_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("engine.datasets.found.MAX_FILES", 5)
    with pytest.raises(DataError, match="more than 5 files"):
        list(all_files(tree(tmp_path, a=6)))


def test_that_more_than_the_memory_holds_is_a_sentence(monkeypatch):
    monkeypatch.setattr("engine.datasets.part.MOST_BYTES", 1 << 70)
    with pytest.raises(DataError, match="Ask for fewer points"):
        room_for(1 << 24, 1 << 20)


def test_that_a_folder_that_cannot_be_opened_is_a_sentence(tmp_path):
    with pytest.raises(DataError, match="could not be opened"):
        folders(tmp_path / "gone")
    with pytest.raises(DataError, match="no file or folder"):
        place("~nobody-of-this-name/x")


def test_that_links_in_a_circle_do_no_harm(tmp_path):
    tree(tmp_path, a=2)
    (tmp_path / "a/again").symlink_to(tmp_path, target_is_directory=True)
    assert len(opened(tmp_path)) == 2


def test_that_the_fingerprint_follows_files_names_and_settings(tmp_path):
    tree(tmp_path, a=2)
    marks = [source(tmp_path).fingerprint(), source(tmp_path, test_share=0.5).fingerprint()]
    (tmp_path / "a/000.off").write_text(rows())
    marks.append(source(tmp_path).fingerprint())
    (tmp_path / "a").rename(tmp_path / "b")
    marks.append(source(tmp_path).fingerprint())
    assert len(set(marks)) == 4


def test_that_settings_out_of_range_are_refused(tmp_path):
    for wrong in ({"points": 3}, {"test_share": 1.0}, {"path": ""}, {"colour": 1}):
        with pytest.raises(ConfigError):
            registry.make("dataset", "folder", {"path": str(tmp_path), **wrong})


def test_that_real_samples_of_all_formats_open_as_a_folder(real_data):
    found = opened(real_data / "format_samples", points=64)
    assert len(found) == 42
    assert found.kinds == ("kpconv-pytorch", "open3d", "pcl", "pyntcloud", "trimesh")
    assert len(found.problems) == 1 + 7 + 3
    assert np.isfinite(found.points).all()
