"""What a person at a terminal reads while the engine works, and what their Ctrl+C asks for."""

import signal
import sys
from collections.abc import Generator, Iterator
from typing import TypeVar

from engine.control import Control, Wish
from engine.events import Event, Failed, Phase
from engine.jobs import Job, perform
from engine.narrate import narrate
from engine.words import say

Read = TypeVar("Read")
_FINISHING = say(
    "Finishing now: what was learnt so far is saved and tested; `pcd-engine resume` goes on from there."
)


class News:
    """What a reader of a terminal wants to see: not the single batches, the pace, or every step of a long phase."""

    phase = ""

    def tell(self, event: Event) -> None:
        """Print an event if it is news; a failure on the error stream."""
        if event.kind == "progress" or (event.kind == "metric" and "loss" in event.values):
            return
        if event.kind == "phase":
            if event.name == self.phase:
                return
            self.phase = event.name
            event = Phase(
                name=event.name, detail="" if event.fraction is not None else event.detail
            )
        stream = sys.stderr if isinstance(event, Failed) else sys.stdout
        print(narrate(event), file=stream, flush=True)


def follow(job: Job, stopping: str = _FINISHING) -> Event | None:
    """Do a job, telling its events; Ctrl+C finishes it now (a second one stops at once). Returns the last event."""
    control = Control()
    on_interrupt(control, Wish.FINISH, stopping)
    last: Event | None = None
    news = News()
    for last in perform(job, control):
        news.tell(last)
    return last


def told(reading: Generator[Event, None, Read]) -> Read:
    """Read a data set, telling each phase once."""
    found: list[Read] = []

    def events() -> Iterator[Event]:
        found.append((yield from reading))

    news = News()
    for event in events():
        news.tell(event)
    return found[0]


def on_interrupt(control: Control, wish: Wish, sentence: str) -> None:
    """Ctrl+C asks for this; a second one stops at once."""

    def ask(_signal: int, _frame: object) -> None:
        print(say("{sentence} Ctrl+C again stops at once.", sentence=sentence), flush=True)
        control.ask(wish)
        signal.signal(signal.SIGINT, signal.SIG_DFL)

    signal.signal(signal.SIGINT, ask)
