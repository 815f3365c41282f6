"""Work that would make the window wait, done in a pool; answered on the window's own thread."""

import logging
from collections.abc import Callable
from functools import partial
from itertools import count
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, QThreadPool, Signal
from shiboken6 import isValid

from engine.errors import EngineError
from engine.words import say

T = TypeVar("T")
_log = logging.getLogger(__name__)


class _Counter(QObject):
    """Takes work in and hands answers out, by number.

    There is one of it for good: whatever lives in the window's thread must also die there, so
    the pool never holds a reference to an owner.
    """

    _done = Signal(int, object)

    def __init__(self) -> None:
        super().__init__()
        self._numbers = count()
        self._waiting: dict[int, tuple[QObject, Callable[[Any], object]]] = {}
        self._done.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def take(self, owner: QObject, work: Callable[[], T], then: Callable[[T], object]) -> None:
        number = next(self._numbers)
        self._waiting[number] = owner, then
        QThreadPool.globalInstance().start(partial(self._do, number, work))

    def _do(self, number: int, work: Callable[[], object]) -> None:
        answer: object = None
        try:
            if isValid(self._waiting[number][0]):  # else nobody wants the answer any more
                answer = work()
        except Exception as error:  # noqa: BLE001  a pool thread has nobody above it
            _log.exception("Work in the background failed")
            answer = error
        if isValid(self):  # the program may have ended meanwhile
            self._done.emit(number, answer)

    def _deliver(self, number: int, answer: object) -> None:
        owner, then = self._waiting.pop(number)
        if isValid(owner) and not isinstance(answer, Exception):
            then(answer)


_counter = _Counter()


def in_background(owner: QObject, work: Callable[[], T], then: Callable[[T], object]) -> None:
    """Do `work` in the pool, then call `then` with its answer here.

    Nothing is called when `owner` is gone or the work failed; a failure is logged.
    """
    _counter.take(owner, work, then)


def read_in_background(
    owner: QObject, read: Callable[[], T], then: Callable[[T | str], object]
) -> None:
    """The same for what lies on the disk: `then` gets it, or the sentence that says why not."""
    in_background(owner, partial(_or_why, read), then)


def _or_why(read: Callable[[], T]) -> T | str:
    try:
        return read()
    except EngineError as error:
        return error.sentence
    except OSError as error:
        return say("It could not be read: {error}. Nothing was changed.", error=error)
