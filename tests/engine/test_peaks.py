"""The linear layer under a maximum: values and gradients are those of the plain form, compiled or not."""

import pytest
import torch
from torch.nn import functional as F  # noqa: N812

from engine.nets import peaks
from engine.nets.peaks import Peaks
from engine.nets.tokens import Tokenizer


@pytest.fixture(params=["compiled", "torch"])
def way(request, monkeypatch):
    if request.param == "torch":
        monkeypatch.setattr(peaks, "peaks_for_these", lambda *tensors: None)
    return request.param


def plain(layer, patches):
    return F.linear(patches, layer.weight, layer.bias).max(dim=1).values


def gradients(answers, layer, patches, pull):
    return torch.autograd.grad((answers * pull).sum(), (patches, layer.weight, layer.bias))


@pytest.mark.parametrize("threads", [1, 2])
def test_that_values_and_gradients_are_those_of_the_plain_form(way, threads):
    torch.manual_seed(0)
    layer, patches = Peaks(19, 23), torch.randn(13, 7, 19, requires_grad=True)
    pull = torch.randn(13, 23)
    pull[2] = 0
    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        answers = layer(patches)
        found = gradients(answers, layer, patches, pull)
    finally:
        torch.set_num_threads(before)
    exact, wide = Peaks(19, 23).double(), patches.detach().double().requires_grad_()
    exact.load_state_dict(layer.state_dict())
    expected = plain(exact, wide)
    torch.testing.assert_close(answers.double(), expected, atol=1e-5, rtol=1e-5)
    wanted = gradients(expected, exact, wide, pull.double())
    for one, other in zip(found, wanted, strict=True):
        torch.testing.assert_close(one.double(), other, atol=1e-5, rtol=1e-4)


def test_that_of_equal_points_one_alone_is_pulled(way):
    layer = Peaks(2, 1)
    patches = torch.ones(1, 3, 2, requires_grad=True)
    layer(patches).sum().backward()
    assert (patches.grad.abs().sum(2) > 0).sum() == 1
    assert torch.equal(layer.weight.grad, torch.ones(1, 2))


def test_that_the_compiled_form_is_used_for_float32_alone(monkeypatch):
    used = []
    real = peaks.at_peaks
    monkeypatch.setattr(peaks, "at_peaks", lambda *given: used.append(1) or real(*given))
    layer, patches = Peaks(4, 3), torch.randn(2, 5, 4)
    layer(patches)
    assert len(used) == 1
    with torch.no_grad():
        layer(patches)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert layer(patches).dtype == torch.bfloat16
    layer.double()(patches.double())
    assert len(used) == 1


def test_that_each_of_several_terms_can_be_followed_back_alone(way):
    layer, patches = Peaks(4, 3), torch.randn(2, 5, 4)
    answers = layer(patches)
    terms = [answers[:, 0].sum(), answers[:, 1].sum()]
    alone = [torch.autograd.grad(term, layer.weight, retain_graph=True)[0] for term in terms]
    torch.testing.assert_close(sum(alone), torch.autograd.grad(sum(terms), layer.weight)[0])


def test_that_tokens_learn_alike_either_way(monkeypatch):
    torch.manual_seed(0)
    tokenizer, groups = Tokenizer((5, 6, 7, 9), 12), torch.randn(3, 4, 6, 3)
    found = [
        p.clone()
        for p in torch.autograd.grad(tokenizer(groups).square().sum(), list(tokenizer.parameters()))
    ]
    monkeypatch.setattr(peaks, "peaks_for_these", lambda *tensors: None)
    wanted = torch.autograd.grad(tokenizer(groups).square().sum(), list(tokenizer.parameters()))
    for one, other in zip(found, wanted, strict=True):
        torch.testing.assert_close(one, other, atol=1e-4, rtol=1e-4)
