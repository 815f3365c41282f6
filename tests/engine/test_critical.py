"""The critical-point layer equals Linear, BatchNorm1d and a maximum, forward and backward."""

from copy import deepcopy

import pytest
import torch
from torch import nn

from engine.nets.critical import CriticalMax


def pair(inputs=5, outputs=7, norm=True):
    """The layer and a plain copy of it, in float64, with scales of both signs."""
    torch.manual_seed(0)
    layer = CriticalMax(inputs, outputs, norm).double()
    plain = nn.Sequential(
        nn.Linear(inputs, outputs), nn.BatchNorm1d(outputs) if norm else nn.Identity()
    ).double()
    if norm:
        with torch.no_grad():
            layer.norm.weight.normal_()
            layer.norm.bias.normal_()
        plain[1].load_state_dict(layer.norm.state_dict())
    plain[0].load_state_dict(layer.linear.state_dict())
    return layer, plain


def plainly(plain, points):
    return plain(points.flatten(0, 1)).unflatten(0, points.shape[:2]).amax(dim=1)


@pytest.mark.parametrize("norm", [True, False])
def test_that_output_and_all_gradients_equal_the_plain_layers(norm):
    layer, plain = pair(norm=norm)
    points = torch.randn(6, 11, 5, dtype=torch.float64)
    weights = torch.randn(6, 7, dtype=torch.float64)
    ours, theirs = points.clone().requires_grad_(), points.clone().requires_grad_()
    (layer(ours) * weights).sum().backward()
    (plainly(plain, theirs) * weights).sum().backward()
    torch.testing.assert_close(layer(points), plainly(plain, points), rtol=1e-12, atol=1e-12)
    torch.testing.assert_close(ours.grad, theirs.grad, rtol=1e-10, atol=1e-12)
    for our, their in zip(layer.parameters(), plain.parameters(), strict=True):
        torch.testing.assert_close(our.grad, their.grad, rtol=1e-10, atol=1e-12)


def test_that_the_running_statistics_are_those_of_batch_norm():
    layer, plain = pair()
    for _ in range(3):
        points = torch.randn(4, 9, 5, dtype=torch.float64)
        layer(points)
        plainly(plain, points)
    torch.testing.assert_close(layer.norm.running_mean, plain[1].running_mean)
    torch.testing.assert_close(layer.norm.running_var, plain[1].running_var)
    assert layer.norm.num_batches_tracked == 3


def test_that_evaluation_mode_equals_the_plain_layers():
    layer, plain = pair()
    layer(torch.randn(4, 9, 5, dtype=torch.float64))
    plain[1].load_state_dict(layer.norm.state_dict())
    layer.eval()
    plain.eval()
    points = torch.randn(3, 8, 5, dtype=torch.float64)
    with torch.no_grad():
        torch.testing.assert_close(layer(points), plainly(plain, points))
    torch.testing.assert_close(layer(points), plainly(plain, points))


def test_that_single_precision_is_close_to_double():
    layer, _ = pair(16, 32)
    points = torch.randn(4, 64, 16)
    exact = layer(points.double())
    torch.testing.assert_close(layer.float()(points).double(), exact, rtol=1e-4, atol=1e-5)


def test_that_half_precision_keeps_the_batch_statistics_exact():
    torch.manual_seed(1)
    line = torch.randn(4, 32, 1) * torch.ones(3)  # the cloud of a needle: nearly no variance across
    across = torch.tensor([[1.0, -1.0, 0.0], [0.5, 0.5, -1.0], [1.0, 1.0, 1.0]])
    layers = [CriticalMax(3, 3) for _ in range(2)]
    for layer in layers:
        layer.linear.weight.data.copy_(across)
    exact = layers[0](line)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        half = layers[1](line)
    assert torch.isfinite(exact).all() and torch.isfinite(half).all()
    assert torch.equal(layers[0].norm.running_var, layers[1].norm.running_var)


@pytest.mark.parametrize("upright", [True, False])
def test_that_the_compiled_form_gives_the_gradients_of_float64(upright):
    layer, _ = pair(9, 13)
    points = torch.randn(6, 40, 9, dtype=torch.float64)
    if upright:
        layer.norm.weight.data.abs_()
    weights = torch.randn(6, 13, dtype=torch.float64)
    found = []
    for kind in (torch.float64, torch.float32):
        own, seen = deepcopy(layer).to(kind), points.to(kind).detach().clone().requires_grad_()
        answer = own(seen)
        (answer * weights.to(kind)).sum().backward()
        found.append([answer.detach(), seen.grad, *(value.grad for value in own.parameters())])
    for fine, coarse in zip(*found, strict=True):
        torch.testing.assert_close(coarse.double(), fine, rtol=1e-4, atol=1e-5)
