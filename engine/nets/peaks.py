"""A linear layer and the maximum over the points of a patch, whose backward pass follows the peaks only.

The maximum passes gradient to one point per patch and channel: of the two products of the backward pass, one part in k
is not zero. Exact, not an approximation; in float32 on the CPU, elsewhere torch does it as it always does.
"""

from functools import cache
from types import ModuleType
from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd.function import once_differentiable
from torch.nn import functional as F  # noqa: N812


class Peaks(nn.Linear):
    """Patches (P, k, C) to (P, outputs): for each channel the largest over the points."""

    def forward(self, patches: Tensor) -> Tensor:
        """(P, k, C) -> (P, outputs)."""
        if torch.is_grad_enabled() and self.bias is not None and _serves(patches, self.weight):
            peaks: Tensor = _Peaks.apply(patches, self.weight, self.bias)  # type: ignore[no-untyped-call]
            return peaks
        return super().forward(patches).max(dim=1).values


class _Peaks(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, patches: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
        values, where = F.linear(patches, weight, bias).max(dim=1)
        ctx.save_for_backward(patches, weight, where)
        return values

    @staticmethod
    @once_differentiable  # type: ignore[untyped-decorator]
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        patches, weight, where = ctx.saved_tensors
        kernels = _kernels()
        assert kernels is not None
        return (*kernels.backward(gradient, where, patches, weight), gradient.sum(dim=0))


def _serves(*tensors: Tensor) -> bool:
    """Whether the compiled form can be used: float32 on the CPU, not on the way to half precision, and numba there."""
    here = all(each.device.type == "cpu" and each.dtype == torch.float32 for each in tensors)
    return here and not torch.is_autocast_enabled("cpu") and _kernels() is not None


@cache
def _kernels() -> ModuleType | None:
    try:
        from engine.nets import peak_kernels
    except ImportError:
        return None
    return peak_kernels
