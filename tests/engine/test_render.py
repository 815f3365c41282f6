"""The renderer: pixels by hand, the nearest wins, depth lies on the surface, the same again."""

import time

import numpy as np
import pytest

from engine.orbit import Orbit
from engine.render import Camera, estimated_normals, render, turntable

LOOKING_ALONG_Z = np.eye(4)[None]
WHITE = np.ones((1, 1, 3))


def a_camera(height=5, width=7, focal=10.0, centre=(3.0, 2.0)):
    intrinsics = np.array([[[focal, 0, centre[0]], [0, focal, centre[1]], [0, 0, 1]]])
    return Camera(intrinsics, LOOKING_ALONG_Z, height, width)


def a_ball(count=8192, seed=0):
    points = np.random.default_rng(seed).normal(size=(count, 3))
    return points / np.linalg.norm(points, axis=1, keepdims=True)


def drawn(points, camera, splat=1, colours=WHITE):
    points = np.asarray(points, np.float64)[None]
    normals = np.tile([0.0, 0.0, -1.0], (1, points.shape[1], 1))
    return render(points, normals, colours, camera, splat=splat, background=0.0)


def test_that_points_land_on_the_pixels_worked_out_by_hand():
    # u = 10 x / z + 3, v = 10 y / z + 2
    pixels, depth = a_camera().project(np.array([[[0, 0, 2], [0.4, -0.2, 2], [1, 1, -1.0]]]))
    assert pixels[0, :2].tolist() == [[3, 2], [5, 1]]
    assert np.isnan(pixels[0, 2]).all()
    assert depth[0].tolist() == [2, 2, -1]


def test_that_a_splat_covers_the_pixels_nearest_to_its_point():
    one = drawn([[0.4, -0.2, 2]], a_camera()).index[0]
    assert np.argwhere(one == 0).tolist() == [[1, 5]]
    two = drawn([[0.35, -0.15, 2]], a_camera(), splat=2).index[0]  # at (4.75, 1.25)
    assert np.argwhere(two == 0).tolist() == [[1, 4], [1, 5], [2, 4], [2, 5]]
    three = drawn([[0.4, -0.2, 2]], a_camera(), splat=3).index[0]  # the right column is cut at 6
    assert np.argwhere(three == 0).tolist() == [[r, c] for r in (0, 1, 2) for c in (4, 5, 6)]


def test_that_the_nearest_point_wins_and_of_equal_ones_the_first():
    seen = drawn([[0, 0, 3], [0, 0, 2], [0, 0, 2], [0, 0, 4]], a_camera())
    assert seen.index[0, 2, 3] == 1
    assert seen.depth[0, 2, 3] == 2
    assert seen.visible(0).tolist() == [1]
    assert np.count_nonzero(seen.depth) == 1


def test_that_nothing_behind_the_camera_or_beside_the_picture_is_seen():
    seen = drawn([[0, 0, -2], [5, 0, 2], [0, 9, 2]], a_camera(), splat=2)
    assert (seen.index == -1).all()
    assert not seen.images.any()


def test_that_a_surface_facing_the_lamp_is_lighter_than_one_facing_away():
    camera = a_camera()
    lit = []
    for normal in ((-0.38, -0.68, -0.63), (0.38, 0.68, -0.63)):
        lit.append(render(np.array([[[0, 0, 2.0]]]), np.array([[normal]]), WHITE, camera).images)
    assert lit[0][0, 0, 2, 3] == pytest.approx(1, abs=0.01)
    assert lit[1][0, 0, 2, 3] == pytest.approx(0.35)  # the lamp is behind it


def test_that_the_sign_of_a_normal_does_not_matter():
    points, camera = a_ball(500)[None], turntable([Orbit(20, 30)], 32)
    one, other = (render(points, sign * points, WHITE, camera).images for sign in (1, -1))
    assert np.array_equal(one, other)


def test_that_depth_taken_back_into_the_world_lies_on_the_surface():
    points, side = a_ball(30_000)[None], 64  # so many that no pixel looks through
    camera = turntable([Orbit(32, 20)], side)
    seen = render(points, points, WHITE, camera)
    back = camera.back_project(seen.depth)[seen.depth > 0]
    # A pixel is 4 / focal wide; a splat reaches one pixel, which is steep near the rim of the ball.
    pixel = 4 / camera.intrinsics[0, 0, 0]
    away = np.abs(np.linalg.norm(back, axis=1) - 1)
    assert np.median(away) < 0.5 * pixel
    assert away.max() < 1.5 * pixel
    eye = 4 * Orbit(32, 20).axes()[2]
    assert np.linalg.norm(back - eye, axis=1).max() < 4.1  # the near half, not the far one


def test_that_projecting_and_back_projecting_are_inverse():
    camera = turntable([Orbit(10, 5), Orbit(200, 50, 0.5)], 16)
    depth = np.full((2, 16, 16), 3.5)
    pixels, again = camera.project(camera.back_project(depth).reshape(2, -1, 3))
    rows, columns = np.mgrid[:16, :16]
    assert pixels[1] == pytest.approx(
        np.stack([columns.ravel(), rows.ravel()], axis=1), abs=1e-5
    )  # the axes are float32
    assert again == pytest.approx(3.5)


def test_that_the_ball_fills_nine_tenths_of_the_picture():
    camera = turntable([Orbit(0, 0)], 100)
    pixels, _ = camera.project(a_ball(100_000)[None])
    assert np.ptp(pixels[0], axis=0) == pytest.approx([90, 90], abs=0.5)
    assert camera.inside(pixels).all()


def test_that_up_is_up_and_right_is_right():
    # From azimuth 0 the eye looks along +y: x is to the right, z is up.
    pixels, _ = turntable([Orbit(0, 0)], 65).project(np.array([[[0.5, 0, 0], [0, 0, 0.5]]]))
    assert pixels[0, 0, 0] > 32 and pixels[0, 0, 1] == pytest.approx(32)
    assert pixels[0, 1, 1] < 32 and pixels[0, 1, 0] == pytest.approx(32)


def test_that_a_batch_gives_what_each_alone_gives_and_the_same_again():
    points = np.stack([a_ball(300, seed) for seed in range(3)])
    orbits = [Orbit(40.0 * number, 10) for number in range(3)]
    together = render(points, points, WHITE, turntable(orbits, 24))
    again = render(points, points, WHITE, turntable(orbits, 24))
    assert np.array_equal(together.images, again.images)
    for number, orbit in enumerate(orbits):
        one = points[number : number + 1]
        alone = render(one, one, WHITE, turntable([orbit], 24))
        assert np.array_equal(alone.index[0], together.index[number])


def test_that_normals_of_a_bare_ball_point_outwards_or_inwards():
    points = a_ball(1000)
    along = np.abs((estimated_normals(points) * points).sum(axis=1))
    assert along.min() > 0.9
    assert np.median(along) > 0.99


def test_that_few_points_have_normals_too():
    assert np.isfinite(estimated_normals(np.eye(3))).all()
    assert np.isfinite(estimated_normals(np.zeros((1, 3)))).all()


@pytest.mark.slow
def test_that_a_small_picture_takes_a_few_milliseconds():
    points = np.stack([a_ball()] * 16)
    camera = turntable([Orbit(20.0 * number, 20) for number in range(16)], 64)
    times = []
    for _ in range(5):
        start = time.process_time()
        render(points, points, WHITE, camera)
        times.append((time.process_time() - start) / 16)
    assert min(times) < 0.006
