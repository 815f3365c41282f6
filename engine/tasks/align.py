"""Answering about a cloud as a teacher answers about its picture: what is learnt from pairs."""

from collections.abc import Generator
from typing import Any, Self, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.concept_maps import NAME, read_concept_maps, write_concept_maps
from engine.control import Control
from engine.datasets.pairs import Pairs, prepare_pairs
from engine.errors import ConfigError, RunError
from engine.events import Event, Figure
from engine.experiment import Choice, Experiment
from engine.pair_batches import PairBatches, evenly
from engine.pair_split import PairSplit, split_pairs
from engine.recipes.align import Align as AlignRecipe
from engine.recipes.align import objective_of
from engine.recipes.recipe import Recipe
from engine.registry import configure
from engine.state import Position
from engine.store import Run
from engine.tasks.answering import MOST, Seen, look
from engine.tasks.maps import Material, concept_maps
from engine.tasks.steps import opened
from engine.tasks.task import Gate, Task
from engine.tasks.wording import sentences, words_right
from engine.teachers2d import prepare_image_teacher
from engine.teachers2d.memory import remembered
from engine.words import say

_SPOKEN = 256  # pairs whose captions are compared
_AT_ONCE = 4096


class Align(Task):
    """Judged by the likeness of answers to the teacher's; leaves concepts.h5."""

    def __init__(self, experiment: Experiment, pairs: Pairs, parts: PairSplit) -> None:
        self.experiment, self.pairs = experiment, pairs
        self.known, self.notes = parts.kinds, parts.notes
        self.train, self.validation, self.tests = parts.train, parts.validation, parts.test
        self.labels = torch.zeros(len(parts.train), dtype=torch.int64)
        self.constant = torch.zeros(1)
        self._targets = torch.zeros(len(pairs), 1)

    @classmethod
    def open(cls, experiment: Experiment, control: Control) -> Generator[Event, None, Self]:
        """Prepare the image teacher, where one is asked, and the pairs."""
        settings = configure("recipe", experiment.recipe.name, experiment.recipe.settings)

        def prepare(choice: Choice, control: Control) -> Generator[Event, None, Pairs]:
            if objective_of(experiment) != "reconstruct":
                yield from prepare_image_teacher(settings.image_teacher, control)
            return (yield from prepare_pairs(choice, control))

        pairs = yield from opened(experiment.data, prepare, control)
        return cls(experiment, pairs, split_pairs(pairs, experiment))

    @staticmethod
    def tested(run: Run) -> bool:
        """Whether what it looked at is there and whole."""
        try:
            return len(read_concept_maps(run.path)) > 0
        except RunError:
            return False

    def batches(
        self, recipe: Recipe, device: torch.device, control: Control
    ) -> Generator[Event, None, PairBatches]:
        """The training pairs; the image teacher is asked about every picture, or found to have been."""
        own = cast(AlignRecipe, recipe)
        if own.image_teacher is None:
            return self._part(self.train, device)
        if own.question == "patches" and not np.isfinite(self.pairs.intrinsics[self.train]).any():
            raise ConfigError(
                say(
                    "Features of picture patches can only be learnt where the camera is known, and these "
                    "pairs tell none. Nothing was started. Set recipe.target to “prefix”, or choose "
                    "other pairs."
                )
            )
        images = self.pairs.images
        self._targets = yield from remembered(own.image_teacher, images, control, own.question)
        # Every row of a picture's patches is an answer of its own; a prefix is one as a whole.
        first = 2 if own.question == "patches" else 1
        self.constant = _mean(self._targets, self.train, first)
        usual = cast(Tensor, own.student.usual)
        usual.copy_(self.constant.view(usual.shape))
        return self._part(self.train, device)

    def check(
        self, recipe: Recipe, position: Position, gate: Gate
    ) -> Generator[Event, None, tuple[dict[str, float], float]]:
        """How near the answers about pairs held back are to the teacher's."""
        own = cast(AlignRecipe, recipe)
        rows = self.validation[evenly(len(self.validation), MOST)]
        part = self._part(rows, own.bench.device)
        figures = (yield from look(own, part, self.constant, gate, "")).figures()
        values = {f"validation/{name}": value for name, value in figures.items()}
        values.pop("validation/among", None)
        if "likeness" in figures:
            return values, figures["likeness"]
        return values, -figures.get("reconstruction", 1.0)

    def test(self, run: Run, recipe: Recipe, gate: Gate) -> Generator[Event, None, dict[str, Any]]:
        """Answer about all pairs of the test, and say in words what some of them show."""
        own, model = cast(AlignRecipe, recipe), self.take_tested(run, recipe)
        part = self._part(self.tests, own.bench.device)
        seen = yield from look(own, part, self.constant, gate, say("Testing"))
        results: dict[str, Any] = {"pairs": len(self.tests)} | seen.figures()
        if own.image_teacher is not None and own.image_teacher.speaks and own.question == "prefix":
            results["words"] = yield from self._words(own, seen, gate)
        material = Material(self.pairs, self.tests, part, self.constant)
        maps = yield from concept_maps(own, material, gate)
        write_concept_maps(run.path / NAME, maps)
        yield Figure(name="concepts", path=NAME)
        return results | model

    def _part(self, rows: NDArray[np.int64], device: torch.device) -> PairBatches:
        return PairBatches(self.pairs, rows, self._targets, (self.experiment, device))

    def _words(
        self, recipe: AlignRecipe, seen: Seen, gate: Gate
    ) -> Generator[Event, None, dict[str, float]]:
        some, teacher = evenly(len(seen.kept), _SPOKEN), recipe.image_teacher
        assert teacher is not None
        mine = yield from sentences(
            teacher, seen.answers[some], gate, say("Putting answers into words")
        )
        theirs = yield from sentences(teacher, seen.targets[some], gate, say("Hearing the teacher"))
        told = [self.pairs.captions[row] for row in self.tests[seen.kept[some]]]
        return words_right(teacher.kinds, mine, theirs, told)


def _mean(targets: Tensor, rows: NDArray[np.int64], first: int) -> Tensor:
    """Of these rows, over their first so many axes, as one row."""
    total, count = torch.zeros(targets[0].shape, dtype=torch.float64).flatten(first - 1), len(rows)
    for start in range(0, len(rows), _AT_ONCE):
        chosen = targets[torch.from_numpy(rows[start : start + _AT_ONCE])]
        total = total + chosen.double().sum(dim=0).flatten(first - 1)
    if first == 2:
        total, count = total.sum(dim=0), count * targets.shape[1]
    return (total / count).float()
