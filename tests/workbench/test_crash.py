"""Nothing fails in silence."""

import logging
import os
import subprocess
import sys
import threading

import pytest
from PySide6.QtCore import qInstallMessageHandler, qWarning
from PySide6.QtWidgets import QApplication

from workbench import crash
from workbench.error_dialog import ErrorDialog


@pytest.fixture
def reporter(tmp_path, monkeypatch):
    """The hooks in place, and gone again after the test."""
    hooks = sys.excepthook, threading.excepthook, sys.unraisablehook
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    monkeypatch.setattr(crash.faulthandler, "enable", lambda file: file.close())
    reporter = crash.install(tmp_path)
    yield reporter
    if reporter._dialog is not None:
        reporter._dialog.close()
    sys.excepthook, threading.excepthook, sys.unraisablehook = hooks
    qInstallMessageHandler(None)
    for handler in set(root.handlers) - set(handlers):
        root.removeHandler(handler)
        handler.close()
    root.setLevel(level)


def fail(number: int) -> None:
    try:
        raise ValueError(f"broken {number}")
    except ValueError as error:
        sys.excepthook(ValueError, error, error.__traceback__)


def test_that_an_error_is_logged_and_shown_once_however_often_it_comes(reporter, qtbot, tmp_path):
    for number in (1, 1, 2):
        fail(number)
    qtbot.waitUntil(lambda: reporter._dialog is not None)
    qtbot.waitUntil(lambda: "broken 2" in reporter._dialog.details.toPlainText())
    details = reporter._dialog.details.toPlainText()
    assert details.count("ValueError: broken 1") == 1
    assert reporter.counts == {"ValueError: broken 1": 2, "ValueError: broken 2": 1}
    assert (tmp_path / "workbench.log").read_text().count("Traceback") == 3
    shown = [w for w in QApplication.topLevelWidgets() if isinstance(w, ErrorDialog)]
    assert [dialog.isVisible() for dialog in shown] == [True]


def test_that_an_error_in_a_thread_is_shown_too(reporter, qtbot):
    def work() -> None:
        try:
            raise RuntimeError("in a thread")
        except RuntimeError as error:
            threading.excepthook(
                threading.ExceptHookArgs((RuntimeError, error, error.__traceback__, None))
            )

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: reporter._dialog is not None)
    assert "in a thread" in reporter._dialog.message.text()


def test_that_what_qt_warns_of_is_logged(reporter, tmp_path):
    qWarning("a strange thing")
    assert "WARNING qt: a strange thing" in (tmp_path / "workbench.log").read_text()


def test_that_the_details_can_be_copied(reporter, qtbot):
    fail(3)
    qtbot.waitUntil(lambda: reporter._dialog is not None)
    reporter._dialog._copy()
    assert "broken 3" in QApplication.clipboard().text()


def test_that_a_crash_leaves_a_file_that_is_spoken_of_once(tmp_path):
    code = (
        "import faulthandler, sys; from pathlib import Path; from workbench import crash;"
        f"crash.install(Path({str(tmp_path)!r})); faulthandler._sigsegv()"
    )
    done = subprocess.run([sys.executable, "-c", code], check=False, env=os.environ)
    assert done.returncode != 0
    found = crash.last_crash(tmp_path)
    assert found is not None
    assert "Segmentation fault" in found.read_text()
    assert crash.last_crash(tmp_path) is None


def test_that_a_quiet_end_leaves_nothing_to_speak_of(tmp_path):
    (tmp_path / "crash.log").touch()
    assert crash.last_crash(tmp_path) is None
