"""Starts the window: hooks, look, the empty shell, and only then what is in it."""

import logging
import sys
from typing import Literal

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from engine.places import log_folder
from workbench import crash, gl_probe, theme
from workbench.window import Window

EngineKind = Literal["child", "thread"]


def run(engine: EngineKind = "child") -> int:
    """Open the window and stay until it is closed; returns the exit code."""
    crashed = crash.last_crash(log_folder())
    reporter = crash.install(log_folder())
    app = QApplication(sys.argv[:1])
    app.setApplicationName("pcd-workbench")
    app.setDesktopFileName("pcd-workbench")
    theme.apply(app)
    window = Window()
    # The empty shell is on screen before anything else is loaded.
    window.painted.connect(lambda: QTimer.singleShot(0, lambda: furnish(window, engine)))
    window.show()
    if crashed is not None:
        text = f"Last time the program ended unexpectedly. What is known about it is in {crashed}."
        window.toasts.say("warn", text)
    code = app.exec()
    logging.getLogger(__name__).info("Closed with %d kinds of errors", len(reporter.counts))
    return code


def furnish(window: Window, engine: EngineKind) -> None:
    """Load the desk and put it into the window."""
    from workbench.desk import Desk

    gl_probe.start()

    desk = Desk(session=engine)
    window.furnish(desk)
    desk.begin()
