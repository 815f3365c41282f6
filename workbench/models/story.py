"""What a run's folder tells, read whole, so that a window can do that in the background."""

from dataclasses import dataclass
from pathlib import Path

from engine.events import Event
from engine.experiment import Experiment
from engine.store import RunStore


@dataclass(frozen=True)
class Story:
    """A run as it was when its folder was read, with the name it has now. `alive`: a process was writing it."""

    path: Path
    experiment: Experiment
    events: tuple[Event, ...]
    state: str
    alive: bool


def read_story(store: RunStore, path: Path) -> Story:
    """Read a run's folder; raises EngineError or OSError when it cannot be read."""
    run = store.open(path)
    experiment = run.experiment.model_copy(update={"name": run.name})
    return Story(run.path, experiment, tuple(run.events()), run.state, run.alive)
