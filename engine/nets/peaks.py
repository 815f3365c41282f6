"""A linear layer and the maximum over the points of a patch, whose backward pass follows the peaks only.

The maximum passes gradient to one point per patch and channel: of the two products of the backward pass, one part in k
is not zero. Exact, not an approximation; in float32 on the CPU, elsewhere torch does it as it always does.
"""

from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd import Function
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
            with torch.no_grad():
                values, where = F.linear(patches, self.weight).max(dim=1)
            return at_peaks(patches, self.weight, values, where.to(torch.int32)) + self.bias
        return super().forward(patches).max(dim=1).values


def at_peaks(points: Tensor, weight: Tensor, values: Tensor, where: Tensor) -> Tensor:
    """`values` (B, D), which are those of points (B, N, C) and weight (D, C) at the places `where` (B, D) int32, with
    the gradient they have there. Only where `peaks_for_these` has something compiled."""
    peaks: Tensor = _AtPeaks.apply(points, weight, values, where)  # type: ignore[no-untyped-call]
    return peaks


class _AtPeaks(Function):
    """Backward without a copy of the points (B, D, C)."""

    @staticmethod
    def forward(ctx: Any, points: Tensor, weight: Tensor, values: Tensor, where: Tensor) -> Tensor:
        ctx.save_for_backward(points, weight, where)
        return values.view_as(values)

    @staticmethod
    @once_differentiable  # type: ignore[untyped-decorator]
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, Tensor, None, None]:
        points, weight, where = ctx.saved_tensors
        compiled = peaks_for_these(points, weight)
        assert compiled is not None
        of_points, of_weight = compiled.spread(
            gradient, where, points, weight, ctx.needs_input_grad[0]
        )
        return of_points, of_weight, None, None
