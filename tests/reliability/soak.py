"""Opens, closes and replays for as long as it may: `python -m tests.reliability.soak --minutes 60` tells what is left.

Memory is this process's own (resident set), objects are those of Qt below the window and those Python still tracks.
"""

import argparse
import gc
import itertools
import os
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtWidgets import QApplication

from engine.events import Finished, Metric, Started
from engine.experiment import Experiment
from engine.predictions import write
from engine.store import RunStore
from tests.workbench.made_clouds import made_clouds
from tests.workbench.made_predictions import made
from workbench import theme
from workbench.desk import Desk
from workbench.garbage import Collector
from workbench.models.story import read_story
from workbench.window import Window

COUNTS = {"correct_closed": 50, "n_closed": 60, "rejected_open": 10, "n_open": 40}
RESULTS = {
    "acc_closed": 0.8, "acc_open": 0.1, "acc_total": 0.4, "f_measure": 0.35, "acc_known_no_threshold": 0.87,
    "threshold": 0.5, "counts": COUNTS,
}  # fmt: skip
_WARM = 8  # rounds before anything is counted: caches fill, fonts and shaders load


@dataclass(frozen=True)
class Left:
    """What rounds left behind: megabytes of memory, objects of Qt, objects of Python and how many those were before."""

    rounds: int
    megabytes: float
    objects: int
    python: int
    python_before: int


def finished_runs(count: int = 3) -> list[Path]:
    """Run folders with the events of 300 batches and with answers."""
    return [_finished(f"run {number}", number) for number in range(count)]


def _finished(name: str, seed: int) -> Path:
    run = RunStore().create(Experiment(name=name))
    run.log.append(
        Started(name=name, recipe="student", device="cpu", threads=1, parameters=9, epochs=3, steps_per_epoch=100,
                train=9, validation=5, known=["bed", "chair"], strangers=["lamp"], terms=["ce"])
    )  # fmt: skip
    for step in range(1, 301):
        values = {"loss": 1 / step, "loss/ce": 1 / step, "learning_rate": 0.1}
        run.log.append(Metric(step=step, epoch=step / 100, values=values))
    write(run.predictions_path, made(seed=seed))
    run.log.append(Finished(step=300, results=RESULTS))
    return run.path


class Soak:
    """A window over some runs that were made before, which takes at most this share of a core."""

    def __init__(self, runs: Sequence[Path], share: float = 1.0) -> None:
        self._runs = list(runs)
        self._share = share
        self.desk = Desk(RunStore(self._runs[0].parent), session="thread")
        self.window = Window()
        self.window.furnish(self.desk)
        self.window.show()
        self._settle()

    def close(self) -> None:
        """Close the window and its desk."""
        self.window.close()
        self.desk.close()
        self.window.deleteLater()
        self._settle()

    def measure(self, what: str, rounds: int) -> Left:
        """Do so many rounds of clouds, runs or replays after some to warm up."""
        do: Callable[[int], None] = {
            "clouds": self._clouds,
            "runs": self._look,
            "replays": self._replay,
        }[what]
        for number in range(_WARM):
            do(number)
        self._settle(0.5)
        gc.collect()
        before = _memory(), _objects(), len(gc.get_objects())
        for number in range(rounds):
            began = time.process_time()
            do(number)
            self._settle()
            if number % 10 == 9:
                gc.collect()
            self._settle((time.process_time() - began) * (1 / self._share - 1))
        self._settle(0.5)
        gc.collect()
        after = _memory(), _objects(), len(gc.get_objects())
        megabytes, objects, python = (new - old for new, old in zip(after, before, strict=True))
        return Left(rounds, megabytes, int(objects), int(python), before[2])

    def _clouds(self, number: int) -> None:
        self.desk.clouds = made_clouds(each=4 + number % 3, points=512)
        self.desk.known = self.desk.clouds.known
        self.window.go("data")
        self.desk.data_changed.emit()
        self.desk.known_changed.emit()

    def _look(self, number: int) -> None:
        self.desk.open_run(self._runs[number % len(self._runs)])
        self.window.go(("openset", "compare", "home")[number % 3])
        self._settle(0.02)  # it is read in a thread of its own

    def _replay(self, number: int) -> None:
        live = self.desk.live
        live.replay(read_story(self.desk.store, self._runs[number % len(self._runs)]))
        if number % 20 == 0:
            self.window.go("training")

    def _settle(self, seconds: float = 0.0) -> None:
        end = time.monotonic() + seconds
        for _ in range(2):
            QApplication.processEvents()
        while time.monotonic() < end:
            QApplication.processEvents()
            time.sleep(0.005)
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def _memory() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


def _objects() -> int:
    return sum(1 + len(widget.findChildren(QObject)) for widget in QApplication.topLevelWidgets())


def growth(marks: Sequence[tuple[float, float]]) -> float:
    """Megabytes an hour: the line of least squares through (minutes, megabytes); 0 through fewer than two."""
    if len(marks) < 2:
        return 0.0
    return 60 * statistics.linear_regression(*zip(*marks, strict=True)).slope


def main() -> int:
    """Rounds of each sort by turns until the time is over; tells what each hundred left, and the growth an hour."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=1)
    parser.add_argument("--share", type=float, default=1, help="of a core, at most")
    options = parser.parse_args()
    os.environ["PCD_WORKBENCH_HOME"] = tempfile.mkdtemp()
    app = QApplication(sys.argv[:1])
    Collector(app)
    theme.apply(app)
    soak = Soak(finished_runs(), options.share)
    began, marks = time.monotonic(), list[tuple[float, float]]()
    for what in itertools.cycle(("clouds", "runs", "replays")):
        left, minutes = soak.measure(what, 100), (time.monotonic() - began) / 60
        marks.append((minutes, _memory()))
        print(
            f"{minutes:.1f} min: {what}: {left}; {marks[-1][1]:.1f} MB, {_objects()} objects of Qt,"
            f" {growth(marks[2:]):+.1f} MB an hour since each was done once",
            flush=True,
        )
        if minutes > options.minutes:
            break
    soak.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
