"""No OpenGL is fine: the window starts, shows clouds without it, says so in one sentence, and nothing is an error."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROGRAM = """
import json, sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from engine.experiment import Choice
from engine.places import log_folder
from workbench import crash, gl_probe, theme
from workbench.garbage import Collector
from workbench.desk import Desk
from workbench.views.cloud_view import CloudView
from workbench.window import PLACES, Window

reporter = crash.install(log_folder())
app = QApplication([])
Collector(app)
theme.apply(app)
window, desk = Window(), Desk(session="thread")
window.show()
window.furnish(desk)
desk.open_data(Choice(name="shapes", per_kind=6, points=64))
desk.begin()
waited, left = 0, [place.key for place in PLACES] * 2


def step():
    global waited
    waited += 1
    if desk.clouds is None and waited < 600:
        return
    if left:
        window.go(left.pop(0))
        return
    timer.stop()
    views = window.findChildren(CloudView)
    picture = window.grab().toImage()
    print(json.dumps({
        "gl": gl_probe.probe().gl, "sentence": gl_probe.probe().sentence, "errors": reporter.counts,
        "pages": [type(window.page(place.key)).__name__ for place in PLACES], "views": len(views),
        "drawn": [type(view).__name__ for view in views],
        "colours": len({picture.pixel(x, y) for x in range(0, 1400, 9) for y in range(0, 880, 9)}),
    }))
    window.close()
    app.quit()


timer = QTimer(interval=50)
timer.timeout.connect(step)
timer.start()
app.exec()
"""


def told(tmp_path: Path, **surroundings: str) -> tuple[dict[str, object], str]:
    """What a window without OpenGL says of itself once every page was opened twice, and its log."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, cwd=ROOT, check=False, timeout=240,
        env=os.environ | {"PCD_WORKBENCH_HOME": str(tmp_path), **surroundings},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    logs = list(tmp_path.rglob("workbench.log"))
    return json.loads(done.stdout.splitlines()[-1]), logs[0].read_text() if logs else ""


@pytest.mark.usefixtures("tiny_shapes")
def test_that_every_page_opens_where_there_is_no_opengl(own_home):
    shown, log = told(own_home, QT_QPA_PLATFORM="offscreen")
    assert not shown["gl"] and "without the graphics chip" in str(shown["sentence"])
    assert_well(shown, log)


@pytest.mark.gl
@pytest.mark.skipif(not os.environ.get("DISPLAY"), reason="a display is needed")
@pytest.mark.usefixtures("tiny_shapes")
def test_that_every_page_opens_where_the_processor_draws(own_home):
    shown, log = told(own_home, LIBGL_ALWAYS_SOFTWARE="1", QT_QPA_PLATFORM="xcb")
    assert shown["gl"] and "by the processor" in str(shown["sentence"])
    assert shown["drawn"], "no view was drawn with OpenGL"
    assert_well(shown, log)


def assert_well(shown: dict[str, object], log: str) -> None:
    """Nothing was raised, every page could be built, and something is to be seen."""
    assert shown["errors"] == {} and "Traceback" not in log
    assert "EmptyState" not in str(shown["pages"]), "a page that could not be built"
    assert int(str(shown["colours"])) > 20
