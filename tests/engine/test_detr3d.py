"""The detector: sizes as published, answers as a plain reference gives them, and weights from where they may come."""

import argparse
import math
import os

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.torch import save_file

from engine import registry
from engine.detection import BoxLoss, BoxLossSettings, Truth
from engine.detection.answers import answers
from engine.errors import ConfigError, EngineError
from engine.metrics.box_choice import choose
from engine.metrics.boxes import Boxes, average_precision_3d
from engine.nets import build, count_parameters
from engine.nets.detr3d import DetectorSettings
from engine.nets.detr3d.detector import Detector
from engine.nets.detr3d.encoders import MaskedEncoder, near
from engine.nets.detr3d.heads import Heads
from engine.nets.detr3d.positions import FourierPositions
from engine.nets.detr3d.proposals import Extent
from engine.nets.detr3d.published import our_names, published_settings, take_published
from engine.points import ball
from engine.points.ball import within
from engine.pretrained import take
from tests.engine.detr_files import Reference, published
from tests.engine.test_neighbours import clouds

SIZES = {
    "width": 8, "depth": 3, "heads": 2, "patches": 40, "patch_size": 6, "preencoder": (5, 7), "feedforward": 6,
    "queries": 9, "decoder_width": 12, "decoder_depth": 2, "decoder_heads": 2, "decoder_feedforward": 10,
}  # fmt: skip
TINY = {**SIZES, "tokenizer": (4, 8, 8, 8)}
KINDS = 4


def detector(**changes):
    torch.manual_seed(3)
    return Detector(DetectorSettings(**{**TINY, **changes}), KINDS)


def rooms(batch=2, size=300, seed=0):
    """Points on the floor and at random above it, in metres."""
    source = torch.Generator().manual_seed(seed)
    points = torch.rand(batch, size, 3, generator=source) * torch.tensor([2.0, 1.5, 1.2])
    points[:, ::2, 2] = 0
    return points


# --- sizes ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "count"),
    [("detector", 7_305_691), ("detector_deep", 10_276_699), ("detector_masked", 7_438_555)],
)
def test_that_the_known_variants_have_as_many_parameters_as_published(name, count):
    with torch.device("meta"):
        net = registry.get("detector", name)(registry.configure("detector", name, {}), 18)
    assert count_parameters(net) == count
    assert count_parameters(net.encoder.gather) == 42_048


def test_that_the_pre_trained_encoder_is_the_published_one():
    with torch.device("meta"):
        net = registry.get("detector", "detector_backbone")(
            registry.configure("detector", "detector_backbone", {}), 18
        )
    assert count_parameters(net.encoder) == 21_825_024


@pytest.mark.parametrize("name", registry.names("detector"))
def test_that_every_detector_has_words_and_settings_that_hold_a_pre_trained_form(name):
    thing = registry.get("detector", name)
    assert thing.title != name and thing.about.endswith(".")
    assert isinstance(registry.configure("detector", name, {}), DetectorSettings)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"encoder": "masked", "depth": 4}, "one radius for each layer"),
        ({"decoder_width": 10, "decoder_heads": 4}, "multiple of its heads"),
        ({"width": 10, "heads": 4}, "multiple of its heads"),
        ({"decoder_width": 7}, "decoder_width"),
    ],
)
def test_that_sizes_that_do_not_fit_are_a_sentence(values, words):
    with pytest.raises(ConfigError, match=words):
        registry.configure("detector", "detector", values)


# --- answers ----------------------------------------------------------------------------------------------------------

KINDS_OF_ENCODER = ["plain", "masked", "backbone"]


@pytest.mark.parametrize("encoder", KINDS_OF_ENCODER)
@pytest.mark.parametrize("bins", [1, 12])
def test_that_every_encoder_gives_boxes_and_gradients_to_all_its_weights(encoder, bins):
    net = detector(encoder=encoder, heading_bins=bins)
    answer = net(rooms())
    assert answer.boxes.shape == (2, 2, 9, 7)
    assert answer.logits.shape == (2, 2, 9, KINDS + 1)
    assert answer.heading_rests.shape == answer.heading_logits.shape == (2, 2, 9, bins)
    truth = Truth(torch.tensor([[1.0, 1, 0.5, 1, 1, 1, 0.2]]), torch.tensor([2]))
    sum(BoxLoss(BoxLossSettings())(answer, [truth, truth]).values()).backward()
    for name, parameter in net.named_parameters():
        assert parameter.grad is not None, name
        assert torch.isfinite(parameter.grad).all(), name
    assert (answer.headings == 0).all() == (bins == 1)


@pytest.mark.parametrize("encoder", KINDS_OF_ENCODER)
def test_that_half_precision_gives_nearly_the_same_boxes_in_full(encoder):
    net, points = detector(encoder=encoder).eval(), rooms()
    with torch.no_grad():
        full = net(points).boxes
        with torch.autocast("cpu", torch.bfloat16):
            half = net(points).boxes
    assert half.dtype == torch.float32
    assert (half - full).abs().max() < 0.1


@pytest.mark.parametrize("encoder", KINDS_OF_ENCODER)
def test_that_the_same_room_gets_the_same_answer_alone_and_among_others(encoder):
    net, points = detector(encoder=encoder).eval(), rooms(3)
    with torch.no_grad():
        together, alone = net(points).boxes, net(points[1:2]).boxes
        assert torch.equal(net(points).boxes, together)
    assert torch.allclose(together[:, 1:2], alone, atol=1e-5)


def test_that_answers_move_and_stand_as_the_room_does():
    """Offsets are to the query, positions and sizes to the room: a moved room has moved boxes."""
    net, points, way = detector().eval(), rooms(), torch.tensor([4.0, -3, 1])
    with torch.no_grad():
        before, after = net(points), net(points + way)
    assert torch.allclose(after.centres, before.centres + way, atol=1e-3)
    assert torch.allclose(after.sizes, before.sizes, atol=1e-3)


def test_that_a_centre_is_near_its_query_and_a_box_no_larger_than_the_room():
    answer = detector(heading_bins=12).eval()(rooms())
    assert ((answer.centres - answer.queries).abs() <= 0.5).all()
    assert (answer.sizes <= answer.extent.size[:, None]).all() and (answer.sizes > 0).all()
    assert (answer.headings.abs() <= math.pi + 1e-6).all()


def test_that_queries_are_points_of_the_room_far_apart():
    points = rooms(1)
    queries = detector().eval()(points).queries[0]
    assert (queries[:, None] == points[0]).all(2).any(1).all()
    apart = torch.pdist(queries)
    assert apart.min() > 0.3  # of nine in a room of 2 x 1.5 x 1.2


@pytest.mark.parametrize("encoder", ["plain", "masked"])
def test_that_a_room_with_few_points_gets_fewer_boxes_and_a_point_is_room_enough(encoder):
    net = detector(encoder=encoder).eval()
    assert net(rooms(size=12)).boxes.shape == (2, 2, 9, 7)
    answer = net(rooms(size=3))
    assert answer.boxes.shape == (2, 2, 3, 7)
    assert torch.isfinite(net(torch.ones(1, 5, 3)).boxes).all()


def test_that_a_backbone_asks_for_more_points_in_a_sentence():
    with pytest.raises(ConfigError, match="cannot be looked at in 40 patches"):
        detector(encoder="backbone")(rooms(size=30))


def test_that_heads_see_all_layers_together():
    torch.manual_seed(0)
    heads = Heads(6, KINDS, 1, 0.0).train()
    features, extent = torch.randn(2, 1, 5, 6), Extent(torch.zeros(1, 3), torch.ones(1, 3))
    heads(features, torch.zeros(1, 5, 3), extent)
    mean = (features.reshape(10, 6) @ heads.kind[0].weight.T).mean(0)
    assert torch.allclose(heads.kind[1].running_mean, 0.1 * mean, atol=1e-6)


def test_that_positions_are_sines_and_cosines_across_the_room():
    net = FourierPositions(4)
    net.directions.copy_(torch.tensor([[1.0, 0], [0, 0.5], [0, 0]]))
    extent = Extent(
        torch.tensor([[1.0, 2, 0]]), torch.tensor([[5.0, 4, 0]])
    )  # flat: no division by zero
    found = net(torch.tensor([[[2.0, 3, 0]]]), extent)  # a quarter and a half of the way
    assert found[0, 0].tolist() == pytest.approx([1, 1, 0, 0], abs=1e-6)
    assert not list(net.parameters())


# --- masks ------------------------------------------------------------------------------------------------------------


def test_that_places_farther_than_the_reach_have_no_say():
    net = detector(encoder="masked", patches=3, squared_radii=False).encoder.eval()
    layer = net.layers[0]
    places = torch.tensor([[[0.0, 0, 0], [0.39, 0, 0], [0.41, 0, 0]]])
    seen = near(places, net.reach[0])
    assert seen[0, 0].tolist() == [True, True, False]
    tokens, other = torch.randn(1, 3, 8), torch.randn(1, 1, 8)
    changed = torch.cat([tokens[:, :2], other], 1)
    before, after = layer(tokens, seen), layer(changed, seen)
    assert torch.equal(before[0, 0], after[0, 0]) and not torch.equal(before[0, 1], after[0, 1])


def test_that_published_radii_are_squared_and_others_are_not():
    form = DetectorSettings(**TINY, encoder="masked")
    assert MaskedEncoder(form).reach == pytest.approx((0.16, 0.64, 1.44))
    assert MaskedEncoder(form.model_copy(update={"squared_radii": False})).reach == (0.4, 0.8, 1.2)


def test_that_half_of_the_places_go_on_in_the_masked_encoder():
    assert detector(encoder="masked").eval().encoder(rooms()).tokens.shape == (2, 20, 8)


# --- balls ------------------------------------------------------------------------------------------------------------


def by_hand_within(points, centres, radius, count):
    out = np.zeros((*centres.shape[:2], count), np.int64)
    for cloud, (own, middles) in enumerate(zip(points.double(), centres.double(), strict=True)):
        for place, middle in enumerate(middles):
            inside = ((own - middle).square().sum(1) < radius**2).nonzero()[:, 0].tolist()[:count]
            out[cloud, place] = (inside + inside[:1] * count)[:count] if inside else 0
    return torch.from_numpy(out)


@settings(deadline=None, max_examples=40)
@given(
    st.sampled_from([1, 5, 127, 128, 129, 300]),
    st.integers(0, 999),
    st.booleans(),
    st.integers(1, 20),
)
def test_that_balls_hold_the_first_points_inside(size, seed, grid, count):
    points, centres = clouds(2, size, seed, grid), clouds(2, 5, seed + 1, grid)
    radius = 2.0 if grid else 0.7  # on the grid some are exactly so far: not inside
    expected = by_hand_within(points, centres, radius, count)
    assert torch.equal(within(points, centres, radius, count), expected)
    assert torch.equal(within(points.double(), centres.double(), radius, count), expected)


def test_that_balls_need_no_numba(monkeypatch):
    points, centres = clouds(2, 300), clouds(2, 9, 1)
    expected = within(points, centres, 0.5, 7)
    monkeypatch.setattr(ball, "for_these", lambda *_: None)
    assert torch.equal(within(points, centres, 0.5, 7), expected)


def test_that_impossible_balls_are_a_sentence():
    points = clouds(1, 5)
    for cloud, radius, count in (
        (points, 0.0, 3),
        (points, math.nan, 3),
        (points, 1.0, 0),
        (points[:, :0], 1.0, 2),
    ):
        with pytest.raises(ConfigError, match="cannot be found in clouds"):
            within(cloud, points, radius, count)


# --- weights ----------------------------------------------------------------------------------------------------------


def published_file(path, tensors):
    """As the training script saves it."""
    content = {
        "model": tensors,
        "optimizer": {"state": {}, "param_groups": [{"lr": 5e-4}]},
        "epoch": 1080,
        "args": argparse.Namespace(enc_type="vanilla", nqueries=256),
        "best_val_metrics": {0.25: {"mAP": np.float32(0.62)}},
    }
    torch.save(content, path)
    return path


@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("bins", [1, 12])
def test_that_a_published_net_answers_as_it_did(masked, bins, tmp_path):
    torch.manual_seed(1)
    tensors = published(masked, bins=bins)
    fit = published_settings(tensors)
    assert fit.pop("classes") == KINDS
    assert fit["encoder"] == ("masked" if masked else "plain") and fit["heading_bins"] == bins
    rest = {
        name: SIZES[name] for name in ("heads", "patches", "patch_size", "queries", "decoder_heads")
    }
    net = Detector(DetectorSettings(**fit, **rest), KINDS).eval()
    match = take_published(net, published_file(tmp_path / "scannet.pth", tensors))
    assert (match.missing, match.mismatched, match.unexpected, match.share) == ((), (), (), 1)
    points = rooms(2, 200, seed=5) - torch.tensor([1.0, 0, 0])
    points[:, 7] = 0.01  # a place at the origin: passed over there
    with torch.no_grad():
        answer = net(points)
    reference = Reference(tensors, heads=2, places=40, size=6, queries=9)
    for scene, cloud in enumerate(points):
        layers, queries = reference(cloud)
        assert torch.equal(answer.queries[scene], queries)
        for number, raw in enumerate(layers):
            assert_same(answer, number, scene, raw, cloud, bins)


def assert_same(answer, number, scene, raw, cloud, bins):
    """Its boxes, but that it counts headings from x towards -y."""
    close = {"rtol": 1e-3, "atol": 1e-3}
    assert torch.allclose(answer.logits[number, scene], raw["sem_cls_head"], **close)
    centres = answer.queries[scene] + raw["center_head"].sigmoid() - 0.5
    assert torch.allclose(answer.centres[number, scene], centres, **close)
    sizes = raw["size_head"].sigmoid() * (cloud.amax(0) - cloud.amin(0))
    assert torch.allclose(answer.sizes[number, scene], sizes, **close)
    if bins == 1:
        assert (answer.headings == 0).all()
        return
    chosen = raw["angle_cls_head"].argmax(1)
    rest = raw["angle_residual_head"].gather(1, chosen[:, None])[:, 0]
    angle = chosen * 2 * math.pi / bins + rest * math.pi / bins
    off = torch.remainder(answer.headings[number, scene] + angle + math.pi, 2 * math.pi) - math.pi
    assert off.abs().max() < 1e-3


@pytest.mark.parametrize(
    ("masked", "name", "count"),
    [(False, "detector", 7_305_691), (True, "detector_masked", 7_438_555)],
)
def test_that_all_tensors_of_the_known_sizes_have_a_place(masked, name, count):
    sizes = {"width": 256, "inner": 128, "decoder": (256, 8, 256), "classes": 18, "ball": (64, 128)}
    theirs = published(masked, **sizes)
    buffers = ("running_mean", "running_var", "num_batches_tracked", "gauss_B")
    assert sum(value.numel() for key, value in theirs.items() if not key.endswith(buffers)) == count
    with torch.device("meta"):
        net = registry.get("detector", name)(registry.configure("detector", name, {}), 18)
    shapes = {key: tuple(value.shape) for key, value in our_names(theirs).items()}
    assert shapes == {key: tuple(value.shape) for key, value in net.state_dict().items()}


def test_that_other_kinds_keep_their_own_last_layer(tmp_path):
    net = Detector(DetectorSettings(**SIZES), 7)
    before = net.heads.kind[8].weight.clone()
    match = take_published(net, published_file(tmp_path / "a.pth", published()))
    assert [name for name, *_ in match.mismatched] == ["heads.kind.8.weight", "heads.kind.8.bias"]
    assert "was not taken" in match.sentence() and match.share < 1
    assert torch.equal(net.heads.kind[8].weight, before)


def test_that_what_no_tensor_tells_is_compared_with_what_was_published(tmp_path):
    tensors = published(True)
    file, fit = published_file(tmp_path / "a.pth", tensors), published_settings(tensors)
    del fit["classes"]
    as_published = Detector(DetectorSettings(**fit), KINDS)
    assert take_published(as_published, file).remark == ""
    other = {"sampling": "plain", "radius": 0.3, "queries": 9, "radii": (0.4, 0.8, 2.0)}
    told = take_published(Detector(DetectorSettings(**fit | other), KINDS), file).sentence()
    for words in (
        "net.sampling = pointnet2",
        "net.radius = 0.2",
        "net.queries = 256",
        "net.radii = [0.4, 0.8, 1.2]",
    ):
        assert words in told
    assert "patch_size" not in told and "heads" not in told


def test_that_names_of_several_graphics_cards_and_safetensors_are_taken(tmp_path):
    tensors = {f"module.{name}": value.contiguous() for name, value in published().items()}
    save_file(tensors, tmp_path / "a.safetensors")
    assert take_published(detector(), tmp_path / "a.safetensors").share == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"depth": 2}, "set net.depth to 3"),
        ({"encoder": "masked"}, "set net.encoder to plain"),
        (
            {"decoder_width": 24, "heading_bins": 12},
            "net.decoder_width to 12 and net.heading_bins to 1",
        ),
        ({"preencoder": (5, 9)}, r"net.preencoder to \[5, 7\]"),
    ],
)
def test_that_another_size_is_refused_with_what_would_fit_and_changes_nothing(
    changes, words, tmp_path
):
    net = detector(**changes)
    before = {name: value.clone() for name, value in net.state_dict().items()}
    with pytest.raises(ConfigError, match=words):
        take_published(net, published_file(tmp_path / "a.pth", published()))
    assert all(torch.equal(before[name], value) for name, value in net.state_dict().items())


def test_that_a_net_for_coloured_points_is_told_as_such(tmp_path):
    tensors = published() | {"pre_encoder.mlp_module.layer0.conv.weight": torch.ones(5, 6, 1, 1)}
    with pytest.raises(ConfigError, match="points with colour"):
        take_published(detector(), published_file(tmp_path / "a.pth", tensors))


def test_that_a_missing_tensor_and_another_net_are_a_sentence(tmp_path):
    some = published()
    some.pop("encoder.layers.1.norm1.bias")
    with pytest.raises(ConfigError, match="Nothing was changed"):
        take_published(detector(), published_file(tmp_path / "a.pth", some))
    with pytest.raises(ConfigError, match="no weights of a 3DETR"):
        take_published(detector(), published_file(tmp_path / "b.pth", {"a.weight": torch.ones(2)}))


class Bomb:
    """Makes a folder when it is unpickled."""

    def __init__(self, sign):
        self.sign = sign

    def __reduce__(self):
        return os.mkdir, (str(self.sign),)


def test_that_a_file_with_code_in_it_is_refused_and_does_not_run(tmp_path):
    torch.save({"model": published(), "args": Bomb(tmp_path / "it ran")}, tmp_path / "a.pth")
    with pytest.raises(EngineError, match="more than weights and plain data"):
        take_published(detector(), tmp_path / "a.pth")
    assert not (tmp_path / "it ran").exists()


def test_that_a_backbone_starts_from_a_pre_trained_encoder(tmp_path):
    form = {"width": 8, "depth": 3, "heads": 2, "tokenizer": (4, 8, 8, 8)}
    source = build("point_transformer", 5, **form, patches=10, patch_size=6).eval()
    save_file(source.state_dict(), tmp_path / "model.safetensors")
    net = detector(encoder="backbone", patches=10, patch_size=6).eval()
    match = take(net, tmp_path / "model.safetensors")
    assert match.share == 1 and "logits.weight" in match.unexpected
    points = rooms()
    with torch.no_grad():
        assert torch.equal(net.encoder(points).tokens, source.encode(points).tokens)


def test_that_an_encoder_at_radius_1_sees_the_same_of_a_room_however_large_and_boxes_stay_in_metres():
    torch.manual_seed(0)
    net = detector(encoder="backbone", patches=10, patch_size=6).double().eval()
    small = rooms(size=40).double()
    large = 4 * small + 3
    with torch.no_grad():
        assert not torch.allclose(net._seen(large).tokens, net._seen(small).tokens)
        net.scaled = True
        own, other = net._seen(small), net._seen(large)
    torch.testing.assert_close(other.tokens, own.tokens)
    torch.testing.assert_close(other.centres, 4 * own.centres + 3)


def test_that_a_backbone_of_another_size_is_refused(tmp_path):
    save_file(build("point_transformer_small", 5).state_dict(), tmp_path / "model.safetensors")
    with pytest.raises(ConfigError, match="net.width to 128"):
        take(detector(encoder="backbone"), tmp_path / "model.safetensors")


# --- learning ---------------------------------------------------------------------------------------------------------


def furnished(count, seed):
    """Rooms of a floor with one low and one high block at random places, and their boxes."""
    source = np.random.default_rng(seed)
    scenes, truths = [], []
    for _ in range(count):
        low = [*source.uniform(0.4, 1.0, 2), 0.15, 0.5, 0.5, 0.3, 0]
        high = [source.uniform(1.6, 2.2), source.uniform(0.4, 1.0), 0.4, 0.3, 0.3, 0.8, 0]
        floor = np.column_stack(
            [source.uniform(0, 2.6, 120), source.uniform(0, 1.4, 120), np.zeros(120)]
        )
        blocks = [source.uniform(-0.5, 0.5, (90, 3)) * box[3:6] + box[:3] for box in (low, high)]
        scenes.append(torch.from_numpy(np.concatenate([floor, *blocks])).float())
        truths.append(Truth(torch.tensor([low, high], dtype=torch.float32), torch.tensor([0, 1])))
    return torch.stack(scenes), truths


def measured(net):
    points, truths = furnished(16, 9999)
    said = answers(net.eval()(points))
    found = [choose(own, cloud) for own, cloud in zip(said, points.numpy(), strict=True)]
    true = [Boxes(truth.boxes.numpy(), truth.labels.numpy()) for truth in truths]
    return average_precision_3d(found, true).mean


def test_that_it_learns_to_find_blocks_it_has_not_seen():
    torch.manual_seed(0)
    form = {**SIZES, "width": 32, "depth": 1, "patches": 64, "patch_size": 12, "radius": 0.3}
    form |= {"preencoder": (16, 32), "feedforward": 32, "queries": 12}
    form |= {"decoder_width": 32, "decoder_depth": 1, "decoder_feedforward": 32}
    net = Detector(DetectorSettings(**form, dropout=0.0, head_dropout=0.0), 2)
    loss, optimiser = BoxLoss(BoxLossSettings()), torch.optim.AdamW(net.parameters())
    rate = torch.optim.lr_scheduler.OneCycleLR(optimiser, 5e-3, total_steps=150)
    before = measured(net)
    for step in range(150):
        points, truths = furnished(8, step)
        terms = loss(net.train()(points), truths)
        optimiser.zero_grad()
        sum(terms.values()).backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimiser.step()
        rate.step()
    assert before < 0.2 and measured(net) > 0.5
