"""What imitating a teacher's map costs: 1.0 is predicting its mean; R² live; the paper's own."""

import math

import numpy as np
import pytest
import torch

from engine import registry
from engine.losses import Course, Lesson
from engine.losses.mimic import Mimic, explained, imitation, outlined, plain
from engine.losses.things import COSTS
from engine.nets.output import Output

rng = np.random.default_rng(0)
WANTED = torch.from_numpy(
    rng.normal([[[[3.0]], [[-5]], [[2]]]], [[[[0.5]], [[4]], [[0]]]], (2, 3, 6, 7))
)
VALID = torch.from_numpy(rng.random((2, 6, 7)) < 0.4)


def statistics(wanted=WANTED, valid=VALID):
    rows = wanted.permute(0, 2, 3, 1)[valid]
    return rows.mean(0), rows.std(0, correction=0)


def mimic(z, wanted=WANTED, valid=VALID, **more):
    return Mimic(z, wanted, valid, *statistics(wanted, valid), **more)


def by_hand(z):
    """Squared differences over valid pixels of the features that change, and the squares about their means."""
    errors, squares = [], []
    for channel in range(2):
        pairs = [
            (z[b, channel, y, x].item(), WANTED[b, channel, y, x].item())
            for b in range(2) for y in range(6) for x in range(7) if VALID[b, y, x]
        ]  # fmt: skip
        mean = sum(want for _, want in pairs) / len(pairs)
        errors.append(sum((said - want) ** 2 for said, want in pairs))
        squares.append(sum((want - mean) ** 2 for _, want in pairs))
    return errors, squares


def test_that_it_is_counted_over_valid_pixels_by_the_variance():
    z = WANTED + torch.from_numpy(rng.normal(0, 1, WANTED.shape))
    errors, squares = by_hand(z)
    assert imitation(mimic(z)).item() == pytest.approx(sum(errors) / sum(squares))
    alike = [error / square for error, square in zip(errors, squares, strict=True)]
    assert imitation(mimic(z), each=True).item() == pytest.approx(sum(alike) / 2)
    assert explained(mimic(z)).item() == pytest.approx(1 - sum(errors) / sum(squares))


def test_that_predicting_the_mean_costs_one_and_the_truth_nothing():
    mean = statistics()[0][None, :, None, None].expand_as(WANTED)
    for each in (False, True):
        assert imitation(mimic(mean), each).item() == pytest.approx(1)
        assert imitation(mimic(WANTED), each) == 0
    assert explained(mimic(mean)).item() == pytest.approx(0)
    assert explained(mimic(WANTED)) == 1


def test_that_what_is_said_where_nothing_is_known_does_not_matter():
    z = WANTED + 1
    wild = torch.where(VALID[:, None], z, 1e6)
    assert torch.equal(imitation(mimic(z)), imitation(mimic(wild)))


def test_that_no_valid_pixel_and_a_dead_teacher_cost_nothing_with_gradients():
    z = WANTED.clone().requires_grad_()
    dead = Mimic(z, WANTED, VALID, torch.zeros(3), torch.zeros(3))
    for own in (Mimic(z, WANTED, VALID & False, *statistics()), dead):
        for cost in (imitation(own), outlined(own, "square", True)):
            assert cost == 0
            cost.backward()
        assert explained(own).isnan().all()
    assert not z.grad.any()


def test_that_the_papers_counts_all_pixels_and_wants_zero_where_nothing_is_known():
    z = torch.ones_like(WANTED)
    wanted = torch.where(VALID[:, None], WANTED, 0)
    assert plain(mimic(z)).item() == pytest.approx((1 - wanted).square().mean().item())


# --- outlines ---------------------------------------------------------------------------------------------------------

INSIDE = torch.from_numpy((rng.random((2, 2, 10, 10)) < [[[[0.1]], [[0.4]]]]).astype(float))
EVERYWHERE = torch.ones(2, 10, 10, dtype=torch.bool)


@pytest.mark.parametrize("measure", ["square", "entropy"])
@pytest.mark.parametrize("balanced", [True, False])
def test_that_predicting_the_mean_outline_costs_one_however_it_is_measured(measure, balanced):
    own = mimic(INSIDE, INSIDE, EVERYWHERE)
    z = own.mean[None, :, None, None].expand_as(INSIDE)
    assert outlined(mimic(z, INSIDE, EVERYWHERE), measure, balanced).item() == pytest.approx(1)
    assert outlined(own, measure, balanced).item() == pytest.approx(0, abs=2e-3)


def test_that_a_missed_inside_costs_the_root_of_outside_by_inside_more():
    share = INSIDE[:, :1].mean().item()
    one, other = INSIDE[:, :1].clone(), INSIDE[:, :1].clone()
    inside, outside = ((INSIDE[:, :1] == value).nonzero()[0] for value in (1, 0))
    one[tuple(inside)], other[tuple(outside)] = 0, 1
    costs = [
        outlined(mimic(z, INSIDE[:, :1], EVERYWHERE), "square", True).item() for z in (one, other)
    ]
    assert costs[0] / costs[1] == pytest.approx(math.sqrt((1 - share) / share))


# --- registered -------------------------------------------------------------------------------------------------------


def lesson(**more):
    nothing = Output(torch.zeros(0), torch.zeros(0))
    return Lesson(nothing, torch.zeros(0), torch.zeros(0), **more)


def made(name, **settings):
    return registry.get("loss", name)(
        registry.configure("loss", name, settings), Course(0, 0, torch.zeros(0))
    )


def test_that_registered_losses_take_their_own_map_and_the_papers_way_where_told():
    z = WANTED + 1
    maps = {"laser": mimic(z), "outlines": mimic(INSIDE + 0.1, INSIDE, EVERYWHERE)}
    told = lesson(mimics=maps)
    assert torch.equal(made("laser")(told), imitation(maps["laser"]))
    for measure in ("square", "entropy"):
        expected = outlined(maps["outlines"], measure, False)
        assert torch.equal(made("outlines", measure=measure, balanced=False)(told), expected)
    paper = {
        "laser": mimic(z, plain=True), "outlines": mimic(INSIDE + 0.1, INSIDE, EVERYWHERE, plain=True)
    }  # fmt: skip
    for name, own in paper.items():
        assert torch.equal(made(name)(lesson(mimics=paper)), plain(own))


def test_that_each_term_of_the_detector_is_a_loss_of_its_own():
    costs = {name: torch.tensor(float(at)) for at, name in enumerate(COSTS)}
    named = ("objectness", "rpn_box", "box_kind", "box_place", "box_depth")
    assert [made(name)(lesson(costs=costs)).item() for name in named] == [0, 1, 2, 3, 4]
