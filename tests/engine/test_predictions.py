"""Predictions survive the disk, and a damaged file is answered with a sentence."""

from dataclasses import replace

import h5py
import numpy as np
import pytest

from engine import predictions as p
from engine.errors import RunError


@pytest.fixture
def some():
    generator = np.random.default_rng(3)
    return p.Predictions(
        logits=generator.normal(size=(6, 3)).astype(np.float32),
        teacher_logits=generator.normal(size=(6, 2)).astype(np.float32),
        features=generator.normal(size=(6, 5)).astype(np.float32),
        labels=np.array([0, 1, 2, 0, 1, 2]),
        kind=np.array([1, 2, 0, 1, 2, 0]),
        row=np.arange(6) + 40,
        split=np.array([0, 0, 0, 1, 1, 1], dtype=np.uint8),
        names=("bed_1", "chair_2", "bänk_3", "bed_4", "chair_5", "bench_6"),
        kinds=("bench", "bed", "chair"),
        known=("bed", "chair"),
        threshold=0.62,
        cache="/data/some.h5",
    )


def test_that_predictions_read_back_are_those_written(tmp_path, some):
    p.write(tmp_path / "predictions.h5", some)
    back = p.read(tmp_path / "predictions.h5")
    for name in ("logits", "teacher_logits", "features", "labels", "kind", "row", "split"):
        assert np.array_equal(getattr(back, name), getattr(some, name))
        assert getattr(back, name).dtype == getattr(some, name).dtype
    for name in ("names", "kinds", "known", "threshold", "cache"):
        assert getattr(back, name) == getattr(some, name)


def test_that_a_run_without_a_teacher_has_no_teacher_logits(tmp_path, some):
    p.write(tmp_path / "predictions.h5", replace(some, teacher_logits=None))
    assert p.read(tmp_path / "predictions.h5").teacher_logits is None


def test_that_one_more_column_than_known_kinds_is_the_trained_unknown(some):
    assert some.unknown_column == 2
    assert replace(some, logits=some.logits[:, :2]).unknown_column is None


def test_that_a_split_holds_only_its_own_clouds(some):
    test = some.of(p.TEST)
    assert test.names == ("bed_4", "chair_5", "bench_6")
    assert test.row.tolist() == [43, 44, 45]
    assert len(test) == len(test.logits) == len(test.teacher_logits) == 3


def test_that_a_run_that_was_not_tested_says_so(tmp_path):
    with pytest.raises(RunError, match="not tested"):
        p.read(tmp_path / "predictions.h5")


def test_that_a_truncated_file_is_answered_with_a_sentence(tmp_path, some):
    path = tmp_path / "predictions.h5"
    p.write(path, some)
    path.write_bytes(path.read_bytes()[:700])
    with pytest.raises(RunError, match="resume the run"):
        p.read(path)


@pytest.mark.parametrize("missing", ["logits", "row", "names"])
def test_that_a_missing_array_is_answered_with_a_sentence(tmp_path, some, missing):
    path = tmp_path / "predictions.h5"
    p.write(path, some)
    with h5py.File(path, "a") as file:
        del file[missing]
    with pytest.raises(RunError, match="damaged"):
        p.read(path)


@pytest.mark.parametrize(
    "wrong",
    [
        {"logits": np.zeros((6, 5), np.float32)},
        {"teacher_logits": np.zeros((6, 3), np.float32)},
        {"labels": np.full(6, 3)},
        {"kind": np.full(6, -1)},
        {"row": np.arange(5)},
        {"names": ("one",)},
        {"features": np.zeros(6, np.float32)},
    ],
)
def test_that_arrays_that_contradict_each_other_are_never_written(tmp_path, some, wrong):
    path = tmp_path / "predictions.h5"
    with pytest.raises(RunError):
        p.write(path, replace(some, **wrong))
    assert not path.exists()


@pytest.fixture
def taught(some):
    values = np.arange(6, dtype=np.float32)
    return replace(
        some,
        scores={"energy": values, "vim": values + 1},
        teacher_scores={"energy": values + 2},
        refused={"odin": "It cannot be had."},
        teacher_features=np.ones((6, 4), np.float32),
    )


def test_that_the_teachers_scores_survive_the_disk_and_are_split_with_the_rest(tmp_path, taught):
    p.write(tmp_path / "predictions.h5", taught)
    back = p.read(tmp_path / "predictions.h5")
    assert back.teacher_scores["energy"].tolist() == [2, 3, 4, 5, 6, 7]
    assert back.of(p.TEST).teacher_scores["energy"].tolist() == [5, 6, 7]
    assert len(back.of(p.TEST, p.VALIDATION)) == 6


def test_that_the_teacher_answers_with_its_own_logits_and_what_they_allow(taught):
    teacher = taught.as_teacher()
    assert np.array_equal(teacher.logits, taught.teacher_logits)
    assert teacher.unknown_column is None
    assert list(teacher.scores) == ["energy"]
    assert set(teacher.refused) == {"vim", "odin"}


def test_that_a_teacher_that_learnt_from_clouds_held_back_is_not_shown_with_them(tmp_path, taught):
    assert set(taught.as_teacher().split) == set(taught.split)
    file = tmp_path / "predictions.h5"
    p.write(file, replace(taught, peeked=True, mixture="rigid"))
    found = p.read(file)
    assert (found.peeked, found.mixture) == (True, "rigid")
    assert p.VALIDATION in found.split and p.VALIDATION not in found.as_teacher().split


def test_that_a_run_without_a_teacher_has_none_to_ask(some):
    with pytest.raises(RunError, match="no teacher"):
        replace(some, teacher_logits=None).as_teacher()


def test_that_a_teachers_score_of_another_length_is_never_written(tmp_path, taught):
    wrong = replace(taught, teacher_scores={"energy": np.zeros(5, np.float32)})
    with pytest.raises(RunError, match="energy"):
        p.write(tmp_path / "predictions.h5", wrong)
