"""The mixtures: shapes, the same again from the same seed, only points of the sources, something of each of them."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import registry

NAMES = registry.names("mixture")
IN_PLACE = [name for name in NAMES if name != "rigid"]  # these move no point


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def marked(groups, count, size, seed=0):
    """Random clouds whose points can be told: the clouds of a group lie on one another."""
    return torch.randn(groups, count, size, 3, generator=generator(seed))


def sources(mixed, clouds):
    """(G, N): which cloud of its group each point is from, -1 where from none."""
    same = (mixed[:, :, None, None, :] == clouds[:, None]).all(dim=4).any(dim=3)
    return torch.where(same.any(dim=2), same.float().argmax(dim=2), -1)


def rows(points):
    return sorted(map(tuple, points.reshape(-1, 3).tolist()))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("count", [2, 3, 4])
def test_that_a_draw_gives_one_cloud_or_as_many_as_it_took(name, count):
    clouds, mixture = marked(5, count, 24), registry.make("mixture", name, {})
    one, every = mixture(clouds, generator()), mixture(clouds, generator(), True)
    assert one.shape == (5, 24, 3)
    assert every.shape == (5, count, 24, 3)
    assert torch.isfinite(every).all()


@pytest.mark.parametrize("name", NAMES)
def test_that_the_same_generator_gives_the_same_mixtures(name):
    clouds, mixture = marked(6, 3, 40), registry.make("mixture", name, {})
    first, again = mixture(clouds, generator(1)), mixture(clouds, generator(1))
    assert torch.equal(first, again)
    assert not torch.equal(first, mixture(clouds, generator(2)))


@pytest.mark.parametrize("name", IN_PLACE)
def test_that_an_output_has_points_of_the_sources_only_and_of_more_than_one(name):
    clouds = marked(20, 2, 60)
    origin = sources(registry.make("mixture", name, {})(clouds, generator()), clouds)
    assert (origin >= 0).all()
    assert all(len(set(one.tolist())) == 2 for one in origin)


@pytest.mark.parametrize("name", ["shuffle", "parts"])
@settings(deadline=None, max_examples=25)
@given(count=st.integers(2, 4), size=st.integers(1, 30), seed=st.integers(0, 1000))
def test_that_all_outputs_together_are_the_sources_together(name, count, size, seed):
    clouds = marked(2, count, size, seed)
    every = registry.make("mixture", name, {})(clouds, generator(seed), True)
    for mixed, group in zip(every, clouds, strict=True):
        assert rows(mixed) == rows(group)


@settings(deadline=None, max_examples=25)
@given(seed=st.integers(0, 1000), least=st.floats(0.1, 1), most=st.floats(0.1, 1))
def test_that_a_cut_keeps_one_side_of_each_cloud_and_the_size_that_was_asked_for(seed, least, most):
    clouds = marked(4, 2, 50, seed)
    mixture = registry.make("mixture", "cut", {"least": least, "most": most})
    taken = (sources(mixture(clouds, generator(seed)), clouds) == 1).sum(dim=1)
    low, high = sorted((least, most))
    assert all(int(low / 2 * 50) <= count <= high / 2 * 50 + 1e-4 or count == 1 for count in taken)


def test_that_the_sides_of_a_cut_can_be_parted_by_a_plane():
    clouds = marked(8, 2, 80)
    # The generator's first numbers are the directions, one for each group.
    side = torch.randn(8, 3, generator=generator(3))
    mixed = registry.make("mixture", "cut", {})(clouds, generator(3))
    origin = sources(mixed, clouds)
    for points, where, group, along in zip(mixed, origin, clouds, side, strict=True):
        taken, kept = (points @ along)[where == 1], (points @ along)[where == 0]
        assert rows(points[where == 1]) == rows(lowest(group[1], along, len(taken)))
        assert rows(points[where == 0]) == rows(lowest(group[0], -along, len(kept)))


def lowest(points, along, count):
    return points[(points @ along).argsort()[:count]]


def test_that_a_transplanted_piece_keeps_its_shape():
    near = torch.randn(3, 40, 3, generator=generator(1))
    far = (
        torch.randn(3, 40, 3, generator=generator(2)) * 1e-3
    )  # all of it far smaller than the base's gaps
    settings_ = {"least": 0.5, "most": 0.5}
    mixed = registry.make("mixture", "rigid", settings_)(torch.stack([near, far], 1), generator())
    for points, base, other in zip(mixed, near, far, strict=True):
        piece = points[:10]  # half of an equal share of 40
        # Moved back by one of its own points, the centre, it is ten points of the other cloud.
        start = piece[0]
        nearest = torch.cdist(piece - start, (other - other[:, None]).flatten(0, 1)).amin(dim=1)
        assert nearest.max() < 1e-5
        assert set(map(tuple, points[10:].tolist())) < set(map(tuple, base.tolist()))


def test_that_parts_are_stretches_along_one_axis_in_order():
    clouds = marked(10, 3, 30)
    mixed = registry.make("mixture", "parts", {})(clouds, generator())
    origin = sources(mixed, clouds)
    assert torch.equal(origin, torch.arange(3).repeat_interleave(10).expand(10, 30))
    for points in mixed:
        stretches = points.view(3, 10, 3)
        assert any((stretches[:, 1:, axis] >= stretches[:, :-1, axis]).all() for axis in range(3))
