"""Cycles are collected on the window's thread, and nowhere else."""

import gc
import threading
import weakref

from PySide6.QtCore import QObject

from workbench.garbage import Collector


class Cycle(QObject):
    """A QObject only the collector can free."""

    def __init__(self) -> None:
        super().__init__()
        self.me = self


def test_that_another_thread_never_collects_a_qobject(qtbot):
    gone = weakref.ref(Cycle())
    worker = threading.Thread(target=lambda: [[] for _ in range(50_000)])
    worker.start()
    worker.join()
    assert gone() is not None


def test_that_the_collector_frees_cycles_here(qapp, qtbot):
    gone = weakref.ref(Cycle())
    kept = [[] for _ in range(gc.get_threshold()[0] + 1)]
    Collector(qapp).collect()
    assert gone() is None
    assert kept
