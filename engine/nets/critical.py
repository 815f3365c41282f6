"""The widest layer of a PointNet (linear, batch norm, maximum over the points), computed at its critical points only.

The maximum passes gradient to at most one point per channel and cloud, and the batch statistics of a linear layer
follow from mean and covariance of its input: mean = W m + b, variance = diag(W S Wᵀ). So the (B, N, D) activations are
never kept, and the backward pass shrinks from two large products to two small ones. Exact, not an approximation.
Critical points: Qi et al., PointNet, 2017, section 4.3.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from engine.ranks.norm import together
from engine.ranks.share import now

_CHUNK = 4  # clouds at a time: their activations stay in the cache


class CriticalMax(nn.Module):
    """Points (B, N, C) to (B, D): the maximum over N of norm(x Wᵀ + b), as Linear, BatchNorm1d and max give it."""

    def __init__(self, inputs: int, outputs: int, norm: bool = True) -> None:
        super().__init__()
        self.linear = nn.Linear(inputs, outputs)
        self.norm = nn.BatchNorm1d(outputs) if norm else None

    @property
    def weight(self) -> Tensor:
        """The linear layer's weight (D, C)."""
        return self.linear.weight

    def forward(self, points: Tensor) -> Tensor:
        """(B, N, C) -> (B, D). Training mode also updates the running statistics."""
        sign = 1.0 if self.norm is None else torch.where(self.norm.weight.detach() < 0, -1.0, 1.0)
        best = self._extremes(points.detach(), sign)
        peaks = (
            self._values_at(points, best)
            if torch.is_grad_enabled()
            else best[0] * sign + self.linear.bias
        )
        if self.norm is None:
            return peaks
        if not self.training:
            return F.batch_norm(
                peaks,
                self.norm.running_mean,
                self.norm.running_var,
                self.norm.weight,
                self.norm.bias,
                eps=self.norm.eps,
            )
        mean, variance, count = self._statistics(points)
        self._remember(mean.detach(), variance.detach(), count)
        return (peaks - mean) * torch.rsqrt(
            variance + self.norm.eps
        ) * self.norm.weight + self.norm.bias

    def _extremes(self, points: Tensor, sign: Tensor | float) -> tuple[Tensor, Tensor]:
        """Value and index (B, D) of the point each channel decides by; a negative scale turns its maximum around."""
        weight = self.linear.weight.detach()
        weight = weight * sign[:, None] if isinstance(sign, Tensor) else weight
        step = _CHUNK if points.device.type == "cpu" else len(points)
        chunks = [
            torch.matmul(weight, points[start : start + step].transpose(1, 2)).max(dim=2)
            for start in range(0, len(points), step)
        ]
        return torch.cat([chunk.values for chunk in chunks]), torch.cat(
            [chunk.indices for chunk in chunks]
        )

    def _values_at(self, points: Tensor, best: tuple[Tensor, Tensor]) -> Tensor:
        """Linear outputs (B, D) at the critical points, with gradient."""
        where = best[1][:, :, None].expand(-1, -1, points.shape[2])
        return (points.gather(1, where) * self.linear.weight).sum(dim=2) + self.linear.bias

    def _statistics(self, points: Tensor) -> tuple[Tensor, Tensor, int | Tensor]:
        """Mean and biased variance (D,) of the linear outputs over all points of the batch, with gradient; how many
        points these are."""
        with torch.autocast(
            points.device.type, enabled=False
        ):  # as batch norm does: sums in float32
            flat = points.reshape(-1, points.shape[2]).to(self.linear.weight.dtype)
            middle = flat.mean(dim=0)
            centred = flat - middle
            count: int | Tensor = len(flat)
            covariance = centred.t() @ centred / count
            if now() is not None:
                middle, covariance, count = together(middle, covariance * len(flat), len(flat))
            weight = self.linear.weight
            variance = ((weight @ covariance) * weight).sum(dim=1)
            # Rounding must not make a variance of nearly nothing negative.
            return weight @ middle + self.linear.bias, variance.clamp_min(0), count

    def _remember(self, mean: Tensor, variance: Tensor, count: int | Tensor) -> None:
        """Update the running statistics as BatchNorm1d does: unbiased variance, its momentum."""
        norm = self.norm
        assert norm is not None and norm.running_mean is not None and norm.running_var is not None
        momentum = norm.momentum or 0.1
        norm.running_mean.lerp_(mean, momentum)
        more = (
            count / (count - 1).clamp_min(1)
            if isinstance(count, Tensor)
            else count / max(1, count - 1)
        )
        norm.running_var.lerp_(variance * more, momentum)
        if norm.num_batches_tracked is not None:
            norm.num_batches_tracked.add_(1)
