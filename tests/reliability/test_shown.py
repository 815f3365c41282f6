"""Nothing fails in silence: wherever it happens, an error reaches the log with its traceback, and the person once."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.reliability import bad_jobs
from workbench import crash

ROOT = Path(__file__).parents[2]
# A window's application in miniature: the real hooks, the real dialog, real slots and threads, and its own event loop.
PROGRAM = """
import gc, json, logging, sys, threading
from pathlib import Path
from PySide6.QtCore import QObject, QRunnable, QThread, QThreadPool, QTimer, qCritical
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from workbench import crash, theme

folder = Path(sys.argv[1])
app = QApplication([])
reporter = crash.install(folder)
theme.apply(app)


class Painted(QWidget):
    def paintEvent(self, event):
        raise OverflowError("in a paint event")


class Worker(QThread):
    def run(self):
        raise ValueError("in a thread of Qt")


class Runnable(QRunnable):
    def run(self):
        raise ArithmeticError("in a pool")


class Dying:
    def __del__(self):
        raise KeyError("in a destructor")


def in_slot():
    raise RuntimeError("in a slot")


def in_thread():
    raise LookupError("in a thread")


def in_timer():
    raise AssertionError("in a timer")


button = QPushButton()
button.clicked.connect(in_slot)
worker, painted = Worker(), Painted()
steps = [
    button.click, button.click, button.click, lambda: threading.Thread(target=in_thread).start(), worker.start,
    lambda: QThreadPool.globalInstance().start(Runnable()), lambda: Dying() and None, gc.collect,
    painted.show, lambda: qCritical("Qt is not pleased"), in_timer, lambda: None,
]
timer = QTimer(interval=30)


def step():
    if steps:
        steps.pop(0)()
        return
    timer.stop()
    worker.wait()
    dialog = reporter._dialog
    print(json.dumps({
        "counts": reporter.counts, "details": dialog.details.toPlainText(), "message": dialog.message.text(),
        "visible": dialog.isVisible(), "dialogs": sum(type(w).__name__ == "ErrorDialog" for w in app.topLevelWidgets()),
    }))
    painted.hide()
    app.exit(7)


timer.timeout.connect(step)
timer.start()
sys.exit(app.exec())
"""  # fmt: skip
PLACES = {
    "RuntimeError: in a slot": 3, "LookupError: in a thread": 1, "ValueError: in a thread of Qt": 1,
    "KeyError: 'in a destructor'": 1, "AssertionError: in a timer": 1,
}  # fmt: skip


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], str]:
    """What the person saw of a program in which everything fails, and its log."""
    folder = tmp_path_factory.mktemp("log")
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(folder)],
        capture_output=True, text=True, cwd=ROOT, check=False, timeout=120,
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen", "PCD_WORKBENCH_HOME": str(folder)},
    )  # fmt: skip
    assert done.returncode == 7, done.stderr  # the window lived to the end
    return json.loads(done.stdout.splitlines()[-1]), (folder / "workbench.log").read_text()


@pytest.mark.parametrize(("error", "times"), PLACES.items())
def test_that_an_error_is_shown_once_and_logged_each_time_with_its_traceback(seen, error, times):
    shown, log = seen
    assert shown["counts"][error] == times
    assert shown["details"].count(error) == 1
    assert log.count(f"\n{error}\n") == times
    for entry in log.split("ERROR workbench: ")[1:]:
        assert "Traceback (most recent call last)" in entry or "in a pool" not in entry


@pytest.mark.parametrize("error", ["OverflowError: in a paint event", "ArithmeticError: in a pool"])
def test_that_errors_in_painting_and_in_pools_of_threads_are_shown_too(seen, error):
    shown, log = seen
    assert shown["counts"][error] >= 1
    assert shown["details"].count(error) == 1 and f"\n{error}\n" in log


def test_that_there_is_one_dialog_however_many_errors_there_are(seen):
    shown, _ = seen
    assert shown["dialogs"] == 1 and shown["visible"]
    assert "Runs go on in their own process and what was saved is not harmed" in shown["message"]


def test_that_what_qt_says_is_in_the_log_as_well(seen):
    assert "ERROR qt: Qt is not pleased" in seen[1]


LOG_OF_CHILD = """
import sys
from engine.control import Control
from engine.events import to_line
from engine.experiment import Choice
from engine.jobs import Job
from engine.session import ChildSession
s = ChildSession((sys.executable, sys.argv[1]), patience=1)
for event in s.events(Job(do="prepare", data=Choice(name="bad", way=sys.argv[2])), Control()):
    print(to_line(event))
s.close()
"""


DEATHS = [("segfault", "Segmentation fault"), ("abort", "Aborted"), ("greedy", "MemoryError")]


@pytest.mark.parametrize(("way", "detail"), DEATHS)
def test_that_what_a_child_dies_of_reaches_the_window_with_where_it_happened(way, detail):
    done = subprocess.run(
        [sys.executable, "-c", LOG_OF_CHILD, bad_jobs.__file__, way],
        capture_output=True, text=True, cwd=ROOT, check=True, timeout=120,
    )  # fmt: skip
    event = json.loads(done.stdout.splitlines()[-1])
    assert event["kind"] == "failed" and event["sentence"]
    assert detail in event["detail"] and "bad_jobs.py" in event["detail"]


def test_that_a_crash_of_the_window_is_spoken_of_at_the_next_start(tmp_path):
    code = (
        "import faulthandler, sys; from pathlib import Path; from workbench import crash;"
        f"crash.install(Path({str(tmp_path)!r})); faulthandler._sigsegv()"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, cwd=ROOT).returncode < 0
    found = crash.last_crash(tmp_path)
    assert found is not None and "Segmentation fault" in found.read_text()
    assert crash.last_crash(tmp_path) is None
