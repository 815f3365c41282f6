"""Compare with 1,000 runs on the disk: read, and shown. Needs a screen (or xvfb-run).

In seconds of processor time; the reading is done in the background while the page can be used.
"""

import sys
import tempfile
from pathlib import Path

from PySide6.QtWidgets import QApplication

from engine.events import Finished, Started
from engine.experiment import Experiment
from engine.store import RunStore
from tests.benchmarks.figures import below, busy
from tests.workbench.made_runs import SCHEMA
from workbench import theme
from workbench.desk import Desk
from workbench.pages.compare import ComparePage

RUNS = 1000


def made(store: RunStore, number: int) -> None:
    """A finished run folder."""
    values = {"training.epochs": number + 1}  # each another way of learning, so a line of its own
    run = store.create(Experiment(name=f"Run {number}").with_values(**values))
    for event in (
        Started(
            name=f"Run {number}", recipe="student", device="cpu", threads=1, parameters=1, epochs=2,
            steps_per_epoch=3, train=9, validation=3, known=["a"], strangers=["b"], terms=["ce"],
        ),
        Finished(outcome="done", step=6, results={"acc_closed": number / RUNS, "threshold": 0.5}),
    ):  # fmt: skip
        run.log.append(event)


def main() -> None:
    """Tell both times."""
    app = QApplication(sys.argv[:1])
    theme.apply(app)
    with tempfile.TemporaryDirectory() as home:
        store = RunStore(Path(home))
        for number in range(RUNS):
            made(store, number)
        below("Compare, 1,000 runs read from the disk", busy(store.runs), 1, "s", 2)
        desk = Desk(session="thread")
        desk.schema = SCHEMA
        page = ComparePage(desk)
        page.resize(1252, 860)
        page.show()
        app.processEvents()
        desk.shelf.runs = store.runs()

        def show() -> None:
            desk.shelf.changed.emit()
            page.grab()
            app.processEvents()

        below("Compare, 1,000 runs shown", busy(show), 1, "s", 2)
        assert len(page.table.lines) == RUNS
        desk.close()


if __name__ == "__main__":
    main()
