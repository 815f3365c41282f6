"""Finds the teacher an experiment names, and loads a finished run's net."""

from contextlib import suppress

from torch import nn

from engine import registry
from engine.errors import ConfigError, EngineError, RunError
from engine.experiment import Data, Experiment
from engine.nets import build_for
from engine.protocols import merging
from engine.state import load_weights, tested_checkpoint
from engine.store import Run, RunStore

_NEWEST = ("", "latest")


def find_teachers(
    store: RunStore, experiment: Experiment, known: tuple[str, ...], before: tuple[str, ...] = ()
) -> list[Run]:
    """The runs named by `teacher`: a folder, an id, a run's name (the newest of that name, kinds and data), or “latest”
    (the newest teacher of the same kinds and data); several are joined by “ + ”, where no run is called all of that.
    before: the ids of those this run has learnt from already, which stay its teachers.

    Raises ConfigError when there is none, or when one learnt other kinds.
    """
    names = [name.strip() for name in experiment.teacher.split(" + ")]
    if len(names) > 1 and len(before) < 2:
        whole = _found(experiment.teacher.strip(), "".join(before), store, experiment, known)
        if whole is not None:
            return [whole]
    pairs = zip(names, before or ("",) * len(names), strict=False)
    return [_find(new, old, store, experiment, known) for new, old in pairs]


def _find(
    name: str, before: str, store: RunStore, experiment: Experiment, known: tuple[str, ...]
) -> Run:
    found = _found(name, before, store, experiment, known)
    if found is not None:
        return found
    what = "teacher" if name in _NEWEST else f"run “{name}”"
    raise ConfigError(
        f"There is no finished {what} of these kinds and data yet. Nothing was started. "
        "Train one first, or name another with the key “teacher”: a run’s id, folder or name."
    )


def _found(
    name: str, before: str, store: RunStore, experiment: Experiment, known: tuple[str, ...]
) -> Run | None:
    newest = name in _NEWEST
    for one in filter(None, (before,) if newest else (name, before)):
        with suppress(RunError):  # no folder and no id
            return _of_these_kinds(store.open(one), known)
    for line in store.runs():
        run = Run(line.path)
        meant = line.recipe == "teacher" if newest else line.name == name
        finished = meant and line.state in ("done", "finished early")
        if finished and _same(run.experiment.data, experiment.data) and known_of(run) == known:
            return run
    return None


def _of_these_kinds(run: Run, known: tuple[str, ...]) -> Run:
    learnt = known_of(run)
    if not learnt:
        raise ConfigError(
            f"The teacher {run.id} was not tested yet. Nothing was started. Resume it first, or choose another."
        )
    if learnt != known:
        raise ConfigError(
            f"The teacher {run.id} knows other kinds ({', '.join(learnt)}) than this run is to learn. "
            "Nothing was started. Choose another teacher, or the same kinds."
        )
    return run


def _same(one: Data, other: Data) -> bool:
    """Whether both are the same clouds with the same test part: else a teacher may know what its student is tested on.

    With another seed it has learnt from some clouds that its student holds back, unless both have one split_seed:
    `held_apart` says so.
    """
    if one.name != other.name or merging(one) != merging(other):
        return False
    with suppress(ConfigError):  # of an older version
        one_set, other_set = (
            registry.configure("dataset", data.name, data.settings) for data in (one, other)
        )
        return bool(one_set == other_set)
    return False


def known_of(run: Run) -> tuple[str, ...]:
    """The kinds a tested run knows, or () when it was not tested."""
    try:
        return run.predictions().known
    except EngineError:
        return ()


def load_net(run: Run, known: int) -> nn.Module:
    """The tested net of a finished run with its weights, on the CPU."""
    net = build_for(run.experiment, known)
    load_weights(net, tested_checkpoint(run))
    return net
