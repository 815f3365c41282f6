"""Which finished runs are fit to teach an experiment, or to be asked where nobody has chosen one. No torch here."""

from collections.abc import Iterable
from contextlib import suppress

from engine import registry
from engine.errors import ConfigError
from engine.experiment import Data, Experiment
from engine.protocols import merging
from engine.store import RunSummary

TEACHER = "teacher"  # the recipe of what “latest” looks for
_ENOUGH = 0.5  # of the known test shapes named right; one that fails at more has little to say


def best_first(able: Iterable[RunSummary]) -> list[RunSummary]:
    """Who “latest” means, of runs that can teach and are newest first: the newest teacher that names at least half of
    its test right; where none does, the newest."""
    return sorted(
        (run for run in able if run.recipe == TEACHER), key=lambda run: not names_well(run)
    )


def can_teach(run: RunSummary, experiment: Experiment, known: tuple[str, ...]) -> bool:
    """Whether it was tested on the same clouds with the same test part, and knows the same kinds; where its log never
    said them, only its predictions tell."""
    learnt = run.started.known if run.started else run.experiment.data.known
    same = not learnt or sorted(learnt) == sorted(known)
    return run.tested and same and same_data(run.experiment.data, experiment.data)


def names_well(run: RunSummary) -> bool:
    """Whether it names at least half of the known test shapes right, without a threshold; where that was not measured
    nothing is held against it."""
    right = run.results.get("acc_known_no_threshold")
    return not isinstance(right, float) or not right < _ENOUGH


def same_data(one: Data, other: Data) -> bool:
    """Whether both are the same clouds with the same test part: else a teacher may know what its student is tested on.

    With another seed it has learnt from some clouds that its student holds back, unless both have one split_seed:
    `held_apart` says so.
    """
    if one.name != other.name or merging(one) != merging(other):
        return False
    if one.settings == other.settings:
        return True  # without a look at all data sets, which a window would wait for
    with suppress(ConfigError):  # of an older version
        one_set, other_set = (
            registry.configure("dataset", data.name, data.settings) for data in (one, other)
        )
        return bool(one_set == other_set)
    return False
