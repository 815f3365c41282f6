"""What a run says about scenes: written whole, read back, and a sentence for whatever is wrong."""

import json
from dataclasses import fields, replace

import h5py
import numpy as np
import pytest

from engine.errors import RunError
from engine.scene_answers import (
    NAME,
    SceneAnswer,
    SceneAnswers,
    read_scene_answers,
    write_scene_answers,
)


def made_scene(name="room_1", points=30, true=2, said=3) -> SceneAnswer:
    rng = np.random.default_rng(points)
    return SceneAnswer(
        name=name,
        points=rng.normal(size=(points, 3)).astype(np.float32),
        colours=rng.integers(0, 255, (points, 3)).astype(np.uint8),
        truth=rng.integers(-1, 3, points).astype(np.int16),
        said=rng.integers(0, 3, points).astype(np.int16),
        sureness=rng.random(points).astype(np.float16),
        boxes=rng.random((true, 7)).astype(np.float32),
        labels=rng.integers(0, 2, true).astype(np.int16),
        said_boxes=rng.random((said, 7)).astype(np.float32),
        said_labels=rng.integers(0, 2, said).astype(np.int16),
        scores=rng.random(said).astype(np.float32),
    )


def made_answers() -> SceneAnswers:
    bare = replace(
        made_scene("room_2", 7, 0, 0), colours=None, truth=None, said=None, sureness=None
    )
    figures = {"bed": {"ap25": 0.5, "ap50": None}, "chair": {"ap25": 1.0, "ap50": 0.25}}
    classes, things = ("floor", "wall", "bed"), ("bed", "chair")
    return SceneAnswers(
        (made_scene(), bare),
        "detect",
        classes,
        things,
        figures,
        "Made",
        True,
        {"map25": 0.75},
        0.31,
        "5 rooms held back",
        4,
    )


def test_that_what_was_written_is_read_back(tmp_path):
    answers = made_answers()
    write_scene_answers(tmp_path / NAME, answers)
    again = read_scene_answers(tmp_path)
    assert replace(again, scenes=()) == replace(answers, scenes=())
    for one, other in zip(answers.scenes, again.scenes, strict=True):
        for field in fields(SceneAnswer):
            np.testing.assert_array_equal(getattr(one, field.name), getattr(other, field.name))


def test_that_a_file_of_an_older_version_tells_neither_totals_nor_a_score(tmp_path):
    write_scene_answers(tmp_path / NAME, made_answers())
    with h5py.File(tmp_path / NAME, "a") as file:
        about = json.loads(bytes(file["about"][:]))
        for key in ("totals", "cut", "cut_from", "along_axes"):
            del about[key], file["about"]
            file["about"] = np.frombuffer(json.dumps(about).encode(), np.uint8)
    again = read_scene_answers(tmp_path)
    assert (again.totals, again.cut, again.cut_from, again.along_axes) == ({}, None, "", 0)


def test_that_a_missing_file_is_a_sentence(tmp_path):
    with pytest.raises(RunError, match="holds no scenes"):
        read_scene_answers(tmp_path)


@pytest.mark.parametrize(
    "harm",
    [
        lambda file: file.__delitem__("0/points"),
        lambda file: file.__delitem__("about"),
        lambda file: (file.__delitem__("0/scores"), file.create_dataset("0/scores", data=[1.0])),
        lambda file: (file.__delitem__("0/truth"), file.create_dataset("0/truth", data=[[1]])),
    ],
)
def test_that_a_damaged_file_is_a_sentence(tmp_path, harm):
    write_scene_answers(tmp_path / NAME, made_answers())
    with h5py.File(tmp_path / NAME, "a") as file:
        harm(file)
    with pytest.raises(RunError, match="damaged"):
        read_scene_answers(tmp_path)
