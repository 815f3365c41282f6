"""The HDF5 cache of shapes with parts, as that of data sets: whole or not at all, with a checksum."""

from pathlib import Path
from typing import Any

from engine.datasets.arrays import reading_arrays, write_arrays
from engine.places import cache_folder
from engine.scenes import Parted

VERSION = 1
_ARRAYS = ("points", "parts", "category", "train")
_WORDS = ("names", "categories", "part_names", "problems")


def cached_parts(name: str, fingerprint: str) -> Path:
    """Where the cache of these shapes, in this state of their source, is or will be."""
    return cache_folder() / "parts" / f"{name}-{fingerprint}-v{VERSION}.h5"


def write_parts(path: Path, parted: Parted) -> None:
    """Write the cache whole or not at all."""
    about = {name: getattr(parted, name) for name in (*_WORDS, "parts_of", "title", "made")}
    write_arrays(path, {name: getattr(parted, name) for name in _ARRAYS}, about)


def read_parts(path: Path) -> Parted:
    """All shapes of a cache. Raises DataError when the file is damaged."""
    with reading_arrays(path, _ARRAYS, "shapes") as (arrays, about):
        words: dict[str, Any] = {name: tuple(about[name]) for name in _WORDS}
        parts_of = tuple(tuple(parts) for parts in about["parts_of"])
        told: dict[str, Any] = {"title": about["title"], "made": about["made"], "source": path}
        return Parted(**arrays, **words, parts_of=parts_of, **told)
