"""Shapes whose points are told apart by parts: whatever the source, the end is one HDF5 cache. No torch here."""

from collections.abc import Generator

from engine import registry
from engine.control import Control
from engine.datasets.parts.store import cached_parts, read_parts, write_parts
from engine.datasets.ready import Cache, at_once, ready
from engine.events import Event
from engine.experiment import Choice
from engine.scenes import Parted
from engine.words import say

__all__ = ["cached_parts", "prepare_parts", "read_parts", "write_parts"]
_PARTS = Cache(say("Saving the shapes with parts"), at_once(read_parts), write_parts)


def prepare_parts(choice: Choice, control: Control) -> Generator[Event, None, Parted]:
    """Make sure the cache of some shapes with parts exists and is whole. Ends with a Prepared event that names it;
    returns what it holds.

    Raises DataError when nothing can be opened, Stopped when asked to stop.
    """
    source = registry.make("parts", choice.name, choice.settings)
    path = cached_parts(choice.name, source.fingerprint())
    return (yield from ready(path, source.read, _PARTS, control))
