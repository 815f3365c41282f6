"""What a run predicts once its last layer has a row for one more kind: nothing is asked again, one column is new."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from engine.bring.thing import Floats
from engine.predictions import PRETEND, TRAIN, Predictions


def grown(
    old: Predictions, kind: str, row: tuple[Floats, float], features: Floats, names: Sequence[str]
) -> Predictions:
    """The predictions with `kind` as the last known one, before a trained “unknown”; row (F,) and bias are its own.

    The examples, features (E, F) by name, are added to what was learnt from, without a row in the data. Score and
    threshold stay; scores and what the teacher said do not.
    """
    place, kinds = len(old.known), old.kinds if kind in old.kinds else (*old.kinds, kind)
    number, count = kinds.index(kind), len(features)
    seen = np.concatenate([old.features, features]).astype(np.float32)
    weight, bias = old.weight, old.bias
    assert weight is not None
    shift = np.zeros(len(weight), np.float32) if bias is None else bias
    before = np.concatenate([old.logits, features @ weight.T + shift])
    column = (seen @ row[0] + row[1]).astype(np.float32)
    labels = np.where(old.labels == place, place + 1, old.labels)
    labels[(old.kind == number) & (old.split != PRETEND)] = place
    return replace(
        old,
        logits=np.insert(before, place, column, axis=1).astype(np.float32),
        features=seen,
        labels=_more(labels, place, count),
        kind=_more(old.kind, number, count),
        row=_more(old.row, -1, count),
        split=_more(old.split, TRAIN, count),
        names=(*old.names, *names),
        kinds=kinds,
        known=(*old.known, kind),
        weight=np.insert(weight, place, row[0], axis=0),
        bias=None if bias is None else np.insert(bias, place, np.float32(row[1])),
        teacher_logits=None,
        teacher_features=None,
        scores={},
        teacher_scores={},
        refused={},
    )


def _more(array: Any, value: int, count: int) -> Any:
    return np.append(array, np.full(count, value, array.dtype))
