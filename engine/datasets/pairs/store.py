"""The HDF5 cache of pairs, as that of data sets: whole or not at all, with a checksum."""

from pathlib import Path
from typing import Any

from engine.datasets.arrays import reading_arrays, write_arrays
from engine.datasets.pairs.pair import Pairs
from engine.places import cache_folder

VERSION = 3
_ARRAYS = ("images", "points", "depth", "intrinsics", "extrinsics", "labels", "train")
_WORDS = ("names", "things", "captions", "kinds", "problems")


def cached_pairs(name: str, fingerprint: str) -> Path:
    """Where the cache of these pairs, in this state of their source, is or will be."""
    return cache_folder() / "pairs" / f"{name}-{fingerprint}-v{VERSION}.h5"


def write_pairs(path: Path, pairs: Pairs) -> None:
    """Write the cache whole or not at all."""
    about = {name: getattr(pairs, name) for name in (*_WORDS, "title", "made")}
    write_arrays(path, {name: getattr(pairs, name) for name in _ARRAYS}, about)


def read_pairs(path: Path) -> Pairs:
    """All pairs of a cache. Raises DataError when the file is damaged."""
    with reading_arrays(path, _ARRAYS, "pairs") as (arrays, about):
        words: dict[str, Any] = {name: tuple(about[name]) for name in _WORDS}
        return Pairs(**arrays, **words, title=about["title"], made=about["made"], source=path)
