"""How long the window takes to appear: `python -m tests.benchmarks.bench_start [TIMES]`.

Prints medians of whole processes, imports included; asserts nothing. Needs a screen (or xvfb-run).
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

_ROOT = Path(__file__).parents[2]
_MOMENTS = ("first paint of the shell", "Home furnished and painted")


def main() -> None:
    """Start the window some times, in one home, so that only the first start is a cold one."""
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    with tempfile.TemporaryDirectory() as home:
        rows = [_start(home) for _ in range(times)]
    for name, seconds in zip(_MOMENTS, zip(*rows, strict=True), strict=True):
        middle = statistics.median(seconds)
        print(f"{name}: {middle:.2f} s ({min(seconds):.2f} to {max(seconds):.2f}, n={times})")


def _start(home: str) -> list[float]:
    """Seconds from the start of a process to each moment."""
    environment = {**os.environ, "PCD_WORKBENCH_HOME": home, "START": repr(time.time())}
    command = [sys.executable, "-m", "tests.benchmarks.bench_start", "child"]
    done = subprocess.run(
        command, cwd=_ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True
    )
    return [float(word) for word in done.stdout.split()]


def child() -> None:
    """The window as `workbench.app.run` opens it, closed again once Home is there."""
    from workbench import app as program
    from workbench import crash, theme
    from workbench.garbage import Collector
    from workbench.window import Window

    began = float(os.environ["START"])
    crash.install(program.log_folder())
    app = QApplication(sys.argv[:1])
    Collector(app)
    theme.apply(app)
    window = Window()

    def furnish() -> None:
        program.furnish(window, "child")
        QTimer.singleShot(0, finish)

    def finish() -> None:
        window.page("home").repaint()
        print(time.time() - began, flush=True)
        window.close()
        app.quit()

    def painted() -> None:
        print(time.time() - began, flush=True)
        QTimer.singleShot(0, furnish)

    window.painted.connect(painted)
    window.show()
    app.exec()


if __name__ == "__main__":
    child() if sys.argv[1:] == ["child"] else main()
