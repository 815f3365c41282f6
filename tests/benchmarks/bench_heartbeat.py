"""How smooth the window stays while a child trains: gaps between 16 ms heartbeats, painting off and on.

    xvfb-run -a python tests/benchmarks/bench_heartbeat.py [seconds]

Prints milliseconds. `own` takes away the time the window's thread waited for a processor, which is
other programs' doing. What counts is the difference that the training makes.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

os.environ.setdefault("PCD_WORKBENCH_HOME", tempfile.mkdtemp())

from PySide6.QtCore import QElapsedTimer, Qt, QTimer
from PySide6.QtWidgets import QApplication

from engine.experiment import Experiment
from workbench import theme
from workbench.desk import Desk
from workbench.pages.training import TrainingPage

_SCHEDSTAT = Path("/proc/thread-self/schedstat")
_WARM_UP = 1.5


def experiment() -> Experiment:
    """A run that lasts longer than the measurement."""
    return Experiment().with_values(
        **{
            "name": "Heartbeat",
            "data": {"name": "shapes", "per_kind": 12},
            "training.epochs": 500,
            "training.threads": 1,
        }
    )


class Heartbeat:
    """Beats every 16 ms and writes down how long it really was, and how much of that was waiting."""

    def __init__(self) -> None:
        self.gaps: list[tuple[float, float]] = []
        self._clock = QElapsedTimer()
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(16)
        self._timer.timeout.connect(self._beat)

    def start(self) -> None:
        self._clock.start()
        self._waited = _waited()
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()

    def _beat(self) -> None:
        waited = _waited()
        gap = self._clock.nsecsElapsed() / 1e6
        self.gaps.append((gap, max(0.0, gap - (waited - self._waited))))
        self._clock.restart()
        self._waited = waited


def _waited() -> float:
    """Milliseconds this thread has been ready to run without a processor."""
    try:
        return int(_SCHEDSTAT.read_text().split()[1]) / 1e6
    except OSError:
        return 0.0


def wait(app: QApplication, seconds: float, until: Callable[[], bool] = lambda: False) -> None:
    """Let the window live for so long, or until something is true."""
    done = QTimer()
    done.setInterval(20)
    end = time.monotonic() + seconds
    done.timeout.connect(lambda: app.quit() if until() or time.monotonic() > end else None)
    done.start()
    app.exec()
    done.stop()


def measure(app: QApplication, desk: Desk, seconds: float, painting: bool) -> list[float]:
    """p50, p99 and longest gap, each raw and own, in milliseconds."""
    page = TrainingPage(desk) if painting else None
    repaint = QTimer()
    if page is not None:
        page.resize(1216, 840)
        page.show()
        repaint.timeout.connect(page.wrong.mark_dirty)
        repaint.timeout.connect(page.right.mark_dirty)
        repaint.start(50)
    wait(app, _WARM_UP)
    beat = Heartbeat()
    beat.start()
    wait(app, seconds)
    beat.stop()
    repaint.stop()
    if page is not None:
        page.close()
        page.deleteLater()
    gaps = np.array(beat.gaps)
    return [float(value) for value in np.percentile(gaps, [50, 99, 100], axis=0).ravel()]


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 8.0
    app = QApplication(sys.argv[:1])
    theme.apply(app)
    desk = Desk()
    rows = {}
    desk.start(experiment())
    wait(app, 120, lambda: len(desk.live.curves.get("loss", ())) > 3)
    if desk.live.state != "running":
        print("The run did not begin:", desk.live.state, desk.live.sentence)
        desk.close()
        return
    for painting in (False, True):
        steps = len(desk.live.curves["loss"])
        rows["training", painting] = measure(app, desk, seconds, painting)
        rate = (len(desk.live.curves["loss"]) - steps) / (seconds + _WARM_UP)
        print(f"batches a second while measuring, painting {painting}: {rate:.1f}")
    desk.ask("pause")
    wait(app, 20, lambda: desk.live.state == "paused")
    for painting in (False, True):
        rows["idle", painting] = measure(app, desk, seconds, painting)
    desk.close()
    print(f"{'':22}{'p50':>8}{'own':>8}{'p99':>8}{'own':>8}{'max':>8}{'own':>8}")
    for (load, painting), row in rows.items():
        name = f"{load}, {'painting' if painting else 'no painting'}"
        print(f"{name:22}" + "".join(f"{value:8.1f}" for value in row))
    for painting in (False, True):
        more = rows["training", painting][3] - rows["idle", painting][3]
        print(f"p99 own, training minus idle, painting {painting}: {more:+.1f} ms")


if __name__ == "__main__":
    main()
