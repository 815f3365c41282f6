"""A data set in memory: equal-sized point clouds with labels. numpy only, so the window can hold one too."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Clouds:
    """S clouds of N points each.

    points (S, N, 3) float32, centred at the mean with largest radius 1, z up;
    labels (S,) int64, index into `kinds`; train (S,) bool, the official split;
    names (S,) file or model names; kinds: all kinds, sorted; known: the kinds learnt unless told otherwise;
    problems: one sentence for each thing that was left out or should be known; made: True for generated data.
    """

    points: NDArray[np.float32]
    labels: NDArray[np.int64]
    train: NDArray[np.bool_]
    names: tuple[str, ...]
    kinds: tuple[str, ...]
    known: tuple[str, ...]
    title: str
    problems: tuple[str, ...] = ()
    made: bool = False
    source: Path | None = field(default=None, compare=False)

    def __len__(self) -> int:
        return len(self.labels)

    def of_kind(self, kind: str) -> NDArray[np.int64]:
        """Row numbers of one kind, in order."""
        return np.flatnonzero(self.labels == self.kinds.index(kind))
