"""A linear layer and the maximum over the points of a patch, whose backward pass follows the peaks only.

The maximum passes gradient to one point per patch and channel: of the two products of the backward pass, one part in k
is not zero. Exact, not an approximation; in float32 on the CPU, elsewhere torch does it as it always does.
"""

from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd.function import once_differentiable
from torch.nn import functional as F  # noqa: N812

from engine.points.compiled import peaks_for_these


class Peaks(nn.Linear):
    """Patches (P, k, C) to (P, outputs): for each channel the largest over the points."""

    def forward(self, patches: Tensor) -> Tensor:
        """(P, k, C) -> (P, outputs)."""
        if (
            torch.is_grad_enabled()
            and self.bias is not None
            and peaks_for_these(patches, self.weight)
        ):
            peaks: Tensor = _Peaks.apply(patches, self.weight, self.bias)  # type: ignore[no-untyped-call]
            return peaks
        return super().forward(patches).max(dim=1).values


class _Peaks(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, patches: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
        values, where = F.linear(patches, weight, bias).max(dim=1)
        ctx.save_for_backward(patches, weight, where.to(torch.int32))
        return values

    @staticmethod
    @once_differentiable  # type: ignore[untyped-decorator]
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, Tensor, Tensor]:
        patches, weight, where = ctx.saved_tensors
        compiled = peaks_for_these(patches, weight)
        assert compiled is not None
        return (
            *compiled.spread(gradient, where, patches, weight, ctx.needs_input_grad[0]),
            gradient.sum(dim=0),
        )
