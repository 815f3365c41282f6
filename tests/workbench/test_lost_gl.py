"""A lost OpenGL context stops one 3D view: it says so in its place, and comes back when asked to."""

import numpy as np
import pytest
from PySide6.QtWidgets import QWidget

from workbench import gl_probe
from workbench.views.cloud_view import CloudView

pytestmark = [
    pytest.mark.gl,
    pytest.mark.skipif(
        "not __import__('workbench.gl_probe').gl_probe.probe().gl", reason="no OpenGL"
    ),
]
CLOUD = np.random.default_rng(0).normal(size=(400, 3)).astype(np.float32)


@pytest.fixture(params=[True, False], ids=["read back", "in the window"])
def view(qtbot, request):
    assert gl_probe.probe().gl
    made = CloudView(software=request.param)
    qtbot.addWidget(made)
    made.resize(420, 320)
    made.show()
    qtbot.waitExposed(made)
    made.show_cloud(CLOUD, None, "table_0001")
    qtbot.wait(50)
    return made


def colours(view):
    """How many different colours are on the screen where the view is."""
    image = view.screen().grabWindow(0).toImage().copy(view.geometry())
    return len({image.pixel(x, y) for x in range(0, 420, 5) for y in range(0, 320, 5)})


def raises(*_):
    raise RuntimeError("the driver has gone")


def break_drawing(view, monkeypatch, qtbot):
    monkeypatch.setattr(type(view._scene), "_draw_scene", raises)
    view.canvas.update()


def break_context(view, monkeypatch, qtbot):
    monkeypatch.setattr("workbench.views.gl_watch.QOpenGLContext.currentContext", lambda: None)
    view.canvas.update()


def move_to_another_window(view, monkeypatch, qtbot):
    if view.software:
        pytest.skip("a canvas that is read back is in no window")
    other = QWidget()
    qtbot.addWidget(other)
    view.canvas.setParent(other)  # Qt gives it a new context there
    other.show()
    view.canvas.show()
    qtbot.waitUntil(view.lost.isVisible)
    other.hide()
    return other


BREAKS = [break_drawing, break_context, move_to_another_window]


@pytest.mark.parametrize("break_it", BREAKS)
def test_that_a_view_that_cannot_be_drawn_says_so_and_comes_back(
    view, qtbot, monkeypatch, break_it
):
    assert colours(view) > 20
    with monkeypatch.context() as broken, qtbot.captureExceptions() as errors:
        _kept = break_it(view, broken, qtbot)
        qtbot.waitUntil(view.lost.isVisible)
        assert view.canvas.isHidden()
        view.set_colors(np.ones_like(CLOUD))  # the page goes on telling it what to show
        view.move_points(CLOUD * 2)
        view.turn_by(15)
        assert view.snapshot().width() == 420
        qtbot.wait(50)
    view.lost.button.click()
    qtbot.waitUntil(view.canvas.isVisible)
    qtbot.wait(100)
    assert view.lost.isHidden() and colours(view) > 20
    assert errors == []


def test_that_what_fails_again_says_what_else_can_be_done(view, qtbot, monkeypatch):
    break_drawing(view, monkeypatch, qtbot)
    qtbot.waitUntil(view.lost.isVisible)
    view.lost.button.click()
    qtbot.waitUntil(view.lost.isVisible)
    assert "LIBGL_ALWAYS_SOFTWARE=1" in view.lost._sentence.text()


def test_that_a_picture_that_cannot_be_drawn_ends_the_view_not_the_window(view, qtbot, monkeypatch):
    monkeypatch.setattr(type(view._scene), "_draw_scene", raises)
    view.turn_by(15)
    assert view.snapshot().width() == 420
    qtbot.waitUntil(view.lost.isVisible)
