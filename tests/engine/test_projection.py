"""Projection and depth as a number, against values worked out by hand."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from engine.projection import NEAREST, Calibration, depth_to_unit, project, unit_to_depth

# A camera at the laser's place that looks along x: its x is -y of the laser, its y is -z, its z is x.
AXES = np.array([[0.0, -1, 0, 0], [0, 0, -1, 0], [1, 0, 0, 0], [0, 0, 0, 1]])
CAMERA = Calibration(np.array([[100.0, 0, 80, 0], [0, 100, 48, 0], [0, 0, 1, 0]]), AXES)


def test_that_points_fall_where_similar_triangles_put_them():
    points = np.array([[10.0, 0, 0, 0.5], [10, 2, 1, 0], [5, -1, -0.5, 0]])
    pixels, depth, seen = project(points, CAMERA)
    np.testing.assert_allclose(pixels, [[80, 48], [60, 38], [100, 58]])
    np.testing.assert_allclose(depth, [10, 10, 5])
    assert seen.all()


def test_that_the_fourth_column_of_the_projection_counts():
    # As KITTI's P2: a camera 6 cm to the right of the reference and 20 cm behind it.
    moved = Calibration(np.array([[100.0, 0, 80, 40], [0, 100, 48, 0], [0, 0, 1, 0.2]]), AXES)
    pixels, depth, _ = project(np.array([[9.8, 0.0, 0.0]]), moved)
    np.testing.assert_allclose(depth, [10])
    np.testing.assert_allclose(pixels, [[(9.8 * 80 + 40) / 10, 9.8 * 48 / 10]])


def test_that_what_is_behind_the_camera_is_not_seen_and_still_a_number():
    pixels, depth, seen = project(np.array([[-3.0, 1, 0], [0, 0, 0], [NEAREST / 2, 0, 0]]), CAMERA)
    assert not seen.any()
    assert np.isfinite(pixels).all()
    np.testing.assert_allclose(depth, [-3, 0, NEAREST / 2])


def test_that_tensors_and_arrays_agree():
    points = np.random.default_rng(0).normal(size=(50, 4)).astype(np.float32) * 20
    for tensor, array in zip(
        project(torch.from_numpy(points), CAMERA), project(points, CAMERA), strict=True
    ):
        np.testing.assert_allclose(tensor.numpy(), array, rtol=1e-4, atol=1e-3)


def test_that_a_resized_picture_has_its_points_at_the_same_share():
    points = np.array([[10.0, 2, 1]])
    half, _, _ = project(points, CAMERA.resized(0.5, 0.25))
    np.testing.assert_allclose(half, [[30, 9.5]])


@given(st.floats(0.01, 70))
def test_that_depth_comes_back(depth):
    there = depth_to_unit(np.array([depth]))
    assert 0 < there[0] <= 1
    np.testing.assert_allclose(unit_to_depth(there), [depth])


@pytest.mark.parametrize(("depth", "unit"), [(-1, 0), (0, 0), (70, 1), (90, 1), (70 / 2**2.2, 0.5)])
def test_that_depth_is_mapped_as_the_paper_says(depth, unit):
    assert depth_to_unit(torch.tensor([depth], dtype=torch.float64)).item() == pytest.approx(unit)
