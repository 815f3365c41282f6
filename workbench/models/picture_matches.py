"""Which boxes of one picture are found, missed or too many, at any score, and how far off their distances are; numpy.

What a box is does not hang on those less sure than it, so one matching serves the whole score slider.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from engine.classroom_answers import ClassroomFrame, Said
from engine.metrics.pictures import DepthFigures, depth_errors, matches
from engine.metrics.seen import Seen, overlaps
from workbench.models.box_matches import NOBODY, Bools, Counts, Rows


@dataclass(frozen=True)
class PictureMatches:
    """Of Q said and K true boxes. scores (Q,); partner (Q,): the true box that each finds, -1 none; finder (K,): the
    said one that finds each, -1 none; overlap (Q,): IoU with the best true box of its kind; said and true: distances
    (Q,) and (K,) in metres, NaN where not told."""

    scores: NDArray[np.float32]
    partner: Rows
    finder: Rows
    overlap: NDArray[np.float64]
    said_depths: NDArray[np.float32]
    true_depths: NDArray[np.float32]

    @classmethod
    def of(cls, said: Said, frame: ClassroomFrame) -> Self:
        """Match what is said of a frame, perhaps of its attacked picture, with what is there."""
        true = Seen(frame.boxes, frame.labels)
        rows, columns = matches(Seen(said.boxes, said.labels, said.scores), true)
        partner = np.full(len(said.scores), NOBODY, np.int64)
        finder = np.full(len(frame.labels), NOBODY, np.int64)
        partner[rows], finder[columns] = columns, rows
        table = overlaps(said.boxes, frame.boxes)
        table[said.labels[:, None] != frame.labels[None]] = 0
        best = table.max(axis=1, initial=0)
        return cls(said.scores, partner, finder, best, said.depths, frame.depths)

    def sure(self, cut: float) -> Bools:
        """(Q,): which said boxes are at least so sure."""
        return np.asarray(self.scores >= np.float32(cut))

    def found(self, cut: float) -> Bools:
        """(K,): which true boxes are found."""
        return np.asarray(np.append(self.sure(cut), False)[self.finder])

    def counts(self, cut: float) -> Counts:
        """How many of each there are."""
        found = int(self.found(cut).sum())
        extra = int((self.sure(cut) & (self.partner == NOBODY)).sum())
        return Counts(found, len(self.finder) - found, extra)

    def depth(self, cut: float) -> DepthFigures:
        """Of the found boxes whose distance is told on both sides."""
        true = np.flatnonzero(self.found(cut))
        return depth_errors(self.said_depths[self.finder[true]], self.true_depths[true])


def balanced(frames: list[PictureMatches], steps: int = 100) -> float:
    """The least score, in steps of 1 / steps, where too many and too few balance best (F1 over all frames)."""
    cuts = np.arange(steps + 1) / steps
    counts = np.array(
        [
            np.sum([own.counts(cut) for own in frames] or [Counts(0, 0, 0)], axis=0)
            for cut in cuts.tolist()
        ]
    )
    found, missed, extra = counts.T
    balance = 2 * found / np.maximum(2 * found + missed + extra, 1)
    best = np.flatnonzero(balance >= balance.max() - 1e-12)
    return float(cuts[best[len(best) // 2]]) if balance.max() > 0 else 0.5
