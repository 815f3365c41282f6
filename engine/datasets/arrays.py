"""Arrays and words about them in one HDF5 file: whole or not at all, one chunk a row, with a checksum."""

import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from engine.atomic import writing
from engine.errors import DataError
from engine.words import say

_CHECKSUM = "checksum"
Arrays = dict[str, Any]


def write_arrays(path: Path, arrays: Mapping[str, NDArray[Any]], about: Mapping[str, Any]) -> None:
    """Write the file whole or not at all; `about` is plain JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with writing(path) as temporary, h5py.File(temporary, "w") as file:
        for name, array in arrays.items():
            big = array.ndim > 1
            options = {"chunks": (1, *array.shape[1:]), "compression": "lzf"} if big else {}
            file.create_dataset(name, data=array, **options)
        told = dict(about) | {_CHECKSUM: _mark(arrays.values())}
        # Names of many rows are longer than an attribute may be.
        file["about"] = np.frombuffer(json.dumps(told).encode(), np.uint8)


@contextmanager
def reading_arrays(
    path: Path, names: Sequence[str], called: str
) -> Iterator[tuple[Arrays, dict[str, Any]]]:
    """The arrays of these names, and what is told about them; whatever is wrong with either, or with what is made of
    them, is a DataError that names the file and what it is `called`: “pairs”."""
    try:
        with h5py.File(path, "r") as file:
            about = json.loads(bytes(file["about"][:]))
            arrays = {name: file[name][:] for name in names}
        if _mark(arrays.values()) != about.pop(_CHECKSUM):
            raise ValueError(say("its checksum is another"))
        yield arrays, about
    except (OSError, RuntimeError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise DataError(
            say(
                "The prepared {called} {path} are damaged ({error}). Open them again: they are then made "
                "anew.",
                called=called,
                path=path.name,
                error=error,
            )
        ) from None


def read_about(path: Path) -> dict[str, Any]:
    """What is told about the arrays, without looking at them; {} where the file is absent or damaged."""
    try:
        with h5py.File(path, "r") as file:
            return dict(json.loads(bytes(file["about"][:])))
    except (OSError, RuntimeError, AttributeError, KeyError, TypeError, ValueError):
        return {}


def _mark(arrays: Any) -> int:
    mark = 0
    for array in arrays:
        mark = zlib.crc32(np.ascontiguousarray(array).data, mark)
    return mark
