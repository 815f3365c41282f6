"""Nearest neighbours, exactly and in a fixed order: ascending distance, then ascending index."""

import torch
from torch import Tensor

from engine.errors import ConfigError
from engine.points.compiled import for_these
from engine.points.distances import refuse_unless_clouds, squared_distances
from engine.words import say

_CELLS = 2**18  # distances at a time: with their keys 3 MB, which stays in the cache


def nearest(points: Tensor, centres: Tensor, k: int) -> Tensor:
    """(B, N, 3) and (B, G, 3) -> (B, G, k) int64: the k points nearest to each centre, ties by index.

    Raises ConfigError when a cloud has fewer than k points.
    """
    size = points.shape[1]
    refuse_unless_clouds(points, centres)
    if not 1 <= k <= size:
        raise ConfigError(
            say(
                "{k} nearest points cannot be found in clouds of {size}. Choose at most as many as a "
                "cloud has.",
                k=k,
                size=size,
            )
        )
    compiled = for_these(points, centres)
    if compiled is not None:
        found: Tensor = compiled.nearest(points, centres, k)
        return found
    return _in_torch(points, centres, k)


def _in_torch(points: Tensor, centres: Tensor, k: int) -> Tensor:
    step = max(1, _CELLS // points.shape[1])
    with torch.no_grad():
        rows = [
            torch.cat(
                [_smallest(squared_distances(cloud[None], part[:, None]), k) for part in parts]
            )
            for cloud, parts in zip(points, (one.split(step) for one in centres), strict=True)
        ]
    return torch.stack(rows)


def _smallest(distances: Tensor, k: int) -> Tensor:
    """(G, N) -> (G, k): the bits of a float that is not negative sort as it does, so the index fits below them."""
    if distances.dtype == torch.float64:
        return distances.sort(dim=1, stable=True).indices[:, :k]
    bits = distances.float().view(torch.int32).long()
    keys = (bits << 32) | torch.arange(distances.shape[1], device=distances.device)
    return keys.topk(k, dim=1, largest=False, sorted=True).values & 0xFFFFFFFF
