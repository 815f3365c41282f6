"""One list of runs for all pages, read in the background."""

import threading

from engine.store import RunStore
from workbench.models.shelf import Shelf


class SlowStore(RunStore):
    """Reads only when it may, and counts how often."""

    def __init__(self) -> None:
        super().__init__()
        self.may_read = threading.Event()
        self.reads = 0

    def runs(self):
        self.reads += 1
        assert self.may_read.wait(5)
        return super().runs()


def test_that_reading_never_makes_the_window_wait(qtbot, make_run):
    make_run("One")
    store = SlowStore()
    shelf = Shelf(store)
    shelf.read()
    assert shelf.runs == []
    with qtbot.waitSignal(shelf.changed):
        store.may_read.set()
    assert [run.name for run in shelf.runs] == ["One"]


def test_that_a_change_while_reading_is_read_after_it_and_a_look_is_not(qtbot, make_run):
    store = SlowStore()
    shelf = Shelf(store)
    shelf.read()
    make_run("Late")
    shelf.look()
    shelf.read()
    store.may_read.set()
    qtbot.waitUntil(lambda: [run.name for run in shelf.runs] == ["Late"])
    qtbot.wait(50)
    assert store.reads == 2
    shelf.look()
    qtbot.waitUntil(lambda: store.reads == 3)
