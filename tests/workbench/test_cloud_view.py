"""The 3D view with and without OpenGL: both are driven by the same mouse and keys, and look alike."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QWheelEvent
from PySide6.QtWidgets import QApplication, QFileDialog

from engine.orbit import Frame, Orbit, project
from workbench import gl_probe, theme
from workbench.gl_probe import Graphics
from workbench.views import colours, make_cloud_view
from workbench.views.cloud_view_2d import CloudView2D

RGB = QImage.Format.Format_RGB888


def _cloud():
    """A table: a plate on one leg."""
    rng = np.random.default_rng(0)
    plate = np.column_stack((rng.uniform(-1, 1, (300, 2)), np.full(300, 0.5)))
    leg = np.column_stack((rng.uniform(-0.05, 0.05, (80, 2)), rng.uniform(-0.5, 0.5, 80)))
    return np.concatenate((plate, leg)).astype(np.float32)


@pytest.fixture(
    params=["numpy", *(pytest.param(way, marks=pytest.mark.gl) for way in ("read back", "chip"))]
)
def view(request, qtbot):
    """A view on the screen, 300 x 260, with a table in it."""
    if request.param == "numpy":
        made = CloudView2D()
    else:
        if not gl_probe.probe().gl:
            pytest.skip("there is no OpenGL on this platform")
        from workbench.views.cloud_view import CloudView

        made = CloudView(software=request.param == "read back")
    qtbot.addWidget(made)
    made.resize(300, 260)
    made.show()
    qtbot.waitExposed(made)
    made.show_cloud(_cloud(), None, "table_0001")
    return made


def _pixels(image):
    image = image.convertToFormat(image.Format.Format_RGB888)
    array = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1)
    return array[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).astype(int)


def _colourful(image):
    pixels = _pixels(image)
    return pixels.max(axis=-1) - pixels.min(axis=-1) > 60


def test_that_dragging_turns_the_cloud_and_tells_where_the_eye_came_to_rest(view, qtbot):
    before = view.orbit
    rests = []
    view.looked.connect(lambda: rests.append(view.orbit))
    qtbot.mousePress(view.canvas, Qt.MouseButton.LeftButton, pos=QPoint(100, 100))
    qtbot.mouseMove(view.canvas, QPoint(140, 110))
    qtbot.mouseRelease(view.canvas, Qt.MouseButton.LeftButton, pos=QPoint(140, 110))
    assert view.orbit.azimuth == pytest.approx((before.azimuth - 20) % 360)
    assert view.orbit.elevation == pytest.approx(before.elevation + 5)
    assert rests == [view.orbit]


@pytest.mark.parametrize(
    ("key", "azimuth", "elevation"),
    [
        (Qt.Key.Key_Left, -15, 0),
        (Qt.Key.Key_Right, 15, 0),
        (Qt.Key.Key_Up, 0, 15),
        (Qt.Key.Key_Down, 0, -15),
    ],
)
def test_that_arrow_keys_turn(view, qtbot, key, azimuth, elevation):
    qtbot.keyClick(view, key)
    assert view.orbit == Orbit().turned(azimuth, elevation)


def test_that_plus_minus_and_the_wheel_zoom_and_r_resets(view, qtbot):
    qtbot.keyClick(view, Qt.Key.Key_Plus)
    assert view.orbit.zoom > 1
    qtbot.keyClick(view, Qt.Key.Key_Minus)
    assert view.orbit.zoom == pytest.approx(1)
    QApplication.sendEvent(view.canvas, _wheel(120))
    assert view.orbit.zoom > 1
    qtbot.keyClick(view, Qt.Key.Key_R)
    assert view.orbit == Orbit()


def _wheel(delta):
    nothing = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    place = QPointF(50, 50)
    phase = Qt.ScrollPhase.NoScrollPhase
    return QWheelEvent(place, place, QPoint(), QPoint(0, delta), *nothing, phase, False)


def test_that_it_turns_by_itself_until_the_first_press(view, qtbot):
    said = []
    view.turning_changed.connect(said.append)
    view.set_turning(True)
    qtbot.waitUntil(lambda: view.orbit.azimuth != Orbit().azimuth, timeout=4000)
    qtbot.mouseClick(view.canvas, Qt.MouseButton.LeftButton, pos=QPoint(90, 90))
    assert said == [True, False]
    assert not view.turntable.on


def test_that_a_hidden_view_stands_still(view, qtbot):
    view.set_turning(True)
    view.hide()
    before = view.orbit
    qtbot.wait(150)
    assert view.orbit == before


def test_that_the_snapshot_shows_the_cloud_where_the_projection_says(view):
    colors = colours.by_kind(_cloud(), "unknown")
    view.show_cloud(_cloud(), colors, "table_0001")
    image = view.snapshot()
    rows, columns = np.nonzero(_colourful(image))
    seen = project(view.points, view.frame, view.orbit, image.width(), image.height())
    radius = view.radius_px * image.width() / view.width()
    assert columns.min() == pytest.approx(seen[:, 0].min() - radius, abs=4)
    assert columns.max() == pytest.approx(seen[:, 0].max() + radius, abs=4)
    assert rows.min() == pytest.approx(seen[:, 1].min() - radius, abs=4)
    assert rows.max() == pytest.approx(seen[:, 1].max() + radius, abs=5)


def test_that_the_screen_shows_what_the_snapshot_shows_at_any_size(view):
    for size in ((300, 260), (410, 330)):
        view.resize(*size)
        shown, kept = (_pixels(each) for each in (view.canvas.grab().toImage(), view.snapshot()))
        assert shown.shape == kept.shape == (size[1], size[0], 3)
        assert np.abs(shown - kept).mean() < 1


def test_that_a_picture_that_is_read_back_is_drawn_once_whatever_lies_over_it(qtbot, monkeypatch):
    if not gl_probe.probe().gl:
        pytest.skip("there is no OpenGL on this platform")
    from workbench.views.cloud_view import CloudView

    view = CloudView(software=True)
    qtbot.addWidget(view)
    view.resize(300, 260)
    view.show()
    qtbot.waitExposed(view)
    view.show_cloud(_cloud())
    view.grab()
    drawn = []
    monkeypatch.setattr(view.canvas, "_read", lambda: drawn.append(1) or QImage(8, 8, RGB))
    view.set_chips(["a fact"])
    view.grab()
    assert not drawn
    view.turn_by(15)
    view.grab()
    assert drawn


def test_that_very_many_points_are_fewer_while_the_eye_moves(view, qtbot):
    many = np.random.default_rng(0).uniform(-1, 1, (4000, 3)).astype(np.float32)
    red = np.tile(np.array((1, 0, 0), np.float32), (4000, 1))
    light = np.full(4000, 0.5, np.float32)

    def covered():
        return _colourful(view.canvas.grab().toImage()).sum()

    view.show_scene(many, red, light, Frame.around(many), "room", few=150)
    moving = covered()
    qtbot.waitUntil(lambda: covered() > 2 * moving)
    rested = covered()
    qtbot.mousePress(view.canvas, Qt.MouseButton.LeftButton, pos=QPoint(100, 100))
    qtbot.mouseMove(view.canvas, QPoint(140, 110))
    assert covered() < 0.6 * rested
    assert _colourful(view.snapshot()).sum() > 2 * moving, "a picture that is kept has all of them"
    view.show_cloud(_cloud())
    assert view.few is None


def test_that_a_larger_point_size_covers_more(view):
    view.set_point_size(2)
    small = _colourful(view.snapshot()).sum()
    view.set_point_size(8)
    assert _colourful(view.snapshot()).sum() > 2 * small


def test_that_other_colours_show_without_moving_the_eye(view):
    view.look_from(Orbit(100, 30))
    view.set_colors(np.tile(np.array((1, 0, 0), np.float32), (380, 1)))
    pixels = _pixels(view.snapshot())
    red = pixels[_colourful(view.snapshot())].mean(axis=0)
    assert red[0] > 4 * red[1]
    assert view.orbit == Orbit(100, 30)


def test_that_a_theme_switch_changes_the_backdrop_at_once(view):
    dark = _pixels(view.snapshot())[5, 150].mean()
    theme.use("light")
    light = _pixels(view.snapshot())[5, 150].mean()
    assert dark < 60 < 200 < light


def test_that_no_cloud_and_an_empty_cloud_are_shown_as_nothing(view):
    view.show_cloud(np.zeros((0, 3), np.float32), None, "nothing")
    assert not view.snapshot().isNull()
    assert "0 points" in view.accessibleName()


def test_that_chips_say_facts_and_leave_room_for_the_tools(view):
    view.set_chips(["table_0001", "380 points", "a fact that is much too long for this view"])
    shown = [chip for chip in view.chips._chips if chip.isVisible()]
    assert shown[0].text() == "table_0001"
    assert len(shown) < 3
    assert all(chip.geometry().right() < view.tools.x() for chip in shown)
    view.set_chips([])
    assert view.chips.texts() == []


def test_that_the_picture_is_saved_where_the_dialog_says(view, tmp_path, monkeypatch, qtbot):
    target = tmp_path / "table.png"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    qtbot.mouseClick(view.save_button, Qt.MouseButton.LeftButton)
    assert target.read_bytes().startswith(b"\x89PNG")


def test_that_full_screen_shows_the_same_cloud_and_closes_with_escape(view, qtbot):
    view.look_from(Orbit(77, 5))
    qtbot.mouseClick(view.expand_button, Qt.MouseButton.LeftButton)
    full = view.full.window
    assert full.isWindow()
    assert full.isFullScreen()
    assert full.orbit == Orbit(77, 5)
    assert len(full.points) == 380
    qtbot.keyClick(full, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: view.full.window is None)
    theme.use("light")
    assert not view.snapshot().isNull()


def test_that_full_screen_shows_what_the_view_is_told_meanwhile(view, qtbot):
    kept = np.arange(380) % 2 == 0
    view.show_only(kept)
    qtbot.mouseClick(view.expand_button, Qt.MouseButton.LeftButton)
    full = view.full.window
    assert full.kept is kept
    view.show_only(~kept)
    np.testing.assert_array_equal(full.kept, ~kept)
    red = np.tile(np.float32((1, 0, 0)), (380, 1))
    view.set_colors(red)
    np.testing.assert_array_equal(full.colors, red)
    view.show_only(None)
    assert full.kept is None
    # What hangs on the eye, as which walls are hidden, is asked of the view: its eye goes along.
    full.look_from(Orbit(123, 7))
    assert view.orbit == Orbit(123, 7)
    qtbot.keyClick(full, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: view.full.window is None)
    view.set_colors(red)


def test_that_the_corners_are_rounded_in_the_colour_behind(view, picture):
    corner = picture(view._mask).pixelColor(0, 0)
    assert corner == QColor(theme.color("bg0"))


@pytest.mark.parametrize(("gl", "kind"), [(False, "CloudView2D"), (True, "CloudView")])
def test_that_the_view_is_chosen_by_what_works_here(gl, kind, qtbot, monkeypatch):
    if gl and not gl_probe.probe().gl:
        pytest.skip("there is no OpenGL on this platform")
    monkeypatch.setattr(gl_probe, "probe", lambda: Graphics(gl, "", True))
    made = make_cloud_view()
    qtbot.addWidget(made)
    assert type(made).__name__ == kind


def test_that_the_view_without_opengl_turns_by_fifteen_degrees_with_its_buttons(qtbot):
    view = CloudView2D()
    qtbot.addWidget(view)
    view.show_cloud(_cloud())
    left, right = view.turn_buttons
    qtbot.mouseClick(right, Qt.MouseButton.LeftButton)
    assert view.orbit == Orbit().turned(15)
    qtbot.mouseClick(left, Qt.MouseButton.LeftButton)
    assert view.orbit == Orbit()
