"""Which finished run is asked where nobody has chosen one. No torch here."""

from collections.abc import Sequence

from engine.bundled import NAME
from engine.store import RunSummary

DEMO = "Demo: without a teacher"  # the short training of the demo, by the name it begins with


def preferred(runs: Sequence[RunSummary]) -> RunSummary | None:
    """Of runs, newest first: the newest of one's own, else the bundled one, else the newest short training of the
    demo. What was taught to a copy is one's own."""
    asked = [run for run in runs if run.predicts]
    return min(asked, key=_rank, default=None)


def _rank(run: RunSummary) -> int:
    """`min` takes the first, so the newest, of the lowest."""
    if run.experiment.name == DEMO:
        return 2
    return 1 if _bundled(run) else 0


def _bundled(run: RunSummary) -> bool:
    """A copy of the bundled run lies under its name, perhaps with a number."""
    rest = run.path.name.removeprefix(NAME)
    return rest != run.path.name and (not rest or rest.removeprefix("-").isdecimal())
