"""Before a run: whether a teacher's channels say anything; numpy."""

from collections.abc import Iterable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from engine.checks import Check, State

Floats = NDArray[np.float64]
_STILL = 1e-4  # of the deviation of the channel that moves most


class Taught(Protocol):
    """One frame's map of a teacher: features (C, H, W) and valid (H, W)."""

    @property
    def features(self) -> NDArray[np.floating]: ...
    @property
    def valid(self) -> NDArray[np.bool_]: ...


def teacher_features(name: str, deviation: Floats) -> Check:
    """deviation (C,) over the valid pixels. How many channels move; red where none does or one is no number."""
    words = (f"Features of {name}", "teacher statistics")
    alive = np.isfinite(deviation) & (
        deviation > max(1e-8, _STILL * np.nanmax(deviation, initial=0))
    )
    count, dead = int(alive.sum()), len(deviation) - int(alive.sum())
    broken = not np.isfinite(deviation).all()
    state: State = "mend" if broken or not count else "know" if dead else "fine"
    sentence = (
        f"{count} of {len(deviation)} channels of the teacher “{name}” differ from pixel to pixel."
    )
    if broken:
        sentence += " Some are no numbers, or it is valid nowhere: it cannot be imitated."
    elif dead:
        sentence += f" {dead} always say the same: nothing can be learnt from those."
    return Check(*words, float(count), f"of {len(deviation)}", state, sentence, "alive")


def deviations(maps: Iterable[Taught]) -> Floats:
    """(C,) over the valid pixels of all maps; NaN where there are none."""
    total: Floats | float = 0.0
    square: Floats | float = 0.0
    middle: Floats | None = None
    count = 0
    for own in maps:
        values = own.features[:, own.valid].astype(np.float64)
        if (
            middle is None
        ):  # about some value near the mean, so that squares do not swallow the difference
            middle = (
                values.mean(axis=1, keepdims=True) if values.size else np.zeros((len(values), 1))
            )
        total, square = (
            total + (values - middle).sum(axis=1),
            square + np.square(values - middle).sum(axis=1),
        )
        count += values.shape[1]
    spread = np.atleast_1d(np.asarray(square)) / max(1, count) - np.square(
        np.asarray(total) / max(1, count)
    )
    return np.sqrt(np.maximum(spread, 0)) if count else np.full_like(spread, np.nan)
