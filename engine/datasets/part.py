"""Clouds on their way to becoming a data set, and the putting together of all of them."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.clouds import Clouds
from engine.errors import DataError
from engine.words import say

MOST_BYTES = 64 << 30
MOST_PROBLEMS = 50


@dataclass(frozen=True)
class Part:
    """Some clouds (n, N, 3) with the kind, the split (None: not said) and the name of each."""

    points: NDArray[np.float32]
    kinds: tuple[str, ...]
    train: tuple[bool | None, ...]
    names: tuple[str, ...]
    announced: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


def room_for(count: int, points: int) -> NDArray[np.float32]:
    """An empty array for so many clouds; DataError when no computer has room for it."""
    try:
        if count * points * 12 <= MOST_BYTES:
            return np.empty((count, points, 3), np.float32)
    except MemoryError:
        pass
    raise DataError(
        say(
            "{count} clouds of {points} points do not fit into the memory. Ask for fewer points.",
            count=count,
            points=points,
        )
    )


def together(parts: Sequence[Part], title: str, seed: int, test_share: float) -> Clouds:
    """One data set of all parts; every kind is known. DataError when there is no cloud at all.

    Where nothing says which clouds are for training, `test_share` of each kind are drawn to test.
    """
    each = [kind for part in parts for kind in part.kinds]
    kinds = tuple(sorted(set(each)))
    announced = {kind for part in parts for kind in part.announced}
    empty = [say("There is no usable cloud of “{k}”.", k=k) for k in sorted(announced - set(kinds))]
    problems = [problem for part in parts for problem in part.problems] + empty
    if not each:
        first = f" {problems[0]}" if problems else ""
        raise DataError(
            say("“{title}” holds no cloud that could be read.{first}", title=title, first=first)
        )
    index = {kind: number for number, kind in enumerate(kinds)}
    labels = np.array([index[kind] for kind in each], np.int64)
    said = [value for part in parts for value in part.train]
    names = tuple(name for part in parts for name in part.names)
    return Clouds(
        points=parts[0].points if len(parts) == 1 else np.concatenate([p.points for p in parts]),
        labels=labels,
        train=_split(said, labels, names, kinds, (seed, test_share)),
        names=names,
        kinds=kinds,
        known=kinds,
        title=title,
        problems=_at_most(problems),
    )


def _split(
    said: list[bool | None],
    labels: NDArray[np.int64],
    names: tuple[str, ...],
    kinds: tuple[str, ...],
    drawing: tuple[int, float],
) -> NDArray[np.bool_]:
    """What was said; else a draw per kind, by the seed and the names whatever their order."""
    seed, test_share = drawing
    train = np.array([value is not False for value in said])
    for label, kind in enumerate(kinds):
        open_rows = [row for row in np.flatnonzero(labels == label) if said[row] is None]
        open_rows.sort(key=lambda row: names[row])
        rng = np.random.default_rng([seed, zlib.crc32(kind.encode())])
        # One cloud at least stays for training: a kind that is only tested cannot be learnt.
        count = min(round(test_share * len(open_rows)), max(len(open_rows) - 1, 0))
        train[[open_rows[i] for i in rng.permutation(len(open_rows))[:count]]] = False
    return train


def _at_most(problems: list[str]) -> tuple[str, ...]:
    if len(problems) <= MOST_PROBLEMS:
        return tuple(problems)
    more = len(problems) - MOST_PROBLEMS
    return (
        *problems[:MOST_PROBLEMS],
        say("{more} more notes like these are not listed.", more=more),
    )
