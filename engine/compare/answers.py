"""What a tested run says of the test part at its own threshold, small enough to keep for many runs."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine import evaluation
from engine.errors import RunError
from engine.metrics import open_set
from engine.metrics.open_set import Table
from engine.predictions import TEST
from engine.store import RunStore
from engine.words import say

_POINTS = 400


@dataclass(frozen=True, eq=False)
class Answers:
    """known: K kinds; table (K+1, K+1) counts, rows = true, last = strangers; the OSCR curve as x and y (n,)."""

    known: tuple[str, ...]
    threshold: float
    table: Table
    let_in: NDArray[np.float64]
    right: NDArray[np.float64]


def read_answers(store: RunStore, path: Path) -> Answers:
    """Read and count; raises RunError when the run was not tested or its answers are damaged."""
    predictions = store.open(path).predictions()
    tested, column = predictions.of(TEST), predictions.unknown_column
    if not len(tested):
        raise RunError(
            say("The run {path} was not tested: no cloud was left over for it.", path=path.name)
        )
    said = evaluation.said(tested, predictions.score, predictions.threshold)
    known = tested.labels < len(predictions.known)
    score = evaluation.ranking(tested, predictions.score)
    correct = open_set.correct(tested.logits, tested.labels, column)
    curve = open_set.oscr_curve(score[known], correct[known], score[~known])
    rows = np.unique(np.linspace(0, max(0, curve.correct.size - 1), _POINTS).astype(int))
    rows = rows[: curve.correct.size]
    return Answers(
        known=predictions.known,
        threshold=predictions.threshold,
        table=open_set.confusion(tested.labels, said, len(predictions.known) + 1),
        let_in=curve.false_accepted[rows],
        right=curve.correct[rows],
    )


def difference_of(first: Answers, second: Answers) -> NDArray[np.float64] | None:
    """Shares of each row of the second minus those of the first; None where they know other kinds."""
    if first.known != second.known:
        return None
    shares = [one.table / np.maximum(one.table.sum(1, keepdims=True), 1) for one in (first, second)]
    return np.asarray(shares[1] - shares[0])
