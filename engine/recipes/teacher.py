"""Finds the teacher an experiment names, and loads a finished run's net."""

from torch import nn

from engine import registry
from engine.errors import ConfigError, EngineError
from engine.experiment import Experiment
from engine.nets import build, chosen
from engine.state import load_weights, tested_checkpoint
from engine.store import Run, RunStore


def find_teacher(store: RunStore, experiment: Experiment, known: tuple[str, ...]) -> Run:
    """The run named by `teacher`: a folder, an id, or “latest” for the newest finished teacher of the same kinds.

    Raises ConfigError when there is none, or when it learnt other kinds.
    """
    if experiment.teacher not in ("", "latest"):
        run = store.open(experiment.teacher)
        if (learnt := known_of(run)) != known:
            raise ConfigError(
                f"The teacher {run.id} knows other kinds ({', '.join(learnt)}) than this run is to learn. "
                "Nothing was started. Choose another teacher, or the same kinds."
            )
        return run
    for line in store.runs():
        run = Run(line.path)
        finished = line.recipe == "teacher" and line.state in ("done", "finished early")
        if finished and run.experiment.data.name == experiment.data.name and known_of(run) == known:
            return run
    raise ConfigError(
        "There is no finished teacher of these kinds yet. Nothing was started. Train one first (recipe “teacher”), "
        "or name one with the key “teacher”."
    )


def known_of(run: Run) -> tuple[str, ...]:
    """The kinds a tested run knows, or () when it was not tested."""
    try:
        return run.predictions().known
    except EngineError:
        return ()


def load_net(run: Run, known: int) -> nn.Module:
    """The tested net of a finished run with its weights, on the CPU."""
    recipe = registry.get("recipe", run.experiment.recipe.name)
    choice = chosen(run.experiment.net, recipe.extra["net"])
    net = build(choice.name, known + int(recipe.extra["unknown_output"]), **choice.settings)
    load_weights(net, tested_checkpoint(run))
    return net
