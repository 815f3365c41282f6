"""Which finished run is asked where nobody has chosen one. No torch here."""

from collections.abc import Sequence

from engine.bundled import is_bundled
from engine.store import RunSummary
from engine.usable import names_well

# The short training of the demo, by the name it begins with: kept with the run, so the same in every language.
DEMO = "Demo: without a teacher"


def preferred(runs: Sequence[RunSummary]) -> RunSummary | None:
    """Of runs, newest first: the newest of one's own that names at least half of its test right, else the bundled one,
    else the newest short training of the demo, else the newest. What was taught to a copy is one's own."""
    asked = [run for run in runs if run.predicts]
    return min(asked, key=_rank, default=None)


def _rank(run: RunSummary) -> int:
    """`min` takes the first, so the newest, of the lowest."""
    if run.experiment.name == DEMO:
        return 2
    if is_bundled(run.path.name):
        return 1
    return 0 if names_well(run) else 3
