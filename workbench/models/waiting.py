"""A draft that waits until its teacher is trained, here and in the next session."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from engine.experiment import Experiment
from engine.words import say
from workbench.models.kept_draft import WAITING, forget, keep, kept


class Waiting(QObject):
    """One draft at most. `ready(sentence)` once, as soon as somebody can teach it."""

    ready = Signal(str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.draft: Experiment | None = kept(WAITING)
        self.taught = False

    def put(self, draft: Experiment) -> None:
        """Keep this one until it is taken back."""
        self.draft, self.taught = draft, False
        keep(draft, WAITING)

    def take(self) -> Experiment | None:
        """The draft, which waits no longer."""
        found, self.draft = self.draft, None
        forget(WAITING)
        return found

    def started(self, draft: Experiment) -> None:
        """A draft learns now: if it is the one that waited, whoever teaches it, none waits any more."""
        if self.draft is not None and self.draft == draft.with_values(teacher=self.draft.teacher):
            self.take()

    def look(self, can_be_taught: Callable[[Experiment], bool]) -> None:
        """Runs have changed: perhaps the teacher is there."""
        if self.draft is None:
            return
        before, self.taught = self.taught, can_be_taught(self.draft)
        if self.taught and not before:
            self.ready.emit(say("There is a teacher for “{draft}” now.", draft=self.draft.name))

    @property
    def words(self) -> str:
        """What to say of it on Set-up."""
        if self.draft is None:
            return ""
        state = (
            say("has a teacher now") if self.taught else say("is kept until its teacher is trained")
        )
        return f"“{self.draft.name}” {state}."
