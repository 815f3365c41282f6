"""All scores of a run at once: they are those of the single formulas, and what is missing is said."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from engine import registry
from engine.experiment import Choice
from engine.predictions import TEST, TRAIN, VALIDATION, Predictions
from engine.scores import Evidence, Train, score
from engine.scoring import rated


@pytest.fixture
def stored():
    """200 training clouds and 20 to test, two known kinds and a trained unknown, with a teacher."""
    rng = np.random.default_rng(5)
    labels = rng.integers(0, 2, 220)
    features = np.abs(rng.normal(size=(220, 6)) + labels[:, None]).astype(np.float32)
    weight, bias = rng.normal(size=(3, 6)).astype(np.float32), np.zeros(3, np.float32)
    return Predictions(
        logits=features @ weight.T,
        teacher_logits=rng.normal(size=(220, 2)).astype(np.float32),
        features=features,
        teacher_features=rng.normal(size=(220, 4)).astype(np.float32),
        weight=weight,
        bias=bias,
        labels=labels,
        kind=labels,
        row=np.arange(220),
        split=np.repeat([TRAIN, TEST], [200, 20]).astype(np.uint8),
        names=tuple(map(str, range(220))),
        kinds=("bed", "chair"),
        known=("bed", "chair"),
        threshold=0.5,
        cache="",
    )


def test_that_with_everything_stored_every_registered_score_is_there(stored):
    found = rated(stored)
    assert set(found.scores) | set(found.refused) == set(registry.names("score"))
    assert set(found.refused) <= {"vim"}
    for values in found.scores.values():
        assert np.isnan(values[stored.split == TRAIN]).all()
        assert np.isfinite(values[stored.split == TEST]).all()


def test_that_a_stored_score_is_the_formula_on_the_same_numbers(stored):
    test, bank = stored.of(TEST), stored.of(TRAIN)
    tensors = {
        name: torch.from_numpy(getattr(test, name))
        for name in ("logits", "features", "weight", "bias")
    }
    train = Train(*map(torch.from_numpy, (bank.features, bank.logits, bank.labels)))
    found = rated(stored).of(TEST).scores
    for name in ("energy", "mahalanobis", "known_minus_unknown", "react"):
        expected = score(name, **tensors, train=train, unknown_column=2).numpy()
        assert np.allclose(found[name], expected, rtol=1e-4, atol=1e-5)


def test_that_the_score_a_run_sets_is_rated_as_it_says_and_all_others_as_usual(stored):
    usual, near = rated(stored), rated(stored, Choice(name="knn", k=1))
    test, bank = stored.of(TEST).features, stored.of(TRAIN).features
    unit, units = (x / np.linalg.norm(x, axis=1, keepdims=True) for x in (test, bank))
    nearest = ((unit[:, None] - units) ** 2).sum(2).min(1)
    assert np.allclose(-near.of(TEST).scores["knn"], nearest, atol=1e-5)
    assert not np.allclose(usual.of(TEST).scores["knn"], near.of(TEST).scores["knn"])
    others = near.scores.keys() - {"knn"}
    assert all(np.array_equal(usual.scores[n], near.scores[n], equal_nan=True) for n in others)


def test_that_the_scores_of_3dos_can_be_had(stored):
    own = Choice(name="nearest", to="prototypes", measure="cosine")
    test, bank = stored.of(TEST).features, stored.of(TRAIN)
    means = np.stack([bank.features[bank.labels == kind].mean(0) for kind in (0, 1)])
    unit, units = (x / np.linalg.norm(x, axis=1, keepdims=True) for x in (test, means))
    wanted = 0.5 + 0.5 * (unit @ units.T).max(1)
    assert np.allclose(rated(stored, own).of(TEST).scores["nearest"], wanted, atol=1e-5)


def test_that_a_run_without_training_clouds_or_teacher_says_so_score_by_score(stored):
    bare = replace(stored.of(TEST), teacher_logits=None, teacher_features=None)
    found = rated(bare)
    assert "training samples" in found.refused["knn"]
    assert "teacher" in found.refused["disagreement"]
    assert "energy" in found.scores


@pytest.fixture
def found():
    generator = np.random.default_rng(0)
    split = np.repeat([VALIDATION, TEST, TRAIN], [4, 8, 40]).astype(np.uint8)
    count = len(split)
    floats = {
        name: generator.normal(size=(count, width)).astype(np.float32)
        for name, width in (("logits", 3), ("teacher_logits", 3), ("features", 5))
    }
    floats["features"] = np.abs(floats["features"])
    return rated(
        Predictions(
            **floats,
            labels=np.arange(count) % 3,
            kind=np.arange(count) % 3,
            row=np.arange(count),
            split=split,
            names=tuple(str(i) for i in range(count)),
            kinds=("a", "b", "c"),
            known=("a", "b", "c"),
            threshold=0.5,
            cache="",
        )
    )


def test_that_every_score_is_either_there_or_refused_in_a_sentence(found):
    assert {*found.scores, *found.refused} == set(registry.names("score"))
    assert all(sentence.endswith(".") for sentence in found.refused.values())


def test_that_only_samples_asked_about_are_rated(found):
    for values in (*found.scores.values(), *found.teacher_scores.values()):
        assert np.isnan(values).tolist() == (found.split == TRAIN).tolist()


def test_that_the_teacher_is_rated_by_its_logits_alone(found):
    asked = found.split != TRAIN
    logits = torch.from_numpy(found.teacher_logits[asked])
    for name, values in found.teacher_scores.items():
        alone = registry.make("score", name, {})(Evidence(logits=logits))
        assert values[asked] == pytest.approx(alone.numpy())
    assert {"msp", "max_logit", "energy"} <= set(found.teacher_scores)
    assert "nearest" in found.scores and "nearest" not in found.teacher_scores
