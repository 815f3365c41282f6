"""What somebody drops on the window is recognised, or refused in one sentence."""

import h5py
import numpy as np
import pytest

from engine import registry
from engine.clouds import Clouds
from engine.control import Control
from engine.datasets import write_cache
from engine.datasets.detect import detect
from engine.errors import DataError, EngineError
from tests.engine.sample_files import write
from tests.engine.stack_files import clouds, ran, stack


@pytest.fixture
def prepared(tmp_path):
    path = tmp_path / "mine.h5"
    write_cache(path, some())
    return path


def some(**changes):
    values = {
        "points": clouds(3),
        "labels": np.array([0, 1, 0]),
        "train": np.array([True, True, False]),
        "names": ("x", "y", "z"),
        "kinds": ("bed", "chair"),
        "known": ("bed",),
        "title": "Mine",
        "problems": ("One was bad.",),
    }
    return Clouds(**{**values, **changes})


def opened(path):
    choice = detect(path)
    return ran(registry.make("dataset", choice.name, choice.settings).read(Control()))[0]


def test_that_a_prepared_file_opens_as_it_was_written(prepared):
    assert detect(prepared).name == "prepared"
    found, wanted = opened(prepared), some()
    assert np.array_equal(found.points, wanted.points)
    assert np.array_equal(found.labels, wanted.labels)
    assert np.array_equal(found.train, wanted.train)
    assert (found.names, found.kinds, found.known) == (wanted.names, wanted.kinds, wanted.known)
    assert (found.title, found.problems) == ("Mine", ("One was bad.",))


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"labels": np.array([0, 1, 2])}, "belong to no kind"),
        ({"labels": np.array([0, 1])}, "3 clouds but 2 labels"),
        ({"labels": np.array([0.0, 1, 0])}, "no “labels” of the right sort"),
        ({"known": ("sofa",)}, "known kinds"),
        ({"points": np.full((3, 8, 3), np.nan, np.float32)}, "finite"),
        ({"points": np.zeros((3, 8, 2), np.float32)}, "no clouds"),
    ],
)
def test_that_a_prepared_file_that_contradicts_itself_is_refused(tmp_path, changes, why):
    write_cache(tmp_path / "bad.h5", some(**changes))
    with pytest.raises(EngineError, match=why):
        opened(tmp_path / "bad.h5")


def test_that_a_prepared_file_with_a_broken_description_is_refused(prepared):
    for about in ("[", "[]", "{}"):
        with h5py.File(prepared, "a") as file:
            file.attrs["about"] = about
        with pytest.raises(EngineError, match="mine.h5"):
            opened(prepared)


def test_that_a_changed_prepared_file_has_another_fingerprint(prepared):
    def mark():
        choice = detect(prepared)
        return registry.make("dataset", choice.name, choice.settings).fingerprint()

    first = mark()
    assert mark() == first
    write_cache(prepared, some(points=clouds(3, points=40)))
    assert mark() != first


def test_that_folders_and_stacks_are_told_apart(tmp_path):
    mesh = tmp_path / "meshes" / "bed" / "train"
    mesh.mkdir(parents=True)
    write(mesh, "off")
    loose = tmp_path / "loose" / "bed"
    loose.mkdir(parents=True)
    write(loose, "xyz")
    (tmp_path / "pair").mkdir()
    train = stack(tmp_path / "pair" / "x_train.h5", [0])
    stack(tmp_path / "pair" / "x_test.h5", [0])
    lone = stack(tmp_path / "lone.h5", [0, 0])
    found = {path: detect(path) for path in (tmp_path / "meshes", loose.parent, train, lone)}
    assert [choice.name for choice in found.values()] == [
        "modelnet",
        "folder",
        "modelnet",
        "folder",
    ]
    assert all(choice.settings == {"path": str(path)} for path, choice in found.items())
    assert detect(tmp_path / "pair").name == "modelnet"


def test_that_what_is_no_data_set_is_explained(tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "notes.md").write_text("hello")
    for path, why in (
        (write(tmp_path, "off"), "is a single shape, not a data set"),
        (write(tmp_path, "h5"), "is a single shape, not a data set"),
        (tmp_path / "notes.md", "is not a kind of file that is known.*PLY, OBJ"),
        (tmp_path / "empty", "holds no data set"),
        (tmp_path / "gone", "no file or folder"),
    ):
        with pytest.raises(DataError, match=why):
            detect(path)


def test_that_the_real_data_are_recognised(real_data):
    assert detect(real_data / "modelnet10").name == "modelnet"
    assert detect(real_data / "modelnet40" / "modelnet40_1024_train.h5").name == "modelnet"
    assert detect(real_data / "modelnet40" / "modelnet40_normals_subset_2048.h5").name == "modelnet"
    assert detect(real_data / "off_samples").name == "folder"
    assert detect(real_data / "format_samples").name == "folder"
