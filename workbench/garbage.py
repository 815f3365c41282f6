"""Collects reference cycles on the window's thread alone.

Python collects in whichever thread allocates next. A widget or timer that dies in an engine's
thread leaves a dangling pointer in the event loop, and the program with it.
"""

import gc

from PySide6.QtCore import QObject, QTimer

_PERIOD_MS = 1000


class Collector(QObject):
    """Lives as long as the application; from then on nothing else collects by itself."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        timer = QTimer(self, interval=_PERIOD_MS)
        timer.timeout.connect(self.collect)
        timer.start()

    def collect(self) -> None:
        """Collect what Python itself would have collected by now."""
        limits = list(zip(gc.get_count(), gc.get_threshold(), strict=True))
        due = [generation for generation, (count, limit) in enumerate(limits) if count > limit]
        if due:
            gc.collect(due[-1])
