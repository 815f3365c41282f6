"""The start of the window: first the empty shell, then what is in it."""

import os
import subprocess
import sys

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
