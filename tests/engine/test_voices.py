"""What teachers say of frames: outlines and where they are told, arrays from a folder, two frames of one name."""

from dataclasses import replace

import numpy as np
import pytest

from engine.array_teacher import ArrayFolder, voice_of_folder
from engine.drive_split import ONE_MOMENT, split_drive
from engine.errors import ConfigError, FormatError
from engine.experiment import Data, Experiment
from engine.outline_teacher import outlines_of
from engine.teaching_maps import FeatureMap, Kept
from engine.voices import outline_voice, told_of, voice_of_maps
from tests.engine.small_drives import SHAPE, drive, frame


def ended(steps):
    """What a generator returns."""
    while True:
        try:
            next(steps)
        except StopIteration as stopped:
            return stopped.value


def gate():
    yield from ()


def outlined(*owners, boxes, **more):
    """A frame whose pixels are owned as told: (row, column, owner)."""
    shown = np.full(SHAPE, -1, np.int16)
    for row, column, owner in owners:
        shown[row, column] = owner
    return frame(boxes=boxes, owners=shown, **more)


def test_that_what_is_kept_of_a_map_gives_the_map_again():
    values = np.random.default_rng(0).normal(size=(3, *SHAPE)).astype(np.float32)
    valid = np.random.default_rng(1).random(SHAPE) < 0.3
    kept = Kept.of(FeatureMap(values * valid, valid))
    np.testing.assert_allclose(kept.features, values * valid, atol=2e-3)
    assert kept.told.shape == (valid.sum(), 3)


def test_that_outlines_are_told_but_not_where_nobody_knows():
    """A car at two pixels; a box without an outline; a place where nothing counts, in which one pixel of a car lies."""
    own = outlined(
        (1, 1, 0), (1, 9, 0),
        boxes=[[0, 0, 4, 4], [5, 5, 8, 8]],
        ignored=np.array([[8, 0, 12, 3]], np.float32),
    )  # fmt: skip
    told = told_of(own)
    assert told[1, 1] and told[11, 15]
    assert not told[6, 6]  # the box without an outline
    assert not told[0, 10] and told[1, 9]  # where nothing counts, but for what is known to be a car
    voice = ended(outline_voice(drive(own), [own], 5, gate))
    shown = voice.of(own)
    assert shown.features[0, 1, 1] == 1 and shown.features[:, ~told].sum() == 0
    assert np.array_equal(shown.valid, told)


def test_that_boxes_are_painted_where_there_are_no_outlines_the_nearest_last():
    boxes = [[2, 2, 8, 8], [4, 4, 10, 10]]
    own = frame(
        boxes=boxes, labels=np.array([0, 1], np.int16), depths=np.array([20.0, 5], np.float32)
    )
    voice = ended(outline_voice(drive(own), [own], 2, gate))
    car, sign = voice.of(own).features
    assert car[3, 3] == 1 and (car[5, 5], sign[5, 5]) == (0, 1)  # the sign is nearer
    assert "1 of 1 frame without outlines" in " ".join(voice.sentences)


def test_that_two_frames_of_one_name_have_maps_of_their_own():
    first, second = (outlined((1, at, 0), boxes=[[0, 0, 9, 9]]) for at in (2, 7))
    voice = ended(outline_voice(drive(first, second), [first], 1, gate))
    one, other = ended(voice.maps([first, second], gate))
    assert one.features[0, 1, 2] == 1 == other.features[0, 1, 7] and other.features[0, 1, 2] == 0


def test_that_arrays_of_a_folder_are_maps_and_missing_ones_say_nothing(tmp_path):
    told = np.ones((2, *SHAPE), np.float32)
    told[:, 0, 0] = np.nan
    np.save(tmp_path / "there.npy", told)
    frames = [frame(name="missing"), frame(name="there")]
    voice = ended(outlines_of(str(tmp_path), frames, 2, gate))
    missing, there = voice.learnt
    assert not missing.valid.any() and missing.features.shape == there.features.shape
    assert not there.valid[0, 0] and there.valid.sum() == SHAPE[0] * SHAPE[1] - 1


@pytest.mark.parametrize("teacher", ["laser", "outlines"])
def test_that_arrays_lie_in_folders_as_the_names_of_frames_say(tmp_path, teacher):
    (tmp_path / "training").mkdir()
    np.save(tmp_path / "training" / "000007.npy", np.full((5, *SHAPE), 2, np.float32))
    frames = [frame(name="training/000006"), frame(name="training/000007")]
    voice = ended(voice_of_folder(teacher, tmp_path, frames, gate))
    assert voice.name == teacher and len(voice.statistics.mean) == 5
    assert [own.valid.all() for own in voice.learnt] == [False, True]


def test_that_a_folder_without_an_array_for_any_frame_says_what_was_looked_for(tmp_path):
    np.save(tmp_path / "other.npy", np.ones((2, *SHAPE), np.float32))
    with pytest.raises(ConfigError, match="“training/000007.npy” is the first that was looked for"):
        ended(voice_of_folder("laser", tmp_path, [frame(name="training/000007")], gate))


@pytest.mark.parametrize(
    ("array", "words"),
    [
        (np.ones((3, *SHAPE), np.float32), "(3, 12, 16)"),
        (np.ones((2, 4, 4), np.float32), "(2, 4, 4)"),
        (np.ones((2, *SHAPE), np.int64), "floats of shape"),
        (np.full((2, *SHAPE), 1e6, np.float32), "above 60,000"),
    ],
)
def test_that_an_array_that_does_not_fit_is_a_sentence(tmp_path, array, words):
    np.save(tmp_path / "a.npy", np.ones((2, *SHAPE), np.float32))
    np.save(tmp_path / "b.npy", array)
    folder = ArrayFolder(tmp_path)
    with pytest.raises(FormatError) as error:
        folder(frame(name="b"))
    assert words in error.value.sentence


def test_that_a_teacher_that_says_nothing_is_refused(tmp_path):
    silent = FeatureMap(np.zeros((1, *SHAPE), np.float32), np.zeros(SHAPE, np.bool_))
    with pytest.raises(ConfigError, match="says nothing about any pixel"):
        ended(voice_of_maps("outlines", lambda frame: silent, [frame()], gate))


def test_that_frames_of_one_moment_stay_on_one_side():
    sides = ("left", "right")
    frames = [
        frame(name=f"{moment} {side}", boxes=[[0, 0, 5, 5]], moment=str(moment))
        for moment in range(10)
        for side in sides
    ]
    own = drive(*frames)
    parts = split_drive(own, Experiment(data=Data(name="streets", validation=0.3)))
    moments = [{frames[row].moment for row in rows} for rows in (parts.train, parts.validation)]
    assert moments[0] and moments[1] and not moments[0] & moments[1]
    alone = drive(*(replace(one, moment="0") for one in frames))
    parts = split_drive(alone, Experiment(data=Data(name="streets", validation=0.3)))
    assert ONE_MOMENT in parts.notes and len(parts.train) and len(parts.validation)
