"""What a finished run says about its clouds, in one HDF5 file: enough to score, sweep and draw without the net."""

import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from engine.atomic import writing
from engine.errors import RunError
from engine.formats.h5 import own
from engine.words import say

VALIDATION, TEST, PRETEND, TRAIN, WATCH = range(5)
_VERSION = 2
_TYPES = {
    "logits": np.float32,
    "teacher_logits": np.float32,
    "features": np.float32,
    "teacher_features": np.float32,
    "labels": np.int64,
    "kind": np.int64,
    "row": np.int64,
    "split": np.uint8,
}
_NOT_ALWAYS = ("teacher_logits", "teacher_features")
_HEAD = ("weight", "bias")
_RATED = ("scores", "teacher_scores")

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Predictions:
    """S clouds of which K kinds are known.

    logits (S, K) or (S, K+1), the last column then the trained “unknown”; teacher_logits (S, K);
    features (S, F), the penultimate layer; teacher_features (S, G); labels (S,), K = unknown; kind (S,), index into
    `kinds`; row (S,), index into the data cache `cache`; names (S,); known: the kinds of the columns, in order;
    split (S,): VALIDATION, TEST, PRETEND (mixtures of validation clouds: kind and row are -1), TRAIN, or WATCH
    (strangers of the training part: never learnt from, so they can rehearse the test);
    weight (C, F) and bias (C,) of the last layer, where it is a plain one.
    scores: for every open-set score that could be computed its values (S,), NaN for TRAIN; refused: for the others
    why not; teacher_scores: those that the teacher's logits alone allow. threshold: the run's own, a value of the
    score `score`. mixture: which sort of PRETEND was learnt from, empty: none; peeked: whether the teacher has learnt
    from VALIDATION clouds.
    """

    logits: Floats
    teacher_logits: Floats | None
    features: Floats
    labels: NDArray[np.int64]
    kind: NDArray[np.int64]
    row: NDArray[np.int64]
    split: NDArray[np.uint8]
    names: tuple[str, ...]
    kinds: tuple[str, ...]
    known: tuple[str, ...]
    threshold: float
    cache: str
    teacher_features: Floats | None = None
    weight: Floats | None = None
    bias: Floats | None = None
    score: str = "msp"
    scores: dict[str, Floats] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    teacher_scores: dict[str, Floats] = field(default_factory=dict)
    mixture: str = ""
    peeked: bool = False

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def unknown_column(self) -> int | None:
        """The column of the trained “unknown” logit, where there is one."""
        return len(self.known) if self.logits.shape[1] > len(self.known) else None

    def of(self, *splits: int) -> "Predictions":
        """Only the clouds of these splits."""
        return self._where(np.isin(self.split, splits))

    def fresh_mixtures(self) -> "Predictions":
        """Only PRETEND, without the sort that was learnt from: it cannot judge what has learnt from it."""
        learnt = f"({self.mixture})"
        fresh = np.array([not name.endswith(learnt) for name in self.names], dtype=bool)
        return self._where((self.split == PRETEND) & fresh)

    def _where(self, mask: NDArray[np.bool_]) -> "Predictions":
        arrays = {name: getattr(self, name) for name in _TYPES}
        chosen: dict[str, Any] = {
            name: None if array is None else array[mask] for name, array in arrays.items()
        }
        names = tuple(name for name, here in zip(self.names, mask, strict=True) if here)
        chosen |= {
            group: {name: values[mask] for name, values in getattr(self, group).items()}
            for group in _RATED
        }
        return replace(self, names=names, **chosen)

    def as_teacher(self) -> "Predictions":
        """The same clouds as the teacher answers them; of a teacher only the logits are stored, and their scores. Of
        clouds held back, and mixtures of them, only where it has not learnt from any.

        Raises RunError where the run had no teacher.
        """
        if self.teacher_logits is None:
            raise RunError(say("This run had no teacher. Nothing was changed."))
        asked = {*self.scores, *self.refused} - {*self.teacher_scores}
        shown = self.of(TEST, TRAIN, WATCH) if self.peeked else self
        assert shown.teacher_logits is not None
        return replace(
            shown,
            logits=shown.teacher_logits,
            teacher_logits=None,
            teacher_features=None,
            weight=None,
            bias=None,
            scores=shown.teacher_scores,
            teacher_scores={},
            refused=dict.fromkeys(asked, say("Of the teacher only its logits are stored.")),
        )


def write(path: Path, predictions: Predictions) -> None:
    """Write the file whole or not at all. Raises RunError when the arrays do not fit each other."""
    _check(predictions, path)
    about = {
        "version": _VERSION,
        "kinds": predictions.kinds,
        "known": predictions.known,
        "threshold": predictions.threshold,
        "cache": predictions.cache,
        "score": predictions.score,
        "refused": predictions.refused,
        "mixture": predictions.mixture,
        "peeked": predictions.peeked,
    }
    with writing(path) as temporary, h5py.File(temporary, "w") as file:
        file.attrs["about"] = json.dumps(about)
        file.create_dataset("names", data=list(predictions.names), dtype=h5py.string_dtype())
        for name, kind in _TYPES.items():
            array = getattr(predictions, name)
            if array is not None:
                file[name] = np.asarray(array, dtype=kind)
        for name in _HEAD:
            if getattr(predictions, name) is not None:
                file[name] = np.asarray(getattr(predictions, name), dtype=np.float32)
        for group in _RATED:
            for name, values in getattr(predictions, group).items():
                file[f"{group}/{name}"] = np.asarray(values, dtype=np.float32)


def read(path: Path) -> Predictions:
    """Read the file; a RunError says in a sentence why it cannot be."""
    if not path.exists():
        raise RunError(
            say(
                "The run {path} has no predictions: it was not tested yet, or it names no kinds of "
                "clouds. Nothing was changed.",
                path=path.parent.name,
            )
        )
    try:
        with own(path) as file:
            predictions = _parse(file)
    except (OSError, RuntimeError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise _damaged(path, str(error)) from None
    _check(predictions, path)
    return predictions


def _parse(file: Any) -> Predictions:
    about = json.loads(file.attrs["about"])
    arrays: dict[str, Any] = {
        name: file[name][:].astype(kind) if name in file or name not in _NOT_ALWAYS else None
        for name, kind in _TYPES.items()
    }
    head: dict[str, Any] = {
        name: file[name][:].astype(np.float32) if name in file else None for name in _HEAD
    }
    rated: dict[str, Any] = {
        group: {name: values[:].astype(np.float32) for name, values in file.get(group, {}).items()}
        for group in _RATED
    }
    return Predictions(
        **arrays,
        **head,
        **rated,
        score=str(about.get("score", "msp")),  # files of the first version hold none
        refused=dict(about.get("refused", {})),
        mixture=str(about.get("mixture", "")),
        peeked=bool(about.get("peeked", False)),
        names=tuple(file["names"].asstr()[:]),
        kinds=tuple(about["kinds"]),
        known=tuple(about["known"]),
        threshold=float(about["threshold"]),
        cache=str(about["cache"]),
    )


def _check(predictions: Predictions, path: Path) -> None:
    """Raise RunError when shapes or labels contradict each other."""
    samples, known = len(predictions), len(predictions.known)
    taught = predictions.teacher_features
    columns = {
        "logits": (known, known + 1),
        "teacher_logits": (known,),
        "features": predictions.features.shape[1:],
        "teacher_features": () if taught is None else taught.shape[1:],
    }
    for name in _TYPES:
        array = getattr(predictions, name)
        if array is None:
            continue
        if array.shape[0] != samples or array.ndim != 1 + (name in columns):
            raise _damaged(
                path,
                say(
                    "{name} has the shape {array} for {samples} clouds",
                    name=name,
                    array=array.shape,
                    samples=samples,
                ),
            )
        if name in columns and array.shape[1] not in columns[name]:
            raise _damaged(
                path,
                say(
                    "{name} has {array} columns for {known} known kinds",
                    name=name,
                    array=array.shape[1],
                    known=known,
                ),
            )
    if len(predictions.names) != samples:
        raise _damaged(
            path,
            say(
                "{names} names for {samples} clouds", names=len(predictions.names), samples=samples
            ),
        )
    for group in _RATED:
        for name, values in getattr(predictions, group).items():
            if values.shape != (samples,):
                raise _damaged(
                    path,
                    say("the score {name} has the shape {values}", name=name, values=values.shape),
                )
    mixed = predictions.split == PRETEND
    for name, limit in (("labels", known + 1), ("kind", len(predictions.kinds)), ("split", 5)):
        array = getattr(predictions, name)[~mixed]
        if array.size and not 0 <= array.min() <= array.max() < limit:
            raise _damaged(path, say("{name} outside 0..{limit}", name=name, limit=limit - 1))


def _damaged(path: Path, why: str) -> RunError:
    return RunError(
        say(
            "The predictions of the run {path} are damaged ({why}). The model itself was not touched: "
            "resume the run to make them anew.",
            path=path.parent.name,
            why=why,
        )
    )
