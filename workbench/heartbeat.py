"""Whether the window answers at once: how late its own timer comes."""

import time
from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from engine.checks import State
from engine.words import say

LOOKS: dict[State, str] = {"fine": "good", "know": "warn", "mend": "bad"}
_BEAT_MS = 250
_LOOK_BACK = 5.0  # seconds
_LATE, _TOO_LATE = 0.1, 1.0  # seconds that a person notices, and that look like a standstill


class Heartbeat(QObject):
    """Beats four times a second; `state` is of the worst of the last five seconds, `changed` when it is another."""

    changed = Signal()

    def __init__(
        self, parent: QObject | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(parent)
        self._clock = clock
        self._before = clock()
        self._late: deque[tuple[float, float]] = deque()
        self.state: State = "fine"
        self._timer = QTimer(self, interval=_BEAT_MS)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self.beat)
        self._timer.start()

    @property
    def worst(self) -> float:
        """How late the latest beat of the last five seconds was, in seconds."""
        return max((late for _, late in self._late), default=0.0)

    @property
    def sentence(self) -> str:
        """The same in words."""
        if not self._late:
            return say("How quickly the window answers was not measured yet.")
        said = {
            "fine": say("The window answers at once"),
            "know": say("The window was held up"),
            "mend": say("The window stood still"),
        }[self.state]
        return say(
            "{said}: {worst:.0f} ms at most in the last 5 seconds.",
            said=said,
            worst=1000 * self.worst,
        )

    def beat(self) -> None:
        """The timer came."""
        now = self._clock()
        self._late.append((now, max(0.0, now - self._before - _BEAT_MS / 1000)))
        self._before = now
        while self._late[0][0] < now - _LOOK_BACK:
            self._late.popleft()
        worst = self.worst
        state: State = "fine" if worst < _LATE else "know" if worst < _TOO_LATE else "mend"
        if state != self.state:
            self.state = state
            self.changed.emit()
