"""Naming every point of a laser's sweeps: judged by mean IoU over all points of all frames."""

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any, Self, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from engine.control import Control
from engine.datasets.drives import prepare_drive
from engine.drive_split import split_drive
from engine.drives import Drive, Frame
from engine.errors import DataError
from engine.events import Event
from engine.experiment import Experiment
from engine.laser_batches import Sweep, Sweeps, class_balance, joined, shades_of, sweep_of
from engine.metrics.measured import measured, or_none
from engine.metrics.segmentation import Segmentation, Table, confusion, figures
from engine.pair_batches import evenly
from engine.recipes.laser import Laser as LaserRecipe
from engine.recipes.recipe import Recipe
from engine.scene_answers import SceneAnswer, SceneAnswers
from engine.scene_cover import thinned
from engine.split import Rows
from engine.state import Position
from engine.store import Run
from engine.tasks.of_scenes import MOST_POINTS, SHOWN, OfScenes, written
from engine.tasks.steps import Pace, opened
from engine.tasks.task import Gate
from engine.words import say

_CHECKED = 16  # frames held back that are looked at after every epoch
_NO_BOXES = np.zeros((0, 7), np.float32)
_NONE = np.zeros(0, np.int16)


@dataclass(frozen=True)
class Named:
    """Of a sweep of N points. said (N,): the likeliest class; sureness (N,): its probability."""

    said: NDArray[np.int16]
    sureness: NDArray[np.float16]


class Laser(OfScenes):
    """The best model is the one with the best mean IoU."""

    def __init__(self, experiment: Experiment, drive: Drive) -> None:
        self.experiment, self.drive = experiment, drive
        parts = split_drive(drive, experiment)
        self.known, self.notes = drive.classes, list(parts.notes)
        self.train, self.validation, self.tests = (
            self._told(rows) for rows in (parts.train, parts.validation, parts.test)
        )
        if not len(self.train):
            raise DataError(
                say(
                    "“{drive}” does not tell what its laser’s points belong to, so there is nothing to "
                    "learn from. Nothing was started. Choose another drive.",
                    drive=drive.title,
                )
            )
        if not (len(self.validation) and len(self.tests)):
            raise DataError(
                say(
                    "Of “{drive}” no frame that is held back tells what its points belong to, so there "
                    "is nothing to measure by. Nothing was started. Hold more back, or choose another "
                    "drive.",
                    drive=drive.title,
                )
            )
        if lost := sum(map(len, (parts.train, parts.validation, parts.test))) - self._count():
            self.notes.append(
                say("{lost} frames do not tell what their points are and are left out.", lost=lost)
            )
        self.labels = torch.zeros(len(self.train), dtype=torch.int64)

    @classmethod
    def open(cls, experiment: Experiment, control: Control) -> Generator[Event, None, Self]:
        """Prepare and read the drive."""
        return cls(experiment, (yield from opened(experiment.data, prepare_drive, control)))

    def batches(
        self, recipe: Recipe, device: torch.device, control: Control
    ) -> Generator[Event, None, Sweeps]:
        """The training sweeps; the recipe learns how much each class counts."""
        yield from ()
        own = cast(LaserRecipe, recipe)
        sweeps = [sweep_of(frame, own.settings.seen) for frame in self._of(self.train)]
        own.balance = torch.from_numpy(class_balance(sweeps, len(self.known))).to(device)
        return Sweeps(sweeps, own.settings, (self.experiment, device))

    def check(
        self, recipe: Recipe, position: Position, gate: Gate
    ) -> Generator[Event, None, tuple[dict[str, float], float]]:
        """Mean IoU on some frames held back."""
        own, table = cast(LaserRecipe, recipe), empty_table(len(self.known))
        for frame in self._of(self.validation[evenly(len(self.validation), _CHECKED)]):
            yield from gate()
            sweep = sweep_of(frame, own.settings.seen)
            table += confusion(named(own.net, sweep).said, sweep.labels, len(self.known))
        found = figures(table)
        values = measured(
            {
                "validation/miou": found.mean_iou,
                "validation/points_right": found.accuracy,
                "train/points_right": position.right / max(1, position.seen),
            }
        )
        return values, values.get("validation/miou", 0.0)

    def test(self, run: Run, recipe: Recipe, gate: Gate) -> Generator[Event, None, dict[str, Any]]:
        """All points of all frames of the test; some frames are kept to be looked at."""
        own, model = cast(LaserRecipe, recipe), self.take_tested(run, recipe)
        frames, shown = self._of(self.tests), []
        kept, pace = (
            set(evenly(len(frames), SHOWN).tolist()),
            Pace(gate, say("Testing"), len(frames), "testing"),
        )
        table = empty_table(len(self.known))
        for done, frame in enumerate(frames):
            yield from pace.at(done)
            sweep = sweep_of(frame, own.settings.seen)
            answer = named(own.net, sweep)
            table += confusion(answer.said, sweep.labels, len(self.known))
            if done in kept:
                shown.append(self._shown(frame, sweep, answer))
        found, title, made = figures(table), self.drive.title, self.drive.made
        of_classes = per_class(found, table, self.known)
        answers = SceneAnswers(tuple(shown), "laser", self.known, (), of_classes, title, made)
        yield from written(run, answers)
        values = {
            "miou": found.mean_iou,
            "accuracy": found.accuracy,
            "mean_recall": found.mean_recall,
        }
        results = {"task": "laser", "scenes": len(frames), "points": found.points}
        counted = {"classes_counted": int(found.counted.sum()), "per_class": of_classes}
        return results | measured(values) | counted | model

    def _of(self, rows: Rows) -> list[Frame]:
        return [self.drive.frames[row] for row in rows]

    def _told(self, rows: Rows) -> Rows:
        return np.array([row for row in rows if tells(self.drive.frames[row])], np.int64)

    def _count(self) -> int:
        return len(self.train) + len(self.validation) + len(self.tests)

    def _shown(self, frame: Frame, sweep: Sweep, answer: Named) -> SceneAnswer:
        rows = thinned(len(sweep), MOST_POINTS, self.experiment.seed)
        return SceneAnswer(
            name=frame.name,
            points=np.ascontiguousarray(sweep.points[rows, :3]),
            colours=shades_of(frame, sweep.rows[rows]),
            truth=sweep.labels[rows],
            said=answer.said[rows],
            sureness=answer.sureness[rows],
            boxes=_NO_BOXES,
            labels=_NONE,
            said_boxes=_NO_BOXES,
            said_labels=_NONE,
            scores=np.zeros(0, np.float32),
        )


def tells(frame: Frame) -> bool:
    """Whether anything is told of its points."""
    return bool((frame.of_points >= 0).any())


def named(net: nn.Module, sweep: Sweep) -> Named:
    """What a net says of every point of a sweep, in evaluation mode."""
    net.eval()
    points, cloud = joined([sweep.points], next(net.parameters()).device)
    with torch.no_grad():
        chances = net(points, cloud).logits.float().softmax(dim=1).cpu().numpy()
    said = chances.argmax(axis=1).astype(np.int16)
    return Named(said, chances.max(axis=1, initial=0.0).astype(np.float16))


def empty_table(classes: int) -> Table:
    """Before any points were counted."""
    return np.zeros((classes, classes + 1), np.int64)


def per_class(
    found: Segmentation, table: Table, classes: tuple[str, ...]
) -> dict[str, dict[str, float | None]]:
    """The overlap of each class that occurs, and how many points are truly of it."""
    there = table.sum(axis=1)
    return {
        name: {"iou": or_none(found.iou[label]), "points": int(there[label])}
        for label, name in enumerate(classes)
        if found.counted[label]
    }
