"""Comparing every sample with every training sample, a bounded number of pairs at a time."""

from collections.abc import Callable

import torch
from torch import Tensor

_PAIRS = 2**22
"""At most this many pairs are held at once: 16 MiB in float32."""


def by_rows(features: Tensor, bank: Tensor, reduce: Callable[[Tensor], Tensor]) -> Tensor:
    """`reduce` (b, F) -> (b,) over blocks of rows so small that a (b, N) table of pairs stays bounded."""
    rows = max(1, _PAIRS // max(1, len(bank)))
    return torch.cat([reduce(block) for block in torch.split(features, rows)])


def distances(left: Tensor, right: Tensor) -> Tensor:
    """Euclidean, (B, F) and (N, F) -> (B, N), by differences: exact near 0, where products cancel."""
    return torch.cdist(left, right, compute_mode="donot_use_mm_for_euclid_dist")
