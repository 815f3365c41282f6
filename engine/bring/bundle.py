"""The finished run that comes with the program, for a store that has none of its own. No torch here."""

from contextlib import suppress
from importlib import import_module
from pathlib import Path

from engine.store import RunStore


def bundled(store: RunStore) -> Path | None:
    """Put it into the store unless it is there; None where the program came without one."""
    with suppress(ImportError):
        found: Path = import_module("engine.bundled").bundled_run(store)
        return found
    return None
