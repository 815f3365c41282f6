"""Pairs of clouds and pictures: whatever the source, the end is one HDF5 cache. No torch here."""

from collections.abc import Iterator
from pathlib import Path

from engine import registry
from engine.control import Control
from engine.datasets.pairs.pair import Pair, Pairs, gathered
from engine.datasets.pairs.store import cached_pairs, read_pairs, write_pairs
from engine.errors import DataError
from engine.events import Event, Phase, Prepared
from engine.experiment import Choice

__all__ = [
    "Pair",
    "Pairs",
    "cached_pairs",
    "gathered",
    "prepare_pairs",
    "read_pairs",
    "write_pairs",
]


def prepare_pairs(choice: Choice, control: Control) -> Iterator[Event]:
    """Make sure the cache of some pairs exists and is whole. Ends with a Prepared event that names the cache file.

    Raises DataError when nothing can be opened, Stopped when asked to stop.
    """
    source = registry.make("pairs", choice.name, choice.settings)
    path = cached_pairs(choice.name, source.fingerprint())
    pairs = _whole(path)
    if pairs is None:
        pairs = yield from source.read(control)
        yield Phase(name="Saving the pairs", detail=pairs.title)
        write_pairs(path, pairs)
    yield Prepared(path=str(path), problems=list(pairs.problems))


def _whole(path: Path) -> Pairs | None:
    try:
        return read_pairs(path) if path.exists() else None
    except DataError:
        return None
