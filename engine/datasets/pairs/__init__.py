"""Pairs of clouds and pictures: whatever the source, the end is one HDF5 cache. No torch here."""

from collections.abc import Generator

from engine import registry
from engine.control import Control
from engine.datasets.arrays import read_about
from engine.datasets.pairs.pair import Pair, Pairs, gathered
from engine.datasets.pairs.store import cached_pairs, read_pairs, write_pairs
from engine.datasets.ready import Cache, at_once, ready
from engine.events import Event
from engine.experiment import Choice
from engine.words import say

__all__ = [
    "Pair",
    "Pairs",
    "cached_pairs",
    "gathered",
    "kinds_of",
    "prepare_pairs",
    "read_pairs",
    "write_pairs",
]
_PAIRS = Cache(say("Saving the pairs"), at_once(read_pairs), write_pairs)


def prepare_pairs(choice: Choice, control: Control) -> Generator[Event, None, Pairs]:
    """Make sure the cache of some pairs exists and is whole. Ends with a Prepared event that names the cache file;
    returns what it holds.

    Raises DataError when nothing can be opened, Stopped when asked to stop.
    """
    source = registry.make("pairs", choice.name, choice.settings)
    path = cached_pairs(choice.name, source.fingerprint())
    return (yield from ready(path, source.read, _PAIRS, control))


def kinds_of(choice: Choice) -> tuple[str, ...] | None:
    """Kinds of pairs that are made here or prepared already; None where they are not known before they are opened.

    Raises ConfigError when such pairs cannot be made, DataError when there is nothing to open.
    """
    source = registry.make("pairs", choice.name, choice.settings)
    if hasattr(source, "kinds"):
        return tuple(source.kinds)
    about = read_about(cached_pairs(choice.name, source.fingerprint()))
    return tuple(about["kinds"]) if "kinds" in about else None
