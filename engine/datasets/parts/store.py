"""The HDF5 cache of shapes with parts, as that of data sets: whole or not at all, with a checksum."""

import json
import zlib
from pathlib import Path

import h5py
import numpy as np

from engine.atomic import writing
from engine.errors import DataError
from engine.places import cache_folder
from engine.scenes import Parted

VERSION = 1
_ARRAYS = ("points", "parts", "category", "train")


def cached_parts(name: str, fingerprint: str) -> Path:
    """Where the cache of these shapes, in this state of their source, is or will be."""
    return cache_folder() / "parts" / f"{name}-{fingerprint}-v{VERSION}.h5"


def write_parts(path: Path, parted: Parted) -> None:
    """Write the cache whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with writing(path) as temporary, h5py.File(temporary, "w") as file:
        for name in _ARRAYS:
            array = getattr(parted, name)
            big = array.ndim > 1
            options = {"chunks": (1, *array.shape[1:]), "compression": "lzf"} if big else {}
            file.create_dataset(name, data=array, **options)
        about = {
            "names": parted.names,
            "categories": parted.categories,
            "part_names": parted.part_names,
            "parts_of": parted.parts_of,
            "title": parted.title,
            "problems": parted.problems,
            "made": parted.made,
            "checksum": _checksum(parted),
        }
        # Names of many shapes are longer than an attribute may be.
        file["about"] = np.frombuffer(json.dumps(about).encode(), np.uint8)


def read_parts(path: Path) -> Parted:
    """All shapes of a cache. Raises DataError when the file is damaged."""
    try:
        with h5py.File(path, "r") as file:
            about = json.loads(bytes(file["about"][:]))
            arrays = {name: file[name][:] for name in _ARRAYS}
        parted = Parted(
            **arrays,
            names=tuple(about["names"]),
            categories=tuple(about["categories"]),
            part_names=tuple(about["part_names"]),
            parts_of=tuple(tuple(parts) for parts in about["parts_of"]),
            title=about["title"],
            problems=tuple(about["problems"]),
            made=about["made"],
            source=path,
        )
        if _checksum(parted) != about["checksum"]:
            raise ValueError("its checksum is another")
    except (OSError, RuntimeError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise DataError(
            f"The prepared shapes {path.name} are damaged ({error}). Open them again: they are then made anew."
        ) from None
    return parted


def _checksum(parted: Parted) -> int:
    mark = 0
    for name in _ARRAYS:
        mark = zlib.crc32(np.ascontiguousarray(getattr(parted, name)).data, mark)
    return mark
