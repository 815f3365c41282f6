"""One engine and what waits for it: requests are done one after another, stale ones are dropped."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from PySide6.QtCore import QObject

from engine.control import Control, Wish
from engine.events import Event
from engine.jobs import Job
from engine.session import CHILD, ChildSession, Session, ThreadSession
from workbench.engine_thread import EngineThread
from workbench.inbox import Inbox


@dataclass
class Request:
    """A job, who is told its events, and who is told that there are no more.

    Of each topic only the newest request counts.
    """

    topic: str
    job: Job
    tell: Callable[[list[Event]], None]
    done: Callable[[], None] = lambda: None
    control: Control = field(default_factory=Control)
    run: str = ""


class Lane(QObject):
    """A queue of requests before one EngineThread."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._inbox = Inbox(self)
        self._thread = EngineThread(session, self._inbox, self)
        self._waiting: list[Request] = []
        self._current: Request | None = None
        self._closed = False
        self._inbox.delivered.connect(self._tell)
        self._thread.finished.connect(self._end)

    @property
    def busy(self) -> bool:
        """Whether a request is under way or waiting."""
        return self._current is not None or bool(self._waiting)

    def warm(self) -> None:
        """Get the engine ready before the first request."""
        self._session.warm()

    def submit(self, request: Request) -> None:
        """Do this when its turn comes; what was asked before on the same topic is dropped."""
        self.cancel(request.topic)
        self._waiting.append(request)
        if self._current is None:
            self._next()

    def cancel(self, topic: str) -> None:
        """Drop all requests of a topic; one under way is stopped and no longer listened to."""
        self._waiting = [request for request in self._waiting if request.topic != topic]
        if self._current is not None and self._current.topic == topic:
            self._current.tell, self._current.done = _nobody, lambda: None
            self._current.control.ask(Wish.FINISH)

    def leave(self) -> None:
        """Ask the engine to save and leave what it does, without waiting for it."""
        self._closed = True
        self._waiting.clear()
        if self._current is not None:
            self._current.control.ask(Wish.LEAVE)

    def close(self, seconds: float) -> None:
        """End thread and engine; an engine that does not leave in time is ended by force."""
        self.leave()
        if not self._thread.wait(int(seconds * 1000)):
            self._session.close(0.1)
            self._thread.wait()
        self._inbox.flush()
        self._session.close(min(seconds, 1.0))

    def _end(self) -> None:
        self._inbox.flush()
        ended, self._current = self._current, None
        if ended is not None:
            ended.done()
        if self._current is None:
            self._next()

    def _next(self) -> None:
        self._current = self._waiting.pop(0) if self._waiting and not self._closed else None
        if self._current is not None:
            self._inbox.expect(self._current.run)
            self._thread.begin(self._current.job, self._current.control)

    def _tell(self, events: list[Event]) -> None:
        if self._current is not None:
            self._current.tell(events)


def _nobody(_events: list[Event]) -> None:
    """Hears nothing."""


def session_of(kind: Literal["child", "thread"], *flags: str) -> Session:
    """An engine in a process or a thread of its own."""
    return ThreadSession() if kind == "thread" else ChildSession((*CHILD, *flags))
