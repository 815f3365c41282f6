"""Starts the window: hooks, look, the empty shell, and only then what is in it."""

import logging
import os
import sys
from typing import Literal

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from engine import language
from engine.places import log_folder
from engine.words import say
from workbench import crash, gl_probe, prefs, theme
from workbench.garbage import Collector
from workbench.window import Window

EngineKind = Literal["child", "thread"]
_ASK_AGAIN_MS = 100


def run(engine: EngineKind = "child") -> int:
    """Open the window and stay until it is closed; returns the exit code."""
    os.environ[language.ASKED] = language.chosen()  # its engines speak as it does to its end
    crashed = crash.last_crash(log_folder())
    reporter = crash.install(log_folder())
    prefs.apply_scale()
    app = QApplication(sys.argv[:1])
    app.setApplicationName("pcd-workbench")
    app.setDesktopFileName("pcd-workbench")
    Collector(app)
    theme.apply(app)
    window = Window()
    # The empty shell is on screen before anything else is loaded.
    window.painted.connect(lambda: QTimer.singleShot(0, lambda: furnish(window, engine)))
    if gl_probe.answered():
        _prepare_for_3d(window)
    window.show()
    if crashed is not None:
        text = say(
            "Last time the program ended unexpectedly. What is known about it is in {crashed}.",
            crashed=crashed,
        )
        window.toasts.say("warn", text)
    code = app.exec()
    logging.getLogger(__name__).info("Closed with %d kinds of errors", len(reporter.counts))
    return code


def furnish(window: Window, engine: EngineKind) -> None:
    """Load the desk and put it into the window."""
    from engine.store import RunStore
    from workbench.desk import Desk

    if not gl_probe.answered():
        gl_probe.start()
        _prepare_for_3d(window)
    desk = Desk(RunStore(prefs.chosen_runs_folder()), session=engine)
    window.furnish(desk)
    desk.begin()


def _prepare_for_3d(window: Window) -> None:
    """Once it is known that a graphics chip draws, and before a page needs it."""
    if not gl_probe.answered():
        QTimer.singleShot(_ASK_AGAIN_MS, window, lambda: _prepare_for_3d(window))
    elif gl_probe.probe().chip:
        window.prepare_for_3d()
