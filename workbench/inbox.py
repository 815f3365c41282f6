"""The only bridge from an engine's thread to widgets: events are handed over 30 times a second."""

from collections import deque

from PySide6.QtCore import QObject, QTimer, Signal

from engine.events import Event, Progress

PERIOD_MS = 33


class Inbox(QObject):
    """`put` from any thread; `delivered` in the window's thread, with a list of events in order.

    Only the newest Progress of a delivery is kept; nothing else is ever dropped, except what
    belongs to another run than the expected one.
    """

    delivered = Signal(list)
    _woken = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: deque[Event] = deque()
        self._run = ""
        self._timer = QTimer(self)
        self._timer.setInterval(PERIOD_MS)
        self._timer.timeout.connect(self._tick)
        self._woken.connect(self._wake)

    def expect(self, run: str = "") -> None:
        """Forget what waits and take only this run's events; without an id, the first comer's."""
        self._waiting.clear()
        self._run = run

    def put(self, event: Event) -> None:
        """Take one event, in any thread."""
        self._waiting.append(event)
        # The timer lives in the window's thread; a signal crosses over. Further ones find it awake.
        if len(self._waiting) == 1:
            self._woken.emit()

    def flush(self) -> None:
        """Hand over what waits, now."""
        events = [self._waiting.popleft() for _ in range(len(self._waiting))]
        mine = [event for event in events if self._is_mine(event)]
        newest = next((event for event in reversed(mine) if isinstance(event, Progress)), None)
        kept = [event for event in mine if not isinstance(event, Progress) or event is newest]
        if kept:
            self.delivered.emit(kept)

    @property
    def awake(self) -> bool:
        """Whether the timer runs; it does only while there is something to hand over."""
        return self._timer.isActive()

    def _wake(self) -> None:
        if not self._timer.isActive() and self._waiting:
            self.flush()
            self._timer.start()

    def _tick(self) -> None:
        if self._waiting:
            self.flush()
        else:
            self._timer.stop()

    def _is_mine(self, event: Event) -> bool:
        self._run = self._run or event.run
        return event.run in ("", self._run)
