"""Pairs by use: nothing on two sides, kinds left out, and what is said where there is too little."""

import numpy as np
import pytest

from engine.datasets.pairs.pair import Pair, gathered
from engine.errors import DataError
from engine.experiment import Data, Experiment
from engine.pair_split import split_pairs


def pairs(names, kinds=None, train=None):
    kinds, train = kinds or [""] * len(names), train or [True] * len(names)
    image, depth = np.zeros((8, 8, 3), np.uint8), np.zeros((8, 8), np.float32)
    points = np.zeros((4, 3), np.float32)
    made = [
        Pair(image, points, depth, name, kind=kind, train=part, thing=thing_of(name))
        for name, kind, part in zip(names, kinds, train, strict=True)
    ]
    return gathered(made, "Made")


def thing_of(name):
    return name.rpartition("_")[0]


def wanted(seed=7, **data):
    return Experiment(seed=seed, data=Data(name="shapes_views", **data))


def things(found, names):
    return {thing_of(names[row]) for row in found}


@pytest.mark.parametrize("seed", range(5))
def test_that_pictures_of_one_thing_are_on_one_side(seed):
    names = [f"thing{number}_{view}" for number in range(10) for view in range(3)]
    parts = split_pairs(
        pairs(names, train=[True] * 24 + [False] * 6), wanted(seed, validation=0.25)
    )
    sides = [things(rows, names) for rows in (parts.train, parts.validation, parts.test)]
    assert [len(side) for side in sides] == [6, 2, 2]
    assert not (sides[0] & sides[1] or sides[0] & sides[2] or sides[1] & sides[2])
    every = np.concatenate([parts.train, parts.validation, parts.test])
    assert sorted(every) == list(range(30))


def test_that_only_known_kinds_take_part():
    names = [f"a{number}_1" for number in range(8)]
    made = pairs(names, ["chair", "table"] * 4, [True] * 6 + [False] * 2)
    parts = split_pairs(made, wanted(known=("chair",)))
    every = np.concatenate([parts.train, parts.validation, parts.test])
    assert sorted(every) == [0, 2, 4, 6] and parts.kinds == ("chair",)


def test_that_frames_of_one_scene_are_divided_one_by_one():
    parts = split_pairs(pairs([f"room_{number}" for number in range(6)]), wanted(validation=0.5))
    assert len(parts.train) == len(parts.validation) == 3
    assert "show one thing or one room" in parts.notes[0]


def test_that_pairs_of_which_nothing_is_told_are_things_of_their_own():
    image, depth = np.zeros((8, 8, 3), np.uint8), np.zeros((8, 8), np.float32)
    points = np.zeros((4, 3), np.float32)
    made = gathered([Pair(image, points, depth, f"chair_{n}") for n in range(8)], "Made")
    parts = split_pairs(made, wanted(validation=0.25))
    assert len(parts.validation) == 2 and len(parts.train) == 6


def test_that_without_a_test_part_those_held_back_are_tested_and_that_is_said():
    parts = split_pairs(pairs(["a", "b", "c", "d"]), wanted(validation=0.5))
    assert np.array_equal(parts.test, parts.validation)
    assert "no pairs for a test of their own" in parts.notes[-1]


def test_that_too_few_pairs_are_a_sentence():
    with pytest.raises(DataError, match="holds 1 pairs to learn from"):
        split_pairs(pairs(["a"]), wanted())


def test_that_an_unknown_kind_is_a_sentence():
    with pytest.raises(DataError, match="no pairs of the kind “sofa”"):
        split_pairs(pairs(["a_1", "b_1"], ["chair", "table"]), wanted(known=("sofa",)))
