"""Figures of named points and parts: worked out by hand, against plain sets, and by property."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.metrics.parts import (
    CATEGORIES,
    PARTS_OF,
    category_ious,
    part_iou,
    shape_ious,
    within_category,
)
from engine.metrics.segmentation import confusion, figures, mean_iou

TABLE, BAG = CATEGORIES.index("Table"), CATEGORIES.index("Bag")


def test_that_a_toy_is_counted_by_hand():
    table = confusion([0, 1, 1, 1, 0, 2], [0, 0, 1, 1, 2, -1], 4)
    assert table.tolist() == [[1, 1, 0, 0, 0], [0, 2, 0, 0, 0], [1, 0, 0, 0, 0], [0, 0, 0, 0, 0]]
    found = figures(table)
    assert found.iou[:3].tolist() == pytest.approx([1 / 3, 2 / 3, 0]) and np.isnan(found.iou[3])
    assert found.mean_iou == pytest.approx(1 / 3)  # of three classes: the fourth does not occur
    assert found.counted.tolist() == [True, True, True, False]
    assert found.accuracy == pytest.approx(3 / 5) and found.points == 5
    assert found.mean_recall == pytest.approx((1 / 2 + 1 + 0) / 3)


def test_that_a_class_that_is_only_claimed_counts_as_0():
    assert mean_iou([0, 0, 3], [0, 0, 0], 4) == pytest.approx((2 / 3 + 0) / 2)


@pytest.mark.parametrize("nothing", [-1, 2, 99])
def test_that_a_prediction_of_no_class_counts_against_the_true_one_alone(nothing):
    found = figures(confusion([0, nothing, 1], [0, 0, 1], 2))
    assert found.iou.tolist() == [0.5, 1.0] and found.accuracy == pytest.approx(2 / 3)


@pytest.mark.parametrize("ignore", [0, 255])
def test_that_what_is_ignored_is_no_class(ignore):
    labels, predictions = np.array([ignore, 1, 1], np.uint8), np.array([1, ignore, 1], np.uint8)
    assert mean_iou(predictions, labels, 3, ignore) == 0.5  # one of two; class 1 alone


def test_that_nothing_to_count_is_not_a_number():
    assert math.isnan(mean_iou([], [], 3)) and math.isnan(mean_iou([0, 1], [-1, -1], 3))
    assert math.isnan(figures(confusion([], [], 3)).accuracy)


def test_that_arrays_of_two_shapes_are_refused():
    with pytest.raises(ValueError, match="must be the same"):
        mean_iou([0, 1], [0], 2)


def draw(seed, size=60, classes=5):
    rng = np.random.default_rng(seed)
    return rng.integers(-1, classes, size), rng.integers(-1, classes - 1, size)


@settings(deadline=None)
@given(st.integers(0, 9999))
def test_that_the_mean_is_that_of_plain_sets(seed):
    predictions, labels = draw(seed)
    counted = [i for i, label in enumerate(labels) if label >= 0]
    each = []
    for name in range(5):
        true = {i for i in counted if labels[i] == name}
        claimed = {i for i in counted if predictions[i] == name}
        if true | claimed:
            each.append(len(true & claimed) / len(true | claimed))
    assert mean_iou(predictions, labels, 5) == pytest.approx(sum(each) / len(each))


@settings(deadline=None)
@given(st.integers(0, 9999))
def test_that_neither_the_order_of_points_nor_the_numbers_of_classes_matter(seed):
    predictions, labels = draw(seed)
    rng = np.random.default_rng(seed + 1)
    order, names = rng.permutation(60), np.append(rng.permutation(5), -1)
    again = mean_iou(names[predictions][order], names[labels][order], 5)
    assert again == pytest.approx(mean_iou(predictions, labels, 5))


def test_that_perfect_is_1_and_tables_of_scenes_add_up():
    (predictions, labels), (others, truths) = draw(1), draw(2)
    assert mean_iou(labels, labels, 5) == 1
    both = confusion(np.append(predictions, others), np.append(labels, truths), 5)
    assert np.array_equal(both, confusion(predictions, labels, 5) + confusion(others, truths, 5))


def test_that_sixteen_categories_share_out_fifty_parts():
    assert len(CATEGORIES) == len(PARTS_OF) == 16
    assert [part for parts in PARTS_OF for part in parts] == list(range(50))
    assert PARTS_OF[TABLE] == (47, 48, 49) and PARTS_OF[BAG] == (4, 5)
    assert PARTS_OF[CATEGORIES.index("Motorbike")] == (30, 31, 32, 33, 34, 35)


def test_that_parts_are_counted_by_hand():
    predictions = [[47, 48, 48, 48], [4, 5, 5, 5], [47, 48, 49, 49]]
    labels = [[47, 47, 48, 48], [4, 5, 5, 5], [47, 48, 49, 49]]
    kinds = [TABLE, BAG, TABLE]
    first = (1 / 2 + 2 / 3 + 1) / 3  # part 49 is neither there nor predicted
    assert shape_ious(predictions, labels, kinds).tolist() == pytest.approx([first, 1, 1])
    found = part_iou(predictions, labels, kinds)
    assert found.instance == pytest.approx((first + 1 + 1) / 3)
    assert found.category == pytest.approx((1 + (first + 1) / 2) / 2)  # bags, and tables
    assert part_iou(predictions, labels, ["Table", "Bag", "Table"]) == found


def test_that_a_part_that_is_only_predicted_counts_0():
    assert shape_ious([[47, 49]], [[47, 47]], [TABLE])[0] == pytest.approx((1 / 2 + 1 + 0) / 3)


def test_that_a_part_of_another_category_is_wrong_and_no_more():
    assert shape_ious([[4, 47]], [[4, 4]], [BAG])[0] == pytest.approx((1 / 2 + 1) / 2)


def test_that_of_scores_the_best_within_the_category_is_taken():
    scores = np.zeros((1, 3, 50))
    scores[0, :, 10] = 9  # a car's part, the best of all
    scores[0, 0, 48] = scores[0, 1, 49] = scores[0, 2, 47] = 1
    assert within_category(scores[0], PARTS_OF[TABLE]).tolist() == [48, 49, 47]
    assert part_iou(scores, [[48, 49, 47]], [TABLE]) == (1.0, 1.0)


def test_that_shapes_may_differ_in_size_and_parts_be_others():
    parts_of = ((0, 2), (1,))
    found = shape_ious([[0, 2, 2], [1]], [[0, 0, 2], [1]], [0, 1], parts_of)
    assert found.tolist() == pytest.approx([0.5, 1])
    assert category_ious(found, [0, 1], 2).tolist() == pytest.approx([0.5, 1])


def test_that_points_without_a_part_are_left_out():
    found = shape_ious([[4, 5], [4, 4]], [[4, -1], [-1, -1]], [BAG, BAG])
    assert found[0] == 1 and np.isnan(found[1])
    assert part_iou([[4, 5], [4, 4]], [[4, -1], [-1, -1]], [BAG, BAG]) == (1.0, 1.0)
    assert all(math.isnan(mean) for mean in part_iou([], [], []))


def test_that_what_does_not_fit_together_is_refused():
    with pytest.raises(ValueError, match="1 predictions, 2 labels, 1 categories"):
        part_iou([[4]], [[4], [5]], [BAG])
    with pytest.raises(ValueError, match=r"0\.\.15"):
        part_iou([[4]], [[4]], [16])
    with pytest.raises(ValueError, match="must be the same"):
        part_iou([[4, 5]], [[4]], [BAG])


@settings(deadline=None)
@given(st.integers(0, 9999))
def test_that_shapes_are_those_of_plain_sets_in_any_order(seed):
    rng = np.random.default_rng(seed)
    kinds = rng.integers(0, 16, 6)
    labels = np.stack([rng.choice(PARTS_OF[kind], 20) for kind in kinds])
    predictions = np.stack([rng.choice(PARTS_OF[kind], 20) for kind in kinds])
    plain = []
    for predicted, true, kind in zip(predictions, labels, kinds, strict=True):
        each = []
        for part in PARTS_OF[kind]:
            here, there = set(np.flatnonzero(true == part)), set(np.flatnonzero(predicted == part))
            each.append(len(here & there) / len(here | there) if here | there else 1.0)
        plain.append(sum(each) / len(each))
    assert shape_ious(predictions, labels, kinds).tolist() == pytest.approx(plain)
    points, shapes = rng.permutation(20), rng.permutation(6)
    again = part_iou(predictions[shapes][:, points], labels[shapes][:, points], kinds[shapes])
    assert again == pytest.approx(part_iou(predictions, labels, kinds))
    assert part_iou(labels, labels, kinds) == (1.0, 1.0)
