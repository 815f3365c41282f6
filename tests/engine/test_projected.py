"""Points on pixels, painted outlines, labels of depth, statistics and directions, worked out by hand."""

from dataclasses import replace

import numpy as np
import pytest

from engine.depth_labels import depth_labels, true_depths
from engine.projected import NOBODY, commonest, nearest_points, of_owners, painted, scattered
from engine.teaching_maps import FeatureMap, components, statistics
from tests.engine.small_drives import CAMERA, SHAPE, at_pixel, drive, frame


def shown(*places, filled=False):
    return nearest_points(
        np.array([at_pixel(*place) for place in places]).reshape(-1, 3), CAMERA, SHAPE, filled
    )


def only(cells):
    expected = np.full(SHAPE, NOBODY)
    for (row, column), point in cells.items():
        expected[row, column] = point
    return expected


# ---- which point a pixel shows


def test_that_a_point_is_shown_by_the_pixel_in_which_it_lies():
    found = shown((3.0, 2.0, 5), (4.99, 2.99, 5), (0.01, 11.99, 7))
    assert np.array_equal(found, only({(2, 3): 0, (2, 4): 1, (11, 0): 2}))


def test_that_the_nearest_wins_and_of_two_alike_the_first():
    found = shown((3.5, 2.5, 9), (3.2, 2.7, 4), (3.5, 2.5, 6), (7.5, 7.5, 5), (7.5, 7.5, 5))
    assert np.array_equal(found, only({(2, 3): 1, (7, 7): 3}))


def test_that_what_is_beside_or_behind_the_picture_is_not_shown():
    behind = -np.array(at_pixel(3.5, 2.5, 5))
    places = [at_pixel(-0.01, 2, 5), at_pixel(16, 2, 5), at_pixel(3, 12, 5), behind]
    assert (nearest_points(np.array(places), CAMERA, SHAPE) == NOBODY).all()


def test_that_no_points_give_an_empty_map():
    found = scattered(np.zeros((0, 3)), shown())
    assert found.features.shape == (3, *SHAPE)
    assert not found.valid.any() and not found.features.any()


def test_that_the_order_of_points_does_not_change_what_is_shown():
    rng = np.random.default_rng(0)
    points = np.array([at_pixel(*place) for place in rng.uniform(2, 11, (400, 3))])
    order = rng.permutation(len(points))
    found, other = (nearest_points(each, CAMERA, SHAPE) for each in (points, points[order]))
    assert np.array_equal(found == NOBODY, other == NOBODY)
    assert np.array_equal(found[found >= 0], order[other[other >= 0]])


def test_that_values_lie_where_their_points_are_shown():
    values = np.array([[1.0, -1], [2, -2]])
    found = scattered(values, shown((3.5, 2.5, 9), (3.5, 4.5, 4)))
    assert found.features[:, 2, 3].tolist() == [1, -1]
    assert found.features[:, 4, 3].tolist() == [2, -2]
    assert found.valid.sum() == 2 and np.abs(found.features).sum() == 6
    assert found.told.tolist() == [[1, -1], [2, -2]]


def test_that_filling_closes_gaps_with_the_nearest_around():
    found = shown((3.5, 2.5, 10), (5.5, 2.5, 10.5), filled=True)
    # Between both the nearer one; around each of them itself.
    assert found[2, 2:7].tolist() == [0, 0, 0, 1, 1]
    assert found[1, 2:7].tolist() == found[3, 2:7].tolist() == [0, 0, 0, 1, 1]
    assert (found != NOBODY).sum() == 15


@pytest.mark.parametrize(("far", "filled"), [(11.9, True), (12.1, False)])
def test_that_a_gap_between_different_depths_stays_open(far, filled):
    found = shown((3.5, 2.5, 10), (5.5, 2.5, far), filled=True)
    assert (found[2, 4] != NOBODY) == filled
    assert found[2, 2] == 0  # only one point is around it


def test_that_near_by_half_as_far_again_is_another_depth():
    assert shown((3.5, 2.5, 2), (5.5, 2.5, 3.1), filled=True)[2, 4] == NOBODY
    assert shown((3.5, 2.5, 2), (5.5, 2.5, 2.9), filled=True)[2, 4] == 0


# ---- outlines


def test_that_the_highest_score_is_painted_last():
    masks = np.zeros((3, 2, 4))
    masks[0, :, :3] = 0.9
    masks[1, :, 1:] = 0.5
    masks[2, 0] = 0.49  # is not painted
    found = painted(masks, [7, 4, 7], np.array([0.8, 0.6, 0.99]), kinds=(4, 7))
    assert found.features[0].tolist() == [[0, 0, 0, 1]] * 2
    assert found.features[1].tolist() == [[1, 1, 1, 0]] * 2
    assert found.valid.all()


def test_that_of_two_scores_alike_the_first_stays_on_top_and_other_kinds_paint_nothing():
    masks = np.ones((3, 1, 1), bool)
    found = painted(masks, [1, 2, 3], np.array([0.5, 0.5, 0.9]), kinds=(2, 1))
    assert found.features[:, 0, 0].tolist() == [0, 1]


def test_that_no_outlines_give_an_empty_map_that_is_valid():
    found = painted(np.zeros((0, 3, 4)), [], np.zeros(0), kinds=(0, 1))
    assert found.features.shape == (2, 3, 4) and not found.features.any() and found.valid.all()


def test_that_owners_become_outlines_of_their_kinds():
    owners = np.array([[0, 1, -1], [2, 2, -1]], np.int16)
    found = of_owners(owners, np.array([3, 5, 3], np.int16), kinds=(5, 3))
    assert found.features.tolist() == [[[0, 1, 0], [0, 0, 0]], [[1, 0, 0], [1, 1, 0]]]
    assert not of_owners(owners, np.array([3, 5, 3], np.int16), kinds=(9,)).features.any()


def test_that_the_commonest_things_are_counted_over_what_is_learnt_from():
    box = (0, 0, 1, 1)
    first = frame(boxes=[box] * 3, labels=np.array([1, 1, 2], np.int16))
    test = frame(boxes=[box] * 4, labels=np.zeros(4, np.int16), train=False)
    made = drive(first, test, things=("car", "sign", "truck"))
    assert commonest(made, 2) == (1, 2)
    assert commonest(made) == (1, 2, 0)
    assert commonest(drive(frame(), things=("car", "sign"))) == (0, 1)


# ---- how far

BOX = [4.0, 2.0, 12.0, 10.0]


def spread(depths, left=5.0, top=3.0):
    """Points in the box one beside the other, at these depths."""
    return [
        at_pixel(left + 0.9 * (n % 7), top + 0.9 * (n // 7), depth)
        for n, depth in enumerate(depths)
    ]


def test_that_the_papers_rule_is_the_mean_distance_of_more_than_ten_points():
    points = spread([10.0] * 6 + [20.0] * 5)
    expected = np.linalg.norm(np.float32(points), axis=1).mean()
    assert depth_labels(frame(points, [BOX]), "paper") == pytest.approx([expected], rel=1e-6)
    assert expected > (6 * 10 + 5 * 20) / 11  # not along the axis
    assert np.isnan(depth_labels(frame(points[:10], [BOX]), "paper")).all()


def test_that_the_papers_rule_leaves_out_points_on_the_sides_of_the_box():
    points = spread([10.0] * 10)
    assert np.isnan(depth_labels(frame([*points, at_pixel(4.0, 5, 10)], [BOX]), "paper")).all()
    inside = [*points, at_pixel(4.01, 5, 10)]
    assert np.isfinite(depth_labels(frame(inside, [BOX]), "paper")).all()


def test_that_the_median_is_that_of_the_things_own_points():
    points = spread([9.0, 9.5, 11, 30, 31, 32])
    owner = np.array([0, 0, 0, -1, -1, -1], np.int32)
    found = depth_labels(frame(points, [BOX, BOX], owner=owner), "median")
    assert found[0] == pytest.approx(9.5)
    assert np.isnan(found[1])  # owners are told, and none is its


def test_that_without_owners_the_points_in_the_solid_count():
    points = spread([9.0, 9.6, 10, 30, 31, 32, 33])
    solid = np.array([[9.5, 0, 0, 2, 20, 20, 0], [50, 0, 0, 1, 1, 1, 0]], np.float32)
    found = depth_labels(frame(points, [BOX, BOX], solids=solid), "median")
    assert found[0] == pytest.approx(9.6) and np.isnan(found[1])


def test_that_without_a_solid_the_largest_heap_in_the_middle_of_the_box_counts():
    middle = [(7.1 + 0.4 * n, 5.5, depth) for n, depth in enumerate((10, 10.5, 11, 30, 30.5))]
    edge = [(4.5, 3 + 0.5 * n, 40) for n in range(8)]
    points = [at_pixel(*place) for place in (*middle, *edge)]
    assert depth_labels(frame(points, [BOX]), "median") == pytest.approx([10.5])
    assert np.isnan(depth_labels(frame(points[2:4], [BOX]), "median")).all()  # too few to believe


def test_that_of_two_heaps_alike_the_nearer_counts():
    points = [at_pixel(7 + 0.3 * n, 6.5, depth) for n, depth in enumerate((30, 30, 30, 10, 10, 10))]
    assert depth_labels(frame(points, [BOX]), "median") == pytest.approx([10])


def test_that_the_centre_is_what_the_frame_says():
    told = frame(boxes=[BOX, BOX], depths=np.array([12.5, np.nan], np.float32))
    found = depth_labels(told, "centre")
    assert found[0] == 12.5 and np.isnan(found[1])


def test_that_the_truth_is_the_centre_and_the_median_only_where_no_centre_is_told():
    points = [at_pixel(7 + 0.3 * n, 6.5, 10) for n in range(3)]
    told = frame(points, [BOX, BOX], depths=np.array([12.5, np.nan], np.float32))
    assert true_depths(told) == pytest.approx([12.5, 10])


@pytest.mark.parametrize("rule", ["median", "paper", "centre"])
def test_that_a_frame_without_boxes_or_points_is_no_trouble(rule):
    assert depth_labels(frame(), rule).shape == (0,)
    assert np.isnan(depth_labels(frame(boxes=[BOX]), rule)).all()


# ---- what is usual


def a_map(rows):
    """A map of so many valid pixels, each with these features."""
    rows = np.asarray(rows, np.float32)
    features = np.zeros((rows.shape[1], 1, len(rows) + 1), np.float32)
    features[:, 0, 1:] = rows.T
    valid = np.ones((1, len(rows) + 1), bool)
    valid[0, 0] = False
    return FeatureMap(features, valid)


def test_that_statistics_are_those_of_all_valid_pixels():
    found = statistics([a_map([[1, 5], [3, 5]]), a_map([[8, 5]])])
    assert found.mean == pytest.approx([4, 5])
    assert found.deviation[0] == pytest.approx(np.sqrt((9 + 1 + 16) / 3))
    assert found.deviation[1] == 0


def test_that_statistics_of_no_valid_pixel_are_refused():
    nothing = a_map([[1.0]])
    with pytest.raises(ValueError, match="no pixel is valid"):
        statistics([replace(nothing, valid=np.zeros_like(nothing.valid))])


def test_that_directions_are_those_of_the_longest_extent():
    # Along (3, 4) / 5 by 10 and across by 1: variances 100 and 1 about the mean (1, 2).
    along, across = np.array((0.6, 0.8)), np.array((-0.8, 0.6))
    rows = np.array([(1, 2) + a * 10 * along + b * across for a in (-1, 1) for b in (-1, 1)])
    found = components([rows[:1], rows[1:]], 2)
    np.testing.assert_allclose(found.mean, [1, 2])
    np.testing.assert_allclose(found.axes[0], along, atol=1e-12)
    np.testing.assert_allclose(np.abs(found.axes[1] @ across), 1)
    np.testing.assert_allclose(found.explained, [100 / 101, 1 / 101])
    np.testing.assert_allclose(found.of(np.array([1, 2]) + 7 * along)[0], 7, rtol=1e-6)
    reduced = components([rows], 1).of_map(a_map(rows))
    np.testing.assert_allclose(reduced.told, rows @ along[:, None] - (1, 2) @ along, rtol=1e-5)
    assert not reduced.features[:, 0, 0].any()


def test_that_directions_agree_with_a_decomposition_in_singular_values():
    rows = np.random.default_rng(1).normal(size=(300, 6)) @ np.diag([9, 5, 3, 2, 1, 0.1])
    found = components(np.array_split(rows, 7), 4)
    centred = rows - rows.mean(axis=0)
    _, values, directions = np.linalg.svd(centred, full_matrices=False)
    np.testing.assert_allclose(np.abs((found.axes * directions[:4]).sum(axis=1)), 1)
    np.testing.assert_allclose(found.explained, (values**2 / (values**2).sum())[:4])
    assert (np.abs(found.axes).max(axis=1) == found.axes.max(axis=1)).all()
