"""Batch norm whose mean and variance are of the whole batch while each process computes a share of it, with gradient.

torch's own (SyncBatchNorm) computes on graphics cards only. Each process's count, mean and sum of squares about its
mean are told to all, and put together exactly (Chan, Golub, LeVeque, 1979): one exchange forward and one backward.
"""

import torch
from torch import Tensor
from torch.nn.modules.batchnorm import _BatchNorm

from engine.ranks.share import everyones, now


def together(mean: Tensor, squares: Tensor, count: int) -> tuple[Tensor, Tensor, Tensor]:
    """Of each process's rows their mean (C,), sum of squares about it, (C,) or, with all products, (C, C), and count:
    the mean, biased (co)variance and number () of all rows."""
    width = len(mean)
    own = torch.cat([mean.new_full((1,), count), mean, squares.flatten()])
    every = everyones(own)
    counts, means, sums = every[:, :1].detach(), every[:, 1 : 1 + width], every[:, 1 + width :]
    total = counts.sum()
    middle = (counts * means).sum(dim=0) / total
    off = means - middle
    between = (counts * off).t() @ off if squares.ndim == 2 else (counts * off * off).sum(dim=0)
    return middle, (sums.sum(dim=0).view_as(squares) + between) / total, total


class SharedNorm(_BatchNorm):
    """A BatchNorm of any dimension; outside a spread net, and in evaluation mode, the very same."""

    @classmethod
    def of(cls, norm: _BatchNorm) -> "SharedNorm":
        """With the parameters and statistics of another, under the same names."""
        tracks = norm.track_running_stats
        made = cls(norm.num_features, norm.eps, norm.momentum, norm.affine, tracks)
        for name, value in (*norm.named_parameters(), *norm.named_buffers()):
            setattr(made, name, value)
        return made.train(norm.training)

    def _check_input_dim(self, input: Tensor) -> None:
        """Any number of axes."""

    def forward(self, values: Tensor) -> Tensor:
        """(B, C, …) -> the same."""
        if now() is None or not self.training:
            return super().forward(values)
        axes = (0, *range(2, values.ndim))
        wide = values.to(torch.promote_types(values.dtype, torch.float32))
        count = values.numel() // max(1, values.shape[1])
        mean = wide.sum(dim=axes) / max(1, count)
        shape = (1, -1, *(1,) * (values.ndim - 2))
        squares = (wide - mean.view(shape)).square().sum(dim=axes)
        mean, variance, total = together(mean, squares, count)
        mean, variance = self._kept(mean, variance, total)
        scale = torch.rsqrt(variance + self.eps) * self.weight
        normed = (wide - mean.view(shape)) * scale.view(shape) + self.bias.view(shape)
        return normed.to(values.dtype)

    def _kept(self, mean: Tensor, variance: Tensor, total: Tensor) -> tuple[Tensor, Tensor]:
        """Remember them; of one row alone, which has no spread, take what was learnt so far instead."""
        before, spread = self.running_mean, self.running_var
        if before is None or spread is None:
            return mean, variance
        enough = total > 1
        with torch.no_grad():
            rate = torch.where(enough, self.momentum or 0.1, 0.0).to(before.dtype)
            unbiased = variance * (total / (total - 1).clamp_min(1))
            usual = torch.where(enough, mean, before), torch.where(enough, variance, spread)
            earlier = before.clone(), spread.clone()
            before.lerp_(usual[0].to(before.dtype), rate)
            spread.lerp_(torch.where(enough, unbiased, spread).to(spread.dtype), rate)
            if self.num_batches_tracked is not None:
                self.num_batches_tracked.add_(1)
        return torch.where(enough, mean, earlier[0]), torch.where(enough, variance, earlier[1])
