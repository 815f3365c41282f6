"""Before a run: whether a teacher's channels say anything; numpy."""

import numpy as np
from numpy.typing import NDArray

from engine.checks import Check, State

_STILL = 1e-4  # of the deviation of the channel that moves most


def teacher_features(name: str, deviation: NDArray[np.floating]) -> Check:
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
