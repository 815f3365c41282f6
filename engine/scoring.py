"""Rates every stored sample by every registered open-set score; one pass of the net serves them all."""

from dataclasses import replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine import registry
from engine.errors import ConfigError
from engine.experiment import Choice
from engine.predictions import TRAIN, Predictions
from engine.scores import Evidence, Score, Train


def rated(predictions: Predictions, own: Choice | None = None) -> Predictions:
    """The same with all scores, `own` with the settings given, the others with their usual ones; for a score that
    cannot be had, the reason instead."""
    asked = predictions.split != TRAIN  # training samples are what others are measured by
    scores, refused = _scores(evidence_of(predictions, asked), asked, own)
    taught: dict[str, NDArray[np.float32]] = {}
    if predictions.teacher_logits is not None:
        logits = _tensor(predictions.teacher_logits[asked])
        taught, _ = _scores(Evidence(logits=logits), asked, own)
    return replace(predictions, scores=scores, refused=refused, teacher_scores=taught)


def _scores(
    evidence: Evidence, asked: NDArray[np.bool_], own: Choice | None
) -> tuple[dict[str, NDArray[np.float32]], dict[str, str]]:
    """Every score of the samples asked about, NaN for the rest; and for those that cannot be had, why."""
    scores, refused = {}, {}
    for name in registry.names("score"):
        try:
            values = rater(name, own)(evidence)
        except ConfigError as error:
            refused[name] = error.sentence
            continue
        scores[name] = np.full(len(asked), np.nan, np.float32)
        scores[name][asked] = values.numpy()
    return scores, refused


def rater(name: str, own: Choice | None) -> Score:
    """A score; with the settings of `own` where that is the one."""
    settings = own.settings if own is not None and own.name == name else {}
    made: Score = registry.make("score", name, settings)
    return made


def evidence_of(predictions: Predictions, asked: NDArray[np.bool_]) -> Evidence:
    """What the scores may look at: the samples asked about, the last layer, the training samples."""
    bank = predictions.of(TRAIN)
    train = Train(
        _tensor(bank.features),
        _tensor(bank.logits),
        _tensor(bank.labels),
        _tensor(bank.teacher_features),
    )
    evidence = Evidence(
        logits=_tensor(predictions.logits[asked]),
        features=_tensor(predictions.features[asked]),
        weight=_tensor(predictions.weight),
        bias=_tensor(predictions.bias),
        train=train if len(bank) else None,
    )
    if predictions.unknown_column is not None:
        evidence = evidence.split(predictions.unknown_column)
    taught = (predictions.teacher_logits, predictions.teacher_features)
    logits, features = (_tensor(None if part is None else part[asked]) for part in taught)
    return replace(evidence, teacher_logits=logits, teacher_features=features)


def _tensor(array: NDArray[np.float32] | NDArray[np.int64] | None) -> Tensor | None:
    return None if array is None else torch.from_numpy(array)
