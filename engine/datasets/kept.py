"""Which of several things are kept for the test where nothing says it."""

from collections.abc import Iterable

import numpy as np


def kept_for_test(names: Iterable[str], share: float, seed: int) -> set[str]:
    """A share of the names, drawn by the seed whatever their order: one at least, and one at least is left.

    None of a single name, and none with a share of 0.
    """
    different = sorted(set(names))
    if share <= 0 or len(different) < 2:
        return set()
    count = min(max(round(share * len(different)), 1), len(different) - 1)
    order = np.random.default_rng(seed).permutation(len(different))
    return {different[row] for row in order[:count]}
