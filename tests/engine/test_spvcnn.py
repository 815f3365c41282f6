"""The point-voxel net: its published sizes, what sweeps know of each other, and that it is the same again."""

import pytest
import torch

from engine.nets import count_parameters
from engine.nets.spvcnn import Spvcnn, SpvcnnSettings
from engine.registry import configure, get
from tests.engine.toy_streets import toy_frame

TINY = SpvcnnSettings(width=0.125, dropout=0)


def sweep(seed, ground=120):
    return torch.from_numpy(toy_frame(seed, ground, each=30).points)


def together(*sweeps):
    sizes = torch.tensor([len(one) for one in sweeps])
    return torch.cat(sweeps), torch.repeat_interleave(sizes)


def fresh(answers=5, settings=TINY, seed=0):
    torch.manual_seed(seed)
    return Spvcnn(settings, answers)


@pytest.mark.parametrize(("width", "millions"), [(1.0, 21.78), (0.5, 5.45)])
def test_that_it_has_as_many_parameters_as_published(width, millions):
    with torch.device("meta"):
        net = Spvcnn(SpvcnnSettings(width=width), 19)
    assert round(count_parameters(net) / 1e6, 2) == millions
    assert net.feature_dim == 96 * width


def test_that_every_point_gets_an_answer_and_every_weight_a_gradient():
    net = fresh()
    points, cloud = together(sweep(0), sweep(1))
    output = net(points, cloud)
    assert output.logits.shape == (len(points), 5)
    assert output.features.shape == (len(points), net.feature_dim)
    output.logits.square().mean().backward()
    for name, parameter in net.named_parameters():
        assert parameter.grad is not None and torch.isfinite(parameter.grad).all(), name
        assert parameter.grad.abs().sum() > 0 or "norm" in name, name


def trained(net):
    """Norms that have seen something, so that evaluation is not trivial."""
    net.train()
    with torch.no_grad():
        net(*together(sweep(0), sweep(1)))
    return net.eval()


@torch.no_grad()
def test_that_a_sweep_is_answered_alike_alone_and_beside_others():
    net = trained(fresh())
    first, second = sweep(2), sweep(3)
    both = net(*together(first, second)).features
    alone = net(*together(second)).features
    torch.testing.assert_close(both[len(first) :], alone, rtol=1e-4, atol=1e-4)


@torch.no_grad()
def test_that_the_order_of_points_does_not_matter():
    net = trained(fresh())
    points = sweep(2)
    turned = torch.randperm(len(points), generator=torch.Generator().manual_seed(0))
    straight = net(*together(points)).logits
    torch.testing.assert_close(
        net(*together(points[turned])).logits, straight[turned], rtol=1e-4, atol=1e-4
    )


def test_that_the_same_seed_gives_the_same_answers_and_gradients_bit_for_bit():
    runs = []
    for _ in range(2):
        net = fresh()
        output = net(*together(sweep(0), sweep(1)))
        output.logits.square().mean().backward()
        runs.append([output.logits, *(parameter.grad for parameter in net.parameters())])
    assert all(torch.equal(one, other) for one, other in zip(*runs, strict=True))


@pytest.mark.parametrize("train", [True, False])
@pytest.mark.parametrize("count", [0, 1, 2])
def test_that_next_to_no_points_are_no_trouble(train, count):
    net = fresh().train(train)
    points, cloud = together(sweep(0)[:count])
    output = net(points, cloud)
    assert output.logits.shape == (count, 5) and torch.isfinite(output.logits).all()
    output.logits.sum().backward()


def test_that_it_computes_in_full_precision_whatever_the_run_does():
    net = trained(fresh())
    points, cloud = together(sweep(0))
    with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
        half = net(points, cloud)
    with torch.no_grad():
        assert torch.equal(half.features, net(points, cloud).features)
    assert half.logits.dtype == torch.float32


def test_that_it_is_registered_with_usable_settings():
    settings = configure("laser_net", "spvcnn", {})
    assert (settings.width, settings.voxel, settings.dropout) == (0.25, 0.2, 0.3)
    assert get("laser_net", "spvcnn")(settings, 7).logits.out_features == 7
