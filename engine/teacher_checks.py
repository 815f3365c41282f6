"""Before a run: whether a teacher's channels say anything; numpy."""

import numpy as np
from numpy.typing import NDArray

from engine.checks import Check, State
from engine.words import say

_STILL = 1e-4  # of the deviation of the channel that moves most


def teacher_features(name: str, deviation: NDArray[np.floating]) -> Check:
    """deviation (C,) over the valid pixels. How many channels move; red where none does or one is no number."""
    words = (say("Features of {name}", name=name), say("teacher statistics"))
    alive = np.isfinite(deviation) & (
        deviation > max(1e-8, _STILL * np.nanmax(deviation, initial=0))
    )
    count, dead = int(alive.sum()), len(deviation) - int(alive.sum())
    broken = not np.isfinite(deviation).all()
    state: State = "mend" if broken or not count else "know" if dead else "fine"
    sentence = say(
        "{count} of {deviation} channels of the teacher “{name}” differ from pixel to pixel.",
        count=count,
        deviation=len(deviation),
        name=name,
    )
    if broken:
        sentence += say(" Some are no numbers, or it is valid nowhere: it cannot be imitated.")
    elif dead:
        sentence += say(" {dead} always say the same: nothing can be learnt from those.", dead=dead)
    return Check(
        *words,
        float(count),
        say("of {deviation}", deviation=len(deviation)),
        state,
        sentence,
        say("alive"),
    )
