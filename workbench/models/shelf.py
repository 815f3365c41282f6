"""The runs there are: one list for all pages, read in the background."""

from PySide6.QtCore import QObject, Signal

from engine.store import RunStore, RunSummary
from workbench.background import in_background


class Shelf(QObject):
    """`runs` are the store's summaries, newest first, as they were when `changed` was last told."""

    changed = Signal()

    def __init__(self, store: RunStore, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.runs: list[RunSummary] = []
        self._store = store
        self._reading = self._again = False

    def look(self) -> None:
        """Look at the store again, unless that is under way."""
        if not self._reading:
            self.read()

    def read(self) -> None:
        """Something changed in the store: what is being read now is read again after it."""
        self._again = self._reading
        if not self._reading:
            self._reading = True
            in_background(self, self._store.runs, self._take)

    def _take(self, runs: list[RunSummary]) -> None:
        self._reading = False
        self.runs = runs
        self.changed.emit()
        if self._again:
            self.read()
