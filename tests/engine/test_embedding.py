"""A map is the same for the same run, is made once, and is there whole or not at all."""

from dataclasses import replace

import numpy as np
import pytest

from engine import embedding
from engine.control import Control
from engine.embedding import drawn, laid_out, read_embedding
from engine.errors import RunError
from engine.events import Failed, Figure, Phase
from engine.experiment import Experiment
from engine.jobs import Job, perform
from engine.predictions import PRETEND, TEST, TRAIN, VALIDATION, Predictions, write
from engine.store import RunStore

KNOWN = ("bed", "chair")


def predictions(each=12, **changes):
    """Three well separated groups of features: two known kinds, and strangers that are also mixed from them."""
    generator = np.random.default_rng(0)
    labels = np.tile([0, 1, 2], each)
    split = np.repeat([TEST, VALIDATION, PRETEND, TRAIN], [3 * each - 12, 4, 4, 4])
    labels[split == PRETEND] = 2
    count = len(labels)
    values = {
        "logits": np.zeros((count, 2), np.float32),
        "teacher_logits": None,
        "features": (20 * np.eye(6)[labels] + generator.normal(size=(count, 6))).astype(np.float32),
        "labels": labels,
        "kind": np.where(split == PRETEND, -1, labels),
        "row": np.where(split == PRETEND, -1, np.arange(count)),
        "split": split.astype(np.uint8),
        "names": tuple(f"cloud {i}" for i in range(count)),
        "kinds": (*KNOWN, "lamp"),
        "known": KNOWN,
        "threshold": 0.5,
        "cache": "",
    }
    return Predictions(**(values | changes))


@pytest.fixture
def run(own_home):
    run = RunStore().create(Experiment(name="mapped"))
    write(run.predictions_path, predictions())
    return run


def events(run, **changes):
    return list(perform(Job(do="embed", run=run.path, **changes), Control()))


@pytest.mark.parametrize("method", ["tsne", "pca"])
def test_that_the_job_names_a_file_with_a_place_for_every_tested_cloud(run, method):
    phase, figure = events(run, method=method)
    assert isinstance(phase, Phase) and phase.name == "Drawing the map"
    assert isinstance(figure, Figure)
    assert figure.path == f"artifacts/embedding-{method}-test.npz"
    found = read_embedding(run.path / figure.path)
    assert found.place.shape == (24, 2) and np.isfinite(found.place).all()
    assert found.sample.tolist() == np.flatnonzero(predictions().split == TEST).tolist()
    assert found.whole == 24


def test_that_what_belongs_together_lies_together(run):
    features, labels = predictions().features, predictions().labels
    place = laid_out(features[:24], "tsne", 7)
    far = np.linalg.norm(place[:, None] - place[None], axis=2)
    np.fill_diagonal(far, np.inf)
    assert (labels[:24][far.argmin(1)] == labels[:24]).all()


@pytest.mark.parametrize("method", ["tsne", "pca"])
def test_that_the_same_run_gives_the_same_map(run, method):
    places = []
    for _ in range(2):
        figure = events(run, method=method)[-1]
        places.append(read_embedding(run.path / figure.path).place)
        (run.path / figure.path).unlink()
    assert np.array_equal(*places)


def test_that_pca_is_the_projection_on_the_two_widest_directions():
    features = predictions().features.astype(np.float64)
    centred = features - features.mean(0)
    widest = np.linalg.svd(centred, full_matrices=False)[2][:2]
    expected = centred @ widest.T
    found = laid_out(features.astype(np.float32), "pca", 7)
    assert np.abs(found) == pytest.approx(np.abs(expected), abs=1e-3)


def test_that_the_other_side_holds_known_test_clouds_and_mixtures(run):
    found = read_embedding(run.path / events(run, method="pca", side="pretend")[-1].path)
    all_ = predictions()
    test_known = (all_.split == TEST) & (all_.labels < 2)
    assert found.sample.tolist() == np.flatnonzero(test_known | (all_.split == PRETEND)).tolist()


def test_that_a_map_is_made_once_and_anew_for_other_predictions(run):
    assert [type(event) for event in events(run, method="pca")] == [Phase, Figure]
    assert [type(event) for event in events(run, method="pca")] == [Figure]
    write(run.predictions_path, replace(predictions(), features=predictions().features + 1))
    assert [type(event) for event in events(run, method="pca")] == [Phase, Figure]


def test_that_a_damaged_map_is_made_anew(run):
    path = run.path / events(run, method="pca")[-1].path
    path.write_bytes(path.read_bytes()[:100])
    assert [type(event) for event in events(run, method="pca")] == [Phase, Figure]
    assert len(read_embedding(path).place) == 24


def test_that_a_map_that_cannot_be_finished_leaves_nothing(run, monkeypatch):
    def broken(file, **arrays):
        file.write(b"half")
        raise OSError("no room")

    monkeypatch.setattr(embedding.np, "savez", broken)
    (_, failed) = events(run, method="pca")
    assert isinstance(failed, Failed) and "no room" in failed.sentence
    assert list(run.artifacts.iterdir()) == []


def test_that_a_run_that_was_not_tested_gets_a_sentence(own_home):
    run = RunStore().create(Experiment(name="new"))
    (failed,) = events(run)
    assert isinstance(failed, Failed)
    assert "not tested" in failed.sentence
    assert not run.artifacts.exists()


def test_that_a_run_without_mixtures_says_so_for_that_side(run):
    plain = predictions()
    write(run.predictions_path, plain.of(TEST, VALIDATION))
    (failed,) = events(run, side="pretend")
    assert isinstance(failed, Failed) and "no mixtures" in failed.sentence


def test_that_umap_is_refused_in_a_sentence_where_it_is_not_installed(run, monkeypatch):
    monkeypatch.setattr(embedding, "find_spec", lambda name: None)
    (_, failed) = events(run, method="umap")
    assert isinstance(failed, Failed) and "umap-learn" in failed.sentence
    assert failed.detail == ""


def test_that_of_many_clouds_three_thousand_are_drawn_by_the_seed():
    many = predictions(each=2000)
    first, whole = drawn(many, "test", 7)
    assert (len(first), whole) == (3000, 5988)
    assert (np.diff(first) > 0).all()
    assert np.array_equal(first, drawn(many, "test", 7)[0])
    assert not np.array_equal(first, drawn(many, "test", 8)[0])


def test_that_clouds_whose_features_are_no_numbers_are_left_out():
    some = predictions()
    some.features[3] = np.nan
    assert 3 not in drawn(some, "test", 7)[0]


def test_that_too_few_clouds_are_a_sentence():
    with pytest.raises(RunError, match="at least 5"):
        drawn(predictions().of(VALIDATION), "test", 7)


def test_that_one_feature_is_a_line():
    place = laid_out(np.arange(6, dtype=np.float32)[:, None], "tsne", 7)
    assert place.tolist() == [[i, 0] for i in range(6)]
