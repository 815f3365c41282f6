"""Every stored sample is rated by every score that can be had, of the student and of the teacher."""

import numpy as np
import pytest
import torch

from engine import registry
from engine.predictions import TEST, TRAIN, VALIDATION, Predictions
from engine.scores import Evidence
from engine.scoring import rated


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
