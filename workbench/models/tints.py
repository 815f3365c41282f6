"""Which classes get a colour of their own: ten at the most can be told apart, the shell of a room stays grey."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Tint = str | int  # a token by name, or a class colour by number

_MOST = 10
_SHELL = {"wall": "ctl", "walls": "ctl", "floor": "ink3", "ceiling": "line2"}
OTHER = "ink2"
UNTOLD = "line2"


def tints(names: Sequence[str], counts: NDArray[Any]) -> tuple[Tint, ...]:
    """A tint for each class, in order; of more than ten, those with the highest counts (C,) have a colour."""
    ranked = np.argsort(-np.asarray(counts), kind="stable")
    inner = [int(place) for place in ranked if names[place].lower() not in _SHELL]
    coloured = sorted(inner[:_MOST])
    own: dict[int, Tint] = {place: number for number, place in enumerate(coloured)}
    return tuple(
        own.get(place, _SHELL.get(name.lower(), OTHER)) for place, name in enumerate(names)
    )
