"""Who answers for which true box: the assignment with the least cost over a whole scene (Hungarian matching, DETR)."""

import numpy as np
import torch
from scipy.optimize import linear_sum_assignment
from torch import Tensor

_WORST = 1e6  # what a cost that is no number counts for: a net gone astray is told by its loss


def match(cost: Tensor) -> tuple[Tensor, Tensor]:
    """(Q, K) -> proposals (P,) and truths (P,) int64, P = min(Q, K): pairs whose costs have the least sum."""
    table = np.nan_to_num(
        cost.detach().float().cpu().numpy(), nan=_WORST, posinf=_WORST, neginf=-_WORST
    )
    rows, columns = linear_sum_assignment(table)
    return tuple(torch.from_numpy(index).to(cost.device) for index in (rows, columns))  # type: ignore[return-value]
