from dataclasses import fields, replace

import h5py
import numpy as np
import pytest

from engine import concept_maps
from engine.concept_maps import NAME, ConceptMaps, read_concept_maps, write_concept_maps
from engine.errors import RunError


def made_maps(concepts: int = 5) -> ConceptMaps:
    rng = np.random.default_rng(3)
    pairs, points, patches, layers, heads = 2, 40, 6, 3, 2
    attention = rng.random((pairs, layers, heads, concepts, patches)).astype(np.float16)
    return ConceptMaps(
        points=rng.normal(size=(pairs, points, 3)).astype(np.float32),
        centres=rng.normal(size=(pairs, patches, 3)).astype(np.float32),
        members=rng.integers(0, points, (pairs, patches, 4)).astype(np.int32),
        images=rng.integers(0, 255, (pairs, 16, 16, 3)).astype(np.uint8),
        cells=rng.integers(-1, 49, (pairs, patches)).astype(np.int16),
        likeness=np.array([0.75, 0.5], np.float32),
        names=("chair_1", "table_2"),
        captions=("a chair.", ""),
        teacher_words=("a chair.", "a table."),
        student_words=("a chair.", "a bed."),
        grid=7,
        title="Made",
        made=True,
        attention=attention,
        rollout=attention.mean((1, 2)),
        without=np.array([[0.25] * concepts, [0.5] * concepts], np.float32),
        words_without=(("a stool.",) * concepts, ("a bed.",) * concepts),
        ideas=("chair",) * concepts,
    )


def test_that_what_was_written_is_read_back(tmp_path):
    maps = made_maps()
    write_concept_maps(tmp_path / NAME, maps)
    again = read_concept_maps(tmp_path)
    for field in fields(maps):
        np.testing.assert_array_equal(getattr(again, field.name), getattr(maps, field.name))


def test_that_a_student_without_concepts_has_no_maps_of_them(tmp_path):
    maps = replace(
        made_maps(), attention=None, rollout=None, without=None, words_without=(), ideas=()
    )
    write_concept_maps(tmp_path / NAME, maps)
    again = read_concept_maps(tmp_path)
    assert again.attention is None and again.strength is None


def test_that_strength_is_what_the_likeness_loses():
    np.testing.assert_allclose(made_maps().strength, [[0.5] * 5, [0.0] * 5])


def test_that_a_missing_file_is_a_sentence(tmp_path):
    with pytest.raises(RunError, match="holds no ideas"):
        read_concept_maps(tmp_path)


@pytest.mark.parametrize("content", [b"", b"no file of this kind" * 100])
def test_that_a_damaged_file_is_a_sentence(tmp_path, content):
    (tmp_path / NAME).write_bytes(content)
    with pytest.raises(RunError, match=r"damaged \(it is (empty|not an HDF5 file)\)"):
        read_concept_maps(tmp_path)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("members", np.full((2, 6, 4), 40, np.int32)),
        ("likeness", np.zeros(3, np.float32)),
        ("rollout", np.zeros((2, 5, 7), np.float16)),
        ("names", ("alone",)),
        ("ideas", ("one",)),
        ("words_without", (("a stool.",) * 5, ("a bed.",) * 4)),
    ],
)
def test_that_shapes_that_contradict_each_other_are_a_sentence(tmp_path, name, value):
    write_concept_maps(tmp_path / NAME, replace(made_maps(), **{name: value}))
    with pytest.raises(RunError, match="damaged"):
        read_concept_maps(tmp_path)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("cells", np.full((2, 6), 49, np.int16)),  # of a grid of 7 x 7
        ("cells", np.full((2, 6), -2, np.int16)),
        ("grid", 0),
        ("points", np.full((2, 40, 3), np.nan, np.float32)),
        ("centres", np.full((2, 6, 3), np.inf, np.float32)),
        ("likeness", np.full(2, np.nan, np.float32)),
        ("rollout", np.full((2, 5, 6), np.inf, np.float16)),
        ("images", np.zeros((2, 0, 16, 3), np.uint8)),
    ],
)
def test_that_values_that_cannot_be_are_a_sentence(tmp_path, name, value):
    write_concept_maps(tmp_path / NAME, replace(made_maps(), **{name: value}))
    with pytest.raises(RunError, match="damaged"):
        read_concept_maps(tmp_path)


def test_that_a_file_of_another_kind_is_a_sentence(tmp_path):
    with h5py.File(tmp_path / NAME, "w") as file:
        file["logits"] = np.zeros(3)
    with pytest.raises(RunError, match=r"damaged \(a part of it is missing\)"):
        read_concept_maps(tmp_path)


def test_that_a_file_of_another_version_is_a_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr(concept_maps, "_VERSION", 2)
    write_concept_maps(tmp_path / NAME, made_maps())
    monkeypatch.undo()
    with pytest.raises(RunError, match="version 2, not 1"):
        read_concept_maps(tmp_path)
