"""Every cloud the nets see is centred at its mean and has largest radius 1."""

import torch
from torch import Tensor


def normalise(points: Tensor) -> Tensor:
    """(..., N, 3) -> the same, centred at the mean, largest radius 1; a cloud in one spot becomes zeros."""
    centred = points - points.mean(dim=-2, keepdim=True)
    radius = torch.linalg.vector_norm(centred, dim=-1).amax(dim=-1)[..., None, None]
    result: Tensor = centred / radius.clamp_min(torch.finfo(points.dtype).tiny)
    return result
