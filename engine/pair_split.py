"""Which pairs are learnt from, checked on and tested; pictures of one thing are never on two sides."""

from dataclasses import dataclass

import numpy as np

from engine.datasets.pairs import Pairs
from engine.errors import DataError
from engine.experiment import Experiment
from engine.split import Rows, held_back, tested_on_held_back
from engine.words import say


@dataclass(frozen=True)
class PairSplit:
    """Rows of the pairs by use; kinds: those that take part, () where pairs tell none; notes: sentences about what is
    not as it was asked."""

    train: Rows
    validation: Rows
    test: Rows
    kinds: tuple[str, ...]
    notes: tuple[str, ...] = ()


def split_pairs(pairs: Pairs, experiment: Experiment) -> PairSplit:
    """Validation is drawn by seed from the training part, thing by thing; frames of a single room one by one.

    Only pairs of data.known take part where that is given. Raises DataError when there is too little to learn from.
    """
    data = experiment.data
    check_kinds(pairs.title, pairs.kinds, data.known)
    wanted = data.known or pairs.kinds
    numbers = [pairs.kinds.index(kind) for kind in wanted]
    part = np.isin(pairs.labels, numbers) if data.known else np.ones(len(pairs), bool)
    learnt = np.flatnonzero(part & pairs.train)
    things, notes = np.array([pairs.things[row] for row in learnt]), []
    if len(set(things)) < 2:
        notes.append(
            say(
                "All pairs of “{pairs}” that can be learnt from show one thing or one room, so those "
                "held back look much like them: how near the answers are on them says little about "
                "others.",
                pairs=pairs.title,
            )
        )
        things = np.array([pairs.names[row] for row in learnt])
    if len(set(things)) < 2:
        raise DataError(
            say(
                "“{pairs}” holds {learnt} pairs to learn from; it takes at least two different ones. "
                "Nothing was started.",
                pairs=pairs.title,
                learnt=len(learnt),
            )
        )
    held = held_back(things, experiment)
    test = np.flatnonzero(part & ~pairs.train)
    if not len(test):
        test = learnt[held]
        notes += [tested_on_held_back(say("pairs"))]
    return PairSplit(learnt[~held], learnt[held], test, tuple(sorted(wanted)), tuple(notes))


def check_kinds(title: str, kinds: tuple[str, ...], known: tuple[str, ...]) -> None:
    """Raises DataError where pairs of these kinds are to be learnt from by a kind that they have not."""
    unknown = sorted(set(known) - set(kinds))
    if unknown:
        raise DataError(
            say(
                "“{title}” holds no pairs of the kind “{unknown}”. Nothing was started. It holds {kinds}.",
                title=title,
                unknown=unknown[0],
                kinds=", ".join(kinds) or say("pairs without kinds"),
            )
        )
