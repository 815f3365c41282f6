"""The HDF5 cache of a data set: one chunk a cloud, so that one cloud is one read, not one read in 300."""

import json
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from engine.atomic import writing
from engine.clouds import Clouds
from engine.errors import DataError
from engine.places import cache_folder
from engine.words import say

VERSION = 1


def cached(name: str, fingerprint: str) -> Path:
    """Where the cache of this data set, in this state of its source, is or will be."""
    return cache_folder() / "datasets" / f"{name}-{fingerprint}-v{VERSION}.h5"


def write_cache(path: Path, clouds: Clouds) -> None:
    """Write the cache whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with writing(path) as temporary, h5py.File(temporary, "w") as file:
        shape = clouds.points.shape
        file.create_dataset("points", data=clouds.points, chunks=(1, *shape[1:]), compression="lzf")
        file["labels"] = clouds.labels
        file["train"] = clouds.train
        file["names"] = np.array([name.encode() for name in clouds.names])
        file.attrs["about"] = json.dumps(
            {
                "kinds": clouds.kinds,
                "known": clouds.known,
                "title": clouds.title,
                "problems": clouds.problems,
                "made": clouds.made,
                "checksum": _checksum(clouds),
            }
        )


def read_cache(path: Path) -> Clouds:
    """All clouds of a cache. Raises DataError when the file is damaged."""
    with _opened(path) as (file, about):
        clouds = _read(file, about, path, lambda dataset: dataset[:])
        # A flipped bit is no other shape. Files of the first days have no checksum.
        if about.get("checksum", mark := _checksum(clouds)) != mark:
            raise ValueError(say("its checksum is another"))
    return clouds


def read_rows(path: Path, rows: Sequence[int]) -> Clouds:
    """Some clouds of a cache in the order asked for, without reading the others or the checksum.

    Raises DataError when the file is damaged or has no such row.
    """
    with _opened(path) as (file, about):
        if not all(0 <= row < len(file["labels"]) for row in rows):
            raise ValueError(say("it has not all the clouds that were asked for"))
        return _read(file, about, path, lambda dataset: np.stack([dataset[row] for row in rows]))


def read_plan(path: Path) -> Clouds:
    """All of a cache but its points, which are (0, N, 3), without looking at the checksum: kinds, labels and split.

    Raises DataError when the file is damaged.
    """
    with _opened(path) as (file, about):
        return _read(
            file, about, path, lambda dataset: dataset[:0] if dataset.ndim == 3 else dataset[:]
        )


@contextmanager
def _opened(path: Path) -> Iterator[tuple[h5py.File, dict[str, Any]]]:
    """The file and what it says about itself; whatever goes wrong with either is a DataError."""
    try:
        with h5py.File(path, "r") as file:
            yield file, json.loads(file.attrs["about"])
    except (OSError, RuntimeError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise DataError(
            say(
                "The prepared data {path} is damaged ({error}). Open the data set again: it is then made "
                "anew.",
                path=path.name,
                error=error,
            )
        ) from None


def _read(
    file: h5py.File, about: dict[str, Any], path: Path, take: Callable[[h5py.Dataset], Any]
) -> Clouds:
    return Clouds(
        points=take(file["points"]),
        labels=take(file["labels"]),
        train=take(file["train"]).astype(bool),
        names=tuple(name.decode() for name in take(file["names"])),
        kinds=tuple(about["kinds"]),
        known=tuple(about["known"]),
        title=about["title"],
        problems=tuple(about["problems"]),
        made=about["made"],
        source=path,
    )


def _checksum(clouds: Clouds) -> int:
    mark = 0
    for array in (clouds.points, clouds.labels, clouds.train):
        mark = zlib.crc32(np.ascontiguousarray(array).data, mark)
    return mark
