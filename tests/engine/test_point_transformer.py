"""The transformer over patches: its exact size, and every part against plain float64 forms with separate q, k, v."""

import pytest
import torch
from torch import nn

from engine.errors import ConfigError
from engine.nets import build, count_macs, count_parameters
from engine.nets.folded import folded
from engine.nets.point_transformer import Encoder, EncoderSettings
from engine.nets.tokens import Tokenizer
from engine.nets.transformer import Attention, Block, DropPath, initialise
from engine.points import patches

TINY = {
    "width": 12,
    "depth": 3,
    "heads": 3,
    "patches": 8,
    "patch_size": 6,
    "tokenizer": (5, 6, 7, 12),
}


def shaken(module):
    """In float64 and evaluation mode, with every weight and statistic drawn at random."""
    module = module.double().eval()
    for value in module.state_dict().values():
        if value.dtype.is_floating_point:
            value.copy_(torch.rand_like(value) + 0.1 if value.ndim < 2 else torch.randn_like(value))
    return module


def plain_norm(norm, x):
    middle = x.mean(-1, keepdim=True)
    variance = ((x - middle) ** 2).mean(-1, keepdim=True)
    return (x - middle) / (variance + norm.eps).sqrt() * norm.weight + norm.bias


def plain_attention(weights, proj, heads, x, context):
    """Head by head, with softmax by hand."""
    q, k, v = weights
    size = x.shape[2] // heads
    parts, looked = [], []
    for head in range(heads):
        own = slice(head * size, (head + 1) * size)
        query, key, value = x @ q[own].T, context @ k[own].T, context @ v[own].T
        power = (query @ key.transpose(1, 2) / size**0.5).exp()
        share = power / power.sum(2, keepdim=True)
        parts.append(share @ value)
        looked.append(share)
    return torch.cat(parts, 2) @ proj.weight.T + proj.bias, torch.stack(looked, 1)


def plain_block(block, x):
    q, k, v = block.attention.qkv.weight.chunk(3)
    normed = plain_norm(block.norm1, x)
    mixed, looked = plain_attention(
        (q, k, v), block.attention.proj, block.attention.heads, normed, normed
    )
    x = x + mixed
    up, _, down = block.mlp
    inside = plain_norm(block.norm2, x) @ up.weight.T + up.bias
    inside = inside * 0.5 * (1 + torch.erf(inside / 2**0.5))
    return x + inside @ down.weight.T + down.bias, looked


def plain_linear(layer, x):
    return x @ layer.weight.T + layer.bias


def plain_tokens(tokenizer, groups):
    """Point by point, the maximum copied beside each."""
    answers = []
    for patch in groups.flatten(0, 1):
        inside = plain_linear(tokenizer.first[3], tokenizer.first[:3](patch))
        whole = inside.amax(0, keepdim=True).expand_as(inside)
        both = torch.cat([whole, inside], 1)
        wide = tokenizer.second[1:3](plain_linear(tokenizer.second[0], both))
        answers.append(plain_linear(tokenizer.second[3], wide).amax(0))
    return tokenizer.reduce(torch.stack(answers)).view(*groups.shape[:2], -1)


def test_that_the_sizes_are_the_published_ones():
    net = build("point_transformer", 40)
    assert count_parameters(net) == 22_099_752
    assert count_parameters(net.encoder) == 21_825_024
    assert count_parameters(net.encoder.tokenizer) == 494_464
    assert count_parameters(net.encoder.position) == 50_048
    assert [count_parameters(block) for block in net.encoder.blocks] == [1_773_312] * 12


def test_that_the_small_one_is_small():
    assert count_parameters(build("point_transformer_small", 10)) < 1_100_000


@pytest.mark.parametrize("reduced", [False, True])
def test_that_tokens_are_those_of_the_plain_form(reduced):
    tokenizer = shaken(Tokenizer((5, 6, 7, 9), 12 if reduced else 9))
    groups = torch.randn(2, 3, 4, 3, dtype=torch.float64)
    torch.testing.assert_close(tokenizer(groups), plain_tokens(tokenizer, groups))


def test_that_tokens_while_learning_have_the_gradients_of_the_plain_form():
    tokenizer = shaken(Tokenizer((5, 6, 7, 9), 9)).train()
    groups = torch.randn(2, 3, 4, 3, dtype=torch.float64)
    weights = list(tokenizer.parameters())
    ours = torch.autograd.grad(tokenizer(groups).square().sum(), weights)
    inside = plain_linear(tokenizer.first[3], tokenizer.first[:3](groups.flatten(0, 2))).view(
        6, 4, 6
    )
    whole = inside.max(1, keepdim=True).values.expand_as(inside)
    wide = plain_linear(tokenizer.second[0], torch.cat([whole, inside], 2).flatten(0, 1))
    both = plain_linear(tokenizer.second[3], tokenizer.second[1:3](wide)).view(6, 4, 9)
    plain = torch.autograd.grad(both.max(1).values.square().sum(), weights)
    for one, other in zip(ours, plain, strict=True):
        torch.testing.assert_close(one, other)


def test_that_a_block_is_the_plain_one_with_separate_q_k_v():
    block = shaken(Block(12, 3))
    x = torch.randn(2, 5, 12, dtype=torch.float64)
    expected, looked = plain_block(block, x)
    torch.testing.assert_close(block(x), expected)
    same, weights = block.looking(x)
    torch.testing.assert_close(same, expected)
    torch.testing.assert_close(weights, looked)


def test_that_looking_across_is_the_plain_form_too():
    attention = shaken(Attention(12, 3, cross=True))
    x, context = (torch.randn(2, n, 12, dtype=torch.float64) for n in (4, 7))
    k, v = attention.kv.weight.chunk(2)
    expected, looked = plain_attention((attention.q.weight, k, v), attention.proj, 3, x, context)
    torch.testing.assert_close(attention(x, context), expected)
    torch.testing.assert_close(attention.looking(x, context)[1], looked)


def test_that_positions_are_added_before_every_block_and_layers_are_kept():
    encoder = shaken(Encoder(EncoderSettings(**TINY)))
    points = torch.randn(2, 30, 3, dtype=torch.float64)
    encoded = encoder(points, attention=True)
    cut = patches(points, 8, 6)
    x, positions = plain_tokens(encoder.tokenizer, cut.points), encoder.position(cut.centres)
    assert len(encoded.layers) == 4
    for number, block in enumerate(encoder.blocks):
        torch.testing.assert_close(encoded.layers[number], x)
        x, looked = plain_block(block, x + positions)
        torch.testing.assert_close(encoded.attention[number], looked)
    torch.testing.assert_close(encoded.tokens, plain_norm(encoder.norm, x))
    assert torch.equal(encoded.centres, cut.centres)


def test_that_the_classifier_looks_at_its_own_token_and_at_the_maximum():
    net = shaken(build("point_transformer", 5, **TINY))
    points = torch.randn(2, 30, 3, dtype=torch.float64)
    cut = patches(points, 8, 6)
    x = torch.cat(
        [net.cls_token.expand(2, -1, -1), plain_tokens(net.encoder.tokenizer, cut.points)], 1
    )
    where = torch.cat([net.cls_position.expand(2, -1, -1), net.encoder.position(cut.centres)], 1)
    for block in net.encoder.blocks:
        x, _ = plain_block(block, x + where)
    x = plain_norm(net.encoder.norm, x)
    features = net.head(torch.cat([x[:, 0], x[:, 1:].amax(1)], 1))
    output = net(points)
    torch.testing.assert_close(output.features, features)
    torch.testing.assert_close(output.logits, features @ net.logits.weight.T + net.logits.bias)


def test_that_only_visible_patches_are_looked_at():
    encoder = shaken(Encoder(EncoderSettings(**TINY)))
    points = torch.randn(2, 30, 3, dtype=torch.float64)
    visible = torch.tensor([[1, 4, 6], [0, 2, 7]])
    encoded = encoder(points, visible)
    assert encoded.tokens.shape == (2, 3, 12)
    whole = encoder(points)
    for cloud in range(2):
        assert torch.equal(encoded.layers[0][cloud], whole.layers[0][cloud, visible[cloud]])
    assert not torch.allclose(encoded.tokens[0], whole.tokens[0, visible[0]])


def test_that_dropped_paths_leave_clouds_out_and_keep_the_mean():
    torch.manual_seed(0)
    drop = DropPath(0.25).train()
    branch = drop(torch.ones(4000, 2, 3))
    assert sorted(set(branch.flatten(1).amax(1).tolist())) == pytest.approx([0.0, 4 / 3])
    assert (branch.flatten(1).amin(1) == branch.flatten(1).amax(1)).all()
    assert branch.mean().item() == pytest.approx(1, abs=0.03)
    assert torch.equal(drop.eval()(torch.ones(2, 2, 3)), torch.ones(2, 2, 3))


def test_that_the_rates_rise_evenly_and_the_first_block_is_always_there():
    rates = [block.drop_path.rate for block in build("point_transformer", 5).encoder.blocks]
    assert rates[0] == 0
    assert rates == pytest.approx([0.1 * i / 11 for i in range(12)])


def test_that_weights_begin_as_a_cut_normal():
    torch.manual_seed(0)
    layer = nn.Linear(300, 300)
    layer.apply(initialise)
    assert layer.weight.std().item() == pytest.approx(0.02, rel=0.05)
    assert layer.bias.abs().max() == 0


def test_that_a_folded_classifier_answers_the_same():
    net = shaken(build("point_transformer", 5, **TINY))
    points = torch.randn(2, 30, 3, dtype=torch.float64)
    torch.testing.assert_close(folded(net)(points).logits, net(points).logits)


def test_that_encode_is_the_encoder_alone():
    net = build("point_transformer", 5, **TINY).eval()
    points = torch.randn(2, 30, 3)
    assert torch.equal(net.encode(points).tokens, net.encoder(points).tokens)


def test_that_too_few_points_or_a_width_that_heads_do_not_divide_are_sentences():
    with pytest.raises(ConfigError, match="Clouds of 7 points cannot"):
        build("point_transformer", 5, **TINY)(torch.randn(2, 7, 3))
    with pytest.raises(ConfigError, match="must be a multiple of its heads"):
        build("point_transformer", 5, width=10, heads=3)


def test_that_every_multiplication_of_a_linear_layer_is_counted():
    net = build("point_transformer", 5, **TINY)
    points, tokens, width = 8 * 6, 8 + 1, 12
    tokenizer = points * (
        3 * 5 + 5 * 6 + 5 * 7 + 7 * 12
    )  # from 5 straight to 7; the maximum's share once a patch is left out
    blocks = 3 * tokens * (3 + 1 + 4 + 4) * width * width
    head = 2 * width * 256 + 256 * 256 + 256 * 5
    assert count_macs(net, 30) == tokenizer + 8 * (3 * 128 + 128 * width) + blocks + head


def test_that_half_precision_on_the_cpu_looks_at_the_same():
    attention = Attention(12, 3)
    x = torch.randn(2, 9, 12)
    exact = attention(x)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        half = attention(x)
    assert half.dtype == torch.bfloat16
    torch.testing.assert_close(half.float(), exact, atol=0.02, rtol=0.05)
