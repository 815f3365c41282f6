"""Chamfer distance: how far two clouds are from each other, whatever the order of their points."""

from collections.abc import Iterator

import torch
from torch import Tensor

_CELLS = 2**17  # distances at a time: half a megabyte, which stays in the cache


def chamfer(a: Tensor, b: Tensor, squared: bool = True) -> Tensor:
    """(B, N, 3) and (B, M, 3) -> (B,): mean distance from a to the nearest of b, plus the mean from b to a.

    Differentiable in both; with `squared` each distance is squared first.
    """
    if torch.is_grad_enabled() and (a.requires_grad or b.requires_grad):
        return _to_nearest(a, b, squared) + _to_nearest(b, a, squared)
    return torch.cat([_both_ways(*part, squared) for part in _parts(a, b)])


def _parts(a: Tensor, b: Tensor) -> Iterator[tuple[Tensor, Tensor]]:
    """As many pairs of clouds at a time as fit: one of large ones, hundreds of patches."""
    step = max(1, _CELLS // (a.shape[1] * b.shape[1]))
    return zip(torch.split(a, step), torch.split(b, step), strict=True)


def _to_nearest(a: Tensor, b: Tensor, squared: bool) -> Tensor:
    """(B,), with gradient: which point is nearest is found without, so that no matrix has to be kept."""
    with torch.no_grad():
        nearest = [_halves(*_centred(*part)).argmin(dim=2) for part in _parts(a, b)]
    difference = a - b.gather(1, torch.cat(nearest)[:, :, None].expand(-1, -1, 3))
    squares = difference.square().sum(dim=2)
    each: Tensor = squares if squared else torch.linalg.vector_norm(difference, dim=2)
    return each.mean(dim=1)


def _both_ways(a: Tensor, b: Tensor, squared: bool) -> Tensor:
    """Both means of some pairs of clouds from one matrix each, which stay in the cache."""
    a, b = _centred(a, b)
    norm = a.square().sum(dim=2) / 2
    halves = _halves(a, b)
    to_b = halves.amin(dim=2) + norm
    to_a = halves.add_(norm[:, :, None]).amin(dim=1)
    squares = ((2 * side).clamp_min(0) for side in (to_b, to_a))
    return torch.stack([(side if squared else side.sqrt()).mean(dim=1) for side in squares]).sum(0)


def _centred(a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    """Both moved to where the matrix product loses the fewest digits."""
    middle = b.mean(dim=1, keepdim=True)
    return a - middle, b - middle


def _halves(a: Tensor, b: Tensor) -> Tensor:
    """(P, N, 3) and (P, M, 3) -> (P, N, M): half of each squared distance, but for |a|² / 2, equal along a row."""
    norm = b.square().sum(dim=2)[:, None] / 2
    return torch.baddbmm(norm, a, b.transpose(1, 2), alpha=-1)
