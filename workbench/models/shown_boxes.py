"""The boxes there are to see, true or said, and what became of each; numpy alone."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from workbench.models.box_matches import Bools, Rows

FOUND, MISSED, EXTRA = range(3)


@dataclass(frozen=True)
class ShownBoxes:
    """B boxes on show. key (B,): row among the said ones, or -1 - row among the true ones; boxes (B, 7); labels (B,);
    score (B,), NaN for true ones; overlap (B,) with the best other of its kind; state (B,): FOUND, MISSED, EXTRA."""

    key: Rows
    boxes: NDArray[np.float32]
    labels: Rows
    score: NDArray[np.float64]
    overlap: NDArray[np.float64]
    state: Rows

    def __len__(self) -> int:
        return len(self.key)

    def only(self, chosen: Bools) -> "ShownBoxes":
        """Some of them."""
        return ShownBoxes(*(getattr(self, name)[chosen] for name in self.__dataclass_fields__))

    def and_(self, others: "ShownBoxes") -> "ShownBoxes":
        """With others after them."""
        pairs = ((getattr(self, name), getattr(others, name)) for name in self.__dataclass_fields__)
        return ShownBoxes(*(np.concatenate(pair) for pair in pairs))

    @classmethod
    def none(cls) -> Self:
        """No box at all."""
        rows, values = np.zeros(0, np.int64), np.zeros(0)
        return cls(rows, np.zeros((0, 7), np.float32), rows, values, values, rows)
