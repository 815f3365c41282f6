"""Concepts, alignment heads, reconstruction: sizes as published, formulas by hand on tiny sizes, every switch."""

import pytest
import torch

from engine.errors import ConfigError
from engine.nets import count_parameters
from engine.nets.aligned import AlignedStudent, AlignmentSettings
from engine.nets.alignment import FlatPrefix, LightPrefix, MeanEmbedding, cells, local_rows, pixels
from engine.nets.concepts import ConceptExtractor, ConceptSettings
from engine.nets.point_transformer import Encoded, Encoder, EncoderSettings
from engine.nets.reconstruction import Decoder, hide, reconstruction_loss
from engine.points.patches import Patches
from tests.engine.test_neighbours import by_hand_chamfer
from tests.engine.test_point_transformer import TINY, plain_attention, plain_norm, shaken

FORM = EncoderSettings(**TINY)
POINTS = torch.randn(2, 40, 3, generator=torch.Generator().manual_seed(3))


def plain_cross(block, concepts, layer, identity):
    k, v = block.attention.kv.weight.chunk(2)
    mixed, looked = plain_attention(
        (block.attention.q.weight, k, v),
        block.attention.proj,
        block.attention.heads,
        plain_norm(block.norm1, concepts) + identity,
        plain_norm(block.norm_context, layer),
    )
    concepts = concepts + mixed
    up, _, down = block.mlp
    inside = plain_norm(block.norm2, concepts) @ up.weight.T + up.bias
    inside = inside * 0.5 * (1 + torch.erf(inside / 2**0.5))
    return concepts + inside @ down.weight.T + down.bias, looked


def extractor(**settings):
    return shaken(ConceptExtractor(ConceptSettings(queries=4, concept_heads=3, **settings), 12, 3))


def encoded(visible=None):
    return shaken(Encoder(FORM))(POINTS.double(), visible)


def test_that_the_sizes_are_the_published_ones():
    whole = ConceptExtractor(ConceptSettings(), 384, 12)
    assert whole.queries.numel() == 12_288
    assert count_parameters(whole.blocks) == 1_774_080
    assert count_parameters(whole) == 12_288 + 1_774_080 + 768
    unshared = ConceptExtractor(ConceptSettings(share=False), 384, 12)
    assert count_parameters(unshared.blocks) == 12 * 1_774_080
    assert count_parameters(LightPrefix(32, 384, (10, 768))) == 443_850
    assert count_parameters(FlatPrefix(32 * 384, (10, 768))) == 20_455_936
    assert count_parameters(MeanEmbedding(384, 512)) == 384 * 512 + 512
    decoder = Decoder(384, 6, depth=4)
    assert count_parameters(decoder.blocks) + count_parameters(decoder.norm) == 7_094_016
    assert count_parameters(decoder.points) == 36_960


@pytest.mark.parametrize("order", ["after", "before"])
@pytest.mark.parametrize("share", [True, False])
@pytest.mark.parametrize("kv_pos", [True, False])
@pytest.mark.parametrize("identity", [True, False])
def test_that_concepts_look_at_every_layer_in_turn(order, share, kv_pos, identity):
    concepts = extractor(order=order, share=share, kv_pos=kv_pos, identity=identity)
    seen = encoded()
    found = concepts(seen, attention=True)
    own = concepts.queries.expand(2, -1, -1)
    expected, maps = (0 * own if identity else own), []
    for number in range(3):
        layer = seen.layers[number + (order == "after")]
        block = concepts.blocks[0 if share else number]
        seen_here = layer + kv_pos * seen.positions
        expected, looked = plain_cross(block, expected, seen_here, own if identity else 0)
        maps.append(looked)
    torch.testing.assert_close(found.tokens, plain_norm(concepts.norm, expected))
    torch.testing.assert_close(found.attention, torch.stack(maps, 1))
    assert found.attention.shape == (2, 3, 3, 4, 8)
    torch.testing.assert_close(concepts(seen).tokens, found.tokens)
    assert concepts(seen).attention is None


def test_that_concepts_that_stay_who_they_are_begin_with_looks_of_their_own():
    torch.manual_seed(0)
    tokens = torch.randn(3, 16, 48)
    seen = Encoded(tokens, (tokens,) * 4, tokens, Patches(*(tokens,) * 4))
    net = ConceptExtractor(ConceptSettings(queries=8, identity=True), 48, 3, heads=3)
    last = net(seen, attention=True).attention[:, -1].mean(1)
    alike = torch.nn.functional.normalize(last - last.mean(-1, keepdim=True), dim=-1)
    assert (alike @ alike.mT).mean().item() < 0.5


def test_that_a_concept_does_not_depend_on_the_others():
    concepts, seen = extractor(), encoded()
    before = concepts(seen).tokens
    with torch.no_grad():
        concepts.queries[0, 1] += 1
    changed = (concepts(seen).tokens != before).any(2).any(0)
    assert changed.tolist() == [False, True, False, False]


def test_that_the_light_head_works_concept_by_concept_and_weighs_them():
    head = shaken(LightPrefix(4, 12, (2, 5)))
    tokens = torch.randn(3, 4, 12, dtype=torch.float64)
    expected = torch.zeros(3, 2, 5, dtype=torch.float64)
    for place in range(2):
        expected[:, place] = head.weigh.bias[place]
        for concept in range(4):
            said = head.each(tokens[:, concept])
            expected[:, place] += head.weigh.weight[place, concept] * said
    torch.testing.assert_close(head(tokens), expected)


def test_that_the_flat_head_takes_all_as_one_row():
    head = shaken(FlatPrefix(8, (2, 3), hidden=5))
    tokens = torch.randn(3, 2, 4, dtype=torch.float64)
    torch.testing.assert_close(head(tokens), head.layers(tokens.reshape(3, 8)).reshape(3, 2, 3))


def test_that_a_point_on_the_axis_is_in_the_middle_and_one_behind_is_not_in_front():
    intrinsic = torch.tensor([[[100.0, 0, 32], [0, 100, 24], [0, 0, 1]]])
    pose = torch.eye(4)[None].clone()
    pose[0, 2, 3] = 2.0  # the cloud lies two units before the camera
    where, front = pixels(
        torch.tensor([[[0.0, 0, 0], [0.5, 0, 0], [0, -0.2, 2], [0, 0, -3]]]), intrinsic, pose
    )
    assert front.tolist() == [[True, True, True, False]]
    torch.testing.assert_close(where[0, :3], torch.tensor([[32.0, 24], [57, 24], [32, 19]]))


def test_that_a_pixel_lies_in_the_picture_patch_with_the_nearest_centre():
    places = torch.rand(1, 200, 2, generator=torch.Generator().manual_seed(0)) * 90 - 10
    found = cells(places, torch.ones(1, 200, dtype=torch.bool), (70, 56), (7, 4))
    centres = torch.tensor([[10 * c + 5, 14 * r + 7] for r in range(4) for c in range(7)]).float()
    for place, cell in zip(places[0], found[0].tolist(), strict=True):
        outside = not (0 <= place[0] < 70 and 0 <= place[1] < 56)
        assert (cell == -1) == outside
        if not outside:
            apart = ((place - centres) / torch.tensor([10.0, 14])).abs().amax(1)
            assert cell == apart.argmin()


def test_that_patches_outside_of_the_picture_take_no_part_in_local_alignment():
    teacher = torch.tensor([[[1.0, 1], [0, 0]], [[5.0, 5], [7, 7]]])
    answers = torch.tensor([[[0.0, 1], [3, 1], [9, 9]], [[2.0, 2], [8, 8], [4, 4]]])
    mine, theirs = local_rows(answers, teacher, torch.tensor([[0, 1, -1], [-1, -1, 1]]))
    assert mine.tolist() == [[0, 1], [3, 1], [4, 4]]
    assert theirs.tolist() == [[1, 1], [0, 0], [7, 7]]


def test_that_where_no_patch_lies_in_the_picture_there_is_no_row():
    mine, theirs = local_rows(torch.ones(2, 3, 5), torch.zeros(2, 4, 5), torch.full((2, 3), -1))
    assert mine.shape == theirs.shape == (0, 5)


def test_that_patches_are_hidden_by_a_draw_and_none_is_lost():
    visible, hidden = hide(3, 64, 0.6, torch.Generator().manual_seed(0))
    assert visible.shape == (3, 26) and hidden.shape == (3, 38)
    for one, other in zip(visible, hidden, strict=True):
        assert sorted([*one.tolist(), *other.tolist()]) == list(range(64))
    assert not torch.equal(hidden[0], hidden[1])
    again = hide(3, 64, 0.6, torch.Generator().manual_seed(0))
    assert torch.equal(again[1], hidden)


@pytest.mark.parametrize(("count", "share"), [(1, 0.6), (4, 0.1)])
def test_that_hiding_nothing_or_everything_is_a_sentence(count, share):
    with pytest.raises(ConfigError, match="leaves nothing to see or nothing to guess"):
        hide(1, count, share, torch.Generator())


def test_that_the_loss_is_the_mean_chamfer_distance_of_the_hidden_patches():
    seen = encoded()
    guessed = torch.randn(2, 3, 6, 3, dtype=torch.float64)
    hidden = torch.tensor([[1, 2, 7], [0, 3, 4]])
    truth = torch.stack([seen.patches.points[c, hidden[c]] for c in range(2)])
    expected = by_hand_chamfer(guessed.flatten(0, 1), truth.flatten(0, 1), True).mean()
    torch.testing.assert_close(reconstruction_loss(guessed, seen, hidden), expected)


def test_that_the_decoder_sees_no_hidden_token():
    decoder = shaken(Decoder(12, 3, 2, size=6))
    visible, hidden = torch.tensor([[0, 2, 5], [1, 3, 7]]), torch.tensor([[1, 3], [0, 2]])
    whole = encoded()
    answer = decoder(whole, visible, hidden)
    assert answer.shape == (2, 2, 6, 3)
    with torch.no_grad():
        for cloud in range(2):
            whole.tokens[cloud, hidden[cloud]] = 99
    torch.testing.assert_close(decoder(whole, visible, hidden), answer)


def student(**own):
    objective = own.pop("objective", "distil")
    settings = AlignmentSettings(queries=4, concept_heads=3, **own)
    return AlignedStudent(FORM, settings, (2, 5), 7, objective)


@pytest.mark.parametrize(
    ("own", "shape"),
    [
        ({}, (2, 2, 5)),
        ({"head": "flatten"}, (2, 2, 5)),
        ({"concepts": False}, (2, 2, 5)),
        ({"target": "embedding"}, (2, 7)),
        ({"target": "embedding", "concepts": False}, (2, 7)),
        ({"target": "local"}, (2, 8, 7)),
    ],
)
def test_that_every_ablation_answers_in_the_teachers_shape_and_learns(own, shape):
    net = student(**own)
    found = net(POINTS, attention=True)
    assert found.answer.shape == shape and found.reconstruction is None
    assert (found.concepts is None) == (
        own.get("concepts") is False or own.get("target") == "local"
    )
    found.answer.square().sum().backward()
    assert all(torch.isfinite(p.grad).all() for p in net.parameters() if p.grad is not None)
    assert net.encoder.tokenizer.first[0].weight.grad.abs().sum() > 0


def test_that_heads_that_do_not_divide_the_width_are_a_sentence():
    with pytest.raises(ConfigError, match="width 12 cannot be looked at with 5 heads"):
        ConceptExtractor(ConceptSettings(concept_heads=5), 12, 3)


@pytest.mark.parametrize("objective", ["reconstruct", "both"])
@pytest.mark.parametrize("after", [False, True])
def test_that_reconstruction_looks_at_the_visible_patches(objective, after):
    net = student(objective=objective, mask_after_encoder=after)
    found = net(POINTS, torch.Generator().manual_seed(0), attention=True)
    assert found.reconstruction.item() > 0
    assert found.encoded.tokens.shape[1] == (8 if after else 4)  # int(0.6 · 8) are hidden
    assert (found.answer is None) == (objective == "reconstruct")
    if objective == "both":
        assert found.concepts.attention.shape[-1] == found.encoded.tokens.shape[1]
    found.reconstruction.backward()
    assert net.decoder.mask_token.grad.abs().sum() > 0
    whole = net(POINTS)
    assert whole.reconstruction is None and whole.encoded.tokens.shape[1] == 8
