"""The HDF5 cache of pairs, as that of data sets: whole or not at all, with a checksum."""

import json
import zlib
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from engine.atomic import writing
from engine.datasets.pairs.pair import Pairs
from engine.errors import DataError
from engine.places import cache_folder

VERSION = 2
_ARRAYS = ("images", "points", "depth", "intrinsics", "extrinsics", "labels", "train")


def cached_pairs(name: str, fingerprint: str) -> Path:
    """Where the cache of these pairs, in this state of their source, is or will be."""
    return cache_folder() / "pairs" / f"{name}-{fingerprint}-v{VERSION}.h5"


def write_pairs(path: Path, pairs: Pairs) -> None:
    """Write the cache whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with writing(path) as temporary, h5py.File(temporary, "w") as file:
        for name in _ARRAYS:
            array = getattr(pairs, name)
            big = array.ndim > 1
            options = {"chunks": (1, *array.shape[1:]), "compression": "lzf"} if big else {}
            file.create_dataset(name, data=array, **options)
        file.attrs["made"] = pairs.made
        about = {
            "names": pairs.names,
            "things": pairs.things,
            "captions": pairs.captions,
            "kinds": pairs.kinds,
            "title": pairs.title,
            "problems": pairs.problems,
            "checksum": _checksum(pairs),
        }
        # Names of many frames are longer than an attribute may be.
        file["about"] = np.frombuffer(json.dumps(about).encode(), np.uint8)


def read_pairs(path: Path) -> Pairs:
    """All pairs of a cache. Raises DataError when the file is damaged."""
    try:
        with h5py.File(path, "r") as file:
            about = json.loads(bytes(file["about"][:]))
            arrays = {name: file[name][:] for name in _ARRAYS}
            checksum = about.pop("checksum")
            words: dict[str, Any] = {
                key: value if isinstance(value, str) else tuple(value)
                for key, value in about.items()
            }
            pairs = Pairs(**arrays, **words, made=bool(file.attrs["made"]), source=path)
        if _checksum(pairs) != checksum:
            raise ValueError("its checksum is another")
    except (OSError, RuntimeError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise DataError(
            f"The prepared pairs {path.name} are damaged ({error}). Open them again: they are then made anew."
        ) from None
    return pairs


def _checksum(pairs: Pairs) -> int:
    mark = 0
    for name in _ARRAYS:
        mark = zlib.crc32(np.ascontiguousarray(getattr(pairs, name)).data, mark)
    return mark
