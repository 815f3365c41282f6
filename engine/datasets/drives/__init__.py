"""Drives: a camera and a laser that look at one street, from files or made here; the end is one HDF5 cache. No torch
here."""

from collections.abc import Generator

from engine import registry
from engine.control import Control
from engine.datasets.drives.store import cached_drive, read_drive, write_drive
from engine.datasets.ready import Cache, at_once, ready
from engine.drives import Drive
from engine.events import Event
from engine.experiment import Choice
from engine.words import say

__all__ = ["cached_drive", "prepare_drive", "read_drive", "write_drive"]
_DRIVE = Cache(say("Saving the drive"), at_once(read_drive), write_drive)


def prepare_drive(choice: Choice, control: Control) -> Generator[Event, None, Drive]:
    """Make sure the cache of a drive exists and is whole. Ends with a Prepared event that names the cache file; the
    drive is the generator's return value.

    Raises DataError when nothing can be opened, Stopped when asked to stop.
    """
    source = registry.make("drives", choice.name, choice.settings)
    path = cached_drive(choice.name, source.fingerprint())
    return (yield from ready(path, source.read, _DRIVE, control))
