"""Data sets: whatever the source, the end is one HDF5 cache of equal-sized, normalised clouds. No torch here."""

from collections.abc import Generator
from contextlib import suppress
from pathlib import Path
from typing import Any

from engine import registry
from engine.clouds import Clouds
from engine.control import Control
from engine.datasets.cache import cached, read_cache, read_plan, write_cache
from engine.datasets.ready import Cache, at_once, ready
from engine.errors import DataError
from engine.events import Event
from engine.experiment import SPLIT_KEYS, Choice
from engine.words import say

__all__ = ["cached", "place_of", "plan_of", "prepare", "read_cache", "write_cache"]
_CLOUDS = Cache(say("Saving the data set"), at_once(read_cache), write_cache)


def prepare(choice: Choice, control: Control) -> Generator[Event, None, Clouds]:
    """Make sure the cache of a data set exists and is whole. Ends with a Prepared event that names the cache file;
    returns what it holds.

    Raises DataError or FormatError when nothing can be opened, Stopped when asked to stop.
    """
    source, path = _source(choice)
    return (yield from ready(path, source.read, _CLOUDS, control))


def plan_of(choice: Choice) -> Clouds | None:
    """Kinds, labels and split of a data set, without points, where they are known before it is opened: it is prepared
    already, or made here. None where they are not.

    Raises DataError when there is no such data set.
    """
    source, path = _source(choice)
    if path.exists():
        with suppress(DataError):  # damaged: it is made anew when it is opened
            return read_plan(path)
    plan: Clouds | None = source.plan() if hasattr(source, "plan") else None
    return plan


def _source(choice: Choice) -> tuple[Any, Path]:
    settings = {key: value for key, value in choice.settings.items() if key not in SPLIT_KEYS}
    source = registry.make("dataset", choice.name, settings)
    return source, cached(choice.name, source.fingerprint())


def place_of(choice: Choice) -> Path:
    """Where the cache of a data set is, or will be once it is prepared.

    Raises DataError when there is no such data set.
    """
    return _source(choice)[1]
