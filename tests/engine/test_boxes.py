"""Average precision of boxes on scenes small enough to work out by hand, overlap and the choice of answers."""

import math
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.metrics.box_choice import Answers, Choice, choose, for_likeliest, without_doubles
from engine.metrics.box_choice import chosen as chosen_of
from engine.metrics.box_overlap import along_axes, as_boxes, iou_table, points_inside
from engine.metrics.boxes import Boxes, average_precision_3d, balanced_cut, box_figures

UNIT = (0.0, 0, 0, 1, 1, 1, 0)


def at(x, heading=0.0, size=(1.0, 1, 1)):
    """A box with its middle at x on the first axis."""
    return (x, 0.0, 0.0, *size, heading)


def test_that_measuring_boxes_needs_no_torch():
    code = "import sys, engine.metrics.boxes, engine.metrics.box_choice\n"
    code += "assert not {'torch', 'scipy'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


# --- what two boxes share ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (UNIT, UNIT, 1),
        (UNIT, at(0.5), 1 / 3),  # .5 of 1.5
        (UNIT, at(1.0), 0),  # they touch
        (UNIT, (0, 0, 0.75, 1, 1, 1, 0), 0.25 / 1.75),
        (at(0, size=(2, 1, 1)), at(0, math.pi / 2, (2, 1, 1)), 1 / 3),  # a plus sign: 1 of 3
        (UNIT, at(0, math.pi), 1),  # turned right round
        (UNIT, at(0, math.pi / 4), (8**0.5 - 2) / (4 - 8**0.5)),  # an octagon of 2√2 - 2
        (at(0, size=(2, 2, 1)), at(0, math.pi / 4), 1 / 4),  # a diamond inside
        (at(0.5, 0.3, (3, 2, 1)), (0.5, 0, 0, 3, 2, 2, 0.3), 0.5),
    ],
)
def test_that_overlap_is_what_is_worked_out_by_hand(first, second, expected):
    assert iou_table([first], [second])[0, 0] == pytest.approx(expected, abs=1e-12)
    assert iou_table([second], [first])[0, 0] == pytest.approx(expected, abs=1e-12)


def drawn(count, seed):
    """Boxes near each other, turned at will."""
    source = np.random.default_rng(seed)
    return np.column_stack(
        [
            source.uniform(-0.6, 0.6, (count, 3)),
            source.uniform(0.4, 2, (count, 3)),
            source.uniform(-4, 4, count),
        ]
    )


def inside(points, box):
    """Which points a box holds: in front of each of its faces, with the faces' own directions."""
    x, y, z, length, width, height, heading = box
    ahead = np.array([math.cos(heading), math.sin(heading), 0])
    left = np.array([-math.sin(heading), math.cos(heading), 0])
    offset = points - [x, y, z]
    sides = zip((ahead, left, np.array([0, 0, 1])), (length, width, height), strict=True)
    return np.all([np.abs(offset @ way) <= size / 2 for way, size in sides], axis=0)


def test_that_overlap_is_what_scattered_points_count():
    boxes = drawn(12, 4)
    points = np.random.default_rng(0).uniform(-2.1, 2.1, (400_000, 3))
    held = np.array([inside(points, box) for box in boxes])
    both = (held[:, None] & held[None]).sum(2)
    expected = both / (held[:, None] | held[None]).sum(2)
    assert iou_table(boxes, boxes) == pytest.approx(expected, abs=0.02)
    assert points_inside(points, boxes).tolist() == held.sum(1).tolist()


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 9999), st.floats(-7, 7), st.floats(0.1, 9))
def test_that_turning_moving_and_scaling_the_world_changes_no_overlap(seed, angle, scale):
    boxes = drawn(4, seed)
    moved = boxes.copy()
    x, y = boxes[:, 0].copy(), boxes[:, 1].copy()
    moved[:, 0] = math.cos(angle) * x - math.sin(angle) * y + 3
    moved[:, 1] = math.sin(angle) * x + math.cos(angle) * y - 5
    moved[:, 6] += angle
    moved[:, :6] *= scale
    assert iou_table(moved, moved) == pytest.approx(iou_table(boxes, boxes), abs=1e-9)


def test_that_boxes_of_no_size_or_no_numbers_overlap_with_nothing():
    strange = [
        (0, 0, 0, 0, 1, 1, 0),
        (np.nan, 0, 0, 1, 1, 1, 0),
        (0, 0, 0, -1, -1, 1, 0),
        (np.inf, 0, 0, 1, 1, 1, 0),
    ]
    assert iou_table(strange, [UNIT, *strange]).tolist() == [[0] * 5] * 4
    assert iou_table([], [UNIT]).shape == (0, 1)


def test_that_boxes_without_headings_stand_along_the_axes_and_other_shapes_are_refused():
    assert iou_table([UNIT[:6]], [UNIT])[0, 0] == 1
    with pytest.raises(ValueError, match=r"Boxes are \(K, 7\)"):
        as_boxes(np.zeros((2, 8, 3)))


def test_that_the_box_along_the_axes_holds_a_turned_one():
    low, high = along_axes([at(1, math.pi / 2, (4, 2, 1)), at(0, math.pi / 4)])
    assert low == pytest.approx(np.array([[0, -2, -0.5], [-(0.5**0.5), -(0.5**0.5), -0.5]]))
    assert high == pytest.approx(np.array([[2, 2, 0.5], [0.5**0.5, 0.5**0.5, 0.5]]))


# --- average precision ------------------------------------------------------------------------------------------------


def truths(*positions, label=0):
    return Boxes([at(x) for x in positions], [label] * len(positions))


def found(*pairs, label=0):
    return Boxes([at(x) for x, _ in pairs], [label] * len(pairs), [score for _, score in pairs])


def test_that_exact_hits_alone_are_perfect():
    figures = average_precision_3d([found((0, 0.9), (5, 0.4))], [truths(0, 5)])
    own = figures.classes[0]
    assert (figures.mean, figures.recall, own.hits, own.truths, own.detections) == (1, 1, 2, 2, 2)


def test_that_a_second_hit_on_the_same_box_is_wrong():
    # In order: hit, wrong, hit. Precision 1, 1/2, 2/3 at recall 1/2, 1/2, 1: 1/2 · 1 + 1/2 · 2/3.
    figures = average_precision_3d([found((0, 0.9), (0.1, 0.8), (5, 0.7))], [truths(0, 5)])
    assert figures.mean == pytest.approx(5 / 6)
    assert figures.classes[0].hits == 2
    assert figures.classes[0].precisions == pytest.approx([1, 1 / 2, 2 / 3])
    assert figures.classes[0].recalls == pytest.approx([1 / 2, 1 / 2, 1])


def test_that_a_taken_box_is_not_replaced_by_the_second_best():
    # The second detection overlaps most with the first box, by 1/3 with the next: still wrong.
    figures = average_precision_3d([found((0, 0.9), (0.2, 0.8))], [truths(0, 0.7)])
    assert figures.classes[0].hits == 1 and figures.mean == 1 / 2


def test_that_overlap_equal_to_the_threshold_is_too_little():
    third = [found((0.5, 0.9))], [truths(0)]  # IoU 1/3
    assert average_precision_3d(*third, iou=1 / 3 - 1e-9).mean == 1
    assert average_precision_3d(*third, iou=1 / 3 + 1e-9).mean == 0
    quarter = [Boxes([at(0, size=(1, 1, 0.25))], [0], [1])], [truths(0)]  # exactly 0.25
    assert average_precision_3d(*quarter, iou=0.25).mean == 0


def test_that_wrong_ones_before_the_hits_cost_and_after_them_do_not():
    # wrong, hit, hit: precision 0, 1/2, 2/3; the envelope is 2/3 all along.
    before = average_precision_3d([found((9, 0.9), (0, 0.8), (5, 0.7))], [truths(0, 5)])
    after = average_precision_3d([found((9, 0.1), (0, 0.8), (5, 0.7))], [truths(0, 5)])
    assert before.mean == pytest.approx(2 / 3) and after.mean == 1


def test_that_missed_boxes_cost_recall():
    figures = average_precision_3d([found((0, 0.9))], [truths(0, 5, 10, 15)])
    assert (figures.mean, figures.recall) == (0.25, 0.25)


def test_that_a_box_is_sought_in_its_own_scene_only():
    figures = average_precision_3d([found((5, 0.9)), found((5, 0.8))], [truths(0), truths(5)])
    assert figures.classes[0].hits == 1
    assert figures.mean == pytest.approx(
        1 / 2 * 1 / 2
    )  # wrong, hit: precision 1/2 up to recall 1/2


def test_that_a_class_without_detections_has_nothing_and_harms_no_other():
    # The published evaluation gives class 1 what class 2 has, or an IndexError.
    true = Boxes([at(0), at(5), at(10)], [0, 1, 2])
    detected = Boxes([at(0), at(10.5), at(20)], [0, 2, 2], [0.9, 0.8, 0.7])
    figures = average_precision_3d([detected], [true])
    assert {label: own.precision for label, own in figures.classes.items()} == {0: 1, 1: 0, 2: 1}
    assert figures.classes[1].recall == 0
    assert figures.mean == pytest.approx(2 / 3) == figures.official_mean


def test_that_a_class_that_was_only_predicted_counts_in_the_official_mean_alone():
    # Four classes at 1, predicted for all of 18: .2222 as published.
    true = [Boxes([at(5 * label) for label in range(4)], range(4))]
    everything = Boxes([at(5 * label) for label in range(18)], range(18), [0.9] * 18)
    figures = average_precision_3d([everything], true)
    assert figures.mean == 1 and figures.recall == 1
    assert figures.official_mean == pytest.approx(4 / 18) == figures.official_recall
    assert math.isnan(figures.classes[17].recall) and figures.classes[17].precision == 0


def test_that_turned_boxes_need_their_heading():
    true = [Boxes([at(0, 0.5, (4, 1, 1))], [0])]
    right = average_precision_3d([Boxes([at(0, 0.5, (4, 1, 1))], [0], [1])], true, iou=0.5)
    wrong = average_precision_3d(
        [Boxes([at(0, 0.5 + math.pi / 2, (4, 1, 1))], [0], [1])], true, iou=0.5
    )
    around = average_precision_3d(
        [Boxes([at(0, 0.5 + math.pi, (4, 1, 1))], [0], [1])], true, iou=0.5
    )
    assert (right.mean, wrong.mean, around.mean) == (1, 0, 1)


def test_that_of_equal_scores_the_earlier_goes_first():
    many = 200  # an unstable sort mixes so many
    detected = Boxes([at(0)] + [at(9)] * many, [0] * (many + 1), [0.5] * (many + 1))
    assert average_precision_3d([detected], [truths(0)]).mean == 1


def test_that_several_thresholds_are_what_each_alone_is():
    detected, true = [found((0.2, 0.9), (5.5, 0.8), (9, 0.7))], [truths(0, 5)]
    together = box_figures(detected, true)
    for threshold in (0.25, 0.5):
        assert together[threshold] == average_precision_3d(detected, true, threshold)
    assert (together[0.25].mean, together[0.5].mean) == (1, 0.5)


def test_that_scenes_by_name_and_lists_of_tuples_are_the_same():
    detected = {"b": [(0, at(5), 0.8)], "a": [(0, at(0)[:6], 0.9), (1, at(3), 0.3)]}
    true = {"a": [(0, at(0))], "b": [(0, at(5)[:6])], "c": [(1, at(3))]}
    figures = average_precision_3d(detected, true)
    assert {label: own.precision for label, own in figures.classes.items()} == {0: 1, 1: 0}


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 9999))
def test_that_precision_is_that_of_the_plain_loop(seed):
    source = np.random.default_rng(seed)
    scenes = [
        (
            Boxes(drawn(6, seed + 1), source.integers(0, 2, 6), source.integers(0, 4, 6) / 4),
            Boxes(drawn(3, seed + 2), source.integers(0, 2, 3)),
        )
        for seed in source.integers(0, 9999, 3)
    ]
    figures = average_precision_3d([pair[0] for pair in scenes], [pair[1] for pair in scenes], 0.2)
    for label in figures.classes:
        expected = by_hand(scenes, label, 0.2)
        assert figures.classes[label].precision == pytest.approx(expected)


def by_hand(scenes, label, threshold):
    """One detection after the other, and the area as the largest precision at each step of recall."""
    rows = [
        (score, scene, box)
        for scene, (detected, _) in enumerate(scenes)
        for box, own, score in zip(detected.boxes, detected.labels, detected.scores, strict=True)
        if own == label
    ]
    rows.sort(key=lambda row: -row[0])
    true = [
        [box for box, own in zip(each.boxes, each.labels, strict=True) if own == label]
        for _, each in scenes
    ]
    total, taken, curve = sum(map(len, true)), set(), []
    for place, (_, scene, box) in enumerate(rows, 1):
        overlaps = [iou_table([box], [other])[0, 0] for other in true[scene]]
        best = max(range(len(overlaps)), key=overlaps.__getitem__, default=None)
        if best is not None and overlaps[best] > threshold:
            taken.add((scene, best))
        curve.append((len(taken) / total if total else 0, len(taken) / place))
    steps = sorted({recall for recall, _ in curve} - {0})
    widths = np.diff(steps, prepend=0)
    peaks = [max(precision for recall, precision in curve if recall >= step) for step in steps]
    return float(np.dot(widths, peaks))


def test_that_nothing_at_all_is_no_number_and_scores_that_are_none_go_last():
    empty = Boxes([], [], [])
    assert math.isnan(average_precision_3d([empty], [empty]).mean)
    assert average_precision_3d([empty], [truths(0)]).mean == 0
    detected = found((9, float("nan")), (0, 0.1))
    assert average_precision_3d([detected], [truths(0)]).mean == 1


def test_that_different_scenes_are_a_sentence():
    for detected in ([], {"a": []}):
        with pytest.raises(ValueError, match="of the same scenes"):
            average_precision_3d(detected, [truths(0)])


# --- which answers count ----------------------------------------------------------------------------------------------


def test_that_of_doubles_of_one_kind_the_surest_stays():
    boxes = [at(0), at(0.1), at(0.2), at(5)]
    assert without_doubles(boxes, [0.5, 0.9, 0.8, 0.1], [0, 0, 1, 0]).tolist() == [1, 2, 3]
    assert without_doubles(boxes, [0.5, 0.9, 0.8, 0.1], [0, 0, 0, 0], overlap=1).tolist() == [
        1,
        2,
        0,
        3,
    ]
    assert without_doubles(boxes, [0.5] * 4, [0] * 4).tolist() == [0, 3]


def test_that_a_score_is_chosen_where_too_many_and_too_few_balance():
    true = Boxes([at(0), at(5)], [0, 0])
    said = Boxes([at(0), at(5), at(9), at(12)], [0, 0, 0, 0], [0.9, 0.7, 0.5, 0.4])
    # From 0.51 to 0.70 both are found and nothing is too much: F1 is 1, and 0.61 is the middle.
    assert balanced_cut([said], [true]) == pytest.approx(0.61)
    # Of another kind nothing is found; a double of what is found is too much.
    assert balanced_cut([Boxes([at(0)], [1], [0.9])], [true]) is None
    double = Boxes([at(0), at(0.1), at(5)], [0, 0, 0], [0.9, 0.8, 0.3])
    # F1: 2 of 3 said and 2 true up to 0.30, 4 / 5; one of one from 0.81, 2 / 3.
    assert 0 <= balanced_cut([double], [true]) <= 0.3
    assert balanced_cut([], []) is None


def filled(box, count):
    return np.random.default_rng(1).uniform(-0.4, 0.4, (count, 3)) + box[:3]


def test_that_empty_boxes_go_and_what_is_left_answers_for_every_kind():
    boxes = [at(0), at(5), at(10)]
    chances = [[0.6, 0.2], [0.1, 0.8], [0.01, 0.02]]
    points = np.concatenate([filled(at(0), 5), filled(at(5), 4), filled(at(10), 50)])
    chosen = choose(Answers(boxes, chances), points)
    assert np.asarray(chosen.boxes)[:, 0].tolist() == [
        0,
        0,
    ]  # the second has four points, the third is not sure
    assert np.asarray(chosen.labels).tolist() == [0, 1]
    assert chosen.scores == pytest.approx([0.6 * 0.8, 0.2 * 0.8])
    one = for_likeliest(chosen_of(Answers(boxes, chances), points, Choice(points=4)))
    assert np.asarray(one.labels).tolist() == [1, 0] and one.scores == pytest.approx([0.9, 0.8])


def test_that_where_all_boxes_are_empty_the_surest_stays():
    chosen = choose(Answers([at(0), at(5)], [[0.3], [0.6]]), np.full((9, 3), 99.0))
    assert np.asarray(chosen.boxes)[:, 0].tolist() == [5]


def test_that_boxes_of_no_numbers_are_left_out():
    boxes = [at(float("nan")), at(5)]
    chosen = choose(Answers(boxes, [[0.9], [0.6]]), filled(at(5), 9))
    assert np.asarray(chosen.boxes)[:, 0].tolist() == [5]
    assert len(choose(Answers(boxes[:1], [[0.9]]), filled(at(5), 9))) == 0
    assert len(choose(Answers([], np.zeros((0, 3))))) == 0
