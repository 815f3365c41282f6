"""Which weights are pulled towards zero."""

import pytest
import torch

from engine.decay import decayed
from engine.experiment import Optimiser
from engine.nets import build
from engine.nets.concepts import ConceptExtractor, ConceptSettings


def test_that_all_parameters_are_given_as_they_are_unless_said_otherwise():
    net = build("pointnet_student_wide", 3, widths=(4, 5), head=(6,))
    given = list(decayed(net, Optimiser()))
    assert all(one is other for one, other in zip(given, net.parameters(), strict=True))


def test_that_biases_norms_and_learnt_tokens_are_spared_and_matrices_are_not():
    net = build(
        "point_transformer", 3, width=12, depth=1, heads=3, tokenizer=(5, 6, 7, 12), head=(4,)
    )
    options = Optimiser(weight_decay=0.05, decay_all=False)
    pulled, spared = decayed(net, options)
    assert (pulled["weight_decay"], spared["weight_decay"]) == (0.05, 0.0)
    names = {id(value): name for name, value in net.named_parameters()}
    left = {names[id(value)] for value in spared["params"]}
    assert {"cls_token", "cls_position", "encoder.norm.weight", "logits.bias"} <= left
    assert all(value.ndim == 2 for value in pulled["params"])
    assert len(pulled["params"]) + len(spared["params"]) == len(names)


def test_that_concept_queries_are_spared():
    concepts = ConceptExtractor(ConceptSettings(queries=4, concept_heads=1), 8, 2)
    _, spared = decayed(concepts, Optimiser(decay_all=False))
    assert any(value is concepts.queries for value in spared["params"])


@pytest.mark.parametrize("fused", [True, False])
def test_that_spared_weights_stay_where_there_is_no_gradient(fused):
    layer = torch.nn.Linear(3, 2)
    for value in layer.parameters():
        torch.nn.init.ones_(value)
        value.grad = torch.zeros_like(value)
    groups = decayed(layer, Optimiser(weight_decay=0.5, decay_all=False))
    torch.optim.AdamW(groups, lr=0.1, weight_decay=0.5, fused=fused).step()
    assert layer.bias.tolist() == [1, 1]
    assert layer.weight.flatten().tolist() == pytest.approx([0.95] * 6)
