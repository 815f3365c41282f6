"""Other tested runs beside the one on screen: their curves, and what each gives at a threshold that compares."""

from dataclasses import dataclass
from pathlib import Path

from engine.errors import RunError
from engine.metrics.open_set import STEPS
from engine.predictions import Predictions
from engine.store import RunStore
from engine.words import say
from workbench.models.counted import Counted, count
from workbench.models.points import Points, at_same_share, points
from workbench.models.snapping import Targets

MOST = 3


@dataclass(frozen=True)
class Rival:
    """One other run, by the score on screen where it has that, else by its own."""

    path: Path
    name: str
    counted: Counted
    threshold: float

    def point(self, let_in: float | None) -> Points:
        """Its shares, arrays of one: at its own threshold, or (let_in given) where it lets in no more strangers."""
        swept = self.counted.swept
        if let_in is None:
            return points(swept.table(self.threshold)[None])
        return at_same_share(swept.curve, let_in, swept.shape.n_known, swept.shape.n_unknown)


def read_rival(store: RunStore, path: Path, name: str, beside: Predictions, score: str) -> Rival:
    """Read another run; raises RunError where it knows other kinds than `beside`."""
    found = store.open(path).predictions()
    if found.known != beside.known:
        raise RunError(
            say("“{name}” knows other kinds, so its curve would say nothing here.", name=name)
        )
    use = score if score == "msp" or score in found.scores else found.score
    counted = count(found, "student", use)
    own = found.threshold if use == found.score else counted.picks.of("recall", Targets()).value
    middle = counted.scale.value(STEPS // 2)
    elsewhere = "" if found.cache == beside.cache else say(" · other data")
    shown = f"{name}{elsewhere}" if use == score else f"{name} ({use}){elsewhere}"
    return Rival(path, shown, counted, middle if own is None else own)
