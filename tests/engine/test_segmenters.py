"""Nets that name parts and things point by point: sizes, plain float64 forms, published weights, and they learn."""

import pytest
import torch
from safetensors.torch import save_file
from torch.nn import functional as F  # noqa: N812

from engine import registry
from engine.errors import ConfigError
from engine.nets import count_parameters
from engine.nets.aligned import AlignedStudent, AlignmentSettings
from engine.nets.part_segmenter import FullPartSegmenter, PartSegmenter, PartSettings
from engine.nets.point_transformer import EncoderSettings
from engine.nets.scene_segmenter import FullSceneSegmenter, SceneSegmenter, SceneSettings
from engine.nets.spreading import levels
from engine.pretrained import take
from engine.pretrained.whole import take_fitting
from tests.engine.checkpoint_files import SMALL, point_mae
from tests.engine.published_parts import (
    at,
    batch_norm,
    interpolated,
    plain_norm,
    plain_parts,
    published_parts,
    three_nearest,
    wrapped,
)

TINY = SMALL | {"heads": 3, "patches": 8, "patch_size": 6}
PART_TINY = TINY | {"category": 4, "spread": (16, 10), "head": (9, 7)}
SCENE_TINY = TINY | {"head": (9, 7)}


def parts_net(parts=5, categories=3, **changes):
    return PartSegmenter(PartSettings(**PART_TINY | changes), parts, categories)


def scene_net(classes=5, **changes):
    return SceneSegmenter(SceneSettings(**SCENE_TINY | changes), classes)


def shaken(module):
    """In float64 and evaluation mode, with every weight and statistic drawn at random."""
    module = module.double().eval()
    for value in module.state_dict().values():
        if value.dtype.is_floating_point:
            value.copy_(torch.rand_like(value) + 0.1 if value.ndim < 2 else torch.randn_like(value))
    return module


@pytest.mark.parametrize("wrap", [True, False])
def test_that_published_part_weights_give_the_published_answers(wrap, tmp_path):
    torch.manual_seed(0)
    net = parts_net(depth=6)
    tensors = published_parts(5, 3, PartSettings(**PART_TINY | {"depth": 6}))
    tensors = {
        name: value.abs() + 0.1 if name.endswith("running_var") else value
        for name, value in tensors.items()
    }
    torch.save(wrapped(tensors) if wrap else tensors, tmp_path / "best_model.pth")
    match = take_fitting(net, tmp_path / "best_model.pth")
    assert (match.share, match.missing, match.mismatched, match.unexpected) == (1.0, (), (), ())
    assert "turned" in match.remark
    net, theirs = net.double().eval(), parts_net(depth=6)
    take(theirs, tmp_path / "best_model.pth")  # the encoder alone is left as it is
    theirs = theirs.double().eval()
    y_up, category = torch.randn(2, 30, 3).double(), torch.tensor([2, 0])
    z_up = torch.stack(
        [y_up[..., 0], -y_up[..., 2], y_up[..., 1]], dim=2
    )  # as shapes are read here
    exact = {name: value.double() for name, value in tensors.items()}
    with torch.no_grad():
        told = plain_parts(exact, theirs, y_up, category)
        torch.testing.assert_close(net(z_up, category), told)
        assert not torch.allclose(net(y_up, category), told, atol=0.1)


def test_that_the_full_part_net_takes_the_published_shapes_and_has_the_published_size(tmp_path):
    net = FullPartSegmenter(PartSettings(), 50, 16)
    assert count_parameters(net) == 27_063_730
    tensors = published_parts(50, 16, PartSettings())
    assert tensors["convs1.weight"].shape == (512, 3392, 1)
    save_file(tensors, tmp_path / "published.safetensors")
    match = take_fitting(net, tmp_path / "published.safetensors")
    assert match.share == 1.0 and "logits.weight" in match.loaded


def test_that_our_own_part_weights_come_back_whole(tmp_path):
    net, other = parts_net(), parts_net()
    save_file(net.state_dict(), tmp_path / "model.safetensors")
    assert take_fitting(other, tmp_path / "model.safetensors").whose == "this workbench"
    for name, value in net.state_dict().items():
        assert torch.equal(value, other.state_dict()[name])


def test_that_weights_for_other_parts_give_their_encoder_alone(tmp_path):
    torch.save(published_parts(4, 3, PartSettings(**PART_TINY)), tmp_path / "four.pth")
    net = parts_net()
    before = {name: value.clone() for name, value in net.state_dict().items()}
    match = take_fitting(net, tmp_path / "four.pth")
    assert match.share == 1 and "logits.weight" not in match.loaded
    same = {name for name, value in net.state_dict().items() if torch.equal(before[name], value)}
    assert {"logits.weight", "head.weight", "category.0.weight"} <= same
    assert "encoder.blocks.0.attn.qkv.weight" not in same


@pytest.mark.parametrize("make", [parts_net, scene_net])
def test_that_a_published_encoder_alone_sees_what_stands_z_up_as_it_saw_what_stood_y_up(
    make, tmp_path
):
    torch.save(point_mae(**SMALL), tmp_path / "mae.pth")
    turned, plain = make(), make()
    match = take_fitting(turned, tmp_path / "mae.pth")
    as_it_is = take(plain, tmp_path / "mae.pth")
    assert "weights were turned" in match.sentence()
    assert "was not turned" in as_it_is.sentence()
    y_up = torch.randn(2, 30, 3)
    z_up = torch.stack([y_up[..., 0], -y_up[..., 2], y_up[..., 1]], dim=2)
    with torch.no_grad():
        ours, theirs = turned.eval().encoder(z_up).tokens, plain.eval().encoder(y_up).tokens
    torch.testing.assert_close(ours, theirs)


@pytest.mark.parametrize("make", [parts_net, scene_net])
def test_that_a_pretrained_encoder_is_taken_and_the_head_left_as_it_was(make, tmp_path):
    torch.save(point_mae(**SMALL), tmp_path / "mae.pth")
    net = make()
    head = net.logits.weight.clone()
    match = take(net, tmp_path / "mae.pth")
    assert match.share == 1 and match.whose == "Point-MAE"
    assert torch.equal(net.logits.weight, head)


@pytest.mark.parametrize("make", [parts_net, scene_net])
def test_that_an_aligned_encoder_is_taken(make, tmp_path):
    student = AlignedStudent(EncoderSettings(**TINY), AlignmentSettings(queries=4))
    save_file(student.state_dict(), tmp_path / "model.safetensors")
    net = make()
    assert take(net, tmp_path / "model.safetensors").share == 1
    theirs, ours = student.encoder.state_dict(), net.encoder.state_dict()
    assert all(torch.equal(theirs[name], ours[name]) for name in ours)


def test_that_three_levels_are_taken_evenly():
    assert levels(12) == (4, 8, 12)
    assert levels(4) == (2, 3, 4)
    assert levels(1) == (1, 1, 1)


def test_that_the_kind_of_a_shape_counts():
    net, points = parts_net().eval(), torch.randn(1, 20, 3)
    one, other = net(points, torch.tensor([0])), net(points, torch.tensor([2]))
    assert not torch.allclose(one, other)


def test_that_one_shape_alone_is_not_learnt_from_but_answered():
    net, points, kind = parts_net(), torch.randn(1, 20, 3), torch.tensor([1])
    with pytest.raises(ConfigError, match="batch_size to 2"):
        net(points, kind)
    assert net.eval()(points, kind).shape == (1, 20, 5)


def plain_scenes(net, points, colours, gather):
    encoded = net.encoder(points)
    index, _ = three_nearest(points, encoded.centres)
    if gather == "concat":
        around = at(encoded.tokens, index).flatten(2)
    else:
        around = interpolated(encoded.tokens, points, encoded.centres)
    own = points if colours is None else torch.cat([points, colours], 2)
    state = net.state_dict()
    inside = F.linear(torch.cat([own, around], 2), state["spread.weight"], state["spread.bias"])
    inside = plain_norm(inside, batch_norm(state, "head.0"))
    inside = torch.where(inside > 0, inside, 0.2 * inside)
    inside = F.linear(inside, state["head.3.weight"], state["head.3.bias"])
    inside = plain_norm(inside, batch_norm(state, "head.4"))
    inside = torch.where(inside > 0, inside, 0.2 * inside)
    return F.linear(inside, state["logits.weight"], state["logits.bias"])


@pytest.mark.parametrize("gather", ["concat", "idw"])
@pytest.mark.parametrize("coloured", [True, False])
def test_that_a_scene_is_answered_as_in_the_plain_form(gather, coloured):
    torch.manual_seed(1)
    net = shaken(scene_net(gather=gather, colours=coloured))
    points = torch.randn(2, 40, 3).double()
    colours = torch.rand(2, 40, 3).double() if coloured else None
    with torch.no_grad():
        torch.testing.assert_close(net(points, colours), plain_scenes(net, points, colours, gather))


def test_that_three_tokens_of_384_lead_to_512():
    net = FullSceneSegmenter(SceneSettings(), 20)
    assert net.spread.weight.shape == (512, 3 + 3 * 384)
    assert net.encoder.settings.patches == 256
    # 21,825,024 of the encoder, 592k from patches to points, 131k and 5k, and two norms.
    head = (1155 * 512 + 512) + (512 * 256 + 256) + (256 * 20 + 20) + 2 * (512 + 256)
    assert count_parameters(net) == 21_825_024 + head


def test_that_fewer_than_three_patches_do():
    net = scene_net(patches=2).eval()
    assert net(torch.randn(1, 10, 3)).shape == (1, 10, 5)


def test_that_a_net_of_colours_asks_for_them():
    with pytest.raises(ConfigError, match="looks at colours"):
        scene_net(colours=True)(torch.randn(2, 20, 3))


@pytest.mark.parametrize("make", [parts_net, scene_net])
def test_that_the_order_of_the_points_does_not_matter(make):
    torch.manual_seed(2)
    net, points = make().eval(), torch.randn(2, 30, 3)
    kind = (torch.tensor([0, 2]),) if make is parts_net else ()
    order = torch.cat([torch.zeros(1, dtype=torch.int64), torch.randperm(29) + 1])
    torch.testing.assert_close(
        net(points[:, order], *kind), net(points, *kind)[:, order], atol=1e-4, rtol=1e-4
    )


@pytest.mark.parametrize("name", registry.names("segmenter"))
def test_that_a_registered_segmenter_has_finite_answers_and_gradients(name):
    torch.manual_seed(0)
    made = registry.get("segmenter", name)
    net = made(registry.configure("segmenter", name, {}), 6)
    kind = (torch.tensor([0, 3]),) if made.extra["task"] == "parts" else ()
    answers = net(torch.randn(2, 300, 3), *kind)
    assert answers.shape == (2, 300, 6)
    answers.square().sum().backward()
    for parameter in net.parameters():
        assert parameter.grad is not None
        assert torch.isfinite(parameter.grad).all()


def learnt(net, *kind):
    """The share of points named right after some steps of telling what lies above the middle."""
    torch.manual_seed(3)
    optimiser = torch.optim.AdamW(net.parameters(), 0.01)
    for _ in range(60):
        points = torch.rand(6, 60, 3) * 2 - 1
        loss = F.cross_entropy(
            net(points, *kind).flatten(0, 1), (points[..., 2] > 0).long().flatten()
        )
        loss.backward()
        optimiser.step()
        optimiser.zero_grad()
    points = torch.rand(6, 60, 3) * 2 - 1
    with torch.no_grad():
        right = net.eval()(points, *kind).argmax(2) == (points[..., 2] > 0).long()
    return right.float().mean().item()


def test_that_parts_are_learnt():
    assert learnt(parts_net(2, dropout=0.0), torch.arange(6) % 3) > 0.9


def test_that_scenes_are_learnt():
    assert learnt(scene_net(2, dropout=0.0)) > 0.9
