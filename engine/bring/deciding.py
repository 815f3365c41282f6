"""The points a net decided by: the arg-max set of a PointNet's maximum, else where the answer would change most."""

from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from engine.nets.critical import CriticalMax
from engine.nets.pointnet import PointNet

How = Literal["max", "gradient", ""]
_HALF = 0.5


def deciding(net: nn.Module, points: Tensor, column: int) -> tuple[NDArray[np.bool_] | None, How]:
    """Which of the points (N, 3) it decided by, and how that was found; None where neither way tells.

    max: the critical points (Qi et al., 2017): nothing but these passes the maximum. gradient: the fewest points that
    carry half of the pull on the logit of the column.
    """
    net.eval()
    if isinstance(net, PointNet):
        return _critical(net, points), "max"
    found = _pulling(net, points, column)
    return found, "" if found is None else "gradient"


def _critical(net: PointNet, points: Tensor) -> NDArray[np.bool_]:
    kept: list[Tensor] = []

    def keep(layer: nn.Module, inputs: tuple[Tensor, ...]) -> None:
        assert isinstance(layer, CriticalMax)
        kept.append(layer.deciding(inputs[0]))

    hook = net.widest.register_forward_pre_hook(keep)
    try:
        with torch.no_grad():
            net(points[None])
    finally:
        hook.remove()
    mask = np.zeros(len(points), bool)
    mask[np.unique(kept[0][0].cpu().numpy())] = True
    return mask


def _pulling(net: nn.Module, points: Tensor, column: int) -> NDArray[np.bool_] | None:
    cloud = points[None].clone().requires_grad_()
    logit = net(cloud).logits[0, column]
    if not logit.requires_grad:
        return None
    (pull,) = torch.autograd.grad(logit, cloud)
    strength = pull[0].norm(dim=1).double().cpu().numpy()
    if not (np.isfinite(strength).all() and strength.sum() > 0):
        return None
    order = np.argsort(-strength, kind="stable")
    share = np.cumsum(strength[order]) / strength.sum()
    mask = np.zeros(len(points), bool)
    mask[order[: int(np.searchsorted(share, _HALF)) + 1]] = True
    return mask
