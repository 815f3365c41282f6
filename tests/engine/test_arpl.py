"""Reciprocal points: the formulas by hand in float64, and the recipe from its first batch to a rebuilt net."""

import pytest
import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812

from engine import registry
from engine.errors import ConfigError
from engine.experiment import Choice, Experiment, Training
from engine.losses import Course, Lesson
from engine.losses.arpl import ARPL, radius_term
from engine.nets import Output, build, count_parameters, describe
from engine.nets.reciprocal import Reciprocal, replace_head
from engine.predictions import TEST
from engine.recipes.teacher import load_net
from engine.store import RunStore
from tests.engine.test_loop import QUICK, experiment, same, train, weights

POINTS = torch.tensor([[1.0, 0.0], [0.0, 2.0], [-1.0, 1.0]], dtype=torch.float64)
FEATURES = torch.tensor([[3.0, 1.0], [0.0, 2.0]], dtype=torch.float64)
# d_e, the mean of two squares: (3,1) from (1,0): (4 + 1) / 2; from (0,2): (9 + 1) / 2; from (-1,1): (16 + 0) / 2
DISTANCES = torch.tensor([[2.5, 5.0, 8.0], [2.5, 0.0, 1.0]], dtype=torch.float64)
# d_d, the dot products: 3, 2, -2 and 0, 4, 2
LOGITS = torch.tensor([[-0.5, 3.0, 10.0], [2.5, -4.0, -1.0]], dtype=torch.float64)
LABELS = torch.tensor([2, 0])


def head(points=POINTS):
    made = Reciprocal(points.shape[1], len(points)).double()
    made.points.data = points.clone()
    return made


def loss(layer, **settings):
    course = Course(2, 0, torch.arange(3), layer)
    return ARPL(ARPL.Settings(**settings), course).double()


def lesson(features=FEATURES, labels=LABELS, pseudo=0):
    rows = torch.arange(len(labels))
    return Lesson(
        Output(features.new_zeros(len(features), 3), features), labels, rows, pseudo=pseudo
    )


def test_that_logits_are_mean_squared_distance_minus_dot_product():
    assert torch.equal(head().distances(FEATURES), DISTANCES)
    assert torch.equal(head()(FEATURES), LOGITS)


def test_that_the_radius_term_is_what_lies_beyond_the_radius():
    # own distances 8 and 2.5; beyond a radius of 3: 5 and nothing
    radius = torch.tensor([3.0], dtype=torch.float64)
    assert radius_term(DISTANCES, LABELS, radius).item() == 2.5
    # with a margin of 1: 6 and 0.5
    assert radius_term(DISTANCES, LABELS, radius, 1.0).item() == 3.25


@pytest.mark.parametrize(
    ("settings", "radius_part"),
    [({}, 0.525), ({"radius_weight": 0.0}, 0.0), ({"margin": 1.0}, 0.625)],
)
def test_that_the_loss_is_cross_entropy_and_a_tenth_of_the_radius_term(settings, radius_part):
    # softmax of the rows: log-sum-exp minus the own logit; radius 0: (8 + 2.5) / 2 = 5.25
    rows = [
        torch.tensor([-10.5, -7.0, 0.0], dtype=torch.float64),
        torch.tensor([0.0, -6.5, -3.5], dtype=torch.float64),
    ]
    answer = sum(row.exp().sum().log().item() for row in rows) / 2
    assert loss(head(), **settings)(lesson()).item() == pytest.approx(
        answer + radius_part, abs=1e-12
    )


def test_that_a_temperature_divides_the_logits():
    wanted = F.cross_entropy(LOGITS / 4, LABELS).item()
    assert loss(head(), temperature=4.0, radius_weight=0.0)(lesson()).item() == pytest.approx(
        wanted, abs=1e-12
    )


def test_that_the_radius_is_learnt_by_how_many_lie_beyond_it():
    term = loss(head())
    term.radius.data.fill_(3.0)
    term(lesson()).backward()
    # one of two clouds is beyond: d/dR of 0.1 * mean(relu(own - R)) = -0.1 / 2
    assert term.radius.grad.item() == pytest.approx(-0.05)


def test_that_the_gradient_of_the_loss_is_that_of_finite_differences():
    term = loss(head())
    term.radius.data.fill_(3.0)
    features = FEATURES.clone().requires_grad_()
    assert torch.autograd.gradcheck(lambda f: term(lesson(f)), features)


def test_that_mixtures_take_no_part():
    mixed = torch.cat([FEATURES, FEATURES.new_tensor([[9.0, 9.0]])])
    labels = torch.cat([LABELS, torch.tensor([3])])
    assert loss(head())(lesson(mixed, labels, pseudo=1)) == loss(head())(lesson())


def test_that_the_loss_teaches_the_points_of_the_net():
    layer = head()
    assert loss(layer).head is layer


@pytest.mark.parametrize("name", registry.names("net"))
def test_that_the_last_layer_of_every_net_can_be_replaced(name):
    net = build(name, 4)
    plain = count_parameters(net)
    replace_head(net)
    assert isinstance(net.logits, Reciprocal)
    assert count_parameters(net) == plain - 4
    assert net.eval()(torch.randn(2, 64, 3)).logits.shape == (2, 4)


def test_that_a_net_without_a_plain_last_layer_is_refused_in_a_sentence():
    with pytest.raises(ConfigError, match="no plain last layer"):
        replace_head(nn.Sequential())


def test_that_the_window_is_told_the_size_without_a_bias():
    counts = [
        describe(Experiment(recipe=Choice(name=name)))["parameters"] for name in ("student", "arpl")
    ]
    assert counts == [666_378, 666_368]


@pytest.fixture(scope="module")
def arpl():
    training = Training(epochs=2, checkpoint_seconds=0, **QUICK)
    return experiment(recipe=Choice(name="arpl"), training=training)


@pytest.mark.usefixtures("tiny_shapes")
def test_that_a_run_is_resumed_bit_for_bit_points_radius_and_all(tmp_path, arpl):
    store = RunStore(tmp_path)
    whole, halved = store.create(arpl), store.create(arpl)
    assert train(whole)[-1].outcome == "done"
    train(halved, stop_at=3)
    assert train(halved)[-1].outcome == "done"
    assert same(weights(whole), weights(halved))
    assert whole.log.values("validation/accuracy") == halved.log.values("validation/accuracy")


@pytest.mark.usefixtures("tiny_shapes")
def test_that_a_finished_run_is_rebuilt_with_its_points_and_may_teach(tmp_path, arpl):
    store = RunStore(tmp_path)
    run = store.create(arpl)
    train(run)
    predictions = run.predictions().of(TEST)
    assert predictions.logits.shape[1] == 10
    net = load_net(run, 10)
    assert isinstance(net.logits, Reciprocal)
    with torch.no_grad():
        again = net.logits(torch.from_numpy(predictions.features))
    assert torch.allclose(again, torch.from_numpy(predictions.logits), atol=1e-5)
    pupil = store.create(
        experiment(recipe=Choice(name="distil"), teacher=run.id, training=arpl.training)
    )
    assert train(pupil)[-1].outcome == "done"
