"""Naming the kind of a cloud, and telling strangers: all that learn from labelled clouds."""

from collections.abc import Generator
from typing import Any, Self

import numpy as np
import torch

from engine import datasets
from engine.batches import Batches, sample
from engine.clouds import Clouds
from engine.control import Control
from engine.events import Event, Figure
from engine.experiment import Experiment
from engine.pseudo import PseudoSamples, PseudoSettings
from engine.recipes.recipe import Recipe
from engine.split import Rows, Split, split
from engine.state import Position
from engine.store import Run
from engine.tasks.steps import opened
from engine.tasks.task import Gate, Task
from engine.testing import answers, known_and_spotted, test

_WATCHED = 256  # strangers of the training part looked at after every epoch


class Recognise(Task):
    """Judged by the share of validation clouds named right; leaves predictions.h5."""

    def __init__(self, experiment: Experiment, clouds: Clouds, parts: Split) -> None:
        self.experiment, self.clouds, self.parts = experiment, clouds, parts
        self.known, self.strangers, self.notes = parts.known, parts.strangers, parts.notes
        self.train, self.validation = parts.train, parts.validation
        self.labels = torch.from_numpy(parts.targets[parts.train])

    @classmethod
    def open(cls, experiment: Experiment, control: Control) -> Generator[Event, None, Self]:
        """Prepare and read the data set."""
        clouds = yield from opened(experiment.data, datasets.prepare, control)
        return cls(experiment, clouds, split(clouds, experiment))

    @staticmethod
    def tested(run: Run) -> bool:
        """Whether its predictions are there and whole."""
        return run.tested

    def batches(
        self, recipe: Recipe, device: torch.device, control: Control
    ) -> Generator[Event, None, Batches]:
        """The training clouds, with pseudo-open-set samples where the recipe wants them."""
        yield from ()
        parts = self.parts
        batches = Batches(self.clouds, parts.train, parts.targets, (self.experiment, device))
        if isinstance(recipe.settings, PseudoSettings):
            known = (batches.points, batches.labels, len(parts.known))
            batches.pseudo = PseudoSamples(recipe.settings, self.experiment, *known)
        return batches

    def check(
        self, recipe: Recipe, position: Position, gate: Gate
    ) -> Generator[Event, None, tuple[dict[str, float], float]]:
        """How right the net is on clouds held back, and how many strangers it turns away."""
        parts, experiment = self.parts, self.experiment
        watched = sample(parts.watch, _WATCHED, experiment.seed)
        rows: Rows = np.concatenate([parts.validation, watched])
        logits = (yield from answers(recipe.net, self.clouds.points[rows], gate)).logits
        accuracy, rejected = known_and_spotted(
            logits, parts.targets[rows], len(parts.known), experiment.open_set
        )
        values = {
            "validation/accuracy": accuracy,
            "train/accuracy": position.right / max(1, position.seen),
        }
        if len(watched):
            values["watch/rejected"] = rejected
        return values, accuracy

    def test(self, run: Run, recipe: Recipe, gate: Gate) -> Generator[Event, None, dict[str, Any]]:
        """As `engine.testing` says."""
        results = yield from test(run, self.clouds, self.parts, recipe, gate)
        yield Figure(name="predictions", path=run.predictions_path.name)
        return results
