"""Every change of the draft, and of the kinds that are known, as a step that can be undone."""

import time
import zlib
from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QObject
from PySide6.QtGui import QUndoCommand, QUndoStack

from engine.experiment import Choice, Experiment

MERGE_SECONDS = 1.0


class HasDraft(Protocol):
    """What of the desk is needed here."""

    draft: Experiment

    def set_draft(self, experiment: Experiment) -> None:
        """Make this the draft and tell everyone."""

    def suited(self, experiment: Experiment) -> Experiment:
        """The experiment with material its recipe can learn from."""


class HasKnown(Protocol):
    """What of the desk is needed for the kinds."""

    data_choice: Choice
    known: tuple[str, ...]

    def set_known(self, kinds: tuple[str, ...]) -> None:
        """Learn these kinds and tell everyone."""


class Steps(QUndoStack):
    """The steps of the draft and of its data. What was typed and refused is the first that is taken back.

    `put_back` clears refused values from the fields in sight and says whether there were any; `show` gets the page
    where a step was taken, so that nothing changes unseen.
    """

    def __init__(self, parent: QObject, show: Callable[[str], None]) -> None:
        super().__init__(parent)
        self.put_back: Callable[[], bool] = lambda: False
        self._show = show

    def undo(self) -> None:
        """Clear what was refused, or else take the last step back."""
        if not self.put_back() and self.canUndo():
            self._show(_page_of(self.command(self.index() - 1)))
            super().undo()

    def redo(self) -> None:
        """Take the step again; what was refused does not outlive it."""
        self.put_back()
        if self.canRedo():
            self._show(_page_of(self.command(self.index())))
            super().redo()


def _page_of(step: QUndoCommand) -> str:
    return "data" if isinstance(step, _Switched) else "setup"


def switch(stack: QUndoStack, desk: HasKnown, known: tuple[str, ...], kind: str) -> None:
    """Learn these kinds from now on, as one step; `kind` is the one that makes the difference."""
    stack.push(_Switched(desk, known, kind))


def take(stack: QUndoStack, desk: HasDraft, after: Experiment, words: str, label: str = "") -> None:
    """Take another draft as one step; steps with the same label in quick succession become one.

    A step holds only the parts it changed, so undoing it keeps what others changed meanwhile.
    """
    after = desk.suited(after)
    parts = type(after).model_fields
    changed = [part for part in parts if getattr(desk.draft, part) != getattr(after, part)]
    if changed:
        stack.push(_Step(desk, after, changed, (words, label)))


class _Step(QUndoCommand):
    def __init__(
        self, desk: HasDraft, after: Experiment, changed: list[str], words: tuple[str, str]
    ) -> None:
        super().__init__(words[0])
        self._desk = desk
        self._label = words[1]
        self._when = time.monotonic()
        self._before = {part: getattr(desk.draft, part) for part in changed}
        self._after = {part: getattr(after, part) for part in changed}

    def id(self) -> int:
        return zlib.crc32(self._label.encode()) & 0x7FFFFFFF if self._label else -1

    def mergeWith(self, other: QUndoCommand) -> bool:
        if not isinstance(other, _Step) or other._when - self._when > MERGE_SECONDS:
            return False
        self._after |= other._after
        self._before = other._before | self._before
        self._when = other._when
        return True

    def redo(self) -> None:
        self._desk.set_draft(self._desk.draft.model_copy(update=self._after))

    def undo(self) -> None:
        self._desk.set_draft(self._desk.draft.model_copy(update=self._before))


class _Switched(QUndoCommand):
    """Means nothing, and does nothing, once other data are open."""

    def __init__(self, desk: HasKnown, known: tuple[str, ...], kind: str) -> None:
        super().__init__(kind)
        self._desk, self._data = desk, desk.data_choice
        self._before, self._after = desk.known, known

    def redo(self) -> None:
        self._set(self._after)

    def undo(self) -> None:
        self._set(self._before)

    def _set(self, known: tuple[str, ...]) -> None:
        if self._desk.data_choice == self._data:
            self._desk.set_known(known)
