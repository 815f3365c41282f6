"""Small HDF5 files of many clouds, for the tests of the data sets."""

from pathlib import Path
from typing import Any

import h5py
import numpy as np


def clouds(count: int, points: int = 32, seed: int = 0) -> np.ndarray:
    """Random clouds, not centred and of any size: (count, points, 3)."""
    rng = np.random.default_rng(seed)
    return (rng.random((count, points, 3)) * rng.uniform(1, 9) + 5).astype(np.float32)


def stack(path: Path, labels: list[int], data: np.ndarray | None = None, **more: Any) -> Path:
    """Write `data` and `label`; `kinds` becomes the attribute class_names, the rest arrays."""
    kinds = more.pop("kinds", None)
    with h5py.File(path, "w") as file:
        file["data"] = clouds(len(labels)) if data is None else data
        file["label"] = np.array(labels)
        for name, values in more.items():
            file[name] = values
        if kinds is not None:
            file.attrs["class_names"] = kinds
    return path


def ran(generator: Any) -> tuple[Any, list[Any]]:
    """What a generator returns, and the events on the way."""
    events = []
    while True:
        try:
            events.append(next(generator))
        except StopIteration as end:
            return end.value, events
