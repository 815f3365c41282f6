"""Lines over the 3D view, points that are left out, and clicks: the same with and without OpenGL."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor

from engine.orbit import Orbit, project
from workbench import gl_probe
from workbench.views.cloud_view_2d import CloudView2D
from workbench.views.line_layer import Stroke

LEFT = Qt.MouseButton.LeftButton
RED = QColor(255, 0, 0)


@pytest.fixture(params=["numpy", pytest.param("opengl", marks=pytest.mark.gl)])
def view(request, qtbot):
    if request.param == "numpy":
        made = CloudView2D()
    else:
        if not gl_probe.probe().gl:
            pytest.skip("there is no OpenGL on this platform")
        from workbench.views.cloud_view import CloudView

        made = CloudView()
    qtbot.addWidget(made)
    made.resize(300, 260)
    made.show()
    qtbot.waitExposed(made)
    cloud = np.random.default_rng(0).uniform(-1, 1, (300, 3)).astype(np.float32)
    made.show_cloud(cloud, np.full_like(cloud, 0.5), "a cube")
    return made


def red(image):
    pixels = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
    places = [(n // image.height(), n % image.height()) for n, _ in enumerate(pixels)]
    is_red = [p.red() > 200 and p.green() < 90 and p.blue() < 90 for p in pixels]
    return np.array([place for place, own in zip(places, is_red, strict=True) if own]).reshape(
        -1, 2
    )


@pytest.mark.parametrize("orbit", [Orbit(), Orbit(100, 40, 1.3, (0.3, 0.2, 0.1))])
def test_that_a_line_is_in_the_picture_where_its_ends_are_projected(view, orbit):
    ends = np.array([[[-0.5, 0.2, 0.6], [0.7, -0.4, 0.9]]], np.float32)
    view.look_from(orbit)
    view.show_lines([Stroke(ends, RED, 2.0)])
    seen = project(ends[0], view.frame, orbit, view.width(), view.height())[:, :2]
    picture = view.snapshot()
    found = red(picture) * view.width() / picture.width()
    for end in seen:
        assert np.hypot(*(found - end).T).min() < 3
    low, high = seen.min(axis=0) - 3, seen.max(axis=0) + 3
    assert ((found >= low) & (found <= high)).all()


def test_that_lines_behind_the_eye_are_left_out(view):
    far = view.frame.distance * 2 * view.orbit.axes()[2]
    view.show_lines([Stroke(np.array([[far, far + 1]], np.float32), RED, 2.0)])
    assert not len(red(view.snapshot()))
    view.show_lines([])
    assert not view.lines.isVisible()


def test_that_points_which_are_left_out_are_not_drawn(view):
    cloud = view.points
    view.set_colors(np.tile(np.float32([1, 0, 0]), (len(cloud), 1)))
    every = len(red(view.snapshot()))
    view.show_only(cloud[:, 0] < 0)
    assert 0.2 * every < len(red(view.snapshot())) < 0.8 * every
    view.show_only(np.zeros(len(cloud), bool))
    assert not len(red(view.snapshot()))
    view.show_cloud(cloud, view.colors, "again")
    assert len(red(view.snapshot())) == pytest.approx(every, rel=0.05)


def test_that_a_press_without_a_move_clicks_and_a_drag_does_not(view, qtbot):
    with qtbot.waitSignal(view.clicked) as clicked:
        qtbot.mouseClick(view.canvas, LEFT, pos=QPoint(70, 80))
    assert clicked.args[0].toPoint() == QPoint(70, 80)
    with qtbot.assertNotEmitted(view.clicked):
        qtbot.mousePress(view.canvas, LEFT, pos=QPoint(70, 80))
        qtbot.mouseMove(view.canvas, QPoint(110, 90))
        qtbot.mouseRelease(view.canvas, LEFT, pos=QPoint(110, 90))


def test_that_resetting_goes_home(view, qtbot):
    view.home = Orbit(10, 50, 1.4)
    qtbot.keyClick(view, Qt.Key.Key_Right)
    qtbot.keyClick(view, Qt.Key.Key_R)
    assert view.orbit == view.home
