"""The camera student’s detector: anchors, levels, what is right or wrong, depth; and it learns to find a square."""

import math

import numpy as np
import pytest
import torch

from engine.detection2d.anchors import CentredAnchors
from engine.detection2d.aside import set_aside
from engine.detection2d.boxes import BoxHeads, paper_pool, pool_of
from engine.detection2d.detector import Detector
from engine.detection2d.settings import OURS, PAPER, Numbers
from engine.nets.classroom.settings import ClassroomSettings
from engine.projection import depth_to_unit, unit_to_depth
from tests.engine.class_makers import SIZE, TINY, a_net, squares, truth

NAN = math.nan
LEVELS = {"0": torch.randn(2, 8, 8, 12), "1": torch.randn(2, 8, 4, 6), "2": torch.randn(2, 8, 2, 3)}
COSTS = ["objectness", "rpn_box", "kind", "place", "depth"]


def heads(numbers=OURS, classes=3):
    torch.manual_seed(0)
    return BoxHeads(pool_of((4, 8, 16), 16.0), 8, 16, classes, 70.0, numbers)


# --- anchors and levels -----------------------------------------------------------------------------------------------


def test_that_anchors_lie_in_the_middle_of_each_cell_level_by_level():
    own = CentredAnchors(((4.0, 6.0), (10.0, 20.0)), (1.0, 4.0), (4, 8))
    levels = [torch.zeros(2, 3, 2, 3), torch.zeros(2, 3, 1, 2)]

    class Pictures:
        image_sizes = ((8, 12),) * 2

    first, second = own(Pictures, levels)
    assert torch.equal(first, second) and first.shape == ((6 + 2) * 4, 4)
    assert first[0].tolist() == [0, 0, 4, 4] and first[1].tolist() == [-1, -1, 5, 5]
    assert first[2].tolist() == [1, -2, 3, 6]  # half as wide, twice as high
    assert first[4].tolist() == [4, 0, 8, 4] and first[12].tolist() == [0, 4, 4, 8]
    assert first[24].tolist() == [-1, -1, 9, 9] and first[28].tolist() == [7, -1, 17, 9]
    assert own.num_anchors_per_location() == [4, 4]


def test_that_anchors_belong_to_the_checkpoint_but_the_papers_are_fixed():
    net, other = a_net(), a_net()
    sizes = ((4.0, 5.0), (9.0, 11.0), (20.0, 25.0), (40.0, 60.0))
    net.detector.take_anchors(sizes)
    other.load_state_dict(net.state_dict())
    assert torch.equal(other.detector.proposer.anchor_generator.sizes, torch.tensor(sizes))
    paper = a_net(aggregation="paper")
    paper.detector.take_anchors(sizes)
    assert [size for (size,) in paper.detector.proposer.anchor_generator.sizes] == [
        32,
        64,
        128,
        256,
    ]


@pytest.mark.parametrize(
    ("side", "level"),
    [(3, 0), (15, 0), (31.9, 0), (32.1, 1), (63.9, 1), (64.1, 2), (127, 2), (500, 2)],
)
def test_that_a_box_is_looked_at_on_the_level_of_its_size(side, level):
    """floor(log2(sqrt(area) / 16)), from 0 to the last."""
    pool = pool_of((4, 8, 16), 16.0)
    boxes = torch.tensor([[0.0, 0, side * 2, side / 2]])
    assert pool.map_levels([boxes]).tolist() == [level]
    levels = {str(at): torch.full((1, 1, 64, 64), float(at)) for at in range(3)}
    assert (
        pool(levels, [boxes.clamp(max=200)], [(512, 512)])
        == pool.map_levels([boxes.clamp(max=200)])
    ).all()


def test_that_the_paper_looks_at_every_box_on_the_first_level():
    levels = {
        name: torch.full((1, 1, 32, 48), float(at))
        for at, name in enumerate(("0", "1", "2", "pool"))
    }
    boxes = torch.tensor([[0.0, 0, 4, 4], [0, 0, 47, 31]])
    assert not paper_pool()(levels, [boxes], [SIZE]).any()


# --- ignored regions --------------------------------------------------------------------------------------------------


def test_that_what_lies_in_ignored_regions_is_neither_right_nor_wrong():
    told = truth([[0, 0, 10, 10]], [0], ignored=[[20, 0, 40, 20], [0, 0, 10, 4]])
    places = torch.tensor([
        [22.0, 2, 30, 10],  # inside
        [36, 0, 44, 20],  # half inside
        [37, 0, 45, 20],  # less than half
        [0, 0, 10, 10],  # the true box, which hides something ignored
        [0, 0, 10, 4],  # labelled for the true box, but nearer the ignored one
        [60, 0, 70, 10],
    ])  # fmt: skip
    labels = torch.tensor([0, 0, 0, 1, 1, 0])
    assert set_aside(places, labels, told).tolist() == [-1, -1, 0, 1, -1, 0]
    assert set_aside(places, labels, truth()).tolist() == labels.tolist()


def test_that_nothing_is_learnt_from_a_picture_that_is_ignored_as_a_whole():
    net = a_net()
    everywhere = truth(ignored=[[-200, -200, 400, 400]])
    costs = net(torch.rand(1, 3, *SIZE), [everywhere]).costs
    assert list(costs) == COSTS and all(value == 0 for value in costs.values())
    sum(costs.values()).backward()


# --- boxes there are not ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("aggregation", ["pyramid", "paper"])
@pytest.mark.parametrize("which", ["all", "some"])
def test_that_pictures_without_boxes_cost_something_and_have_gradients(which, aggregation):
    net = a_net(aggregation=aggregation)
    boxes = truth() if which == "all" else truth([[4, 4, 16, 16]], [1])
    costs = net(torch.rand(2, 3, *SIZE), [truth(), boxes]).costs
    assert list(costs) == COSTS
    assert all(torch.isfinite(value) for value in costs.values())
    assert costs["objectness"] > 0 and costs["kind"] > 0
    if which == "all":
        assert costs["rpn_box"] == costs["place"] == 0
    sum(costs.values()).backward()
    assert all(torch.isfinite(own.grad).all() for own in net.parameters() if own.grad is not None)


def test_that_nothing_found_is_an_empty_answer():
    net = a_net().eval()
    net.detector.boxes.score_thresh = 1.1
    with torch.no_grad():
        found = net(torch.rand(2, 3, *SIZE)).found
    assert [len(own) for own in found] == [0, 0] and found[0].boxes.shape == (0, 4)


# --- depth ------------------------------------------------------------------------------------------------------------


def chosen(own, labels, depths):
    from engine.detection2d.boxes import Chosen

    return own._depth(
        SAID, Chosen([], torch.tensor(labels), torch.zeros(len(labels), 4), torch.tensor(depths))
    )


SAID = torch.tensor([[0.1, 0.2, 0.3], [0.4, 0.5, 0.6], [0.7, 0.8, 0.9]])


def test_that_depth_is_learnt_where_something_is_and_its_depth_is_known():
    found = chosen(heads(), [0, 2, 1], [10.0, 20.0, NAN])
    error = abs(0.6 - (20 / 70) ** (1 / 2.2))
    assert found.item() == pytest.approx(error**2 / 2 / 0.1 if error < 0.1 else error - 0.05)
    assert chosen(heads(), [0, 0, 1], [10.0, 20.0, NAN]) == 0


def test_that_the_paper_learns_depth_everywhere_and_zero_where_it_is_not_known():
    found = chosen(heads(PAPER), [0, 2, 1], [10.0, 20.0, NAN])
    wanted = [(10 / 70) ** (1 / 2.2), (20 / 70) ** (1 / 2.2), 0]
    errors = [said - want for said, want in zip((0.1, 0.6, 0.8), wanted, strict=True)]
    assert found.item() == pytest.approx(sum(error**2 for error in errors) / 2 / 3)


def test_that_told_depths_are_metres_within_the_farthest():
    own = heads()
    torch.nn.init.zeros_(own.box_predictor.depth.weight)
    own.box_predictor.depth.bias.data = torch.tensor([9.0, 0.5, 7.0])
    found = own.find(LEVELS, [torch.tensor([[0.0, 0, 20, 20]])] * 2, SIZE)[0]
    depths = dict(zip(found.labels.tolist(), found.depths.tolist(), strict=True))
    assert depths[0] == pytest.approx(unit_to_depth(torch.tensor(0.5)).item(), rel=1e-5)
    assert depths[1] == 70
    assert depth_to_unit(torch.tensor(depths[0])).item() == pytest.approx(0.5, rel=1e-5)


def test_that_a_true_box_brings_its_own_depth_and_one_not_known_stays_so():
    own = heads(Numbers(box_samples=400))
    told = [truth([[0, 0, 20, 20], [24, 8, 40, 30]], [0, 1], [12.0, NAN]), truth()]
    picked = own._chosen([torch.tensor([[1.0, 0, 20, 20]]), torch.tensor([[5.0, 5, 9, 9]])], told)
    assert sorted(picked.labels.tolist()) == [0, 1, 1, 2]
    by_label = {label: set() for label in range(3)}
    for label, depth in zip(picked.labels.tolist(), picked.depths.tolist(), strict=True):
        by_label[label].add("none" if math.isnan(depth) else depth)
    assert by_label == {0: {"none"}, 1: {12.0}, 2: {"none"}}


# --- what is found ----------------------------------------------------------------------------------------------------


def test_that_overlapping_answers_of_one_thing_are_told_once_and_of_two_things_twice():
    own = heads()
    boxes = torch.tensor([[0.0, 0, 10, 10], [1, 0, 11, 10], [30, 0, 40, 10]])[:, None].repeat(
        1, 3, 1
    )
    chances = torch.tensor([[0.1, 0.6, 0.3], [0.05, 0.9, 0.05], [0.995, 0.004, 0.001]])
    found = own._of_picture(boxes, chances, torch.arange(9.0).view(3, 3), SIZE)
    assert found.labels.tolist() == [0, 1] and found.scores.tolist() == pytest.approx([0.9, 0.3])
    assert found.boxes.tolist() == [[1, 0, 11, 10], [0, 0, 10, 10]]
    assert found.depths.tolist() == [4, 2]


def test_that_found_boxes_lie_in_the_picture_the_surest_first():
    net = a_net().eval()
    with torch.no_grad():
        answer = net(torch.rand(2, 3, *SIZE))
    for own, proposals in zip(answer.found, answer.proposals, strict=True):
        assert 0 < len(own) <= OURS.most and len(proposals) <= OURS.after[1]
        assert (own.scores.diff() <= 0).all() and set(own.labels.tolist()) <= {0, 1}
        assert (
            (own.boxes >= 0).all()
            and (own.boxes[:, ::2] <= SIZE[1]).all()
            and (own.boxes[:, 1::2] <= SIZE[0]).all()
        )
        assert ((own.depths >= 0) & (own.depths <= 70)).all()


def test_that_the_first_weights_say_that_most_places_hold_nothing():
    own = Detector(ClassroomSettings(**TINY), 2)
    assert (own.proposer.head.cls_logits.bias == -2).all()
    predictor = own.boxes.box_predictor
    assert predictor.bbox_pred.weight.std().item() == pytest.approx(0.001, rel=0.2)
    assert (predictor.depth.bias == 0.5).all()
    paper = Detector(ClassroomSettings(**TINY, aggregation="paper"), 2)
    assert (paper.proposer.head.cls_logits.bias == 0).all()


# --- learning ---------------------------------------------------------------------------------------------------------


def test_that_gradients_reach_the_picture_in_evaluation_mode():
    net, batch = a_net().eval(), squares(2)
    images = batch.images.requires_grad_()
    for name in COSTS:
        (pulled,) = torch.autograd.grad(net(images, batch.truths, seed=1).costs[name], images)
        assert torch.isfinite(pulled).all() and pulled.abs().sum() > 0, name


def taught(batch_of, steps, things):
    """A small net after so many batches of four pictures."""
    wide = dict.fromkeys(("width", "wide", "features", "hidden", "levels"), 16)
    net = a_net(things, **wide, pyramid=(16,) * 4, head=64, finest=4)
    net.detector.take_anchors(((8.0, 10.0), (12.0, 14.0), (16.0, 20.0)))
    optimiser = torch.optim.AdamW(net.parameters(), lr=0.003)
    for step in range(steps):
        for group in optimiser.param_groups:
            group["lr"] = 0.003 * min(1, (step + 1) / 15) * (1 if step < steps * 2 / 3 else 0.3)
        torch.manual_seed(step)
        batch = batch_of(step)
        optimiser.zero_grad()
        sum(net(batch.images, batch.truths).costs.values()).backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 10)
        optimiser.step()
    return net.eval()


def surest(net, batch):
    """Of each picture's surest answer: overlap with the true box, whether the name is right, error of depth."""
    from torchvision.ops import box_iou  # only now is it sure to import

    with torch.no_grad():
        found = net(batch.images).found
    rows = []
    for own, told in zip(found, batch.truths, strict=True):
        overlap = box_iou(own.boxes[:1], told.boxes)[0, 0].item()
        far = abs(own.depths[0] / told.depths[0] - 1).item()
        rows.append((overlap, bool(own.labels[0] == told.labels[0]), far))
    return np.array(rows)


def test_that_a_bright_square_is_found_in_pictures_never_seen():
    net = taught(lambda step: squares(4, seed=step), 70, 2)
    overlap, _, far = surest(net, squares(24, seed=999)).T
    assert np.mean(overlap > 0.5) >= 0.75 and np.median(far) < 1


def test_that_names_and_distances_are_learnt():
    batch = squares(4, seed=5)
    assert {label for truth in batch.truths for label in truth.labels.tolist()} == {0, 1}
    overlap, named, far = surest(taught(lambda step: batch, 60, 2), batch).T
    assert (overlap > 0.5).all() and named.all() and (far < 0.25).all()
