"""Whatever is prepared once and opened often: the cache file is made where it is absent or damaged, else left alone."""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from engine.control import Control
from engine.errors import DataError
from engine.events import Event, Phase, Prepared
from engine.words import say

READING = say("Reading what was prepared")


class _Titled(Protocol):
    @property
    def title(self) -> str: ...

    @property
    def problems(self) -> tuple[str, ...]: ...


T = TypeVar("T", bound=_Titled)
Steps = Callable[[Path, Control], Generator[Event, None, T]]


@dataclass(frozen=True)
class Cache(Generic[T]):
    """How a sort of prepared data is read and written, and what is said while it is saved."""

    saving: str
    read: Steps[T]
    write: Callable[[Path, T], None]


def at_once(read: Callable[[Path], T]) -> Steps[T]:
    """Reading that takes a moment and says nothing of it."""

    def steps(path: Path, control: Control) -> Generator[Event, None, T]:
        yield from control.gate()
        return read(path)

    return steps


def ready(
    path: Path,
    make: Callable[[Control], Generator[Event, None, T]],
    cache: Cache[T],
    control: Control,
) -> Generator[Event, None, T]:
    """Make sure the cache file exists and is whole. Ends with a Prepared event that names it; what it holds is the
    generator's return value, so that nobody needs to read it once more.

    Raises what `make` raises: DataError or FormatError when nothing can be opened, Stopped when asked to stop.
    """
    data = (yield from _whole(path, cache, control)) if path.exists() else None
    if data is None:
        made = yield from make(control)
        yield Phase(name=cache.saving, detail=made.title)
        cache.write(path, made)
        del made  # it may fill half of the memory
        data = yield from cache.read(path, control)
    yield Prepared(path=str(path), problems=list(data.problems))
    return data


def _whole(path: Path, cache: Cache[T], control: Control) -> Generator[Event, None, T | None]:
    """What the file holds; None when it is damaged, to be made again."""
    try:
        return (yield from cache.read(path, control))
    except DataError:
        return None
