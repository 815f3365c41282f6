"""Draws training rows of another kind, or of the same kind, on the device and without a loop.

Rows are kept sorted by kind, so those of one kind are one stretch: a number drawn below the count of all others,
moved past the stretch if it lies beyond its start, is never of the same kind. Nothing has to be drawn again.
"""

import torch
from torch import Tensor, nn

_LARGE = 2**62  # a remainder of so large a number is as good as uniform


class Draw(nn.Module):
    """For labels (M,) of all rows. Draws from torch's own generator of the device, with replacement."""

    labels: Tensor
    order: Tensor
    count: Tensor
    start: Tensor

    def __init__(self, labels: Tensor) -> None:
        super().__init__()
        count = torch.bincount(labels)
        tables = {
            "labels": labels,
            "order": labels.argsort(stable=True),
            "count": count,
            "start": count.cumsum(0) - count,
        }
        for name, table in tables.items():
            self.register_buffer(name, table, persistent=False)
        self.fewest_others = int(len(labels) - count.max())

    def others(self, rows: Tensor, how_many: int) -> Tensor:
        """For each row (B,): so many rows (B, how_many) of other kinds, each equally likely."""
        kinds = self.labels[rows][:, None]
        count, start = self.count[kinds], self.start[kinds]
        number = torch.randint(_LARGE, (len(rows), how_many), device=rows.device)
        place = number % (len(self.labels) - count)
        return self.order[place + count * (place >= start)]

    def same(self, rows: Tensor) -> Tensor:
        """For each row (B,): one row (B,) of its kind, possibly itself."""
        kinds = self.labels[rows]
        number = torch.randint(_LARGE, (len(rows),), device=rows.device)
        return self.order[self.start[kinds] + number % self.count[kinds]]
