"""What a finished run says about every validation and test cloud, in one HDF5 file."""

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from engine.atomic import writing
from engine.errors import RunError

VALIDATION, TEST = 0, 1
_VERSION = 1
_TYPES = {
    "logits": np.float32,
    "teacher_logits": np.float32,
    "features": np.float32,
    "labels": np.int64,
    "kind": np.int64,
    "row": np.int64,
    "split": np.uint8,
}


@dataclass(frozen=True)
class Predictions:
    """S clouds of which K kinds are known.

    logits (S, K) or (S, K+1), the last column then the trained “unknown”; teacher_logits (S, K);
    features (S, F), the penultimate layer; labels (S,), K = unknown; kind (S,), index into `kinds`;
    row (S,), index into the data cache `cache`; split (S,), VALIDATION or TEST; names (S,);
    known: the kinds of the columns, in order; threshold: the run's own.
    """

    logits: NDArray[np.float32]
    teacher_logits: NDArray[np.float32] | None
    features: NDArray[np.float32]
    labels: NDArray[np.int64]
    kind: NDArray[np.int64]
    row: NDArray[np.int64]
    split: NDArray[np.uint8]
    names: tuple[str, ...]
    kinds: tuple[str, ...]
    known: tuple[str, ...]
    threshold: float
    cache: str

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def unknown_column(self) -> int | None:
        """The column of the trained “unknown” logit, where there is one."""
        return len(self.known) if self.logits.shape[1] > len(self.known) else None

    def of(self, split: int) -> "Predictions":
        """Only the clouds of one split."""
        mask = self.split == split
        arrays = {name: getattr(self, name) for name in _TYPES}
        chosen: dict[str, Any] = {
            name: None if array is None else array[mask] for name, array in arrays.items()
        }
        names = tuple(name for name, here in zip(self.names, mask, strict=True) if here)
        return replace(self, names=names, **chosen)


def write(path: Path, predictions: Predictions) -> None:
    """Write the file whole or not at all. Raises RunError when the arrays do not fit each other."""
    _check(predictions, path)
    about = {
        "version": _VERSION,
        "kinds": predictions.kinds,
        "known": predictions.known,
        "threshold": predictions.threshold,
        "cache": predictions.cache,
    }
    with writing(path) as temporary, h5py.File(temporary, "w") as file:
        file.attrs["about"] = json.dumps(about)
        file.create_dataset("names", data=list(predictions.names), dtype=h5py.string_dtype())
        for name, kind in _TYPES.items():
            array = getattr(predictions, name)
            if array is not None:
                file[name] = np.asarray(array, dtype=kind)


def read(path: Path) -> Predictions:
    """Read the file; a RunError says in a sentence why it cannot be."""
    if not path.exists():
        raise RunError(f"The run {path.parent.name} has no predictions yet: it was not tested.")
    try:
        with h5py.File(path, "r") as file:
            predictions = _parse(file)
    except (OSError, RuntimeError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise _damaged(path, str(error)) from None
    _check(predictions, path)
    return predictions


def _parse(file: Any) -> Predictions:
    about = json.loads(file.attrs["about"])
    arrays: dict[str, Any] = {
        name: file[name][:].astype(kind) if name in file or name != "teacher_logits" else None
        for name, kind in _TYPES.items()
    }
    return Predictions(
        **arrays,
        names=tuple(file["names"].asstr()[:]),
        kinds=tuple(about["kinds"]),
        known=tuple(about["known"]),
        threshold=float(about["threshold"]),
        cache=str(about["cache"]),
    )


def _check(predictions: Predictions, path: Path) -> None:
    """Raise RunError when shapes or labels contradict each other."""
    samples, known = len(predictions), len(predictions.known)
    columns = {
        "logits": (known, known + 1),
        "teacher_logits": (known,),
        "features": predictions.features.shape[1:],
    }
    for name in _TYPES:
        array = getattr(predictions, name)
        if array is None:
            continue
        if array.shape[0] != samples or array.ndim != 1 + (name in columns):
            raise _damaged(path, f"{name} has the shape {array.shape} for {samples} clouds")
        if name in columns and array.shape[1] not in columns[name]:
            raise _damaged(path, f"{name} has {array.shape[1]} columns for {known} known kinds")
    if len(predictions.names) != samples:
        raise _damaged(path, f"{len(predictions.names)} names for {samples} clouds")
    for name, limit in (("labels", known + 1), ("kind", len(predictions.kinds)), ("split", 2)):
        array = getattr(predictions, name)
        if samples and not 0 <= array.min() <= array.max() < limit:
            raise _damaged(path, f"{name} outside 0..{limit - 1}")


def _damaged(path: Path, why: str) -> RunError:
    return RunError(
        f"The predictions of the run {path.parent.name} are damaged ({why}). "
        "The model itself was not touched: resume the run to make them anew."
    )
