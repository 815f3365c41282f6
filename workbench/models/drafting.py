"""Every change of the draft as a step that can be undone."""

import time
import zlib
from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QObject
from PySide6.QtGui import QUndoCommand, QUndoStack

from engine.experiment import Experiment

MERGE_SECONDS = 1.0


class HasDraft(Protocol):
    """What of the desk is needed here."""

    draft: Experiment

    def set_draft(self, experiment: Experiment) -> None:
        """Make this the draft and tell everyone."""

    def suited(self, experiment: Experiment) -> Experiment:
        """The experiment with material its recipe can learn from."""


class Steps(QUndoStack):
    """The steps of the draft. What was typed and refused is the first that is taken back.

    `put_back` clears refused values from their fields and says whether there were any.
    """

    def __init__(self, parent: QObject, put_back: Callable[[], bool]) -> None:
        super().__init__(parent)
        self._put_back = put_back

    def undo(self) -> None:
        """Clear what was refused, or else take the last step back."""
        if not self._put_back():
            super().undo()

    def redo(self) -> None:
        """Take the step again; what was refused does not outlive it."""
        self._put_back()
        super().redo()


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
