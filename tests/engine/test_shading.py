"""Light and shadow of a bare cloud, on clouds where the answer is plain."""

import numpy as np

from engine.orbit import Frame
from engine.shading import crowding, floor_shadow, local_light, shade_points


def _plane(side=24):
    x, y = np.meshgrid(np.linspace(-1, 1, side), np.linspace(-1, 1, side))
    return np.stack((x.ravel(), y.ravel(), np.zeros(side * side)), axis=1).astype(np.float32)


def test_that_a_level_plane_is_lit_evenly():
    assert np.allclose(local_light(_plane()), 0.5)


def test_that_the_upper_edge_of_a_wall_is_light_and_the_lower_edge_dark():
    wall = _plane()[:, [0, 2, 1]]
    light = local_light(np.ascontiguousarray(wall))
    assert light[wall[:, 2] > 0.9].mean() > 0.6
    assert light[wall[:, 2] < -0.9].mean() < 0.4
    assert abs(light[np.abs(wall[:, 2]) < 0.3].mean() - 0.5) < 0.02


def test_that_light_does_not_depend_on_where_the_cloud_is_or_how_large():
    cloud = np.random.default_rng(0).normal(size=(500, 3)).astype(np.float32)
    moved = (cloud * 3 + (5, -2, 7)).astype(np.float32)
    assert np.abs(local_light(cloud) - local_light(moved)).mean() < 0.02


def test_that_single_and_equal_points_are_no_trouble():
    for cloud in (np.zeros((1, 3), np.float32), np.ones((7, 3), np.float32)):
        assert np.allclose(local_light(cloud), 0.5)
        assert np.isfinite(crowding(cloud)).all()


def test_that_the_denser_half_is_the_more_crowded():
    rng = np.random.default_rng(1)
    dense = rng.uniform(0, 0.5, (900, 3))
    sparse = rng.uniform(1.5, 2, (100, 3))
    crowd = crowding(np.concatenate((dense, sparse)).astype(np.float32))
    assert crowd[:900].mean() > crowd[900:].mean() + 0.4
    assert crowd.min() == 0
    assert crowd.max() == 1


def test_that_the_shadow_is_darkest_under_what_touches_the_floor():
    leg = np.tile((-0.8, 0.0, 0.0), (50, 1)) + np.linspace(0, 0.05, 50)[:, None] * (0, 0, 1)
    lamp = np.tile((0.8, 0.0, 2.0), (50, 1))
    cloud = np.concatenate((leg, lamp)).astype(np.float32)
    shadow, half = floor_shadow(cloud, Frame.around(cloud))
    assert 0 <= shadow.min() < shadow.max() <= 1
    column = shadow[64]
    under_leg = column[int((-0.8 / half + 1) * 64)]
    under_lamp = column[int((0.8 / half + 1) * 64)]
    assert under_leg > 2 * under_lamp > 0
    assert shadow[0, 0] < 0.01


def test_that_more_light_makes_a_colour_lighter_in_both_themes():
    grey = np.full((2, 3), 0.5, dtype=np.float32)
    for light_theme in (False, True):
        dark, bright = shade_points(grey, np.array([0, 1], np.float32), light_theme)[:, 0]
        assert dark < 0.5 < bright
