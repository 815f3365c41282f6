"""Which clouds are learnt from, checked on, watched and tested; the test part is never trained or tuned on."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.clouds import Clouds
from engine.errors import DataError
from engine.experiment import Experiment

Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Split:
    """Row numbers of a data set by use, and the target of every row (K, one past the known, for strangers).

    train and validation: known kinds, from the official training part; watch: strangers of that part, only looked at
    while training; test and strangers: the official test part, used once at the end.
    """

    known: tuple[str, ...]
    strangers: tuple[str, ...]
    train: Rows
    validation: Rows
    watch: Rows
    test: Rows
    test_strangers: Rows
    targets: Rows


def split(clouds: Clouds, experiment: Experiment) -> Split:
    """Divide a data set as an experiment says; validation is drawn per kind, by seed.

    Raises DataError when a known kind is not there, has too few clouds, or fewer than two kinds are known.
    """
    known = _known(clouds, experiment)
    index = {kind: position for position, kind in enumerate(known)}
    targets = np.array([index.get(kind, len(known)) for kind in clouds.kinds], dtype=np.int64)[
        clouds.labels
    ]
    is_known = targets < len(known)
    generator = np.random.default_rng(experiment.seed)
    train, validation = [], []
    for position, kind in enumerate(known):
        rows = generator.permutation(np.flatnonzero(clouds.train & (targets == position)))
        if len(rows) < 2:
            raise DataError(
                f"“{kind}” has {len(rows)} clouds to learn from in {clouds.title}; it takes at least two. "
                "Nothing was started. Make it a stranger or add clouds."
            )
        held = min(max(1, round(len(rows) * experiment.data.validation)), len(rows) - 1)
        validation.append(rows[:held])
        train.append(rows[held:])
    return Split(
        known=known,
        strangers=tuple(kind for kind in clouds.kinds if kind not in index),
        train=np.sort(np.concatenate(train)),
        validation=np.sort(np.concatenate(validation)),
        watch=np.flatnonzero(clouds.train & ~is_known),
        test=np.flatnonzero(~clouds.train & is_known),
        test_strangers=np.flatnonzero(~clouds.train & ~is_known),
        targets=targets,
    )


def _known(clouds: Clouds, experiment: Experiment) -> tuple[str, ...]:
    known = tuple(sorted(set(experiment.data.known or clouds.known)))
    missing = [kind for kind in known if kind not in clouds.kinds]
    if missing:
        raise DataError(f"{clouds.title} has no kind called “{missing[0]}”. Nothing was started.")
    if len(known) < 2:
        raise DataError(
            "At least two kinds must be known, or there is nothing to tell apart. Nothing was started."
        )
    return known
