"""Probes find what is in features and nothing where nothing is."""

import math

import numpy as np
import pytest

from engine.errors import DataError
from engine.probes import EVERYTHING, Questions, compare, probe, questions_of
from engine.projection import depth_to_unit
from tests.engine.classroom_makers import CLASSES, HEIGHT, WIDTH, drive, frame, seen_at

FRAMES = 12
HELD_OUT = np.arange(FRAMES) % 3 == 0


def world():
    """Maps of 3 classes, distances and a number per frame."""
    source = np.random.default_rng(0)
    areas = source.integers(0, 3, (FRAMES, 8, 8)).astype(np.int16)
    depths = source.uniform(2, 60, (FRAMES, 8, 8)).astype(np.float32)
    return areas, depths, source.uniform(0, 5, FRAMES)


def asked(**more):
    areas, depths, numbers = world()
    told = {
        "areas": areas,
        "depths": depths,
        "scenes": {"time": numbers},
        "held_out": HELD_OUT,
        "classes": 3,
    }
    return Questions(**(told | more))


def knowing(number):
    """Channels 0..2 name the class, 3 the distance as a unit, 4 the number of the frame."""
    areas, depths, numbers = world()
    one_hot = (areas[number] == np.arange(3)[:, None, None]).astype(float)
    return np.concatenate(
        [one_hot, depth_to_unit(depths[number])[None], np.full((1, 8, 8), numbers[number])]
    )


def blind(number):
    return np.random.default_rng(number + 50).normal(size=(5, 8, 8))


def test_that_features_that_hold_the_answers_answer_all_questions():
    found = probe(knowing, asked())
    assert found["accuracy"].value == found["mean_iou"].value == 1
    assert found["depth_r2"].value == pytest.approx(1, abs=1e-3)
    assert found["depth_error"].value < 0.01 < found["depth_error"].line
    assert found["r2 of time"].value == pytest.approx(1, abs=1e-3)
    assert found["error of time"].value < 0.05 < found["error of time"].line


def test_that_features_that_hold_nothing_are_on_the_line():
    found = probe(blind, asked())
    assert found["accuracy"].value == pytest.approx(1 / 3, abs=0.1)
    assert abs(found["depth_r2"].value) < 0.1
    assert found["depth_error"].value == pytest.approx(found["depth_error"].line, rel=0.15)
    assert found["r2 of time"].value < 0.3


def test_that_lines_are_those_of_the_commonest_class_and_of_the_mean():
    areas = np.zeros((FRAMES, 8, 8), np.int16)
    areas[:, 0] = 1  # an eighth of the pixels
    numbers = np.where(HELD_OUT, 3.0, 1.0)
    numbers[1] = 2.0  # those learnt from: seven 1 and one 2
    found = probe(knowing, asked(areas=areas, scenes={"time": numbers}, pixels=64))
    assert found["accuracy"].line == pytest.approx(7 / 8)
    assert found["mean_iou"].line == pytest.approx(7 / 16)
    assert found["error of time"].line == pytest.approx(3 - 1.125)
    assert found["r2 of time"].line == 0
    assert (found["accuracy"].samples, found["r2 of time"].samples) == (4 * 64, 4)


def test_that_nets_are_compared_and_groups_answer_for_themselves():
    groups = {"knowing": {"laser": slice(3, 4), "outlines": slice(0, 3)}}
    found = compare({"knowing": knowing, "random": blind}, asked(), groups)
    assert set(found["knowing"]) == {EVERYTHING, "laser", "outlines"}
    assert set(found["random"]) == {EVERYTHING}
    assert found["knowing"]["outlines"]["accuracy"].value == 1
    assert found["knowing"]["laser"]["accuracy"].value < 0.6
    assert (
        found["knowing"]["laser"]["depth_r2"].value
        > 0.99
        > found["knowing"]["outlines"]["depth_r2"].value
    )


def test_that_the_same_again_is_the_same():
    assert compare({"a": blind}, asked()) == compare({"a": blind}, asked())


def test_that_what_is_not_told_is_neither_learnt_nor_asked():
    nothing = np.full((FRAMES, 8, 8), -1, np.int16)
    unknown = {"time": np.full(FRAMES, np.nan)}
    found = probe(
        knowing, asked(areas=nothing, depths=np.full((FRAMES, 8, 8), np.inf), scenes=unknown)
    )
    assert found == {}
    areas, _, _ = world()
    half = areas.copy()
    half[:, :4] = -1
    assert probe(knowing, asked(areas=half, pixels=64))["accuracy"].samples == 4 * 32


def test_that_a_number_that_never_changes_has_no_r2():
    found = probe(knowing, asked(scenes={"time": np.full(FRAMES, 2.0)}))
    assert math.isnan(found["r2 of time"].value)
    assert found["error of time"].value == pytest.approx(0)


def test_that_smaller_maps_are_asked_at_the_middles_of_their_cells():
    areas, _, _ = world()

    def coarse(number):  # cells of 4 x 2 pixels, whose middles are pixels (2, 1), (2, 3) ...
        return (areas[number][2::4, 1::2] == np.arange(3)[:, None, None]).astype(float)

    assert probe(coarse, asked())["accuracy"].value == 1


def test_that_a_probe_needs_frames_on_both_sides():
    for held_out in (np.zeros(FRAMES, bool), np.ones(FRAMES, bool)):
        with pytest.raises(DataError, match="learn from"):
            asked(held_out=held_out)


def test_that_a_drive_tells_what_can_be_asked():
    points = np.concatenate([seen_at([(5.5, 3.5)], 20), seen_at([(5.7, 3.2)], 8)])
    one = frame([[0, 0, 9, 9]] * 3, [0, 0, 1], points)
    told = frame(
        areas=np.full((HEIGHT, WIDTH), 2, np.int16),
        depth_map=np.full((HEIGHT, WIDTH), 5, np.float32),
    )
    questions = questions_of(
        drive(one, told), np.array([True, False]), {"time of day": np.array([1.0, 0.0])}
    )
    assert questions.scenes["number of car"].tolist() == [2, 0]
    assert questions.scenes["number of all"].tolist() == [3, 0]
    assert questions.scenes["time of day"].tolist() == [1, 0]
    assert questions.scenes["brightness"] == pytest.approx([100 / 255] * 2)
    assert (questions.areas[0] == -1).all() and (questions.areas[1] == 2).all()
    assert questions.depths[0][3, 5] == pytest.approx(8)  # the nearer of two on one pixel
    assert np.isfinite(questions.depths[0]).sum() == 1
    assert (questions.depths[1] == 5).all()
    assert questions.classes == len(CLASSES)
