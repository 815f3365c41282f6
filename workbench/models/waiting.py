"""A draft that waits until its teacher is trained, here and in the next session."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from engine.experiment import Experiment
from engine.words import say
from workbench.models.kept_draft import WAITING, forget, keep, kept


class Waiting(QObject):
    """One draft at most. `ready(sentence)` once, as soon as somebody can teach it; `changed` when another waits, or
    none."""

    ready = Signal(str)
    changed = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.draft: Experiment | None = kept(WAITING)
        self.taught = False

    def put(self, draft: Experiment) -> None:
        """Keep this one until it is taken back."""
        self._put(draft, False)

    def take(self) -> Experiment | None:
        """The draft, which waits no longer."""
        found, self.draft = self.draft, None
        forget(WAITING)
        self.changed.emit()
        return found

    def wave_away(self, steps: QUndoStack) -> None:
        """It waits no longer, as a step that can be undone."""
        if self.draft is not None:
            steps.push(_WavedAway(self, self.draft, self.taught))

    def _put(self, draft: Experiment, taught: bool) -> None:
        self.draft, self.taught = draft, taught
        keep(draft, WAITING)
        self.changed.emit()

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
        name = self.draft.name
        if self.taught:
            return say("“{name}” has a teacher now.", name=name)
        return say("“{name}” is kept until its teacher is trained.", name=name)


class _WavedAway(QUndoCommand):
    """Neither way does anything to another draft that waits by then."""

    def __init__(self, waiting: Waiting, draft: Experiment, taught: bool) -> None:
        super().__init__(say("“{name}” waits no longer", name=draft.name))
        self._waiting, self._draft, self._taught = waiting, draft, taught

    def redo(self) -> None:
        if self._waiting.draft == self._draft:
            self._waiting.take()

    def undo(self) -> None:
        if self._waiting.draft is None:
            self._waiting._put(self._draft, self._taught)
