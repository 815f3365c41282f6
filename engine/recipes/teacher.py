"""Finds the teacher an experiment names, and loads a finished run's net."""

from contextlib import suppress

from torch import nn

from engine.errors import ConfigError, EngineError, RunError
from engine.experiment import Experiment
from engine.nets import build_for
from engine.state import load_weights, tested_checkpoint
from engine.store import Run, RunStore
from engine.usable import NEWEST, best_first, can_teach
from engine.words import say


def find_teachers(
    store: RunStore, experiment: Experiment, known: tuple[str, ...], before: tuple[str, ...] = ()
) -> list[Run]:
    """The runs named by `teacher`: a folder, an id, a run's name (the newest of that name, kinds and data), or “latest”
    (the newest teacher of the same kinds and data that names at least half of its test right, else the newest of them);
    several are joined by “ + ”, where no run is called all of that.
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
    what = say("teacher") if name in NEWEST else say("run “{name}”", name=name)
    raise ConfigError(
        say(
            "There is no finished {what} of these kinds and data yet. Nothing was started. Train one "
            "first, or name another with the key “teacher”: a run’s id, folder or name.",
            what=what,
        )
    )


def _found(
    name: str, before: str, store: RunStore, experiment: Experiment, known: tuple[str, ...]
) -> Run | None:
    newest = name in NEWEST
    for one in filter(None, (before,) if newest else (name, before)):
        with suppress(RunError):  # no folder and no id
            return _of_these_kinds(store.open(one), known)
    meant = best_first(store.runs()) if newest else [r for r in store.runs() if r.name == name]
    able = (Run(line.path) for line in meant if can_teach(line, experiment, known))
    return next((run for run in able if known_of(run) == known), None)


def _of_these_kinds(run: Run, known: tuple[str, ...]) -> Run:
    learnt = known_of(run)
    if not learnt:
        raise ConfigError(
            say(
                "The teacher {id} was not tested yet. Nothing was started. Resume it first, or choose "
                "another.",
                id=run.id,
            )
        )
    if learnt != known:
        raise ConfigError(
            say(
                "The teacher {id} knows other kinds ({learnt}) than this run is to learn. Nothing was "
                "started. Choose another teacher, or the same kinds.",
                id=run.id,
                learnt=", ".join(learnt),
            )
        )
    return run


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
