"""Chamfer distance: how far two clouds are from each other, whatever the order of their points."""

import torch
from torch import Tensor


def chamfer(a: Tensor, b: Tensor, squared: bool = True) -> Tensor:
    """(B, N, 3) and (B, M, 3) -> (B,): mean distance from a to the nearest of b, plus the mean from b to a.

    Differentiable in both; with `squared` each distance is squared first.
    """
    if torch.is_grad_enabled() and (a.requires_grad or b.requires_grad):
        return _to_nearest(a, b, squared) + _to_nearest(b, a, squared)
    return torch.stack([_both_ways(*pair, squared) for pair in zip(a, b, strict=True)])


def _to_nearest(a: Tensor, b: Tensor, squared: bool) -> Tensor:
    """(B,), with gradient: which point is nearest is found without, so that no matrix has to be kept."""
    with torch.no_grad():
        nearest = [_halves(*_centred(*pair)).argmin(dim=1) for pair in zip(a, b, strict=True)]
    difference = a - b.gather(1, torch.stack(nearest)[:, :, None].expand(-1, -1, 3))
    squares = difference.square().sum(dim=2)
    each: Tensor = squares if squared else torch.linalg.vector_norm(difference, dim=2)
    return each.mean(dim=1)


def _both_ways(a: Tensor, b: Tensor, squared: bool) -> Tensor:
    """Both means of one pair of clouds from one matrix, which stays in the cache."""
    a, b = _centred(a, b)
    norm = a.square().sum(dim=1) / 2
    halves = _halves(a, b)
    to_b = halves.amin(dim=1) + norm
    to_a = halves.add_(norm[:, None]).amin(dim=0)
    squares = ((2 * side).clamp_min(0) for side in (to_b, to_a))
    return torch.stack([(side if squared else side.sqrt()).mean() for side in squares]).sum()


def _centred(a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    """Both moved to where the matrix product loses the fewest digits."""
    middle = b.mean(dim=0)
    return a - middle, b - middle


def _halves(a: Tensor, b: Tensor) -> Tensor:
    """(N, 3) and (M, 3) -> (N, M): half of each squared distance, but for |a|² / 2, equal along a row."""
    return torch.addmm(b.square().sum(dim=1) / 2, a, b.t(), alpha=-1)
