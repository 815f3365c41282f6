"""The numpy renderer: what is in front, where it lands, what is transparent."""

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from engine.orbit import Frame, Orbit, project
from engine.picture import splat, to_png, usual_radius

RED, BLUE = (1.0, 0.0, 0.0), (0.0, 0.0, 1.0)


def _cloud(*points):
    return np.array(points, dtype=np.float32)


def _ball(count=300, seed=0):
    points = np.random.default_rng(seed).normal(size=(count, 3))
    return (points / np.linalg.norm(points, axis=1, keepdims=True)).astype(np.float32)


def _red(points):
    return np.tile(np.array(RED, np.float32), (len(points), 1))


def test_that_the_picture_has_the_asked_size_and_is_clear_around_the_cloud():
    points = _ball()
    picture = splat(points, _red(points), 120, 90)
    assert picture.shape == (90, 120, 4)
    assert picture.dtype == np.uint8
    assert picture[0, 0, 3] == 0
    assert picture[45, 60, 3] == 255


def test_that_one_sphere_covers_a_disc_of_its_radius():
    picture = splat(_cloud((0, 0, 0)), _cloud(RED), 100, 100, elevation=0, radius_px=20)
    covered = picture[..., 3].sum() / 255
    assert covered == pytest.approx(np.pi * 20**2, rel=0.04)
    rows, columns = np.nonzero(picture[..., 3])
    assert rows.mean() == pytest.approx(49.5, abs=0.6)
    assert columns.mean() == pytest.approx(49.5, abs=0.6)


@pytest.mark.parametrize(("azimuth", "front"), [(0, RED), (180, BLUE)])
def test_that_the_nearer_sphere_hides_the_farther(azimuth, front):
    points, colors = _cloud((0, -1, 0), (0, 1, 0)), _cloud(RED, BLUE)
    picture = splat(points, colors, 80, 80, azimuth=azimuth, elevation=0, radius_px=12)
    red, _, blue, alpha = picture[40, 40]
    assert alpha == 255
    assert (int(red) > 3 * int(blue)) == (front == RED)


def test_that_spheres_cut_into_each_other_where_their_surfaces_meet():
    points, colors = _cloud((-0.1, 0, 0), (0.1, 0, 0)), _cloud(RED, BLUE)
    picture = splat(points, colors, 101, 101, azimuth=0, elevation=0, radius_px=45)
    assert picture[50, 45, 0] > picture[50, 45, 2]
    assert picture[50, 55, 2] > picture[50, 55, 0]


@pytest.mark.parametrize("azimuth", [0, 70, 200])
def test_that_spheres_land_where_the_projection_says(azimuth):
    points = _cloud((-1, 0, 0), (1, 0.3, 0.4), (0, -0.8, -0.5))
    colors = _cloud(RED, (0, 1, 0), BLUE)
    picture = splat(points, colors, 200, 160, azimuth=azimuth, elevation=10, radius_px=4)
    frame, orbit = Frame.around(points), Orbit(azimuth, 10)
    for channel, (x, y) in enumerate(project(points, frame, orbit, 200, 160)[:, :2]):
        others = [other for other in range(3) if other != channel]
        strong = picture[..., channel] > 60 + picture[..., others].max(axis=-1).astype(int)
        rows, columns = np.nonzero(strong)
        assert columns.mean() == pytest.approx(x - 0.5, abs=1)
        assert rows.mean() == pytest.approx(y - 0.5, abs=1)


def test_that_a_sphere_is_lighter_towards_the_light_at_its_upper_left():
    picture = splat(_cloud((0, 0, 0)), _cloud((0.6, 0.6, 0.6)), 100, 100, elevation=0, radius_px=30)
    assert picture[35, 40, 0] > picture[50, 50, 0] > picture[65, 62, 0]


def test_that_a_shadow_lies_on_the_floor_and_is_gone_from_below():
    points = _ball()
    above = splat(points, _red(points), 120, 120, elevation=30)
    half_clear = (above[..., 3] > 20) & (above[..., 3] < 200) & (above[..., 0] < 20)
    rows, _ = np.nonzero(half_clear)
    assert len(rows) > 100
    assert rows.mean() > 70
    below = splat(points, _red(points), 120, 120, elevation=-10)
    dark = (below[..., 3] > 20) & (below[..., 0] < 20)
    assert not dark.any()


def test_that_a_background_leaves_nothing_transparent_and_shows_at_the_corner():
    points = _ball()
    picture = splat(points, _red(points), 60, 60, background=(10, 200, 30, 255))
    assert (picture[..., 3] == 255).all()
    assert tuple(picture[0, 0]) == (10, 200, 30, 255)


def test_that_the_light_theme_keeps_what_is_behind_lighter_than_the_dark_one():
    points = _ball()
    dark = splat(points, _red(points), 80, 80)
    light = splat(points, _red(points), 80, 80, light_theme=True)
    solid = (dark[..., 3] == 255) & (light[..., 3] == 255)
    assert light[solid].mean() > dark[solid].mean()


def test_that_local_light_may_be_brought_along():
    points = _ball()
    bright = splat(points, _red(points), 60, 60, local=np.ones(300, np.float32))
    dim = splat(points, _red(points), 60, 60, local=np.zeros(300, np.float32))
    assert bright[30, 30, 0] > dim[30, 30, 0]


def test_that_no_points_give_an_empty_picture():
    picture = splat(np.zeros((0, 3), np.float32), np.zeros((0, 3), np.float32), 40, 30)
    assert picture.shape == (30, 40, 4)
    assert not picture.any()


@settings(max_examples=40, deadline=None)
@given(
    st.integers(1, 80),
    st.floats(-400, 400),
    st.floats(-60, 89),
    st.floats(0.3, 8),
    st.integers(0, 10_000),
)
def test_that_no_view_of_no_cloud_fails(count, azimuth, elevation, zoom, seed):
    points = np.random.default_rng(seed).normal(size=(count, 3)).astype(np.float32)
    view = {"azimuth": azimuth, "elevation": elevation, "zoom": zoom}
    picture = splat(points, _red(points), 50, 40, **view)
    assert picture.shape == (40, 50, 4)
    green_and_blue = picture[..., 1:3][picture[..., 3] == 255]
    assert green_and_blue.max(initial=0) == 0


def test_that_a_png_gives_the_picture_back():
    points = _ball()
    picture = splat(points, _red(points), 40, 30)
    with Image.open(io.BytesIO(to_png(picture))) as read:
        assert np.array_equal(np.asarray(read), picture)


def test_that_more_points_are_drawn_smaller_and_larger_pictures_larger():
    assert usual_radius(1024, 530, 700) == pytest.approx(8.5)
    assert usual_radius(4096, 530, 700) == pytest.approx(4.25)
    assert usual_radius(1024, 110, 150) < usual_radius(1024, 220, 300)


def test_that_a_frame_holds_the_scale_while_points_move_inside_it():
    frame = Frame(np.zeros(3, np.float32), 4.0, 1.0)
    here, there = _cloud((0, 0, 0)), _cloud((1, 0, 0))
    shots = [
        splat(points, _cloud(RED), 200, 100, azimuth=0, elevation=0, radius_px=6, frame=frame)
        for points in (here, there)
    ]
    left, right = (int(np.nonzero(shot[:, :, 3] > 200)[1].mean()) for shot in shots)
    assert left == pytest.approx(100, abs=1)
    assert right - left == pytest.approx(frame.pixels_per_unit(200, 100), abs=1)
