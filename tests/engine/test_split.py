"""Splits: validation from the training part, by kind and seed; the test part touched by nothing else."""

import numpy as np
import pytest

from engine.clouds import Clouds
from engine.errors import DataError
from engine.experiment import Data, Experiment
from engine.split import split


def clouds(per_kind=20, kinds=("bed", "chair", "plane")):
    labels = np.repeat(np.arange(len(kinds)), per_kind)
    return Clouds(
        points=np.zeros((len(labels), 4, 3), np.float32),
        labels=labels,
        train=np.tile(np.arange(per_kind) < per_kind * 3 // 4, len(kinds)),
        names=tuple(f"c{index}" for index in range(len(labels))),
        kinds=kinds,
        known=("chair", "bed"),
        title="Three kinds",
    )


def test_that_the_parts_are_disjoint_and_whole():
    parts = split(clouds(), Experiment())
    rows = [parts.train, parts.validation, parts.watch, parts.test, parts.test_strangers]
    together = np.concatenate(rows)
    assert sorted(together) == list(range(60))


def test_that_nothing_of_the_test_part_is_trained_or_checked_on():
    data = clouds()
    parts = split(data, Experiment())
    assert data.train[np.concatenate([parts.train, parts.validation, parts.watch])].all()
    assert not data.train[np.concatenate([parts.test, parts.test_strangers])].any()


def test_that_known_kinds_are_sorted_and_strangers_get_the_label_after_them():
    parts = split(clouds(), Experiment())
    assert parts.known == ("bed", "chair")
    assert set(parts.targets[parts.test_strangers]) == {2}
    assert set(parts.targets[parts.train]) == {0, 1}


def test_that_every_known_kind_is_held_back_in_its_share():
    parts = split(clouds(), Experiment(data=Data(validation=0.2)))
    assert np.bincount(parts.targets[parts.validation]).tolist() == [3, 3]


def test_that_the_seed_decides_what_is_held_back():
    first, again = split(clouds(), Experiment(seed=1)), split(clouds(), Experiment(seed=1))
    other = split(clouds(), Experiment(seed=2))
    assert np.array_equal(first.validation, again.validation)
    assert not np.array_equal(first.validation, other.validation)


@pytest.mark.parametrize(
    ("known", "sentence"),
    [(("bed", "ghost"), "no kind called “ghost”"), (("bed",), "At least two kinds")],
)
def test_that_impossible_kinds_are_explained(known, sentence):
    with pytest.raises(DataError, match=sentence):
        split(clouds(), Experiment(data=Data(known=known)))


def test_that_a_kind_with_one_cloud_is_explained():
    with pytest.raises(DataError, match="takes at least two"):
        split(clouds(per_kind=1), Experiment())


def test_that_something_is_left_to_learn_from_however_much_is_held_back():
    parts = split(clouds(per_kind=3), Experiment(data=Data(validation=0.89)))
    assert np.bincount(parts.targets[parts.train]).tolist() == [1, 1]
