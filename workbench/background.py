"""Work that would make the window wait, done in a pool; answered on the window's own thread."""

import logging
from collections.abc import Callable
from typing import Any, TypeVar

from PySide6.QtCore import QObject, QRunnable, Qt, QThreadPool, Signal
from shiboken6 import isValid

T = TypeVar("T")
_under_way: set["_Task"] = set()
_log = logging.getLogger(__name__)


class _Carrier(QObject):
    """Lives on the window's thread and takes the answer there."""

    done = Signal(object)

    def __init__(self, owner: QObject, then: Callable[[Any], object], task: "_Task") -> None:
        super().__init__()
        self._owner, self._then, self._task = owner, then, task
        self.done.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def _deliver(self, answer: object) -> None:
        _under_way.discard(self._task)
        if isValid(self._owner) and not isinstance(answer, Exception):
            self._then(answer)


class _Task(QRunnable):
    def __init__(self, work: Callable[[], Any]) -> None:
        super().__init__()
        self.setAutoDelete(False)
        self.carrier: _Carrier | None = None
        self._work = work

    def run(self) -> None:
        assert self.carrier is not None
        answer: object
        try:
            answer = self._work()
        except Exception as error:  # noqa: BLE001  a pool thread has nobody above it
            _log.exception("Work in the background failed")
            answer = error
        if isValid(self.carrier):  # the program may have ended meanwhile
            self.carrier.done.emit(answer)


def in_background(owner: QObject, work: Callable[[], T], then: Callable[[T], object]) -> None:
    """Do `work` in the pool, then call `then` with its answer here.

    Nothing is called when `owner` is gone or the work failed; a failure is logged.
    """
    task = _Task(work)
    task.carrier = _Carrier(owner, then, task)
    _under_way.add(task)
    QThreadPool.globalInstance().start(task)
