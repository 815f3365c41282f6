"""Whatever is prepared once and opened often: the cache file is made where it is absent or damaged, else left alone."""

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from engine.control import Control
from engine.errors import DataError
from engine.events import Event, Phase, Prepared


class _Titled(Protocol):
    @property
    def title(self) -> str: ...

    @property
    def problems(self) -> tuple[str, ...]: ...


T = TypeVar("T", bound=_Titled)


@dataclass(frozen=True)
class Cache(Generic[T]):
    """How a sort of prepared data is read and written, and what is said while it is saved."""

    saving: str
    read: Callable[[Path], T]
    write: Callable[[Path, T], None]


def ready(
    path: Path,
    make: Callable[[Control], Generator[Event, None, T]],
    cache: Cache[T],
    control: Control,
) -> Iterator[Event]:
    """Make sure the cache file exists and is whole. Ends with a Prepared event that names it.

    Raises what `make` raises: DataError or FormatError when nothing can be opened, Stopped when asked to stop.
    """
    data = _whole(path, cache)
    if data is None:
        data = yield from make(control)
        yield Phase(name=cache.saving, detail=data.title)
        cache.write(path, data)
    yield Prepared(path=str(path), problems=list(data.problems))


def _whole(path: Path, cache: Cache[T]) -> T | None:
    """What the file holds; None when it is absent or damaged, to be made again."""
    try:
        return cache.read(path) if path.exists() else None
    except DataError:
        return None
