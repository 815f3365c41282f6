"""The eye on its turntable: directions by hand, and properties that hold from everywhere."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.orbit import Frame, Orbit, project

ANGLES = st.floats(-720, 720)
TILTS = st.floats(-60, 89)


@given(ANGLES, TILTS)
def test_that_the_axes_of_the_eye_are_orthonormal_and_right_handed(azimuth, elevation):
    axes = Orbit(azimuth, elevation).axes()
    assert np.allclose(axes @ axes.T, np.eye(3), atol=1e-5)
    assert np.linalg.det(axes) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize(
    ("azimuth", "elevation", "toward"),
    [(0, 0, (0, -1, 0)), (90, 0, (1, 0, 0)), (180, 0, (0, 1, 0)), (0, 90, (0, 0, 1))],
)
def test_that_the_eye_stands_where_the_angles_say(azimuth, elevation, toward):
    assert np.allclose(Orbit(azimuth, elevation).axes()[2], toward, atol=1e-6)


def test_that_the_elevation_stops_short_of_the_pole_and_the_zoom_at_its_limits():
    assert Orbit(elevation=80).turned(0, 50).elevation == 89
    assert Orbit(elevation=-50).turned(0, -50).elevation == -60
    assert Orbit().zoomed(1000).zoom == 8
    assert Orbit().zoomed(0).zoom == pytest.approx(0.3)


def test_that_a_whole_turn_comes_back():
    orbit = Orbit()
    for _ in range(24):
        orbit = orbit.turned(15)
    assert orbit == Orbit()


@settings(max_examples=40)
@given(ANGLES, st.floats(0, 60), st.integers(0, 1000))
def test_that_a_cloud_fits_on_the_picture_from_every_side(azimuth, elevation, seed):
    points = np.random.default_rng(seed).uniform(-1, 1, (60, 3)).astype(np.float32)
    seen = project(points, Frame.around(points), Orbit(azimuth), 200, 180)
    assert (seen[:, 0] > 0).all()
    assert (seen[:, 0] < 200).all()
    assert (seen[:, 1] > 0).all()
    assert (seen[:, 1] < 180).all()


def test_that_the_centre_lands_in_the_middle_and_what_is_near_looks_larger():
    points = np.array([(-1, 0, 0), (1, 0, 0), (0, -1, 0), (0, 1, 0)], dtype=np.float32)
    frame = Frame.around(points)
    middle = project(np.zeros((1, 3), np.float32), frame, Orbit(0, 0), 200, 100)[0]
    assert tuple(middle[:3]) == (100, 50, 0)
    left, right, near, far = project(points, frame, Orbit(0, 0), 200, 100)
    assert left[0] < 100 < right[0]
    assert near[3] > left[3] > far[3]


def test_that_zooming_in_doubles_how_far_points_are_from_the_middle():
    points = np.array([(-1, 0, 0), (1, 0, 0.5)], dtype=np.float32)
    frame = Frame.around(points)
    once = project(points, frame, Orbit(20, 10), 200, 100)[:, :2] - (100, 50)
    twice = project(points, frame, Orbit(20, 10, zoom=2), 200, 100)[:, :2] - (100, 50)
    assert np.allclose(twice, 2 * once, atol=1e-4)
