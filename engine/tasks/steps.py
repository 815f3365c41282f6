"""Steps that every task takes in the same way: its material is prepared, and a long look tells how far it is."""

import time
from collections.abc import Callable, Generator, Iterator
from typing import TypeVar

from engine.control import Control
from engine.events import Event, Note, Part, Phase, Prepared
from engine.experiment import Choice
from engine.tasks.task import Gate
from engine.words import say

T = TypeVar("T")
_SPEAK_SECONDS = 0.2


def opened(
    choice: Choice,
    prepare: Callable[[Choice, Control], Generator[Event, None, T]],
    control: Control,
) -> Generator[Event, None, T]:
    """Prepare the data and read them; problems become notes."""
    yield Phase(name=say("Opening the data"), part="opening", detail=choice.name)
    steps = prepare(choice, control)
    while True:
        try:
            event = next(steps)
        except StopIteration as ended:
            data: T = ended.value
            return data
        if isinstance(event, Prepared):
            yield from (Note(text=problem) for problem in event.problems)
        else:
            yield event


class Pace:
    """Passes the gate before every piece of a long look, and now and then tells how far it is."""

    def __init__(self, gate: Gate, name: str, total: int, part: Part = "") -> None:
        self._gate, self._name, self._total, self._part = gate, name, total, part
        self._spoken = 0.0

    def at(self, done: int) -> Iterator[Event]:
        """Before the next piece, so many being done; a look without a name says nothing."""
        yield from self._gate()
        if self._name and time.monotonic() - self._spoken > _SPEAK_SECONDS:
            self._spoken = time.monotonic()
            detail, share = (
                say("{done} of {total}", done=done, total=self._total),
                done / self._total,
            )
            yield Phase(name=self._name, part=self._part, detail=detail, fraction=share)
