"""Pause, resume, finish now, discard: wishes set from anywhere, honoured between two batches or two files."""

import threading
from collections.abc import Callable, Iterator
from enum import Enum

from engine.errors import Left, Stopped
from engine.events import Event, Paused, Resumed
from engine.words import say


class Wish(Enum):
    """What the person wants the engine to do."""

    RUN = "resume"
    PAUSE = "pause"
    FINISH = "finish"
    DISCARD = "discard"
    LEAVE = "leave"  # save and go without an end: the window closes, the run goes on another day


class Control:
    """A thread-safe wish. Set it with `ask`; engine code honours it with `yield from control.gate()`."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._wish = Wish.RUN
        self._listeners: list[Callable[[Wish], object]] = []

    @property
    def wish(self) -> Wish:
        """The wish in force."""
        return self._wish

    @property
    def stopping(self) -> bool:
        """True once finish or discard was asked for."""
        return self._wish in (Wish.FINISH, Wish.DISCARD)

    def ask(self, wish: Wish | str) -> None:
        """Wish for something. Finish, discard and leave are final: only discard may follow finish."""
        with self._changed:
            wish = Wish(wish)
            final = self.stopping or self._wish is Wish.LEAVE
            if not final or wish is Wish.DISCARD:
                self._wish = wish
            self._changed.notify_all()
        for listener in self._listeners:
            listener(self._wish)

    def subscribe(self, listener: Callable[[Wish], object]) -> None:
        """Tell every wish to come, in the thread that asks; one already in force is told at once."""
        self._listeners.append(listener)
        if self._wish is not Wish.RUN:
            listener(self._wish)

    def gate(
        self, step: int = 0, before_pause: Callable[[], object] | None = None
    ) -> Iterator[Event]:
        """Pass at once, wait here while paused (saying so), or raise Stopped on finish and discard."""
        if self.wish in (Wish.PAUSE, Wish.LEAVE):
            if before_pause is not None:
                before_pause()
            yield Paused(step=step)
            if self._after_pause() is Wish.RUN:
                yield Resumed(step=step)
        if self._wish is Wish.LEAVE:
            raise Left
        if self.stopping:
            raise Stopped(say("Stopped as you asked."))

    def _after_pause(self) -> Wish:
        """Wait until the wish is another than to pause, and return it."""
        with self._changed:
            self._changed.wait_for(lambda: self._wish is not Wish.PAUSE)
            return self._wish
