"""Which finished runs are fit to teach an experiment, or to be asked where nobody has chosen one. No torch here."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from engine import registry
from engine.errors import ConfigError
from engine.experiment import Data, Experiment
from engine.protocols import merging
from engine.store import RunSummary
from engine.words import say

NEWEST = ("", "latest")
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
    return run.tested and knows(run, known) and same_data(run.experiment.data, experiment.data)


def knows(run: RunSummary, known: tuple[str, ...]) -> bool:
    """Whether it has learnt the same kinds, or never said which."""
    learnt = run.started.known if run.started else run.experiment.data.known
    return not learnt or sorted(learnt) == sorted(known)


def unfit_teacher(
    runs: Sequence[RunSummary], experiment: Experiment, known: tuple[str, ...]
) -> str:
    """Why a teacher that was named by hand will be refused, as far as these runs tell; empty where it will not, and
    where it is a folder somewhere else."""
    whole = experiment.teacher.strip()
    why = _unfit(whole, runs, experiment, known)
    several = [name.strip() for name in whole.split(" + ")] if why else []
    if len(several) < 2:
        return why
    return next(filter(None, (_unfit(name, runs, experiment, known) for name in several)), "")


def _unfit(
    name: str, runs: Sequence[RunSummary], experiment: Experiment, known: tuple[str, ...]
) -> str:
    if name in NEWEST:
        return ""
    meant = next((run for run in runs if name in (run.id, str(run.path))), None)
    if meant is None:
        if _is_run(Path(name)) or any(
            run.name == name and can_teach(run, experiment, known) for run in runs
        ):
            return ""
        return say(
            "There is no finished run “{name}” of these kinds and data to learn from. Choose another "
            "teacher.",
            name=name,
        )
    if not meant.tested:
        return say(
            "The teacher “{name}” was not tested yet. Resume it first, or choose another.",
            name=meant.name,
        )
    if not knows(meant, known):
        return say(
            "The teacher “{name}” knows other kinds than this run is to learn. Choose another teacher, "
            "or the same kinds.",
            name=meant.name,
        )
    return ""


def _is_run(folder: Path) -> bool:
    with suppress(OSError):  # a name may be longer than any path
        return (folder / "run.toml").exists()
    return False


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
