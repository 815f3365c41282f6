"""Algorithm 1: pool the points of n clouds, shuffle them, cut the pool into n clouds again."""

import torch
from torch import Generator, Tensor


def mix(clouds: Tensor, generator: Generator) -> tuple[Tensor, Tensor]:
    """(n, N, 3) -> (n, N, 3) mixed and (n, N) int64, the cloud every point came from; no point is lost or doubled."""
    mixed, source = mix_groups(clouds[None], generator)
    return mixed[0], source[0]


def mix_groups(clouds: Tensor, generator: Generator) -> tuple[Tensor, Tensor]:
    """Algorithm 1 on G groups at once: (G, n, N, C) -> (G, n, N, C) and (G, n, N) int64."""
    groups, count, size, channels = clouds.shape
    keys = torch.rand(groups, count * size, generator=generator, device=clouds.device)
    order = keys.argsort(dim=1, stable=True)
    pot = clouds.reshape(groups, -1, channels)
    mixed = pot.gather(1, order[:, :, None].expand(-1, -1, channels))
    return mixed.view_as(clouds), (order // size).view(groups, count, size)
