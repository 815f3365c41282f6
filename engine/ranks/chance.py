"""Random numbers inside a spread net: those that one process alone would draw for the same rows of the batch."""

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from engine.ranks.share import now, rows


def rand(*shape: int, **options: Any) -> Tensor:
    """torch.rand, whose first axis are rows of the batch, or some for each of them."""
    first, every = rows(shape[0])
    return torch.rand((every, *shape[1:]), **options)[first : first + shape[0]]


def dropout(values: Tensor, rate: float) -> Tensor:
    """F.dropout in training."""
    if now() is None or not rate:
        return F.dropout(values, rate)
    first, every = rows(len(values))
    ones = torch.ones((every, *values.shape[1:]), dtype=values.dtype, device=values.device)
    return values * F.dropout(ones, rate)[first : first + len(values)]


class Dropout(nn.Dropout):
    """Drops what one process alone would drop."""

    def forward(self, values: Tensor) -> Tensor:
        """As nn.Dropout."""
        return dropout(values, self.p) if self.training else values
