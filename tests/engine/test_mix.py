"""Algorithm 1: no point lost or doubled, a fair share of each source in every output, the same again from a seed."""

import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.points import mix, mix_groups


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def sorted_rows(points):
    return sorted(map(tuple, points.reshape(-1, points.shape[-1]).tolist()))


counts = {"n": st.integers(2, 4), "size": st.integers(1, 40), "seed": st.integers(0, 2**31)}


@settings(deadline=None, max_examples=60)
@given(**counts)
def test_that_the_outputs_together_are_the_sources_together(n, size, seed):
    # A grid of few values, so that equal points occur and have to be kept as often as they were there.
    clouds = torch.randint(-2, 3, (n, size, 3), generator=generator(seed)).float()
    mixed, source = mix(clouds, generator(seed))
    assert mixed.shape == clouds.shape
    assert sorted_rows(mixed) == sorted_rows(clouds)
    assert source.dtype == torch.int64
    assert torch.bincount(source.flatten(), minlength=n).tolist() == [size] * n


@settings(deadline=None, max_examples=30)
@given(**counts)
def test_that_the_source_index_names_the_cloud_a_point_came_from(n, size, seed):
    marked = torch.arange(n).float()[:, None, None].expand(n, size, 3).clone()
    marked[:, :, 1] = torch.arange(size)
    mixed, source = mix(marked, generator(seed))
    assert torch.equal(mixed[:, :, 0].long(), source)


def test_that_the_same_generator_mixes_alike_and_another_does_not():
    clouds = torch.randn(3, 50, 3)
    assert torch.equal(mix(clouds, generator(4))[0], mix(clouds, generator(4))[0])
    assert not torch.equal(mix(clouds, generator(4))[0], mix(clouds, generator(5))[0])


def test_that_groups_are_mixed_within_themselves_each_in_its_own_way():
    clouds = torch.arange(6).float()[:, None, None, None].expand(6, 2, 30, 3).clone()
    clouds[:, 1] += 0.5
    mixed, source = mix_groups(clouds, generator())
    assert torch.equal(mixed[..., 0].floor(), clouds[..., 0].floor())
    assert len({tuple(one.flatten().tolist()) for one in source}) == 6


def test_that_shares_are_hypergeometric():
    # Of 4 clouds of 64 points an output has 16 of each on the average; the variance of that count, for 64 of 256
    # drawn without putting back, is 64 · ¼ · ¾ · (256 - 64) / 255.
    _, source = mix_groups(torch.zeros(4000, 4, 64, 3), generator())
    share = (source == 0).sum(dim=2).double()
    assert abs(share.mean().item() - 16) < 1e-9
    assert abs(share.var().item() - 64 * 0.25 * 0.75 * 192 / 255) < 0.4


def test_that_every_place_is_equally_likely_for_every_point():
    _, source = mix_groups(torch.zeros(20_000, 2, 3, 3), generator())
    first = (source.flatten(1) == 0).double().mean(dim=0)
    assert (first - 0.5).abs().max() < 0.02  # 5 standard deviations
