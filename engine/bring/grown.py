"""What a run predicts once its last layer has a row for one more kind, or one that moved: nothing is asked again, one
column is new."""

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
    number = kinds.index(kind)
    labels = np.where(old.labels == place, place + 1, old.labels)
    labels[(old.kind == number) & (old.split != PRETEND)] = place
    weight, bias = _layer(old)
    before, seen = _with_examples(old, features)
    column = (seen @ row[0] + row[1]).astype(np.float32)
    return replace(
        _lengthened(old, labels, place, number, names, seen),
        logits=np.insert(before, place, column, axis=1).astype(np.float32),
        kinds=kinds,
        known=(*old.known, kind),
        weight=np.insert(weight, place, row[0], axis=0),
        bias=None if bias is None else np.insert(bias, place, np.float32(row[1])),
    )


def refined(
    old: Predictions, place: int, row: tuple[Floats, float], features: Floats, names: Sequence[str]
) -> Predictions:
    """The predictions with another row (F,) and bias for the known kind at `place`; the rest as in `grown`."""
    weight, bias = (None if array is None else array.copy() for array in _layer(old))
    assert weight is not None
    logits, seen = _with_examples(old, features)
    logits[:, place] = seen @ row[0] + row[1]
    weight[place] = row[0]
    if bias is not None:
        bias[place] = row[1]
    number = old.kinds.index(old.known[place])
    return replace(
        _lengthened(old, old.labels, place, number, names, seen),
        logits=logits,
        weight=weight,
        bias=bias,
    )


def _layer(old: Predictions) -> tuple[Any, Any]:
    assert old.weight is not None
    return old.weight, old.bias


def _with_examples(old: Predictions, features: Floats) -> tuple[Floats, Floats]:
    """The logits that the old layer gives (S + E, C), and all features (S + E, F)."""
    weight, bias = _layer(old)
    shift = np.zeros(len(weight), np.float32) if bias is None else bias
    logits = np.concatenate([old.logits, features @ weight.T + shift]).astype(np.float32)
    return logits, np.concatenate([old.features, features]).astype(np.float32)


def _lengthened(
    old: Predictions, labels: Any, place: int, number: int, names: Sequence[str], seen: Floats
) -> Predictions:
    """All but the layer and its logits, with the examples at the end."""
    count = len(names)
    return replace(
        old,
        features=seen,
        labels=_more(labels, place, count),
        kind=_more(old.kind, number, count),
        row=_more(old.row, -1, count),
        split=_more(old.split, TRAIN, count),
        names=(*old.names, *names),
        teacher_logits=None,
        teacher_features=None,
        scores={},
        teacher_scores={},
        refused={},
    )


def _more(array: Any, value: int, count: int) -> Any:
    return np.append(array, np.full(count, value, array.dtype))
