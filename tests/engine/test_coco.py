"""COCO's numbers on pictures small enough to work out by hand, and beside a plain average precision."""

import math
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest

from engine.metrics import boxes
from engine.metrics.coco import Coco, coco, coco_things
from engine.metrics.seen import Seen, areas, overlaps, pairs, seen

A, B = (0, 0, 10, 10), (20, 0, 30, 10)


def true(*rows, ignored=()):
    """Boxes of label 0."""
    return Seen(list(rows), [0] * len(rows), ignored=list(ignored))


def found(*rows):
    """(box, score) of label 0."""
    return Seen([row[0] for row in rows], [0] * len(rows), [row[1] for row in rows])


def test_that_boxes_can_be_measured_without_loading_what_coco_needs():
    code = "import sys, engine.metrics.boxes, engine.metrics.pictures\n"
    code += "assert not {'torch', 'scipy', 'pycocotools'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_that_overlap_in_a_picture_is_what_is_worked_out_by_hand():
    others = [A, (5, 0, 15, 10), (0, 5, 10, 10), (10, 0, 20, 10), (4, 4, 4, 4), (np.nan, 0, 1, 1)]
    assert overlaps([A], others)[0] == pytest.approx([1, 1 / 3, 1 / 2, 0, 0, 0])
    assert overlaps([], [A]).shape == (0, 1)
    assert areas([(3, 2, 7, 5), (5, 5, 1, 9)]).tolist() == [12, 0]


def test_that_the_public_name_gives_twelve_numbers_and_says_nothing(capsys):
    numbers = boxes.coco([found((A, 0.9))], [true(A)])
    assert isinstance(numbers, Coco) and len(numbers) == 12
    assert (numbers.ap, numbers.ap50, numbers.ap75, numbers.ar1) == pytest.approx((1, 1, 1, 1))
    assert numbers.ap_small == pytest.approx(1)  # 100 square pixels are below 32²
    assert numbers.ap_medium == numbers.ap_large == numbers.ar_large == -1  # as COCO says “none”
    assert capsys.readouterr().out == ""


def test_that_a_loose_box_counts_at_the_overlaps_it_reaches():
    # An overlap of 8/10: right at .50 .55 ... .80, which are 7 of 10.
    numbers = coco([found(((0, 0, 10, 8), 0.9))], [true(A)])
    assert (numbers.ap, numbers.ar100) == pytest.approx((0.7, 0.7))
    assert (numbers.ap50, numbers.ap75) == pytest.approx((1, 1))


def test_that_a_wrong_one_before_the_second_hit_costs_as_worked_out_by_hand():
    # Hit, wrong, hit: precision 1 up to recall 1/2 (51 of 101 points), then 2/3 (50 points).
    answers = [found((A, 0.9), ((40, 40, 50, 50), 0.8), (B, 0.7))]
    assert coco(answers, [true(A, B)]).ap == pytest.approx((51 + 50 * 2 / 3) / 101)
    assert coco(answers, [true(A, B)]).ar1 == pytest.approx(0.5)


def test_that_what_lies_in_an_ignored_region_does_not_count():
    answers = [found(((42, 42, 48, 48), 0.9), (A, 0.8))]
    assert coco(answers, [true(A)]).ap == pytest.approx(0.5)
    assert coco(answers, [true(A, ignored=[(40, 40, 60, 60)])]).ap == pytest.approx(1)


def test_that_a_crowd_is_neither_missed_nor_taken():
    crowded = {"boxes": [A, B], "labels": [0, 0], "iscrowd": [0, 1]}
    numbers, things = coco_things([found((A, 0.9), (B, 0.95))], [crowded])
    assert numbers.ap == pytest.approx(1)
    assert things[0].truths == 1


def test_that_each_thing_has_its_own_figures():
    truths = [Seen([A, B], [0, 2])]
    answers = [Seen([A, (20, 0, 30, 8), B], [0, 2, 7], [0.9, 0.8, 0.7])]
    numbers, things = coco_things(answers, truths)
    assert set(things) == {0, 2, 7}
    assert (things[0].ap, things[2].ap, things[2].ap50) == pytest.approx((1, 0.7, 1))
    assert math.isnan(things[7].ap) and things[7].truths == 0  # found only: no part of the mean
    assert numbers.ap == pytest.approx(0.85)


def test_that_pictures_come_in_any_form_and_by_name():
    forms = [
        Seen([A], [0], [0.9]),
        {"boxes": np.array([A]), "labels": np.array([0]), "scores": np.array([0.9]), "other": 1},
        SimpleNamespace(boxes=[A], labels=[0], scores=[0.9]),
        [(0, A, 0.9)],
    ]
    for form in forms:
        assert coco([form], [[(0, A)]]).ap == pytest.approx(1)
    assert coco({"b": forms[0], "a": []}, {"a": [(0, B)], "b": [(0, A)]}).ar100 == pytest.approx(
        0.5
    )
    assert seen([]).scores is None


def test_that_a_picture_without_anything_is_fine():
    empty = Seen([], [], [])
    assert coco([empty], [true()]).ap == -1
    assert coco([empty], [true(A)]).ap == 0
    assert coco([empty, found((A, 0.5))], [true(), true(A)]).ap == pytest.approx(1)
    assert coco([found((A, 0.5)), found((A, 0.4))], [true(), true(A)]).ap == pytest.approx(0.5)


def test_that_boxes_and_scores_of_no_numbers_are_left_out_and_other_shapes_refused():
    answers = found(((0, 0, np.nan, 10), 0.9), (A, np.nan), (A, 0.3))
    assert coco([answers], [true(A)]).ap == pytest.approx(1)
    with pytest.raises(ValueError, match="same pictures"):
        pairs([], [true(A)])
    with pytest.raises(ValueError, match=r"\(K, 4\)"):
        coco([Seen([[1, 2, 3]], [0], [0.5])], [true(A)])


@pytest.mark.parametrize("seed", range(4))
def test_that_average_precision_is_that_of_a_plain_loop(seed):
    source = np.random.default_rng(seed)
    truths, answers = [], []
    for _ in range(5):
        corner = source.uniform(0, 40, (4, 2))
        truths.append(
            Seen(np.hstack([corner, corner + source.uniform(5, 20, (4, 2))]), [0, 0, 1, 1])
        )
        near = np.asarray(truths[-1].boxes)[source.integers(0, 4, 8)]
        answers.append(
            Seen(
                near + source.normal(0, 1.5, near.shape), source.integers(0, 2, 8), source.random(8)
            )
        )
    steps = np.linspace(0.5, 0.95, 10)
    plain = [[plain_precision(answers, truths, label, step) for step in steps] for label in (0, 1)]
    numbers, things = coco_things(answers, truths)
    assert numbers.ap == pytest.approx(np.mean(plain))
    assert numbers.ap50 == pytest.approx(np.mean([row[0] for row in plain]))
    assert [things[0].ap, things[1].ap] == pytest.approx(np.mean(plain, axis=1).tolist())


def plain_precision(answers, truths, label, step):
    """Surest first; each takes the free true box it overlaps most; the best precision at or after 101 recalls."""
    rows = sorted(
        (
            (-score, number, tuple(box))
            for number, own in enumerate(answers)
            for box, kind, score in zip(own.boxes, own.labels, own.scores, strict=True)
            if kind == label
        ),
    )
    own = [
        [tuple(box) for box, kind in zip(each.boxes, each.labels, strict=True) if kind == label]
        for each in truths
    ]
    total, taken, curve, hits = sum(map(len, own)), set(), [], 0
    for place, (_, number, box) in enumerate(rows, 1):
        free = [
            (shared(box, other), other) for other in own[number] if (number, other) not in taken
        ]
        best = max(free, default=(0, None))
        if best[0] >= step:
            taken.add((number, best[1]))
            hits += 1
        curve.append((hits / total, hits / place))
    return np.mean(
        [max([p for r, p in curve if r >= point], default=0) for point in np.linspace(0, 1, 101)]
    )


def shared(one, other):
    """Intersection over union with a plain formula."""
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    if across <= 0 or down <= 0:
        return 0
    size = (one[2] - one[0]) * (one[3] - one[1]) + (other[2] - other[0]) * (other[3] - other[1])
    return across * down / (size - across * down)
