"""Data sets: whatever the source, the end is one HDF5 cache of equal-sized, normalised clouds. No torch here."""

from collections.abc import Iterator

from engine import registry
from engine.control import Control
from engine.datasets.cache import cached, read_cache, write_cache
from engine.datasets.ready import Cache, ready
from engine.events import Event
from engine.experiment import SPLIT_KEYS, Choice

__all__ = ["cached", "prepare", "read_cache", "write_cache"]
_CLOUDS = Cache("Saving the data set", read_cache, write_cache)


def prepare(choice: Choice, control: Control) -> Iterator[Event]:
    """Make sure the cache of a data set exists and is whole. Ends with a Prepared event that names the cache file.

    Raises DataError or FormatError when nothing can be opened, Stopped when asked to stop.
    """
    settings = {key: value for key, value in choice.settings.items() if key not in SPLIT_KEYS}
    source = registry.make("dataset", choice.name, settings)
    path = cached(choice.name, source.fingerprint())
    yield from ready(path, source.read, _CLOUDS, control)
