"""The camera student's trunk, channels and levels: sizes, statistics of its teachers, what it listens to."""

import pytest
import torch

from engine import registry
from engine.errors import ConfigError
from engine.nets import count_parameters
from engine.nets.classroom import GROUPS, TEACHERS, Fed
from engine.nets.classroom.channels import MimicChannel
from engine.nets.classroom.layers import BasicBlock, norm
from engine.nets.classroom.listening import heard
from engine.nets.classroom.net import ClassroomNet
from engine.nets.classroom.settings import ClassroomSettings
from engine.nets.classroom.trunk import reach_of
from tests.engine.class_makers import SIZE, TINY, a_net, squares, truth

PICTURES = torch.rand(2, 3, *SIZE, generator=torch.Generator().manual_seed(1))


# --- sizes ------------------------------------------------------------------------------------------------------------


def conv(inner, outer, size, bias=False):
    return inner * outer * size**2 + outer * bias


def block(inner, outer):
    return (
        conv(inner, outer, 3)
        + conv(outer, outer, 3)
        + 4 * outer
        + (inner != outer) * (conv(inner, outer, 1) + 2 * outer)
    )


def test_that_the_published_widths_are_counted_layer_by_layer():
    with torch.device("meta"):
        net = registry.get("camera_net", "classroom")(ClassroomSettings(looks=()), 4)
    trunk = conv(3, 64, 7) + 128 + 2 * block(64, 64) + block(64, 96) + block(96, 96)
    assert count_parameters(net.trunk) == trunk

    def mimic(dims):
        first = conv(96, 64, 3) + 128 + conv(64, 48, 1, True) + 96
        second = conv(48, 48, 3) + 96 + conv(48, dims, 1, True)
        return first + second + conv(dims, 48, 3) + 96 + conv(48, 48, 1, True)

    assert count_parameters(net.channels["laser"]) == mimic(16)
    assert count_parameters(net.channels["outlines"]) == mimic(5)
    assert count_parameters(net.channels["free"]) == conv(96, 64, 3) + 128 + conv(64, 48, 1) + 96
    box = 64 * 49 * 1024 + 1024 + 1024**2 + 1024 + (1024 + 1) * (5 + 20 + 5)
    assert count_parameters(net.detector.boxes) == box


@pytest.mark.parametrize("name", registry.names("camera_net"))
def test_that_every_camera_net_has_words_and_is_built_without_weights_too(name):
    thing = registry.get("camera_net", name)
    assert thing.title != name and thing.about.endswith(".")
    with torch.device("meta"):
        assert count_parameters(thing(registry.configure("camera_net", name, {}), 5)) > 100_000


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"anchors": ((8, 12), (20, 30))}, "there are 3 levels"),
        ({"anchors": ((8, 12), (20, 30), (40,))}, "each with as many"),
        ({"finest": 2, "anchors": ((8,), (20,), (40,))}, "there are 4 levels"),
        ({"finest": 3}, "finest"),
        ({"aggregation": "sum"}, "aggregation"),
    ],
)
def test_that_sizes_that_do_not_fit_are_a_sentence(values, words):
    with pytest.raises(ConfigError, match=words):
        registry.configure("camera_net", "classroom", values)


def test_that_nothing_in_trunk_and_channels_is_smaller_than_the_picture():
    maps, channels = a_net().look(PICTURES)
    assert {name: tuple(own.shape) for name, own in maps.items()} == {
        "laser": (2, 3, *SIZE), "outlines": (2, 2, *SIZE),
    }  # fmt: skip
    assert list(channels) == list(GROUPS)
    assert all(own.shape == (2, 8, *SIZE) for own in channels.values())


def test_that_group_norm_is_usual_and_batch_norm_the_papers():
    kinds = {
        (aggregation, chosen): ClassroomSettings(aggregation=aggregation, norm=chosen).batch_norm
        for aggregation in ("pyramid", "paper")
        for chosen in ("auto", "group", "batch")
    }
    assert kinds == {
        ("pyramid", "auto"): False, ("pyramid", "group"): False, ("pyramid", "batch"): True,
        ("paper", "auto"): True, ("paper", "group"): False, ("paper", "batch"): True,
    }  # fmt: skip
    assert norm(24, False).num_groups == 8 and norm(5, False).num_groups == 1
    modules = [type(module).__name__ for module in a_net(aggregation="paper").modules()]
    assert "BatchNorm2d" in modules and "GroupNorm" not in modules


def test_that_a_block_adds_to_what_it_gets():
    own = BasicBlock(4, 4, batch=False)
    torch.nn.init.zeros_(own.second[0].weight)
    x = torch.randn(1, 4, 6, 6)
    assert torch.equal(own(x), x.relu())
    assert BasicBlock(4, 6, batch=True, stride=2)(torch.randn(2, 4, 7, 6)).shape == (2, 6, 4, 3)


# --- levels -----------------------------------------------------------------------------------------------------------


def seen_by(net, level, place):
    """How many pixels along each axis a cell of a level is made from, smaller levels not counted."""
    x = torch.rand(1, 3, 160, 160, requires_grad=True)
    net.norms_off()
    _, channels = net.look(x)
    net.levels.bottom_up(channels)[level][0, :, place, place].sum().backward()
    rows, columns = (x.grad[0].abs().sum((0, axis)).nonzero()[:, 0] for axis in (2, 1))
    return int(rows.max() - rows.min()) + 1, int(columns.max() - columns.min()) + 1


class Bare(ClassroomNet):
    """Without norms, which see the whole picture, and without ReLU, which hides some of it."""

    def norms_off(self):
        for module in list(self.modules()):
            for name, child in module.named_children():
                if isinstance(child, (torch.nn.GroupNorm, torch.nn.ReLU)):
                    setattr(module, name, torch.nn.Identity())
        for parameter in self.parameters():
            torch.nn.init.constant_(parameter, 0.01)


@pytest.mark.parametrize("finest", [2, 4])
def test_that_the_told_reach_is_what_gradients_come_from(finest):
    settings = registry.configure("camera_net", "classroom_small", {**TINY, "finest": finest})
    net = Bare(settings, 2)
    for level, (reach, stride) in enumerate(zip(net.reach, settings.strides, strict=True)):
        own = reach - 4 * stride  # less the level's own convolution and the proposals'
        if own < 110:
            assert seen_by(net, level, 80 // stride) == (own, own)
    assert net.reach[-3:] == (59, 99, 179)


def test_that_a_trunk_that_looks_around_sees_what_it_says_and_little_more():
    """Between two sizes it is told of the nearest neighbours, too, which are not counted."""
    settings = registry.configure("camera_net", "classroom_small", {**TINY, "looks": (8, 8)})
    net = Bare(settings, 2)
    net.norms_off()
    x = torch.rand(1, 3, 160, 160, requires_grad=True)
    net.trunk(x)[0, :, 80, 80].sum().backward()
    rows = x.grad[0].abs().sum((0, 2)).nonzero()[:, 0]
    sees, deepest = int(rows.max() - rows.min()) + 1, 2 ** len(settings.looks)
    assert reach_of(settings) <= sees <= reach_of(settings) + 4 * deepest


def test_that_a_pixel_knows_its_place():
    """A picture of one colour looks the same everywhere, but not to a trunk that is told where it looks."""
    flat = torch.full((1, 3, 64, 64), 0.3)
    inner = slice(28, 36)
    for looks, alike in (((), True), ((8, 8), False)):
        seen = a_net(looks=looks).eval().trunk(flat)[0, :, inner, inner]
        assert torch.allclose(seen, seen[:, :1, :1].expand_as(seen), atol=1e-5) == alike


def test_that_the_papers_proposals_see_29_to_35_pixels():
    assert a_net(aggregation="paper").reach == (29, 33, 33, 35)


def test_that_levels_are_as_much_smaller_as_told():
    for finest, sizes in ((4, [(8, 12), (4, 6), (2, 3)]), (2, [(16, 24), (8, 12), (4, 6), (2, 3)])):
        net = a_net(finest=finest)
        levels = net.levels(net.look(PICTURES)[1])
        assert [tuple(level.shape[2:]) for level in levels.values()] == sizes
    paper = a_net(aggregation="paper")
    levels = paper.levels(paper.look(PICTURES)[1])
    assert {name: tuple(level.shape[2:]) for name, level in levels.items()} == {
        "0": SIZE, "1": SIZE, "2": SIZE, "pool": (16, 24),
    }  # fmt: skip


@pytest.mark.parametrize("aggregation", ["pyramid", "paper"])
def test_that_the_first_weights_are_of_the_layer_that_mixes_the_channels(aggregation):
    """What level 0 (in the pyramid: the fused picture) changes by, when one group changes, follows from them alone."""
    net = a_net(aggregation=aggregation).eval()
    weights = net.first_weights()
    assert list(weights) == list(GROUPS)
    before = {group: torch.randn(1, 8, 8, 8) for group in GROUPS}
    for group in GROUPS:
        change = torch.randn(1, 8, 8, 8)
        after = before | {group: before[group] + change}

        def first(channels):
            if aggregation == "paper":
                return net.levels(channels)["0"]
            return net.levels.fuse[0](torch.cat([channels[name] for name in GROUPS], dim=1))

        stride = 1 if aggregation == "paper" else 2
        wanted = torch.nn.functional.conv2d(change, weights[group], stride=stride, padding=1)
        assert torch.allclose(first(after) - first(before), wanted, atol=1e-4)


# --- teachers ---------------------------------------------------------------------------------------------------------

MEAN, DEVIATION = torch.tensor([1.0, -2, 5]), torch.tensor([0.5, 3, 0])


def met(net):
    net.mimic("laser").meet(MEAN, DEVIATION)
    return net


def test_that_an_imitated_map_begins_as_its_teachers_mean():
    maps, _ = met(a_net()).look(PICTURES)
    off = (maps["laser"].mean((0, 2, 3)) - MEAN).abs()
    assert (off <= 0.1 * DEVIATION).all()
    assert (maps["laser"][:, 2] == 5).all()  # never changes


def test_that_a_map_through_chances_begins_as_the_mean_too():
    net = a_net(outline_link="sigmoid")
    net.mimic("outlines").meet(torch.tensor([0.2, 0.01]), torch.tensor([0.4, 0.1]))
    maps, _ = net.look(PICTURES)
    assert maps["outlines"].mean((0, 2, 3)).tolist() == pytest.approx([0.2, 0.01], rel=0.15)
    assert ((maps["outlines"] > 0) & (maps["outlines"] < 1)).all()


def test_that_statistics_belong_to_the_checkpoint():
    other = a_net()
    other.load_state_dict(met(a_net()).state_dict())
    assert torch.equal(other.mimic("laser").mean, MEAN)
    assert torch.equal(other.mimic("laser").deviation, DEVIATION)


def test_that_what_a_channel_hands_on_does_not_depend_on_the_teachers_units():
    """A teacher that tells ten times as much, moved by three, is normalised to the same."""
    torch.manual_seed(0)
    own = MimicChannel(ClassroomSettings(**TINY), 3)
    one = torch.randn(2, 3, 6, 6)
    valid = torch.ones(2, 6, 6, dtype=torch.bool)
    x, answers = torch.randn(2, 8, 6, 6), []
    for scale, shift in ((1.0, 0.0), (10.0, 3.0)):
        own.meet(torch.full((3,), shift), torch.full((3,), scale))
        answers.append(own(x, Fed(one * scale + shift, valid))[1])
    assert torch.allclose(*answers, atol=1e-5)


def test_that_a_map_fed_in_takes_the_place_of_the_imitated_one_where_it_is_valid():
    net, batch = met(a_net()), squares(2)
    told = batch.maps["laser"]
    maps, channels = net.look(PICTURES, {"laser": told})
    at = told.valid[:, None].expand_as(told.values)
    assert torch.equal(maps["laser"][at], told.values[at])
    assert (maps["laser"].permute(0, 2, 3, 1)[~told.valid] == MEAN).all()
    alone, own = net.look(PICTURES)
    assert torch.equal(maps["outlines"], alone["outlines"])
    assert not torch.equal(channels["laser"], own["laser"])


def test_that_the_papers_maps_are_never_below_zero_and_take_no_notice_of_statistics():
    net = a_net(aggregation="paper").eval()
    before, _ = net.look(PICTURES)
    after, _ = met(net).look(PICTURES)
    assert (before["laser"] >= 0).all() and torch.equal(before["laser"], after["laser"])


# --- listening --------------------------------------------------------------------------------------------------------


def test_that_groups_are_left_out_as_asked():
    own = {group: torch.randn(3, 2, 4, 6) for group in GROUPS}
    kept = heard(own, None)
    assert all(torch.equal(kept[group], own[group]) for group in GROUPS)
    told = heard(own, {"free": "zero", "laser": "mean", "outlines": "shuffle"})
    assert not told["free"].any()
    assert torch.allclose(
        told["laser"], own["laser"].mean((0, 2, 3))[None, :, None, None].expand(3, -1, 4, 6)
    )
    assert torch.equal(told["outlines"][1], own["outlines"][0])
    alone = heard({"free": own["free"][:1]}, {"free": "shuffle"})["free"]
    assert alone.sum() == pytest.approx(own["free"][:1].sum().item(), abs=1e-4)
    assert not torch.equal(alone, own["free"][:1])


def test_that_figures_get_what_the_channels_say_before_anything_is_left_out():
    net = a_net().eval()
    with torch.no_grad():
        whole, part = net(PICTURES), net(PICTURES, listen={"laser": "zero"})
    for name in GROUPS:
        assert torch.equal(whole.channels[name], part.channels[name])
    for name in TEACHERS:
        assert torch.equal(whole.maps[name], part.maps[name])
    assert not torch.equal(whole.proposals[0][:5], part.proposals[0][:5])


# --- answers ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("aggregation", ["pyramid", "paper"])
def test_that_every_weight_gets_a_gradient_that_is_a_number(aggregation):
    net = a_net(aggregation=aggregation)
    batch = squares(2)
    answer = net(batch.images, batch.truths)
    maps = [own.square().mean() for own in answer.maps.values()]
    sum([*answer.costs.values(), *maps]).backward()
    for name, parameter in net.named_parameters():
        assert parameter.grad is not None, name
        assert torch.isfinite(parameter.grad).all(), name


def test_that_the_same_seed_gives_the_same_costs_in_either_mode_and_draws_nothing():
    net, batch = a_net(), squares(2)
    for mode in (True, False):
        net.train(mode)
        torch.manual_seed(5)
        drawn = torch.rand(1)
        torch.manual_seed(5)
        costs = [net(batch.images, batch.truths, seed=9).costs for _ in range(2)]
        assert torch.equal(torch.rand(1), drawn)
        assert all(torch.equal(costs[0][name], costs[1][name]) for name in costs[0])


def test_that_a_mirrored_truth_is_where_the_mirrored_picture_shows_it():
    own = truth([[3, 2, 9, 8]], [0], ignored=[[0, 0, 4, 4]]).flipped(20)
    assert own.boxes.tolist() == [[11, 2, 17, 8]] and own.ignored.tolist() == [[16, 0, 20, 4]]
