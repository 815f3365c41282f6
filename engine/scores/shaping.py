"""Parts of the scores that reshape the features before the last layer sees them."""

import torch
from torch import Tensor


def percentile(values: Tensor, percent: float) -> Tensor:
    """Of all entries, interpolated linearly (as NumPy); of any size, where torch.quantile has a limit."""
    ordered = values.flatten().sort().values
    place = (ordered.numel() - 1) * percent / 100
    low = int(place)
    high = min(low + 1, ordered.numel() - 1)
    return torch.lerp(ordered[low], ordered[high], place - low)


def top(features: Tensor, percent: float) -> tuple[Tensor, Tensor]:
    """The entries left of each row when `percent` % are cut away, at least one: values and places, (B, k)."""
    width = features.shape[1]
    kept = max(1, width - round(width * percent / 100))
    values, places = features.topk(kept, dim=1)
    return values, places


def boost(features: Tensor, kept: Tensor) -> Tensor:
    """exp(sum of all / sum of the kept), (B, 1); a row of zeros is left as it is."""
    total, rest = features.sum(1, keepdim=True), kept.sum(1, keepdim=True)
    return torch.where(rest > 0, total / rest, 0).exp()
