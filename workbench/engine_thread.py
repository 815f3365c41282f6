"""The background thread of a window: it owns a session, and does one job at a time in it."""

from PySide6.QtCore import QObject, QThread

from engine.control import Control
from engine.failed import failed
from engine.jobs import Job
from engine.session import Session
from workbench.inbox import Inbox


class EngineThread(QThread):
    """Puts every event of a job into the inbox; `finished` is emitted when the job has no more."""

    def __init__(self, session: Session, inbox: Inbox, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self._inbox = inbox
        self._job: Job | None = None
        self._control = Control()

    def begin(self, job: Job, control: Control) -> None:
        """Start with a job; only while no other is under way."""
        self._job, self._control = job, control
        self.start()

    def run(self) -> None:
        """What the thread does."""
        assert self._job is not None
        try:
            for event in self.session.events(self._job, self._control):
                self._inbox.put(event)
        except Exception as error:  # noqa: BLE001  a thread of a window must end with a sentence
            self._inbox.put(failed(error))
