"""The widest layer of a PointNet (linear, batch norm, maximum over the points), computed at its critical points only.

The maximum passes gradient to at most one point per channel and cloud, and the batch statistics of a linear layer
follow from mean and covariance of its input: mean = W m + b, variance = diag(W S Wᵀ). So the (B, N, D) activations are
never kept, and the backward pass shrinks from two large products to two small ones. Exact, not an approximation.
Critical points: Qi et al., PointNet, 2017, section 4.3.
"""

from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd import Function
from torch.autograd.function import once_differentiable
from torch.nn import functional as F  # noqa: N812

from engine.nets.peaks import at_peaks
from engine.points.compiled import peaks_for_these
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
        peaks = self._peaks(points) + self.linear.bias
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

    def _peaks(self, points: Tensor) -> Tensor:
        """Linear outputs (B, D), less the bias, at the points each channel decides by; a negative scale turns its
        maximum around."""
        weight, sign = self.linear.weight, self._sign()
        values, where = _extremes(points.detach(), weight.detach(), sign)
        if not torch.is_grad_enabled():
            return values * sign
        if peaks_for_these(points, weight) is not None:
            return at_peaks(points, weight, values * sign, where)
        where = where[:, :, None].expand(-1, -1, points.shape[2])
        return (points.gather(1, where) * weight).sum(dim=2)

    def deciding(self, points: Tensor) -> Tensor:
        """(B, D) int64: the point of the cloud that each channel takes its maximum from."""
        return _extremes(points.detach(), self.weight.detach(), self._sign())[1].long()

    def _sign(self) -> Tensor | float:
        """Per channel -1 where the norm turns the maximum around."""
        if self.norm is None:
            return 1.0
        return torch.where(self.norm.weight.detach() < 0, -1.0, 1.0)

    def _statistics(self, points: Tensor) -> tuple[Tensor, Tensor, int | Tensor]:
        """Mean and biased variance (D,) of the linear outputs over all points of the batch, with gradient; how many
        points these are."""
        with torch.autocast(
            points.device.type, enabled=False
        ):  # as batch norm does: sums in float32
            weight = self.linear.weight
            flat = points.reshape(-1, points.shape[2]).to(weight.dtype)
            count: int | Tensor = len(flat)
            middle, covariance = _Moments.apply(flat)  # type: ignore[no-untyped-call]
            if now() is not None:
                middle, covariance, count = together(middle, covariance * len(flat), len(flat))
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


def _extremes(points: Tensor, weight: Tensor, sign: Tensor | float) -> tuple[Tensor, Tensor]:
    """Value and index (B, D) of the point with the highest output of weight (D, C) times sign (D,)."""
    weight = weight * sign[:, None] if isinstance(sign, Tensor) else weight
    compiled = peaks_for_these(points, weight)
    step = _CHUNK if points.device.type == "cpu" else len(points)
    chunks = []
    for some in torch.split(points, step):
        if compiled is not None:
            chunks.append(compiled.highest(torch.matmul(some, weight.t())))
        else:
            chunks.append(torch.matmul(weight, some.transpose(1, 2)).max(dim=2))
    values, where = zip(*chunks, strict=True)
    return torch.cat(values), torch.cat(where)


class _Moments(Function):
    """Mean (C,) and biased covariance (C, C) of rows (M, C). Backward in one product: d/dx = (x - mean)(G + Gᵀ)/M."""

    @staticmethod
    def forward(ctx: Any, rows: Tensor) -> tuple[Tensor, Tensor]:
        middle = rows.mean(dim=0)
        centred = rows - middle
        ctx.save_for_backward(rows, middle)
        return middle, centred.t() @ centred / len(rows)

    @staticmethod
    @once_differentiable  # type: ignore[untyped-decorator]
    def backward(ctx: Any, of_mean: Tensor, of_covariance: Tensor) -> Tensor | None:
        if not ctx.needs_input_grad[0]:
            return None
        rows, middle = ctx.saved_tensors
        product = (of_covariance + of_covariance.t()) / len(rows)
        return torch.addmm(of_mean / len(rows) - middle @ product, rows, product)
