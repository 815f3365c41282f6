"""Points on a mesh's surface: where they lie, how evenly, and the frame they are brought to."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from engine.errors import FormatError
from engine.formats.surface import face_areas, normalised, sample_surface

# A right triangle of area 1/2 at z = 0 and one of area 6 (legs 3 and 4) at z = 5.
VERTICES = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 5], [3, 0, 5], [0, 4, 5]], float)
FACES = np.array([[0, 1, 2], [3, 4, 5]])


def rng(seed=0):
    return np.random.default_rng(seed)


def test_that_areas_are_those_calculated_by_hand():
    assert face_areas(VERTICES, FACES) == pytest.approx([0.5, 6.0])


def test_that_each_face_gets_points_by_its_share_of_the_area():
    points, _ = sample_surface(VERTICES, FACES, 20_000, rng())
    share = np.mean(points[:, 2] == 5)
    # Six standard deviations of a binomial share of 12/13 with 20,000 throws.
    assert abs(share - 12 / 13) < 6 * np.sqrt(12 / 13 / 13 / 20_000)


def test_that_points_are_spread_evenly_within_a_face():
    points, _ = sample_surface(VERTICES, FACES[:1], 20_000, rng())
    # The mean of a triangle is the mean of its corners; of its area a quarter has x > 1/2.
    assert points.mean(axis=0) == pytest.approx([1 / 3, 1 / 3, 0], abs=0.01)
    assert np.mean(points[:, 0] > 0.5) == pytest.approx(0.25, abs=0.02)


def test_that_every_point_lies_in_its_triangle():
    points, _ = sample_surface(VERTICES, FACES, 5_000, rng())
    low, high = points[points[:, 2] == 0], points[points[:, 2] == 5]
    assert len(low) + len(high) == 5_000
    assert (points[:, :2] >= 0).all()
    assert (low[:, 0] + low[:, 1] <= 1 + 1e-6).all()
    assert (high[:, 0] / 3 + high[:, 1] / 4 <= 1 + 1e-6).all()


def test_that_normals_have_length_one_and_follow_the_winding():
    _, up = sample_surface(VERTICES, FACES, 100, rng())
    _, down = sample_surface(VERTICES, FACES[:, ::-1], 100, rng())
    assert up == pytest.approx(np.tile([0, 0, 1], (100, 1)))
    assert down == pytest.approx(np.tile([0, 0, -1], (100, 1)))


def test_that_flat_triangles_get_no_points():
    flat = np.array([[0, 0, 1], [3, 4, 5], [3, 3, 3]])
    points, normals = sample_surface(VERTICES, flat, 2_000, rng())
    assert (points[:, 2] == 5).all()
    assert np.isfinite(normals).all()


@pytest.mark.parametrize("faces", [np.empty((0, 3), int), np.array([[0, 0, 1]])])
def test_that_a_mesh_without_surface_is_refused_with_a_sentence(faces):
    with pytest.raises(FormatError, match="no surface"):
        sample_surface(VERTICES, faces, 10, rng())


@pytest.mark.parametrize("bad", [np.nan, np.inf, 1e200])
def test_that_a_mesh_with_impossible_corners_is_refused_with_a_sentence(bad):
    broken = VERTICES.copy()
    broken[1, 0] = bad
    broken[2, 1] = bad
    with pytest.raises(FormatError, match="no surface"):
        sample_surface(broken, FACES, 10, rng())


def test_that_the_same_generator_gives_the_same_points():
    first, again = (sample_surface(VERTICES, FACES, 50, rng(3))[0] for _ in range(2))
    other = sample_surface(VERTICES, FACES, 50, rng(4))[0]
    assert (first == again).all()
    assert (first != other).any()
    assert first.dtype == np.float32


@given(arrays(np.float64, (20, 3), elements=st.floats(-1e6, 1e6)))
def test_that_normalised_points_have_mean_zero_and_radius_one(points):
    result = normalised(points)
    radius = np.linalg.norm(points - points.mean(axis=0), axis=1).max()
    assert result.dtype == np.float32
    if radius > 1e-6:
        assert np.abs(result.mean(axis=0, dtype=float)).max() < 1e-6
        assert np.linalg.norm(result, axis=1).max() == pytest.approx(1, abs=1e-6)


def test_that_a_cloud_of_one_place_stays_finite():
    assert (normalised(np.full((5, 3), 7.0)) == 0).all()


def test_that_normalising_keeps_the_form():
    # Mean (2, 0, 0); the farthest points are 2 away, so everything is halved.
    result = normalised(np.array([[0, 0, 0], [4, 0, 0], [2, 1, 0], [2, -1, 0]], np.float32))
    assert result == pytest.approx(np.array([[-1, 0, 0], [1, 0, 0], [0, 0.5, 0], [0, -0.5, 0]]))
