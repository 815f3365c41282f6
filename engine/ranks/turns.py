"""What only the first process does while the others wait, and wishes, which reach all of them between the same two
batches."""

from collections.abc import Callable, Generator, Iterator
from typing import TypeVar

from engine.control import Control, Wish
from engine.errors import Left, Stopped
from engine.events import Event
from engine.ranks.world import here, tell
from engine.words import say

T = TypeVar("T")
_DONE, _LEFT = "done", "left"


def first_only(work: Callable[[], Generator[Event, None, T]]) -> Generator[Event, None, T]:
    """The first does it; the others hear what came of it, or that it was stopped or left."""
    if here().size == 1:
        return (yield from work())
    if here().first:
        try:
            value = yield from work()
        except Stopped:
            tell(("stopped", None))
            raise
        except Left:
            tell((_LEFT, None))
            raise
        tell((_DONE, value))
        return value
    how, value = tell(None)
    if how != _DONE:
        raise Left if how == _LEFT else Stopped(say("Stopped as you asked."))
    return value


def first_then_all(work: Callable[[], Generator[Event, None, T]]) -> Generator[Event, None, T]:
    """The first does it, and then the others, who find what it has left on the disk."""
    found: list[T] = []

    def once() -> Generator[Event, None, None]:
        found.append((yield from work()))

    yield from first_only(once)
    if here().first:
        return found[0]
    return (yield from work())


def agreed(control: Control, gate: Callable[[], Iterator[Event]]) -> Iterator[Event]:
    """The gate of all: what is wished of the first is done by every process. Waits while the first is paused."""
    if here().size == 1:
        yield from gate()
    elif tell(control.wish) is not Wish.RUN:

        def pass_it() -> Generator[Event, None, None]:
            yield from gate()

        yield from first_only(pass_it)
