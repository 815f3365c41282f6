"""What the tasks of rooms and of shapes with parts have in common."""

import math
import time
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from engine.control import Control
from engine.errors import RunError
from engine.events import Event, Figure, Note, Phase, Prepared
from engine.experiment import Choice, Experiment
from engine.recipes.recipe import Recipe
from engine.scene_answers import NAME, SceneAnswers, read_scene_answers, write_scene_answers
from engine.scene_cover import thinned
from engine.scenes import Scene
from engine.split import Rows
from engine.state import is_best, load_weights, tested_checkpoint
from engine.store import Run
from engine.tasks.task import Gate, Task

SHOWN = 12  # scenes that are kept to be looked at
MOST_POINTS = 50_000  # of each
_SPEAK_SECONDS = 0.2


class OfScenes(Task):
    """Leaves scenes.h5."""

    experiment: Experiment

    @staticmethod
    def tested(run: Run) -> bool:
        """Whether what it looked at is there and whole."""
        try:
            return len(read_scene_answers(run.path)) > 0
        except RunError:
            return False

    def take_tested(self, run: Run, recipe: Recipe) -> dict[str, Any]:
        """Load the weights that are tested; which they are."""
        checkpoint = tested_checkpoint(run)
        load_weights(recipe.net, checkpoint)
        recipe.net.eval()
        best = self.experiment.training.keep == "best" and is_best(checkpoint)
        return {"model": "best" if best else "last", "checkpoint": checkpoint.name}


def opened(
    choice: Choice, prepare: Callable[[Choice, Control], Iterator[Event]], control: Control
) -> Generator[Event, None, Path]:
    """Prepare the data; problems become notes, and the cache file the generator's return value."""
    yield Phase(name="Opening the data", detail=choice.name)
    path = None
    for event in prepare(choice, control):
        if isinstance(event, Prepared):
            path = event.path
            yield from (Note(text=problem) for problem in event.problems)
        else:
            yield event
    assert path is not None
    return Path(path)


class Pace:
    """Passes the gate before every piece of a long look, and now and then tells how far it is."""

    def __init__(self, gate: Gate, name: str, total: int) -> None:
        self._gate, self._name, self._total = gate, name, total
        self._spoken = 0.0

    def at(self, done: int) -> Iterator[Event]:
        """Before the next piece, so many being done; a look without a name says nothing."""
        yield from self._gate()
        if self._name and time.monotonic() - self._spoken > _SPEAK_SECONDS:
            self._spoken = time.monotonic()
            detail, share = f"{done} of {self._total}", done / self._total
            yield Phase(name=self._name, detail=detail, fraction=share)


def written(run: Run, answers: SceneAnswers) -> Iterator[Event]:
    """Write what is kept to be looked at."""
    write_scene_answers(run.path / NAME, answers)
    yield Figure(name="scenes", path=NAME)


def shown_points(scene: Scene, seed: int) -> Rows:
    """The points of a scene that are kept."""
    return thinned(len(scene), MOST_POINTS, seed)


def measured(values: dict[str, float]) -> dict[str, float]:
    """Without what could not be measured."""
    return {name: float(value) for name, value in values.items() if math.isfinite(value)}


def or_none(value: float) -> float | None:
    """None for what could not be measured."""
    return float(value) if np.isfinite(value) else None
