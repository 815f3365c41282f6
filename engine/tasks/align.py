"""Answering about a cloud as a teacher answers about its picture: what is learnt from pairs."""

from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.concept_maps import NAME, read_concept_maps, write_concept_maps
from engine.control import Control
from engine.datasets.pairs import Pairs, prepare_pairs, read_pairs
from engine.errors import ConfigError, RunError
from engine.events import Event, Figure, Note, Phase, Prepared
from engine.experiment import Experiment
from engine.metrics.alignment import nearness, ranks, recall
from engine.pair_batches import PairBatches, evenly
from engine.pair_split import PairSplit, split_pairs
from engine.recipes.align import Align as AlignRecipe
from engine.recipes.recipe import Recipe
from engine.registry import configure
from engine.state import Position, is_best, load_weights, tested_checkpoint
from engine.store import Run
from engine.tasks.maps import Material, concept_maps
from engine.tasks.task import Gate, Task
from engine.tasks.wording import sentences, words_right
from engine.teachers2d import prepare_image_teacher
from engine.teachers2d.memory import remembered

_AT_ONCE = 64
_MOST = 1024  # pairs that answers are looked for among
_SPOKEN = 512  # pairs whose captions are compared

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Seen:
    """answers and targets (R, D), a row for each pair, or for each patch in a picture; reconstruction: the mean loss of
    hidden patches, None where none are hidden."""

    answers: Floats
    targets: Floats
    reconstruction: float | None


class Align(Task):
    """Judged by the likeness of answers to the teacher's; leaves concepts.h5."""

    def __init__(self, experiment: Experiment, pairs: Pairs, parts: PairSplit) -> None:
        self.experiment, self.pairs = experiment, pairs
        self.known, self.notes = parts.kinds, parts.notes
        self.train, self.validation, self.tests = parts.train, parts.validation, parts.test
        self.labels = torch.zeros(len(parts.train), dtype=torch.int64)
        self.constant = torch.empty(0)
        self._targets = torch.empty(0)

    @classmethod
    def open(cls, experiment: Experiment, control: Control) -> Generator[Event, None, Self]:
        """Prepare the image teacher, prepare and read the pairs."""
        yield Phase(name="Opening the data", detail=experiment.data.name)
        settings = configure("recipe", experiment.recipe.name, experiment.recipe.settings)
        yield from prepare_image_teacher(settings.image_teacher, control)
        path = None
        for event in prepare_pairs(experiment.data, control):
            if isinstance(event, Prepared):
                path = event.path
                for problem in event.problems:
                    yield Note(text=problem)
            else:
                yield event
        assert path is not None
        pairs = read_pairs(Path(path))
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
        if own.question == "patches" and not np.isfinite(self.pairs.intrinsics[self.train]).any():
            raise ConfigError(
                "Features of picture patches can only be learnt where the camera is known, and these pairs tell none. "
                "Nothing was started. Set recipe.target to “prefix”, or choose other pairs."
            )
        answers = remembered(own.image_teacher, self.pairs.images, control, own.question)
        self._targets = yield from answers
        train = self._targets[torch.from_numpy(self.train)]
        # Every row of a picture's patches is one more answer; a prefix is one row.
        rows = train.flatten(0, 1) if own.question == "patches" else train.flatten(1)
        self.constant = rows.mean(dim=0)
        usual = cast(Tensor, own.student.usual)
        if own.student.head is not None:
            usual.copy_(self.constant.view(usual.shape))
        return self._part(self.train, device)

    def check(
        self, recipe: Recipe, position: Position, gate: Gate
    ) -> Generator[Event, None, tuple[dict[str, float], float]]:
        """How near the answers about pairs held back are to the teacher's."""
        own = cast(AlignRecipe, recipe)
        part = self._part(self.validation[evenly(len(self.validation), _MOST)], own.bench.device)
        seen = yield from _look(own, part, gate, "")
        figures = self._figures(own, seen)
        values = {f"validation/{name}": value for name, value in figures.items()}
        if own.student.head is None:
            return values, -figures["reconstruction"]
        return values, figures["likeness"]

    def test(self, run: Run, recipe: Recipe, gate: Gate) -> Generator[Event, None, dict[str, Any]]:
        """Answer about all pairs of the test, and say in words what some of them show."""
        own, checkpoint = cast(AlignRecipe, recipe), tested_checkpoint(run)
        load_weights(own.net, checkpoint)
        part = self._part(self.tests, own.bench.device)
        seen = yield from _look(own, part, gate, "Testing")
        results: dict[str, Any] = {"pairs": len(self.tests)} | self._figures(own, seen)
        if own.student.head is not None and own.question == "prefix" and own.image_teacher.speaks:
            yield Phase(name="Putting answers into words")
            results["words"] = self._words(own, seen)
        yield Phase(name="Looking at ideas")
        material = Material(self.pairs, self.tests, part, self.constant)
        maps = yield from concept_maps(own, material, gate)
        write_concept_maps(run.path / NAME, maps)
        yield Figure(name="concepts", path=NAME)
        model = "best" if self._tests_best and is_best(checkpoint) else "last"
        return results | {"model": model, "checkpoint": checkpoint.name}

    @property
    def _tests_best(self) -> bool:
        return self.experiment.training.keep == "best"

    def _part(self, rows: NDArray[np.int64], device: torch.device) -> PairBatches:
        return PairBatches(self.pairs, rows, self._targets, (self.experiment, device))

    def _figures(self, recipe: AlignRecipe, seen: Seen) -> dict[str, float]:
        """mse, r2, likeness and recall where something is answered, reconstruction where patches are hidden."""
        figures: dict[str, float] = {}
        if recipe.student.head is not None:
            constant = self.constant.numpy()
            near = nearness(seen.answers, seen.targets, constant)
            figures = {"mse": near.mse, "r2": near.r2, "likeness": float(near.likeness.mean())}
            if recipe.question != "patches":
                some = evenly(len(seen.answers), _MOST)
                found = ranks(seen.answers[some], seen.targets[some], constant)
                figures |= {"recall_1": recall(found, 1), "recall_5": recall(found, 5)}
                figures["among"] = len(some)
        if seen.reconstruction is not None:
            figures["reconstruction"] = seen.reconstruction
        return figures

    def _words(self, recipe: AlignRecipe, seen: Seen) -> dict[str, float]:
        some, teacher = evenly(len(seen.answers), _SPOKEN), recipe.image_teacher
        mine, theirs = (
            sentences(teacher, torch.from_numpy(side[some]))
            for side in (seen.answers, seen.targets)
        )
        told = [self.pairs.captions[row] for row in self.tests[some]]
        return words_right(teacher.kinds, mine, theirs, told)


def _look(
    recipe: AlignRecipe, part: PairBatches, gate: Gate, name: str
) -> Generator[Event, None, Seen]:
    """The student's answers about all pairs of a part, in evaluation mode and without anything hidden."""
    net, answers, targets, guessed = recipe.student.eval(), [], [], []
    for start in range(0, len(part), _AT_ONCE):
        yield from gate()
        if name:
            detail, share = f"{start} of {len(part)}", start / len(part)
            yield Phase(name=name, detail=detail, fraction=share)
        rows = torch.arange(start, min(start + _AT_ONCE, len(part)), device=part.device)
        batch = part.plain(rows)
        with torch.no_grad():
            mine, theirs = recipe.compared(net(batch.points), batch)
            answers.append(_numbers(mine))
            targets.append(_numbers(theirs))
            if net.decoder is not None:
                loss = net(batch.points, batch.mask).reconstruction
                guessed.append((float(loss), len(rows)))
    weights = [count for _, count in guessed]
    mean = np.average([loss for loss, _ in guessed], weights=weights) if guessed else None
    reconstruction = None if mean is None else float(mean)
    return Seen(np.concatenate(answers), np.concatenate(targets), reconstruction)


def _numbers(values: Tensor) -> Floats:
    numbers: Floats = values.float().cpu().numpy()
    return numbers
