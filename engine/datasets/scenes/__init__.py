"""Rooms with labels and boxes: whatever the source, the end is one HDF5 cache. No torch here."""

from collections.abc import Generator

from engine import registry
from engine.control import Control
from engine.datasets.ready import Cache, ready
from engine.datasets.scenes.store import cached_scenes, read_scenes, reading_scenes, write_scenes
from engine.events import Event
from engine.experiment import Choice
from engine.scenes import Scenes
from engine.words import say

__all__ = ["cached_scenes", "prepare_scenes", "read_scenes", "write_scenes"]
_SCENES = Cache(say("Saving the scenes"), reading_scenes, write_scenes)


def prepare_scenes(choice: Choice, control: Control) -> Generator[Event, None, Scenes]:
    """Make sure the cache of some scenes exists and is whole. Ends with a Prepared event that names the cache file;
    returns what it holds.

    Raises DataError when nothing can be opened, Stopped when asked to stop.
    """
    source = registry.make("scenes", choice.name, choice.settings)
    path = cached_scenes(choice.name, source.fingerprint())
    return (yield from ready(path, source.read, _SCENES, control))
