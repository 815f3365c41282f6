"""The numbers of the Concepts page: by hand, or against plain numpy."""

import numpy as np
import pytest

from workbench.models.attention import (
    Spread,
    alikeness,
    looked_at,
    patch_of,
    per_cell,
    pictured,
    relative,
    sharpness,
)


def test_that_a_point_takes_the_five_nearest_centres_by_inverse_distance():
    rng = np.random.default_rng(1)
    points, centres = (rng.normal(size=(count, 3)).astype(np.float32) for count in (300, 20))
    weights = rng.random(20).astype(np.float32)
    expected = []
    for point in points.astype(np.float64):
        away = np.linalg.norm(centres - point, axis=1)
        five = np.argsort(away)[:5]
        expected.append(np.average(weights[five], weights=1 / away[five]))
    spread = Spread.over(points, centres)
    np.testing.assert_allclose(spread.of(weights), expected, rtol=1e-4)
    np.testing.assert_allclose(spread.share.sum(1), 1, rtol=1e-6)


def test_that_a_point_on_a_centre_takes_its_weight_and_fewer_centres_are_enough():
    centres = np.array([[0, 0, 0], [1, 0, 0]], np.float32)
    got = Spread.over(centres, centres).of(np.array([0.25, 0.75], np.float32))
    np.testing.assert_allclose(got, [0.25, 0.75], atol=1e-5)


def test_that_many_points_are_spread_block_by_block_alike(monkeypatch):
    rng = np.random.default_rng(2)
    points, centres = (rng.normal(size=(count, 3)).astype(np.float32) for count in (200, 9))
    whole = Spread.over(points, centres)
    monkeypatch.setattr("workbench.models.attention._BLOCK", 100)
    parts = Spread.over(points, centres)
    np.testing.assert_array_equal(parts.nearest, whole.nearest)
    np.testing.assert_array_equal(parts.share, whole.share)


def test_that_looked_at_grows_steeply_and_ends_at_one():
    got = looked_at(np.array([0, 0.1, 1 / 2.4, 1], np.float32))
    np.testing.assert_allclose(got, [0, 0.24**0.8, 1, 1], rtol=1e-5)


def test_that_weights_are_relative_to_the_largest_and_nothing_stays_nothing():
    np.testing.assert_allclose(relative(np.array([1, 2, 4], np.float32)), [0.25, 0.5, 1])
    assert not relative(np.zeros(3, np.float32)).any()


def test_that_an_even_look_is_not_sharp_and_one_patch_is():
    got = sharpness(np.array([[0.25, 0.25, 0.25, 0.25], [0, 1, 0, 0], [0.5, 0.5, 0, 0]]))
    np.testing.assert_allclose(got, [0, 1, 0.5], atol=1e-6)


def test_that_a_map_of_one_patch_is_no_division_by_zero():
    assert np.isfinite(sharpness(np.ones((2, 1)))).all()


def test_that_weights_are_summed_over_the_centres_of_each_cell():
    weights = np.array([1, 2, 3, 4], np.float32)
    got = per_cell(weights, np.array([3, 0, 3, -1]), 2)
    np.testing.assert_array_equal(got, [[2, 0], [0, 4]])


def test_that_a_point_in_two_patches_belongs_to_the_nearer_centre():
    points = np.array([[0, 0, 0], [1, 0, 0], [3, 0, 0], [9, 0, 0]], np.float32)
    centres = np.array([[3, 0, 0], [0, 0, 0]], np.float32)
    members = np.array([[2, 1], [0, 1]])
    np.testing.assert_array_equal(patch_of(points, centres, members), [1, 1, 0, -1])


def test_that_points_take_the_colour_of_their_place_in_the_picture():
    image = np.zeros((4, 4, 3), np.uint8)
    image[:2, :2], image[2:, 2:] = (255, 0, 0), (0, 0, 255)
    centres = np.array([[0, 0, 0], [9, 0, 0], [30, 0, 0]], np.float32)
    spread = Spread.over(np.array([[0, 0, 0], [9, 0, 0], [30, 0, 0]], np.float32), centres)
    colors, known = pictured(spread, np.array([0, 3, -1]), 2, image)
    np.testing.assert_array_equal(known, [True, True, False])
    np.testing.assert_allclose(colors[:2], [[1, 0, 0], [0, 0, 1]])


@pytest.mark.parametrize("grid", [1, 7])
def test_that_a_picture_without_known_places_has_no_known_colour(grid):
    points = np.random.default_rng(0).normal(size=(10, 3)).astype(np.float32)
    spread = Spread.over(points, points[:6])
    _, known = pictured(spread, np.full(6, -1, np.int16), grid, np.zeros((7, 7, 3), np.uint8))
    assert not known.any()


def test_that_alikeness_is_the_mean_correlation_of_two_maps():
    same, turned = [[1, 2, 3], [2, 4, 6]], [[1, 2, 3], [3, 2, 1]]
    assert alikeness(np.array([same])) == pytest.approx(1)
    assert alikeness(np.array([same, turned])) == pytest.approx(0)  # of one pair 1, of the other -1
    maps = np.random.default_rng(2).random((1, 4, 9))
    table = np.corrcoef(maps[0])
    assert alikeness(maps) == pytest.approx((table.sum() - 4) / 12, abs=1e-5)
    assert np.isnan(alikeness(np.ones((2, 1, 3))))
