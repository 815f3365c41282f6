"""A folded or joined teacher answers as the nets it is made of."""

import pytest
import torch

from engine.nets import build, count_parameters
from engine.nets.ensemble import Ensemble
from engine.nets.folded import folded


def _lived_in(name, classes=10):
    """A net whose batch norms have seen clouds and whose scales are of both signs."""
    torch.manual_seed(3)
    net = build(name, classes).double()
    for _ in range(3):
        net(torch.rand(6, 64, 3).double() * 2)
    for module in net.modules():
        if isinstance(module, torch.nn.BatchNorm1d):
            torch.nn.init.normal_(module.weight, std=0.7)
            torch.nn.init.normal_(module.bias)
    return net.eval()


@pytest.mark.parametrize("name", ["pointnet_teacher", "pointnet_student", "pointnet2_student"])
def test_that_a_folded_net_gives_the_same_answers(name):
    net, points = _lived_in(name), torch.rand(4, 64, 3).double()
    expected, output = net(points), folded(net)(points)
    assert torch.allclose(output.logits, expected.logits, rtol=1e-9, atol=1e-9)
    assert torch.allclose(output.features, expected.features, rtol=1e-9, atol=1e-9)


def test_that_folding_leaves_the_net_itself_alone_and_its_copy_frozen_without_norms():
    net = _lived_in("pointnet_teacher")
    before = {name: value.clone() for name, value in net.state_dict().items()}
    copy = folded(net)
    assert all(torch.equal(before[name], value) for name, value in net.state_dict().items())
    assert not any(isinstance(module, torch.nn.BatchNorm1d) for module in copy.modules())
    assert not any(parameter.requires_grad for parameter in copy.parameters())
    assert not copy.training
    assert count_parameters(copy) < count_parameters(net)


def test_that_an_ensemble_answers_with_the_mean_probability_of_the_known_kinds():
    nets, points = [_lived_in("pointnet_student", 3), _lived_in("pointnet_student_wide", 4)], None
    points = torch.rand(5, 64, 3).double()
    both = Ensemble(nets, known=3)
    output = both(points)
    first = nets[0](points).logits.softmax(1)
    second = nets[1](points).logits[:, :3].softmax(1)
    assert torch.allclose(output.logits.exp().double(), (first + second) / 2, atol=1e-6)
    assert output.features.shape == (5, both.feature_dim) == (5, 256 + 512)
