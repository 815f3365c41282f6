"""Attention transfer (Zagoruyko and Komodakis, ICLR 2017).

mean of (q_S - q_T)², where q holds how strongly each place is lit: the mean square over its channels, all places of
one cloud together taken to length 1. Per-point features (B, N, C) with one order of points on both sides, channels of
any two widths; penultimate features (B, C) count as one cloud whose places are the B clouds of the batch.
Not a term of its own yet: it is meant for points, and a net's answers hold none.
"""

from torch import Tensor
from torch.nn import functional as F  # noqa: N812


def attention(student: Tensor, teacher: Tensor) -> Tensor:
    """One number; 0 when both light the same places, whatever their brightness. 1,000 is its usual weight."""
    return (_lit(student) - _lit(teacher)).square().mean()


def _lit(features: Tensor) -> Tensor:
    """(B, N, C) -> (B, N), or (B, C) -> (1, B)."""
    maps = features if features.ndim == 3 else features[None]
    return F.normalize(maps.square().mean(dim=2), dim=1)
