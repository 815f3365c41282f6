"""R² of a student's maps against its teacher's, by hand."""

import math

import numpy as np
import pytest

from engine.metrics.mimic import Mimicry


def test_that_saying_the_mean_is_nought_and_saying_it_right_is_one():
    teacher = np.array([[[1.0, 3.0]], [[0.0, 10.0]]])
    valid = np.ones((1, 2), bool)
    lazy = Mimicry(np.array([2.0, 5.0]))
    lazy.add(np.broadcast_to(np.array([2.0, 5.0])[:, None, None], teacher.shape), teacher, valid)
    assert lazy.channels.tolist() == [0, 0] and lazy.r2 == 0
    right = Mimicry(np.array([2.0, 5.0]))
    right.add(teacher, teacher, valid)
    assert right.channels.tolist() == [1, 1] and right.pooled == 1


def test_that_channels_are_as_worked_out_by_hand():
    # Channel 0: errors 1, 0; from the line 1, 1: 1 - 1/2. Channel 1: errors 25, 25; from the line 25, 25: 0.
    teacher = np.array([[[1.0, 3.0]], [[0.0, 10.0]]])
    student = np.array([[[2.0, 3.0]], [[5.0, 5.0]]])
    own = Mimicry(np.array([2.0, 5.0]))
    own.add(student, teacher, np.ones((1, 2), bool))
    assert own.channels.tolist() == [0.5, 0]
    assert own.r2 == 0.25
    assert own.pooled == pytest.approx(1 - 51 / 52)


def test_that_pixels_the_teacher_does_not_know_do_not_count():
    teacher, student = np.array([[[1.0, 3.0, 0.0]]]), np.array([[[1.0, 3.0, 99.0]]])
    own = Mimicry(np.array([2.0]))
    own.add(student, teacher, [[True, True, False]])
    assert (own.r2, own.pixels) == (1, 2)


def test_that_worse_than_the_mean_is_below_nought():
    own = Mimicry(np.array([0.0]))
    own.add([[[2.0]]], [[[-1.0]]], [[True]])
    assert own.r2 == -8


def test_that_batches_add_up_to_the_whole():
    source = np.random.default_rng(3)
    student, teacher = source.normal(size=(2, 4, 3, 5, 6))
    valid = source.random((4, 5, 6)) < 0.5
    whole, parts = Mimicry(np.zeros(3)), Mimicry(np.zeros(3))
    whole.add(student, teacher, valid)
    for one, other, mask in zip(student, teacher, valid, strict=True):
        parts.add(one, other, mask)
    np.testing.assert_allclose(whole.channels, parts.channels)
    assert whole.pixels == parts.pixels == valid.sum()


def test_that_a_dead_channel_has_no_figure_and_spoils_no_other():
    own = Mimicry(np.array([7.0, 2.0]))
    teacher = np.array([[[7.0, 7.0]], [[1.0, 3.0]]])
    own.add(teacher + 0.5, teacher, np.ones((1, 2), bool))
    assert math.isnan(own.channels[0])
    assert own.r2 == own.channels[1] == 0.75
    assert math.isnan(Mimicry(np.zeros(2)).r2) and math.isnan(Mimicry(np.zeros(2)).pooled)


def test_that_maps_of_other_shapes_are_a_sentence():
    own = Mimicry(np.zeros(2))
    with pytest.raises(ValueError, match="2 channels"):
        own.add(np.zeros((3, 4, 4)), np.zeros((3, 4, 4)), np.ones((4, 4)))
    with pytest.raises(ValueError, match="mask"):
        own.add(np.zeros((2, 4, 4)), np.zeros((2, 4, 4)), np.ones((4, 5)))
