"""The recipe “classroom”: its terms, its teachers, what it refuses, and that a plain loop trains it."""

import numpy as np
import pytest
import torch

from engine import registry
from engine.errors import ConfigError
from engine.experiment import Choice, Experiment
from engine.losses.mimic import outlined
from engine.recipes.classroom import Classroom
from engine.recipes.recipe import Bench
from engine.store import RunStore
from engine.teaching_maps import Statistics
from tests.engine.class_makers import SIZE, TINY, squares

CPU = torch.device("cpu")
TERMS = list(Classroom.extra["losses"])
OWN = {key: value for key, value in TINY.items() if key not in ("laser", "outlines")}


def experiment(recipe=(), net=(), losses=()):
    return Experiment(
        recipe=Choice(name="classroom", **{"dims": 3, **dict(recipe)}),
        net=Choice(name="classroom_small", **{**OWN, **dict(net)}),
        data={"name": "shapes"},
        losses=dict(losses),
    )


def told(batch):
    found = {}
    for name, own in batch.maps.items():
        rows = own.values.permute(0, 2, 3, 1)[own.valid].numpy()
        found[name] = Statistics(rows.mean(0), rows.std(0))
    return found


def recipe(tmp_path, recipe=(), net=(), losses=(), meet=True, seed=0):
    own = experiment(recipe, net, losses)
    torch.manual_seed(seed)
    settings = registry.configure("recipe", "classroom", own.recipe.settings)
    bench = Bench(own, ("yellow", "cyan"), RunStore(tmp_path), CPU, torch.zeros(1))
    made = Classroom(settings, bench)
    if meet:
        batch = squares(40)
        boxes = torch.cat([truth.boxes for truth in batch.truths]).numpy()
        made.meet(boxes, SIZE, told(batch))
    return made


# --- terms ------------------------------------------------------------------------------------------------------------


def test_that_every_term_is_told_and_so_is_how_much_of_each_teacher_is_explained(tmp_path):
    own, batch = recipe(tmp_path), squares(2)
    terms = own.terms(batch)
    assert list(terms) == TERMS
    assert all(torch.isfinite(value) and value >= 0 for value in terms.values())
    assert own.figures["r2/laser"] is own.r2["laser"]
    assert terms["laser"].item() == pytest.approx(1 - own.figures["r2/laser"].item(), abs=1e-5)
    assert own.right == 0
    own.total(terms, 0.0).backward()


def test_that_the_papers_terms_compare_every_pixel(tmp_path):
    own, batch = recipe(tmp_path, {"override": True}, {"aggregation": "paper"}), squares(2)
    torch.manual_seed(0)
    found = own.terms(batch)["outlines"]
    maps, _ = own.student.look(batch.images)
    assert found.item() == pytest.approx(
        (maps["outlines"] - batch.maps["outlines"].values).square().mean().item(), rel=1e-4
    )


def test_that_attacks_see_the_same_terms_every_time_and_gradients_reach_the_picture(tmp_path):
    own, batch = recipe(tmp_path).eval(), squares(2)
    images = batch.images.clone().requires_grad_()
    once, again = own.shaken(batch, images, seed=4), own.shaken(batch, images, seed=4)
    assert list(once) == TERMS and all(torch.equal(once[name], again[name]) for name in TERMS)
    for name in TERMS:
        (pulled,) = torch.autograd.grad(once[name], images, retain_graph=True)
        assert torch.isfinite(pulled).all() and pulled.any(), name


def test_that_learnt_weights_are_parameters_and_fixed_ones_are_not(tmp_path):
    own = recipe(tmp_path, {"weighing": "learned"})
    own.log_variances["laser"].data.fill_(0.7)
    value = torch.tensor(3.0)
    assert own.weighted("laser", value, 1.0).item() == pytest.approx(
        3 * (3 * np.exp(-0.7) + 0.7)
    )  # the weight is 3
    terms = own.terms(squares(2))
    own.total(terms, 1.0).backward()
    assert own.log_variances["laser"].grad.item() == pytest.approx(
        3 - 3 * terms["laser"].item() * np.exp(-0.7), rel=1e-4
    )
    assert not hasattr(recipe(tmp_path), "log_variances")


# --- teachers ---------------------------------------------------------------------------------------------------------


def test_that_an_absent_teacher_leaves_a_channel_that_nobody_teaches(tmp_path):
    own = recipe(tmp_path, {"laser": "none"})
    terms = own.terms(squares(2))
    assert "laser" not in terms and "outlines" in terms and own.taught == ("outlines",)
    own.total(terms, 0.0).backward()
    assert own.student.mimic("laser").imitate[-1].weight.grad.any()
    alone = recipe(tmp_path, {"laser": "none", "outlines": "none"})
    assert set(alone.terms(squares(2))) == set(TERMS) - {"laser", "outlines"}


def test_that_an_oracle_is_fed_in_and_needs_no_loss(tmp_path):
    own, batch = recipe(tmp_path, {"outlines": "oracle"}).eval(), squares(2)
    assert "outlines" not in own.terms(batch)
    with torch.no_grad():
        assert torch.equal(own.look(batch).maps["outlines"], batch.maps["outlines"].values)


def test_that_chances_are_learnt_through_a_sigmoid(tmp_path):
    own = recipe(
        tmp_path,
        losses={name: {"measure": "entropy"} if name == "outlines" else {} for name in TERMS},
    )
    batch = squares(2)
    terms = own.terms(batch)
    assert own.student.settings.outline_link == "sigmoid"
    mimic = own._mimics(own.student(batch.images, batch.truths), batch)["outlines"]
    assert terms["outlines"].item() == pytest.approx(
        outlined(mimic, "entropy", False).item(), rel=1e-5
    )


def test_that_teachers_of_another_width_are_a_sentence(tmp_path):
    own = recipe(tmp_path, meet=False)
    with pytest.raises(ConfigError, match=r"tells 5 features.*imitates 3.*Set recipe.dims to 5"):
        own.meet(np.zeros((0, 4)), SIZE, {"laser": Statistics(np.zeros(5), np.ones(5))})


# --- anchors ----------------------------------------------------------------------------------------------------------


def test_that_anchors_come_from_the_training_boxes_unless_others_are_asked_for(tmp_path):
    own = recipe(tmp_path)
    sizes = own.student.detector.proposer.anchor_generator.sizes
    assert sizes.shape == (4, 2) and (sizes.diff(dim=1) > 0).all()
    held = (sizes[1] >= 8) & (sizes[1] <= 16)  # the squares' sides are 8 to 14
    assert held.all()
    asked = ((4, 6), (8, 9), (10, 12), (14, 20))
    own = recipe(tmp_path, {"anchors": asked})
    assert torch.equal(
        own.student.detector.proposer.anchor_generator.sizes, torch.tensor(asked).float()
    )


def test_that_anchors_that_reach_too_few_boxes_are_refused_unless_insisted_on(tmp_path):
    boxes = torch.cat([truth.boxes for truth in squares(40).truths]).numpy()
    own = recipe(tmp_path, {"anchors": ((50, 60), (70, 80), (90, 95), (99, 100))}, meet=False)
    with pytest.raises(ConfigError, match=r"reach only 0 %.*Nothing was started.*recipe.override"):
        own.meet(boxes, SIZE, {})
    paper = recipe(tmp_path, net={"aggregation": "paper"}, meet=False)
    with pytest.raises(ConfigError, match="The paper’s anchors reach only"):
        paper.meet(boxes, SIZE, {})
    assert (
        recipe(tmp_path, {"override": True}, {"aggregation": "paper"}, meet=False).meet(
            boxes, SIZE, {}
        )
        < 0.9
    )
    assert recipe(tmp_path, meet=False).meet(boxes, SIZE, {}) > 0.9
    assert recipe(tmp_path, meet=False).meet(np.zeros((0, 4)), SIZE, {}) == 1


@pytest.mark.parametrize(
    ("recipe", "losses", "words"),
    [
        ({"anchors": ((8, 9), (10, 12))}, {}, "there are 4 levels"),
        ({}, {"box_overlap": {}}, ".box_overlap. is for another recipe"),
        ({}, {"kd": {}}, ".kd. needs a teacher"),
        ({"laser": "none"}, {"objectness": {}, "laser": {}}, r"no such teacher \(recipe.laser\)"),
        ({"outlines": "oracle"}, {"outlines": {}}, "its map is fed in"),
    ],
)
def test_that_what_cannot_be_is_refused_before_anything_starts(monkeypatch, recipe, losses, words):
    monkeypatch.setattr(Classroom, "counts", classmethod(lambda cls, _: (9, 5)))
    Classroom.check(experiment())
    with pytest.raises(ConfigError, match=words):
        Classroom.check(experiment(recipe, losses=losses))


# --- learning ---------------------------------------------------------------------------------------------------------


def test_that_a_plain_loop_teaches_it_what_both_teachers_say(tmp_path):
    own = recipe(tmp_path, net={"finest": 4})
    optimiser = torch.optim.AdamW(own.parameters(), lr=0.005)
    first, last = {}, {}
    for step in range(40):
        torch.manual_seed(step)
        terms = own.terms(squares(4, seed=step))
        optimiser.zero_grad()
        own.total(terms, 0.0).backward()
        torch.nn.utils.clip_grad_norm_(own.parameters(), 10)
        optimiser.step()
        for name, value in (own.figures | terms).items():
            (first if step < 6 else last if step >= 32 else {}).setdefault(name, []).append(
                value.item()
            )
    means = {name: (np.mean(first[name]), np.mean(last[name])) for name in first}
    assert means["r2/laser"][1] > 0.2 and means["r2/outlines"][1] > 0.2
    for name in ("objectness", "laser", "outlines"):
        assert means[name][1] < 0.7 * means[name][0], name
