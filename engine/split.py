"""Which clouds are learnt from, checked on, watched and tested; what is tested is never trained or tuned on."""

import zlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.clouds import Clouds
from engine.errors import DataError
from engine.experiment import Experiment
from engine.protocols import PAPER, STRANGERS_PER_KIND, Roles, kind_lists, roles
from engine.words import say

Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Split:
    """Row numbers of a data set by use, and the target of every row (K, one past the known, for all others).

    train and validation: known kinds, from the official training part; watch: strangers of that part, only looked at
    while training; test: known kinds of the official test part; test_strangers: as the protocol says, none of them
    watched. Both are used once, at the end. notes: sentences about what is not as it was asked.
    """

    known: tuple[str, ...]
    strangers: tuple[str, ...]
    train: Rows
    validation: Rows
    watch: Rows
    test: Rows
    test_strangers: Rows
    targets: Rows
    notes: tuple[str, ...] = ()


def tested_on_held_back(things: str) -> str:
    """Why there is no test of its own; things: of what there is none, as more than one."""
    return say(
        "There are no {things} for a test of their own: those held back are tested on.",
        things=things,
    )


def split(clouds: Clouds, experiment: Experiment) -> Split:
    """Divide a data set as an experiment says; validation is drawn per answer, by seed.

    Raises DataError when a known kind is not there, has too few clouds, or fewer than two kinds are known.
    """
    cast = roles(clouds, experiment.data)
    targets = np.array(
        [cast.answers.get(kind, len(cast.known)) for kind in clouds.kinds], dtype=np.int64
    )[clouds.labels]
    train, validation = _learnt(clouds, experiment, cast, targets)
    tested, notes = _strangers(clouds, experiment, cast)
    stranger = _of(clouds, cast.strangers)
    return Split(
        known=cast.known,
        strangers=cast.strangers,
        train=train,
        validation=validation,
        watch=np.flatnonzero(clouds.train & stranger & ~tested),
        test=np.flatnonzero(~clouds.train & (targets < len(cast.known))),
        test_strangers=np.flatnonzero(tested),
        targets=targets,
        notes=(*cast.notes, *notes),
    )


def _learnt(
    clouds: Clouds, experiment: Experiment, cast: Roles, targets: Rows
) -> tuple[Rows, Rows]:
    """The rows of the training part of known kinds to learn from, and those held back."""
    generator = np.random.default_rng(seed_of(experiment))
    train, validation = [], []
    for position, kind in enumerate(cast.known):
        rows = generator.permutation(np.flatnonzero(clouds.train & (targets == position)))
        if len(rows) < 2:
            raise DataError(
                say(
                    "“{kind}” has {rows} clouds to learn from in {clouds}; it takes at least two. "
                    "Nothing was learnt. Make it a stranger or add clouds.",
                    kind=kind,
                    rows=len(rows),
                    clouds=clouds.title,
                )
            )
        held = min(max(1, round(len(rows) * experiment.data.validation)), len(rows) - 1)
        validation.append(rows[:held])
        train.append(_shots(rows[held:], kind, experiment.data.shots))
    return np.sort(np.concatenate(train)), np.sort(np.concatenate(validation))


def seed_of(experiment: Experiment) -> int:
    """What decides which are held back."""
    own = experiment.data.split_seed
    return experiment.seed if own < 0 else own


def held_back(names: NDArray[np.str_], experiment: Experiment) -> NDArray[np.bool_]:
    """(R,): which rows are held back, all of one name together; at least one name, and not all."""
    each = np.unique(names)
    count = min(max(1, round(len(each) * experiment.data.validation)), len(each) - 1)
    drawn = np.random.default_rng(seed_of(experiment)).permutation(each)[:count]
    return np.isin(names, drawn)


def _shots(rows: Rows, kind: str, shots: int) -> Rows:
    """The first so many of the drawn rows; all of them where no number is asked for."""
    if shots > len(rows):
        raise DataError(
            say(
                "“{kind}” has {rows} clouds to learn from beside those held back, and {shots} were asked "
                "for. Nothing was learnt. Ask for fewer with data.shots, or hold fewer back.",
                kind=kind,
                rows=len(rows),
                shots=shots,
            )
        )
    return rows[:shots] if shots else rows


def _strangers(
    clouds: Clouds, experiment: Experiment, cast: Roles
) -> tuple[NDArray[np.bool_], list[str]]:
    """Which rows are strangers to be tested on, and remarks about it."""
    protocol = experiment.data.protocol
    if protocol == PAPER:
        return _some_of_each(clouds, seed_of(experiment), cast.strangers)
    named = kind_lists().get(protocol)
    whole = named is not None and named.whole
    return _of(clouds, cast.strangers) & (whole | ~clouds.train), []


def _some_of_each(
    clouds: Clouds, seed: int, kinds: tuple[str, ...]
) -> tuple[NDArray[np.bool_], list[str]]:
    """33 clouds of every kind, from both parts together; a kind's own draw, whatever other kinds there are."""
    tested, notes = np.zeros(len(clouds), dtype=bool), []
    for kind in kinds:
        rows = clouds.of_kind(kind)
        generator = np.random.default_rng([seed, zlib.crc32(kind.encode())])
        tested[generator.permutation(rows)[:STRANGERS_PER_KIND]] = True
        if len(rows) < STRANGERS_PER_KIND:
            notes.append(
                say(
                    "“{kind}” has only {rows} clouds; all of them are tested, not {strangers_per_kind}.",
                    kind=kind,
                    rows=len(rows),
                    strangers_per_kind=STRANGERS_PER_KIND,
                )
            )
    return tested, notes


def _of(clouds: Clouds, kinds: tuple[str, ...]) -> NDArray[np.bool_]:
    return np.isin(clouds.labels, [clouds.kinds.index(kind) for kind in kinds])
