"""A data set's own classes of points and pixels, of which some are the things that boxes hold."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from engine.datasets.drives.kinds import Kinds
from engine.drives import NOT_TOLD


def classes_with(kinds: Kinds, words: Sequence[str]) -> tuple[str, ...]:
    """The things first, then each word that is none of them."""
    return (*kinds.things, *(word for word in words if kinds.row(word) < 0))


def class_table(
    kinds: Kinds, words: Sequence[str], numbers: Mapping[str, Sequence[int]], size: int
) -> NDArray[np.int64]:
    """(size,): from a label's number to its class in `classes_with`, -1 for the numbers that no word has."""
    rest = [word for word in words if kinds.row(word) < 0]
    table = np.full(size, NOT_TOLD)
    for word, of_word in numbers.items():
        row = kinds.row(word)
        table[list(of_word)] = len(kinds.things) + rest.index(word) if row < 0 else row
    return table
