"""The cache of drives, and which frames are learnt from, checked on and tested."""

import os
from dataclasses import fields, replace

import h5py
import numpy as np
import pytest

from engine.control import Control
from engine.datasets.drives import cached_drive, prepare_drive, read_drive, write_drive
from engine.drive_split import split_drive
from engine.errors import DataError
from engine.experiment import Choice, Data, Experiment
from engine.projection import Calibration
from tests.engine.small_drives import SHAPE, drive, frame

RNG = np.random.default_rng(0)


def rich(name="rich", count=3, points=5, **more):
    """A frame in which everything is told."""
    arrays = {
        "image": RNG.integers(0, 256, (*SHAPE, 3), np.uint8),
        "of_points": RNG.integers(-1, 3, points).astype(np.int16),
        "owner": RNG.integers(-1, count, points).astype(np.int32),
        "labels": RNG.integers(0, 2, count).astype(np.int16),
        "solids": RNG.normal(size=(count, 7)).astype(np.float32),
        "depths": np.array([4, np.nan, 6], np.float32)[:count],
        "ignored": RNG.uniform(0, 9, (2, 4)).astype(np.float32),
        "areas": RNG.integers(-1, 3, SHAPE).astype(np.int16),
        "owners": RNG.integers(-1, 3, SHAPE).astype(np.int16),
        "depth_map": np.where(RNG.random(SHAPE) < 0.2, np.inf, 7).astype(np.float32),
        "calibration": Calibration(RNG.normal(size=(3, 4)), RNG.normal(size=(4, 4))),
        "train": False,
    }
    boxes = RNG.uniform(0, 9, (count, 4))
    return frame(RNG.normal(size=(points, 3)), boxes, name, **arrays | more)


def alike(one, other):
    for part in fields(one):
        mine, yours = getattr(one, part.name), getattr(other, part.name)
        if part.name == "calibration":
            assert np.array_equal(mine.projection, yours.projection)
            assert np.array_equal(mine.camera_from_laser, yours.camera_from_laser)
        elif isinstance(mine, np.ndarray):
            assert mine.dtype == yours.dtype and np.array_equal(
                mine, yours, equal_nan=mine.dtype.kind == "f"
            )
        else:
            assert mine == yours
    return True


@pytest.fixture
def saved(tmp_path):
    made = drive(rich("first"), frame(name="bare"), rich("last", count=1, points=9, areas=None))
    made = replace(made, problems=("One picture was left out.",), made=True)
    path = tmp_path / "some" / "drive.h5"
    write_drive(path, made)
    return made, path


def test_that_a_drive_comes_back_as_it_was(saved):
    made, path = saved
    back = read_drive(path)
    assert [alike(one, other) for one, other in zip(made.frames, back.frames, strict=True)]
    assert (back.things, back.classes, back.title) == (made.things, made.classes, made.title)
    assert (back.problems, back.made, back.source) == (made.problems, True, path)


def test_that_some_frames_come_in_the_order_asked_for(saved):
    made, path = saved
    back = read_drive(path, rows=[2, 0])
    assert [one.name for one in back.frames] == ["last", "first"]
    assert alike(made.frames[2], back.frames[0]) and alike(made.frames[0], back.frames[1])
    assert len(read_drive(path, rows=[])) == 0


def test_that_a_drive_without_frames_or_outlines_is_kept_too(tmp_path):
    for name, frames in (("none", ()), ("bare", (frame(), frame()))):
        write_drive(tmp_path / name, drive(*frames))
        back = read_drive(tmp_path / name)
        assert len(back) == len(frames)
        assert all(one.depth_map is None and one.owners is None for one in back.frames)


@pytest.mark.parametrize("rows", [[3], [-1]])
def test_that_a_frame_that_is_not_there_is_refused(saved, rows):
    with pytest.raises(DataError, match="damaged"):
        read_drive(saved[1], rows=rows)


@pytest.mark.parametrize(
    "name", ["image", "points", "owner", "boxes", "depths", "depth_map", "projection"]
)
def test_that_a_changed_number_is_noticed(saved, name):
    with h5py.File(saved[1], "r+") as file:
        changed = file[name][:]
        changed.reshape(-1)[0] += 1
        file[name][...] = changed
    for rows in (None, [0]):
        with pytest.raises(DataError, match="damaged"):
            read_drive(saved[1], rows)


def test_that_a_cut_file_is_refused_wherever_it_is_cut(saved):
    whole = saved[1].read_bytes()
    for size in range(0, len(whole), max(len(whole) // 40, 1)):
        saved[1].write_bytes(whole[:size])
        with pytest.raises(DataError, match="damaged"):
            read_drive(saved[1])


def test_that_pictures_of_different_sizes_are_refused_and_nothing_is_left(tmp_path):
    other = frame(image=np.zeros((4, 4, 3), np.uint8))
    with pytest.raises(DataError, match="one size"):
        write_drive(tmp_path / "drive.h5", drive(frame(), other))
    assert not list(tmp_path.iterdir())


def test_that_a_drive_is_prepared_once_and_anew_when_damaged():
    choice = Choice(name="streets", scenes=2, height=32, width=64, seed=5)
    *_, done = prepare_drive(choice, Control())
    first = read_drive(done.path)
    assert len(first) == 2 and first.made
    events = list(prepare_drive(choice, Control()))
    assert [event.kind for event in events] == ["prepared"] and events[0].path == done.path
    os.truncate(done.path, 1000)
    *making, again = prepare_drive(choice, Control())
    assert making and again.path == done.path
    assert alike(first.frames[1], read_drive(done.path).frames[1])
    assert cached_drive("streets", "abc").name.startswith("streets-abc-")


# ---- which frames are for what


def named(count, tests=0, same=()):
    frames = [frame(name="same" if n in same else f"f{n}") for n in range(count)]
    return drive(*frames, *(frame(name=f"t{n}", train=False) for n in range(tests)))


def an_experiment(seed=0):
    return Experiment(data=Data(validation=0.25), seed=seed)


def test_that_validation_is_drawn_by_seed_from_what_is_learnt_from():
    found = split_drive(named(12, tests=3), an_experiment())
    assert (len(found.train), len(found.validation)) == (9, 3)
    assert found.test.tolist() == [12, 13, 14] and not found.notes
    assert sorted([*found.train, *found.validation]) == list(range(12))
    again, other = (split_drive(named(12, tests=3), an_experiment(seed)) for seed in (0, 1))
    assert np.array_equal(found.validation, again.validation)
    assert not np.array_equal(found.validation, other.validation)


def test_that_frames_of_one_name_stay_on_one_side():
    for seed in range(8):
        found = split_drive(named(8, same=(1, 4, 6)), an_experiment(seed))
        assert {1, 4, 6} <= set(found.train) or {1, 4, 6} <= set(found.validation)


def test_that_without_a_test_those_held_back_are_tested_on():
    found = split_drive(named(8), an_experiment())
    assert np.array_equal(found.test, found.validation) and "held back" in found.notes[0]


def test_that_one_frame_and_a_test_is_enough_and_less_is_refused():
    found = split_drive(named(1, tests=2), an_experiment())
    assert found.train.tolist() == found.validation.tolist() == [0] and found.notes
    for count, tests in ((1, 0), (0, 4), (0, 0)):
        with pytest.raises(DataError, match="Nothing was started"):
            split_drive(named(count, tests), an_experiment())
