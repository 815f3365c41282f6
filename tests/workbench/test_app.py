"""The start of the window: first the empty shell, then what is in it."""

import os
import subprocess
import sys

import pytest
from PySide6.QtCore import QObject

from workbench import app, gl_probe
from workbench.gl_probe import Graphics

CODE = """
import sys
from PySide6.QtCore import QTimer
from workbench import app
said = []
real = app.furnish
def furnish(window, engine):
    said.append((window.isVisible(), "workbench.desk" in sys.modules))
    real(window, engine)
    QTimer.singleShot(100, window.close)
app.furnish = furnish
code = app.run("child")
print(code, said, [m for m in ("torch", "scipy", "vispy") if m in sys.modules])
"""


def test_that_the_shell_is_on_screen_before_the_desk_is_loaded_and_closing_ends_it():
    done = subprocess.run(
        [sys.executable, "-c", CODE],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("0 [(True, False)]"), done.stdout + done.stderr
    assert "torch" not in done.stdout
    assert "Traceback" not in done.stderr


class Shell(QObject):
    """A window that counts how often it was prepared."""

    times = 0

    def prepare_for_3d(self) -> None:
        self.times += 1


def test_that_the_window_is_prepared_as_soon_as_a_chip_is_known_to_draw(qapp, qtbot, monkeypatch):
    answers = iter([False, False, True])
    monkeypatch.setattr(app, "_ASK_AGAIN_MS", 1)
    monkeypatch.setattr(gl_probe, "answered", lambda: next(answers))
    monkeypatch.setattr(gl_probe, "probe", lambda: Graphics(gl=True))
    shell = Shell()
    app._prepare_for_3d(shell)
    assert shell.times == 0
    qtbot.waitUntil(lambda: shell.times == 1)


@pytest.mark.parametrize("found", [Graphics(gl=False), Graphics(gl=True, software=True)])
def test_that_a_window_is_left_as_it_is_where_no_chip_draws(monkeypatch, found):
    monkeypatch.setattr(gl_probe, "answered", lambda: True)
    monkeypatch.setattr(gl_probe, "probe", lambda: found)
    shell = Shell()
    app._prepare_for_3d(shell)
    assert shell.times == 0
