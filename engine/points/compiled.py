"""The compiled forms of the point operations, loaded when they are first asked for."""

from functools import cache
from types import ModuleType

import torch
from torch import Tensor


def for_these(*tensors: Tensor) -> ModuleType | None:
    """The compiled forms where they serve: float32 on the CPU, and numba is there; else None."""
    if all(each.device.type == "cpu" and each.dtype == torch.float32 for each in tensors):
        return _kernels()
    return None


def peaks_for_these(*tensors: Tensor) -> ModuleType | None:
    """The same of the highest points of each channel, where nothing is to be computed in less than float32."""
    ours = not torch.is_autocast_enabled("cpu") and for_these(*tensors) is not None
    return _peaks() if ours else None


@cache
def _peaks() -> ModuleType:
    from engine.points import peaks

    return peaks


@cache
def _kernels() -> ModuleType | None:
    try:
        # Only now: numba takes half a second to load, and not every run samples points.
        from engine.points import kernels
    except ImportError:
        return None
    return kernels
