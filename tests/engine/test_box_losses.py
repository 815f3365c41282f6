"""Shared volume with gradient, matching against every assignment, and each term of the loss worked out by hand."""

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch.nn import functional as F  # noqa: N812

from engine.detection import BoxLoss, BoxLossSettings, Truth
from engine.detection.answers import answers
from engine.detection.matching import match
from engine.detection.overlap import along_axes, giou, iou, shared_area
from engine.detection.truth import direction
from engine.metrics.box_overlap import along_axes as ends
from engine.metrics.box_overlap import iou_table
from engine.nets.detr3d.proposals import Extent, Proposals
from engine.scenes import Scene
from tests.engine.test_boxes import drawn


def boxes(*rows):
    return torch.tensor(rows, dtype=torch.float64)


UNIT = boxes([0, 0, 0, 1, 1, 1, 0])
LONG = boxes([0, 0, 0, 2, 1, 1, 0])
ACROSS = boxes([0, 0, 0, 2, 1, 1, math.pi / 2])


# --- shared volume ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "second", "expected", "generalised"),
    [
        (UNIT, UNIT, 1, 1),
        (UNIT, boxes([0.5, 0, 0, 1, 1, 1, 0]), 1 / 3, 1 / 3),  # the enclosing box is full
        (UNIT, boxes([2, 0, 0, 1, 1, 1, 0]), 0, -1 / 3),  # a third of it is empty
        (UNIT, boxes([0.5, 0.5, 0, 1, 1, 1, 0]), 0.25 / 1.75, 0.25 / 1.75 - 0.5 / 2.25),
        (LONG, ACROSS, 1 / 3, 1 / 12),  # published code: 0
        (boxes([0, 0, 0, 2, 2, 1, 0]), boxes([0, 0, 0, 1, 1, 1, math.pi / 4]), 1 / 4, 1 / 4),
    ],
)
def test_that_overlap_is_what_is_worked_out_by_hand(first, second, expected, generalised):
    for pair in ((first, second), (second, first)):
        assert iou(*pair).item() == pytest.approx(expected, abs=1e-9)
        assert giou(*pair).item() == pytest.approx(generalised, abs=1e-9)


def clipped_area(first, second):
    """One rectangle clipped by the sides of the other, one after the other, in plain float64 (Sutherland, Hodgman)."""
    polygon, knife = corners(first), corners(second)
    for start, end in zip(knife, knife[1:] + knife[:1], strict=True):
        polygon = clipped(polygon, start, end)
    return (
        abs(
            sum(
                a[0] * b[1] - b[0] * a[1]
                for a, b in zip(polygon, polygon[1:] + polygon[:1], strict=True)
            )
        )
        / 2
    )


def clipped(polygon, start, end):
    def left(point):
        return (end[0] - start[0]) * (point[1] - start[1]) - (end[1] - start[1]) * (
            point[0] - start[0]
        )

    out = []
    for here, there in zip(polygon, polygon[1:] + polygon[:1], strict=True):
        if left(here) >= 0:
            out.append(here)
        if left(here) * left(there) < 0:
            share = left(here) / (left(here) - left(there))
            out.append(tuple(a + share * (b - a) for a, b in zip(here, there, strict=True)))
    return out


def corners(box):
    x, y, _, length, width, _, heading = box
    cos, sin = math.cos(heading), math.sin(heading)
    signs = ((1, 1), (-1, 1), (-1, -1), (1, -1))
    flat = [(a * length / 2, b * width / 2) for a, b in signs]
    return [(x + cos * a - sin * b, y + sin * a + cos * b) for a, b in flat]


def test_that_the_shared_area_is_that_of_the_clipped_polygon():
    first, second = drawn(40, 1), drawn(40, 2)
    expected = [[clipped_area(a, b) for b in second] for a in first]
    found = shared_area(torch.from_numpy(first)[:, None], torch.from_numpy(second)[None])
    assert found.numpy() == pytest.approx(np.array(expected), abs=1e-6)
    assert 0 in found and found.max() > 1  # some pairs are apart


def test_that_single_precision_is_near_and_numpy_agrees():
    first, second = torch.from_numpy(drawn(30, 3)), torch.from_numpy(drawn(30, 4))
    exact = iou(first[:, None], second)
    assert exact.numpy() == pytest.approx(iou_table(first.numpy(), second.numpy()), abs=1e-6)
    assert iou(first.float()[:, None], second.float()).double() == pytest.approx(exact, abs=1e-5)


def test_that_boxes_along_the_axes_take_a_short_way_to_the_same():
    flat = torch.from_numpy(drawn(20, 5))
    flat[:, 6] = 0
    turned = flat.clone()
    turned[:, 6] = 1e-13  # not 0: the long way
    assert giou(flat[:, None], flat) == pytest.approx(giou(turned[:, None], turned), abs=1e-9)


def test_that_the_gradient_is_that_of_small_steps():
    first, second = (
        torch.from_numpy(drawn(8, 6)).requires_grad_(),
        torch.from_numpy(drawn(8, 7)).requires_grad_(),
    )
    assert torch.autograd.gradcheck(giou, (first, second), eps=1e-7, atol=1e-4)


@pytest.mark.parametrize("heading", [0, 0.3, math.pi / 2, math.pi])
def test_that_the_gradient_is_finite_where_sides_lie_on_each_other(heading):
    rows = [
        [0, 0, 0, 1, 1, 1, heading],
        [1, 0, 0, 1, 1, 1, heading],
        [9, 9, 9, 1, 1, 1, heading],
        [0] * 7,
    ]
    first = torch.tensor(rows, dtype=torch.float32, requires_grad=True)
    second = torch.tensor([[0, 0, 0, 1, 1, 1, heading]], dtype=torch.float32)
    value = giou(first, second)
    value.sum().backward()
    assert torch.isfinite(value).all() and torch.isfinite(first.grad).all()


def test_that_a_tilted_box_is_its_own_best_answer():
    best = drawn(1, 11)
    others = best + 0.05 * np.random.default_rng(0).normal(size=(300, 7))
    truth = torch.from_numpy(best)
    assert giou(torch.from_numpy(others), truth).max() < giou(truth, truth) < 1


def test_that_boxes_apart_are_drawn_together():
    first = boxes([3, 0, 0, 1, 1, 1, 0.2]).requires_grad_()
    giou(first, UNIT).sum().backward()
    assert first.grad[0, 0] < 0


def test_that_the_box_along_the_axes_is_that_of_the_metrics():
    some = torch.from_numpy(drawn(9, 8))
    around = along_axes(some)
    low, high = ends(some.numpy())
    assert (around[:, :3] - around[:, 3:6] / 2).numpy() == pytest.approx(low)
    assert (around[:, :3] + around[:, 3:6] / 2).numpy() == pytest.approx(high)
    assert (around[:, 6] == 0).all()


# --- directions and truth ---------------------------------------------------------------------------------------------


def test_that_a_direction_is_the_nearest_bin_and_its_rest():
    step = math.pi / 6
    angles = torch.tensor(
        [0, step, -step, 0.4 * step, 0.6 * step, math.pi, -math.pi, 5 * math.pi],
        dtype=torch.float64,
    )
    chosen, rest = direction(angles, 12)
    assert chosen.tolist() == [0, 1, 11, 0, 1, 6, 6, 6]
    assert rest.tolist() == pytest.approx([0, 0, 0, 0.8, -0.8, 0, 0, 0], abs=1e-9)


def test_that_a_direction_can_be_said_again():
    angles = torch.linspace(-3.1, 3.1, 50, dtype=torch.float64)
    for bins in (1, 2, 12):
        chosen, rest = direction(angles, bins)
        logits = F.one_hot(chosen, bins).double()[None, None]
        rests = (F.one_hot(chosen, bins) * rest[:, None])[None, None]
        assert proposals(logits, rests).headings[0, 0] == pytest.approx(angles)


def proposals(heading_logits, heading_rests):
    shape = heading_logits.shape[:3]
    zero = torch.zeros(*shape, 3)
    extent = Extent(torch.zeros(shape[1], 3), torch.ones(shape[1], 3))
    return Proposals(
        torch.zeros(*shape, 3), zero, zero, heading_logits, heading_rests, zero[0], extent
    )


def test_that_the_truth_of_a_room_is_taken_as_it_is_and_along_the_axes_where_nothing_turns():
    rows = np.array([[1, 2, 3, 4, 2, 1, np.pi / 2]], np.float32)
    none = np.zeros(0)
    scene = Scene("a", none, None, none, none, rows, np.array([2], np.int16))
    truth = Truth.of(scene)
    assert truth.boxes.numpy() == pytest.approx(rows) and truth.labels.tolist() == [2]
    assert truth.for_bins(12) is truth
    assert truth.for_bins(1).boxes.tolist()[0] == pytest.approx([1, 2, 3, 2, 4, 1, 0], abs=1e-6)
    empty = Truth.of(
        replace(scene, boxes=np.zeros((0, 7), np.float32), labels=np.zeros(0, np.int16))
    )
    assert len(empty) == 0 and empty.boxes.shape == (0, 7)


# --- matching ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(20))
def test_that_the_match_is_the_cheapest_of_all(seed):
    cost = torch.randn(3, 3, generator=torch.Generator().manual_seed(seed))
    rows, columns = match(cost)
    cheapest = min(
        sum(cost[i, p] for i, p in enumerate(order)) for order in itertools.permutations(range(3))
    )
    assert cost[rows, columns].sum().item() == pytest.approx(float(cheapest))
    assert sorted(columns.tolist()) == [0, 1, 2]


def test_that_more_boxes_than_proposals_none_at_all_and_no_numbers_can_be_matched():
    rows, columns = match(torch.tensor([[3.0, 1, 2]]))
    assert (rows.tolist(), columns.tolist()) == ([0], [1])
    assert all(len(index) == 0 for index in match(torch.zeros(4, 0)))
    rows, columns = match(torch.tensor([[torch.nan, torch.nan], [1.0, 0]]))
    assert dict(zip(rows.tolist(), columns.tolist(), strict=True))[1] == 1


# --- the loss ---------------------------------------------------------------------------------------------------------

LOSS = BoxLoss(BoxLossSettings())
KINDS, BINS = 3, 4
VALUES = ("logits", "centres", "sizes", "heading_logits", "heading_rests")


def said(layers=2, scenes=2, queries=3, bins=BINS, seed=0):
    """Proposals by chance in a room of 4 x 2 x 2, with gradient."""
    source = torch.Generator().manual_seed(seed)

    def draw(*shape, scale=1.0):
        values = torch.randn(layers, scenes, queries, *shape, generator=source, dtype=torch.float64)
        return (values * scale).requires_grad_()

    extent = Extent(
        torch.zeros(scenes, 3, dtype=torch.float64),
        torch.tensor([[4.0, 2, 2]] * scenes, dtype=torch.float64),
    )
    sizes = torch.rand(layers, scenes, queries, 3, generator=source, dtype=torch.float64) + 0.3
    answers = (draw(KINDS + 1), draw(3), sizes.requires_grad_(), draw(bins), draw(bins, scale=0.3))
    return Proposals(*answers, torch.zeros(scenes, queries, 3), extent)


def some_truth(count, seed=0):
    return Truth(torch.from_numpy(drawn(count, seed)), torch.arange(count) % KINDS)


def test_that_each_term_is_what_a_plain_loop_over_all_assignments_adds_up():
    answer, truths = said(), [some_truth(2, 1), some_truth(3, 2)]
    found = {name: value.detach() for name, value in LOSS(answer, truths).items()}
    answer = replace(answer, **{name: getattr(answer, name).detach() for name in VALUES})
    expected = dict.fromkeys(("overlap", "kind", "centre", "size", "heading", "rest"), 0.0)
    for layer in range(2):
        kinds, weights = 0.0, 0.0
        for scene, truth in enumerate(truths):
            chance = answer.probabilities[layer, scene]
            table = giou(answer.boxes[layer, scene][:, None], truth.boxes)
            cost = -2 * table - chance[:, truth.labels]
            orders = itertools.permutations(range(3), len(truth))
            best = min(
                orders, key=lambda order: float(sum(cost[q, k] for k, q in enumerate(order)))
            )
            wanted = [KINDS] * 3
            for k, q in enumerate(best):
                wanted[q] = int(truth.labels[k])
                box = truth.boxes[k]
                room = torch.tensor([4.0, 2, 2])
                expected["overlap"] += (1 - table[q, k]) / 5
                expected["centre"] += (
                    5 * ((answer.centres[layer, scene, q] - box[:3]) / room).abs().sum() / 5
                )
                expected["size"] += (
                    (answer.sizes[layer, scene, q] - box[3:6]) / room
                ).abs().sum() / 5
                turn = round(float(box[6]) / (math.pi / 2)) % 4
                rest = (float(box[6]) - turn * math.pi / 2 + 9 * math.pi) % (2 * math.pi) - math.pi
                logits = answer.heading_logits[layer, scene, q]
                expected["heading"] += 0.1 * -logits.log_softmax(0)[turn] / 5
                off = abs(float(answer.heading_rests[layer, scene, q, turn]) - rest / (math.pi / 4))
                expected["rest"] += 0.5 * (off**2 / 2 if off < 1 else off - 0.5) / 5
            for q, kind in enumerate(wanted):
                weight = 0.25 if kind == KINDS else 1.0
                kinds, weights = kinds - weight * chance[q, kind].log(), weights + weight
        expected["kind"] += kinds / weights
    assert found.keys() == expected.keys()
    for name, value in expected.items():
        assert float(found[name]) == pytest.approx(float(value), rel=1e-6), name


def test_that_the_right_answer_costs_next_to_nothing():
    truth = some_truth(2, 3)
    chosen, rest = direction(truth.boxes[:, 6], BINS)
    logits = torch.full((1, 1, 3, KINDS + 1), -50.0)
    logits[0, 0, 2, KINDS] = 50
    for row, label in enumerate(truth.labels):
        logits[0, 0, row, label] = 50
    filler = torch.zeros(1, 3)
    answer = Proposals(
        logits,
        torch.cat([truth.boxes[:, :3], filler])[None, None],
        torch.cat([truth.boxes[:, 3:6], filler + 1])[None, None],
        torch.cat([100.0 * F.one_hot(chosen, BINS), torch.zeros(1, BINS)])[None, None],
        torch.cat([rest[:, None].expand(-1, BINS), torch.zeros(1, BINS)])[None, None],
        torch.zeros(1, 3, 3),
        Extent(torch.zeros(1, 3), torch.ones(1, 3)),
    )
    terms = LOSS(answer, [truth])
    # A tilted box does not fill the box along the axes around it: that much remains.
    filled = truth.boxes[:, 3:6].prod(1) / along_axes(truth.boxes)[:, 3:6].prod(1)
    assert terms.pop("overlap").item() == pytest.approx((1 - filled).mean().item())
    assert sum(terms.values()).item() == pytest.approx(0, abs=1e-5)


@pytest.mark.parametrize("counts", [(0, 0), (0, 2), (5, 1)])
def test_that_no_boxes_and_more_than_proposals_are_finite_with_gradient(counts):
    answer = said()
    terms = LOSS(answer, [some_truth(count, 4) for count in counts])
    sum(terms.values()).backward()
    values = (
        answer.logits,
        answer.centres,
        answer.sizes,
        answer.heading_logits,
        answer.heading_rests,
    )
    assert all(torch.isfinite(value.grad).all() for value in values)
    without = {name for name, value in terms.items() if value == 0}
    assert without == (set() if sum(counts) else set(terms) - {"kind"})


def test_that_with_one_direction_turned_truth_is_taken_along_the_axes():
    answer = said(bins=1)
    answer = replace(answer, heading_rests=answer.heading_rests * 0)
    truth = some_truth(2, 5)
    straight = Truth(along_axes(truth.boxes), truth.labels)
    found, expected = (LOSS(answer, [each, each]) for each in (truth, straight))
    assert all(torch.equal(found[name], expected[name]) for name in found)
    assert found["heading"] == 0 and found["rest"].item() == pytest.approx(0, abs=1e-9)


def test_that_each_box_is_taught_to_several_proposals_but_never_to_more_than_half():
    own, truth = said(queries=8), some_truth(2)
    for wanted, taught in ((1, 1), (2, 2), (3, 2)):  # 8 proposals: at most 4 are matched
        pairs = BoxLoss(BoxLossSettings(repeats=wanted))
        repeated = [pairs._repeated(truth, 8) for _ in range(2)]
        matched = pairs.match(own, repeated)
        for layer, scene in itertools.product(range(2), range(2)):
            here = (matched.layer == layer) & (matched.scene == scene)
            assert len(matched.query[here].unique()) == 2 * taught
            counts = [(matched.boxes[here] == box).all(dim=1).sum() for box in truth.boxes]
            assert counts == [taught, taught]


def test_that_teaching_a_box_twice_does_not_weigh_more():
    # Both proposals say the same, so each pair costs the same: the mean over pairs is that of one.
    one = said(queries=4)
    alike = {name: getattr(one, name)[:, :, :1].expand_as(getattr(one, name)) for name in VALUES}
    same = replace(one, **alike)
    truth = [some_truth(1), some_truth(1, seed=1)]
    once, twice = (BoxLoss(BoxLossSettings(repeats=repeats))(same, truth) for repeats in (1, 2))
    for name in ("overlap", "centre", "size", "heading", "rest"):
        torch.testing.assert_close(once[name], twice[name])


def test_that_weights_are_weights():
    answer, truths = said(), [some_truth(2, 6)] * 2
    plain = LOSS(answer, truths)
    twice = BoxLoss(BoxLossSettings(overlap=2, kind=2, centre=10, size=2, heading=0.2, rest=1))(
        answer, truths
    )
    assert all(twice[name].item() == pytest.approx(2 * plain[name].item()) for name in plain)


def test_that_the_answers_are_those_of_the_last_layer():
    answer = said()
    found = answers(answer)
    assert len(found) == 2
    assert found[1].boxes == pytest.approx(answer.boxes[-1, 1].detach().numpy(), abs=1e-6)
    assert found[1].chances == pytest.approx(
        answer.probabilities[-1, 1, :, :KINDS].detach().numpy(), abs=1e-6
    )
    assert found[1].something == pytest.approx(
        1 - answer.probabilities[-1, 1, :, KINDS].detach().numpy(), abs=1e-6
    )
