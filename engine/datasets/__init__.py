"""Data sets: whatever the source, the end is one HDF5 cache of equal-sized, normalised clouds. No torch here."""

from collections.abc import Iterator
from pathlib import Path

from engine import registry
from engine.clouds import Clouds
from engine.control import Control
from engine.datasets.cache import cached, read_cache, write_cache
from engine.errors import DataError
from engine.events import Event, Phase, Prepared
from engine.experiment import SPLIT_KEYS, Choice

__all__ = ["cached", "prepare", "read_cache", "write_cache"]


def prepare(choice: Choice, control: Control) -> Iterator[Event]:
    """Make sure the cache of a data set exists and is whole. Ends with a Prepared event that names the cache file.

    Raises DataError or FormatError when nothing can be opened, Stopped when asked to stop.
    """
    settings = {key: value for key, value in choice.settings.items() if key not in SPLIT_KEYS}
    source = registry.make("dataset", choice.name, settings)
    path = cached(choice.name, source.fingerprint())
    clouds = _whole(path)
    if clouds is None:
        clouds = yield from source.read(control)
        yield Phase(name="Saving the data set", detail=clouds.title)
        write_cache(path, clouds)
    yield Prepared(path=str(path), problems=list(clouds.problems))


def _whole(path: Path) -> Clouds | None:
    """What the cache holds; None when it is absent or damaged, to be made again."""
    try:
        return read_cache(path) if path.exists() else None
    except DataError:
        return None
