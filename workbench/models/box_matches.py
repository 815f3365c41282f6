"""Which boxes of one scene are found, missed or too many, by VoteNet's convention, at any score; numpy.

What a box is does not hang on those less sure than it, so raising the least score only takes boxes away: one matching
serves the whole slider.
"""

from dataclasses import dataclass
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from engine.metrics.box_overlap import iou_table
from engine.metrics.boxes import THRESHOLDS
from engine.scene_answers import SceneAnswer

Rows = NDArray[np.int64]
Bools = NDArray[np.bool_]
NOBODY = -1


class Counts(NamedTuple):
    """True boxes that are found and missed, and said ones that are too many."""

    found: int
    missed: int
    extra: int


@dataclass(frozen=True)
class Matches:
    """Of Q said and K true boxes. best (Q,): the true box of its kind it overlaps most, -1 without one, and overlap
    (Q,) how much; hit (T, Q): which said boxes find a true one at each of THRESHOLDS; finder (T, K): the said box that
    finds each true one, or -1."""

    scores: NDArray[np.float32]
    best: Rows
    overlap: NDArray[np.float64]
    hit: Bools
    finder: Rows

    @classmethod
    def of(cls, scene: SceneAnswer) -> Self:
        """Match the boxes of a scene."""
        table = iou_table(scene.said_boxes, scene.boxes)
        table[scene.said_labels[:, None] != scene.labels[None]] = NOBODY
        best = np.full(len(table), NOBODY, np.int64)
        overlap = np.zeros(len(table))
        if table.size:
            among = table.max(axis=1) >= 0
            best[among] = table.argmax(axis=1)[among]
            overlap = np.maximum(table.max(axis=1), 0)
        order = np.argsort(-scene.scores, kind="stable")
        finder = np.full((len(THRESHOLDS), len(scene.boxes)), NOBODY, np.int64)
        hit = np.zeros((len(THRESHOLDS), len(table)), bool)
        for row, least in enumerate(THRESHOLDS):
            near = order[overlap[order] > least]
            true, first = np.unique(best[near], return_index=True)
            finder[row, true] = near[first]
            hit[row, near[first]] = True
        return cls(scene.scores, best, overlap, hit, finder)

    def said(self, cut: float) -> Bools:
        """(Q,): which boxes are at least so sure."""
        return np.asarray(self.scores >= np.float32(cut))

    def found(self, cut: float, row: int) -> Bools:
        """(K,): which true boxes are found, at THRESHOLDS[row]."""
        finder = self.finder[row]
        sure = np.append(self.said(cut), False)  # the last is nobody
        return np.asarray(sure[finder])

    def counts(self, cut: float, row: int) -> Counts:
        """How many of each there are."""
        found = int(self.found(cut, row).sum())
        extra = int((self.said(cut) & ~self.hit[row]).sum())
        return Counts(found, self.finder.shape[1] - found, extra)
